//! Who gets data: as what, under which contract, in which country, on which ground, and until when.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::filter::{Filter, narrows};

use crate::domain::activity::Activity;
use crate::domain::controller::Controller;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{
    DataCategoryKey, Key, RecipientKey, RecordName, SecurityMeasureKey, TypedKey,
};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Agreement;
use crate::domain::security::SecurityMeasure;
use crate::domain::shape::Text;
use crate::engine::case::Case;
use crate::engine::catalogue;
use crate::engine::clock::Clock;
use crate::engine::decision::Reason;
use crate::engine::judge;
use crate::engine::query::{Channel, DataItem, Disclosure, Operation, Processing};
use crate::engine::rule::{Outcome, RuleEffect};
use crate::engine::rules::{self, Found, Receiver, Role, Transfer};
use crate::engine::snapshot::{Node, Snapshot};
use crate::engine::view::View;

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
    /// The measures without which it does not hold.
    pub required_measures: Vec<Key>,
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

/// Who gets data of an activity, as far as the filter lets them through.
pub fn recipients(
    snapshot: &Snapshot,
    filter: &Filter,
    activity: Node<'_, Activity>,
    at: Instant,
) -> Vec<Use> {
    let mut uses = Vec::new();
    of_activity(snapshot, activity, at, &mut uses);
    uses.retain(|one| narrows(filter, one));
    uses
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
    let all: Vec<_> = body
        .data
        .iter()
        .filter_map(|entry| entry.category.clone())
        .collect();
    // No channel is asked about: what must be in place on it is told of the ground.
    let channel = Channel {
        measures: measures(snapshot),
        medium: None,
    };
    for entry in &body.recipients {
        let given = if entry.categories.is_empty() {
            &all
        } else {
            &entry.categories
        };
        let query = Processing {
            operations: vec![Operation::Disclose],
            data: data(given),
            recipients: vec![Disclosure {
                recipient: entry.recipient.clone(),
                ..Disclosure::default()
            }],
            channel: Some(channel.clone()),
            ..Processing::default()
        };
        tell(snapshot, &query, (activity, controller, purpose), at, uses);
    }
    // Whoever runs a system of the activity gets its data too.
    let query = Processing {
        operations: vec![Operation::Store],
        data: data(&all),
        channel: Some(channel),
        ..Processing::default()
    };
    tell(snapshot, &query, (activity, controller, purpose), at, uses);
}

fn measures(snapshot: &Snapshot) -> Vec<SecurityMeasureKey> {
    let all = snapshot.all::<SecurityMeasure>();
    all.filter_map(|measure| SecurityMeasureKey::parse(measure.key().as_str()))
        .collect()
}

fn data(categories: &[DataCategoryKey]) -> Vec<DataItem> {
    let items = categories.iter().map(|category| DataItem {
        category: Some(category.clone()),
        ..DataItem::default()
    });
    items.collect()
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
    let mut links = Vec::new();
    let findings = Findings::of(&case);
    for (index, receiver) in case.receivers().iter().enumerate() {
        if receiver.said.is_some() != named {
            continue;
        }
        let told = told(&case, receiver, &findings);
        for link in case.links().iter().filter(|link| link.receiver == index) {
            links.push(Use {
                activity: told.activity.clone(),
                purpose: told.purpose.clone(),
                recipient: link.key.key().clone(),
                engaged_by: Some(link.from.key().clone()),
                system: told.system.clone(),
                standing: standing(link.role),
                categories: told.categories.clone(),
                disclosure_basis: None,
                agreement: link.agreement.map(term),
                places: findings.places(link.key, Some(link.from)),
                reasons: findings.reasons(link.key),
                valid_until: None,
            });
        }
        uses.push(told);
        uses.append(&mut links);
    }
    // What is read of all rules bounds the answer.
    let until = clock.next();
    for one in uses.iter_mut().skip(before) {
        one.valid_until = until;
    }
}

fn told<'a>(case: &Case<'a>, receiver: &Receiver<'a>, findings: &Findings<'a>) -> Use {
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
        places: findings.places(receiver.key, None),
        reasons: findings.reasons(receiver.key),
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

/// What is found about everybody who gets data in a case.
struct Findings<'a> {
    reasons: BTreeMap<Key, Vec<Reason>>,
    places: BTreeMap<(&'a Key, Option<&'a Key>), Vec<Place>>,
}

impl<'a> Findings<'a> {
    fn of(case: &Case<'a>) -> Self {
        let mut places: BTreeMap<_, Vec<Place>> = BTreeMap::new();
        for transfer in case.transfers() {
            if let Some(importer) = transfer.import.importer {
                let from = transfer.import.from.map(TypedKey::key);
                let there = places.entry((importer.key(), from)).or_default();
                there.push(place(case, transfer));
            }
        }
        Self {
            reasons: reasons(case),
            places,
        }
    }

    fn reasons(&self, recipient: &RecipientKey) -> Vec<Reason> {
        self.reasons
            .get(recipient.key())
            .cloned()
            .unwrap_or_default()
    }

    fn places(&self, recipient: &RecipientKey, from: Option<&RecipientKey>) -> Vec<Place> {
        let there = (recipient.key(), from.map(TypedKey::key));
        self.places.get(&there).cloned().unwrap_or_default()
    }
}

/// What the rules of chapter 2.8 find about recipients, whatever a question would say of them.
fn reasons(case: &Case<'_>) -> BTreeMap<Key, Vec<Reason>> {
    // 84, 87 and 88 are about what a caller says.
    let numbers = [75, 77, 78, 79, 80, 81, 82, 83, 85, 86];
    let rules = catalogue::rules().filter(|rule| numbers.contains(&rule.number));
    let mut reasons: BTreeMap<Key, Vec<Reason>> = BTreeMap::new();
    for rule in rules {
        let (rule, found) = match judge::outcome(rule, case) {
            Outcome::Fired(found) => (rule, found),
            Outcome::FactMissing(found) => (rules::FACT_MISSING, found),
            _ => continue,
        };
        for fired in found {
            let Some(recipient) = fired.recipient.clone() else {
                continue;
            };
            let (_, by_policy) = judge::severity(rule, &fired, case);
            let mut reason = Reason::of(rule, fired);
            reason.by_policy = by_policy;
            reasons.entry(recipient).or_default().push(reason);
        }
    }
    reasons
}

fn place(case: &Case<'_>, transfer: &Transfer<'_>) -> Place {
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
    let required = match transfer.ground {
        rules::Ground::Tool(safeguard) => safeguard.body.assessment.as_ref(),
        _ => None,
    };
    let required = required
        .and_then(|key| case.view.snapshot.assessment(key))
        .map_or(&[][..], |assessment| {
            assessment.body.required_measures.as_slice()
        });
    Place {
        country: transfer.country.map(|country| country.key().clone()),
        ground,
        required_measures: required.iter().map(|key| key.key().clone()).collect(),
        record: record.map(|record| record.name.clone()),
        reasons: transfer.found.iter().filter_map(fault).collect(),
    }
}

/// What is found, but for what carries the transfer.
fn fault(found: &Found) -> Option<Reason> {
    let rule = catalogue::rules().find(|rule| rule.number == found.number)?;
    (rule.effect != RuleEffect::Permit).then(|| Reason::of(rule, found.fired.clone()))
}
