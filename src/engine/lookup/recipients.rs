//! Who gets data: as what, under which contract, in which country, on which ground, and until when.

use jiff::tz::TimeZone;

use crate::domain::activity::Activity;
use crate::domain::controller::Controller;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{
    ActivityKey, CountryKey, DataCategoryKey, Key, PurposeKey, RecipientKey, RecordName, TypedKey,
};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Agreement;
use crate::engine::case::Case;
use crate::engine::catalogue;
use crate::engine::clock::Clock;
use crate::engine::decision::Reason;
use crate::engine::query::{DataItem, Disclosure, Operation, Processing};
use crate::engine::rule::{Gate, Judge, Outcome, RuleEffect};
use crate::engine::rules::{self, Found, Receiver, Role, Transfer};
use crate::engine::snapshot::{Node, Snapshot};
use crate::engine::view::View;

/// What narrows the answer; what is absent does not.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only what is given of this category, or of one that includes it.
    pub category: Option<DataCategoryKey>,
    /// Only for activities of this purpose.
    pub purpose: Option<PurposeKey>,
    /// Only for this activity.
    pub activity: Option<ActivityKey>,
    /// Only who is in this country.
    pub country: Option<CountryKey>,
    /// Only this recipient, or sub-processor.
    pub recipient: Option<RecipientKey>,
}

/// A recipient of an activity, or a link of its chain.
#[derive(Clone, Debug)]
pub struct Use {
    /// The activity.
    pub activity: Key,
    /// Its purpose.
    pub purpose: Key,
    /// Who gets the data.
    pub recipient: Key,
    /// Who engages it, for a link of a chain.
    pub engaged_by: Option<Key>,
    /// The system that it runs, if that is how it gets them.
    pub system: Option<Key>,
    /// What it is here.
    pub standing: Standing,
    /// The categories that the activity gives it; empty means all.
    pub categories: Vec<Key>,
    /// The basis of a disclosure to another controller.
    pub disclosure_basis: Option<Key>,
    /// The contract in force, and its last day.
    pub agreement: Option<(Key, Option<Date>)>,
    /// Where it has the data.
    pub places: Vec<Place>,
    /// What is wrong with it, whatever the country.
    pub reasons: Vec<Reason>,
    /// The earliest instant at which time alone could change any of this.
    pub valid_until: Option<Instant>,
}

/// What a recipient is in an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody says.
    Unknown,
    /// Own staff.
    Internal,
    /// A public authority.
    Authority,
    /// Acts on behalf of the controller.
    Processor,
    /// Decides together with it.
    JointController,
    /// Decides for itself.
    Controller,
}

/// One country of a recipient.
#[derive(Clone, Debug)]
pub struct Place {
    /// The country, if one is recorded.
    pub country: Option<Key>,
    /// What lets data be there.
    pub ground: Ground,
    /// The record it rests on.
    pub record: Option<RecordName>,
    /// What is wrong, or is to be looked at.
    pub reasons: Vec<Reason>,
}

/// What lets data be in a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Nothing.
    Nothing,
    /// It is inside the EEA.
    Inside,
    /// It is linked to a state inside.
    Special,
    /// An adequacy decision.
    Adequacy,
    /// A tool of Art. 46.
    Tool,
    /// A derogation of Art. 49.
    Derogation,
}

/// Who gets data, activity by activity.
pub fn recipients(snapshot: &Snapshot, filter: &Filter, at: Instant) -> Vec<Use> {
    let mut uses = Vec::new();
    for activity in asked(snapshot, filter) {
        of_activity(snapshot, activity, at, &mut uses);
    }
    uses.retain(|one| narrows(filter, one));
    uses
}

/// The activities that a filter leaves, in the order of their keys, found by index where it can be.
fn asked<'a>(snapshot: &'a Snapshot, filter: &Filter) -> Vec<Node<'a, Activity>> {
    let mut found: Vec<Node<'a, Activity>> = if let Some(key) = &filter.activity {
        snapshot.activity(key).into_iter().collect()
    } else if let Some(key) = &filter.category {
        let category = snapshot.data_category(key).into_iter();
        let above = category.flat_map(|category| snapshot.upwards(category.number));
        above
            .flat_map(|number| snapshot.activities_on(number))
            .collect()
    } else if let Some(key) = &filter.purpose {
        let purpose = snapshot.purpose(key).into_iter();
        purpose
            .flat_map(|purpose| snapshot.activities_for(purpose.number))
            .collect()
    } else {
        snapshot.all::<Activity>().collect()
    };
    if let Some(purpose) = &filter.purpose {
        found.retain(|activity| activity.body.purpose.as_ref() == Some(purpose));
    }
    found.sort_by_key(|activity| activity.number);
    found.dedup_by_key(|activity| activity.number);
    found
}

/// What cannot be told before a use is known.
fn narrows(filter: &Filter, one: &Use) -> bool {
    let recipient = filter
        .recipient
        .as_ref()
        .is_none_or(|key| *key.key() == one.recipient);
    let country = filter.country.as_ref().is_none_or(|key| {
        let mut places = one.places.iter();
        places.any(|place| place.country.as_ref() == Some(key.key()))
    });
    let category = filter.category.as_ref().is_none_or(|key| {
        let above =
            |listed: &Key| listed == key.key() || crate::engine::view::is_above(listed, key.key());
        one.categories.is_empty() || one.categories.iter().any(above)
    });
    recipient && country && category
}

/// Everybody who gets data of an activity that is in force.
pub(super) fn of_activity(
    snapshot: &Snapshot,
    activity: Node<'_, Activity>,
    at: Instant,
    uses: &mut Vec<Use>,
) {
    let body = activity.body;
    let controller = body
        .controller
        .as_ref()
        .and_then(|key| snapshot.controller(key));
    let purpose = body.purpose.as_ref().and_then(|key| snapshot.purpose(key));
    let (Some(controller), Some(purpose)) = (controller, purpose) else {
        return;
    };
    let listed = body
        .recipients
        .iter()
        .filter_map(|entry| entry.recipient.as_ref());
    for recipient in listed {
        let query = Processing {
            operations: vec![Operation::Disclose],
            data: data(activity),
            recipients: vec![Disclosure {
                recipient: Some(recipient.clone()),
                ..Disclosure::default()
            }],
            ..Processing::default()
        };
        tell(snapshot, &query, (activity, controller, purpose), at, uses);
    }
    // Whoever runs a system of the activity gets its data too.
    let query = Processing {
        operations: vec![Operation::Store],
        data: data(activity),
        ..Processing::default()
    };
    tell(snapshot, &query, (activity, controller, purpose), at, uses);
}

fn data(activity: Node<'_, Activity>) -> Vec<DataItem> {
    let listed = activity.body.data.iter();
    listed
        .map(|entry| DataItem {
            category: entry.category.clone(),
            ..DataItem::default()
        })
        .collect()
}

type Parties<'a> = (Node<'a, Activity>, Node<'a, Controller>, Node<'a, Purpose>);

/// Tells of the first receiver of a question and of the links below it; of a question that names nobody, of
/// those who run its systems.
fn tell(
    snapshot: &Snapshot,
    query: &Processing,
    (activity, controller, purpose): Parties<'_>,
    at: Instant,
    uses: &mut Vec<Use>,
) {
    let zone = snapshot.zone(controller).cloned().unwrap_or(TimeZone::UTC);
    let clock = Clock::new(at, zone);
    if !clock.in_force(&activity.record.envelope) {
        return;
    }
    let case = Case::of(
        View::new(snapshot, &clock),
        query,
        activity,
        controller,
        purpose,
    );
    let named = !query.recipients.is_empty();
    let before = uses.len();
    for (index, receiver) in case.receivers().iter().enumerate() {
        if receiver.said.is_some() != named {
            continue;
        }
        uses.push(told(&case, receiver));
        for link in case.links().iter().filter(|link| link.receiver == index) {
            uses.push(Use {
                recipient: link.key.key().clone(),
                engaged_by: Some(link.from.key().clone()),
                standing: standing(link.role),
                agreement: link.agreement.map(term),
                disclosure_basis: None,
                places: places(&case, link.key, Some(link.from)),
                reasons: Vec::new(),
                ..told(&case, receiver)
            });
        }
    }
    // What is read of all rules bounds the answer.
    let until = clock.next();
    for one in uses.iter_mut().skip(before) {
        one.valid_until = until;
    }
}

fn told<'a>(case: &Case<'a>, receiver: &Receiver<'a>) -> Use {
    let entry = receiver.entry.map(|(_, entry)| entry);
    let agreement = match receiver.role {
        Role::Processor => rules::contract(case, receiver).map(term),
        _ => None,
    };
    let categories = entry.map_or(&[][..], |entry| entry.categories.as_slice());
    Use {
        activity: case.activity.key().clone(),
        purpose: case.purpose.key().clone(),
        recipient: receiver.key.key().clone(),
        engaged_by: None,
        system: receiver.system.map(|system| system.key().clone()),
        standing: standing(receiver.role),
        categories: categories.iter().map(|key| key.key().clone()).collect(),
        disclosure_basis: entry
            .and_then(|entry| entry.disclosure_basis.as_ref())
            .map(|key| key.key().clone()),
        agreement,
        places: places(case, receiver.key, None),
        reasons: reasons(case),
        valid_until: None,
    }
}

fn term(agreement: Node<'_, Agreement>) -> (Key, Option<Date>) {
    (
        agreement.key().clone(),
        agreement.record.envelope.valid_until,
    )
}

const fn standing(role: Role) -> Standing {
    match role {
        Role::Unknown => Standing::Unknown,
        Role::Internal => Standing::Internal,
        Role::Authority => Standing::Authority,
        Role::Processor => Standing::Processor,
        Role::JointController => Standing::JointController,
        Role::Controller => Standing::Controller,
    }
}

/// The rules of chapter 2.8 that fire about a recipient whatever the question says of it.
fn reasons(case: &Case<'_>) -> Vec<Reason> {
    // 84, 87 and 88 are about what a caller says.
    let numbers = [75, 77, 78, 79, 80, 81, 82, 83, 85, 86];
    let rules = catalogue::rules().filter(|rule| numbers.contains(&rule.number));
    let mut reasons = Vec::new();
    for rule in rules {
        let Judge::Processing(judge) = rule.judge else {
            continue;
        };
        if !rule.gate.meets(Gate::PROCESSING) {
            continue;
        }
        if let Outcome::Fired(fired) = judge(case) {
            reasons.extend(fired.into_iter().map(|fired| Reason::of(rule, fired)));
        }
    }
    reasons
}

fn places(case: &Case<'_>, key: &RecipientKey, from: Option<&RecipientKey>) -> Vec<Place> {
    let is = |transfer: &&Transfer<'_>| {
        let importer = transfer.import.importer.map(|importer| importer.key());
        importer == Some(key.key()) && transfer.import.from == from
    };
    case.transfers().iter().filter(is).map(place).collect()
}

fn place(transfer: &Transfer<'_>) -> Place {
    let (ground, record) = match transfer.ground {
        rules::Ground::Inside => (Ground::Inside, None),
        rules::Ground::Special => (Ground::Special, None),
        rules::Ground::Adequacy(decision) => (Ground::Adequacy, Some(decision.record)),
        rules::Ground::Tool(safeguard) => (Ground::Tool, Some(safeguard.record)),
        rules::Ground::Derogation(safeguard) => (
            Ground::Derogation,
            safeguard.map(|safeguard| safeguard.record),
        ),
        rules::Ground::Tolerated | rules::Ground::Nothing => (Ground::Nothing, None),
    };
    Place {
        country: transfer.country.map(|country| country.key().clone()),
        ground,
        record: record.map(|record| record.name.clone()),
        reasons: transfer.found.iter().filter_map(fault).collect(),
    }
}

/// What is found, but for what carries the transfer.
fn fault(found: &Found) -> Option<Reason> {
    let rule = catalogue::rules().find(|rule| rule.number == found.number)?;
    (rule.effect != RuleEffect::Permit).then(|| Reason::of(rule, found.fired.clone()))
}
