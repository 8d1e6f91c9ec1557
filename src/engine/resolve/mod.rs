//! From what a question names to the activities that could carry it.

mod data;
mod told;

use jiff::tz::TimeZone;

use data::{find_category, find_subject};
use told::{standing, term, unknown};

use crate::domain::activity::Activity;
use crate::domain::controller::Controller;
use crate::domain::date::Instant;
use crate::domain::key::{Kind, TypedKey};
use crate::domain::purpose::Purpose;
use crate::domain::record::State;
use crate::engine::clock::Clock;
use crate::engine::decision::Reason;
use crate::engine::query::{Operation, Processing, Target};
use crate::engine::rule::{Fired, Gate, Rule};
use crate::engine::rules::{
    ACTIVITY_NOT_ACTIVE, CONTROLLER_UNKNOWN, FACT_MISSING, PURPOSE_UNREGISTERED, REQUEST_INCOMPLETE,
};
use crate::engine::snapshot::{Node, Snapshot};
use crate::engine::view::{Mark, includes_children, place};

/// An activity that could carry the question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// The activity.
    pub activity: Node<'a, Activity>,
    /// The purpose it serves, if it counts.
    pub purpose: Option<Node<'a, Purpose>>,
    /// Whether the activity counts.
    pub active: bool,
}

/// What became of the names in a question.
#[derive(Debug, Default)]
pub(super) struct Resolved<'a> {
    /// The controller.
    pub controller: Option<Node<'a, Controller>>,
    /// The activities, in the order of their keys.
    pub candidates: Vec<Found<'a>>,
    /// Whether a purpose was asked, and not an activity.
    pub by_purpose: bool,
    /// Activities of which it is not known whether they serve the purpose too: they carry nothing, and may refuse.
    pub perhaps: Vec<Found<'a>>,
    /// What did not resolve.
    pub reasons: Vec<Reason>,
}

impl Resolved<'_> {
    fn refuse(&mut self, rule: &'static Rule, fired: Fired) {
        self.reasons.push(Reason::of(rule, fired));
    }
}

/// The operations of a question, as a set.
pub(super) fn operations(query: &Processing) -> Gate {
    query
        .operations
        .iter()
        .fold(Gate::default(), |set, operation| {
            set.and(Gate::of(&[*operation]))
        })
}

/// The controller of a question: the one it names, or the only one in force, each by its own calendar.
pub(super) fn controller<'a>(
    snapshot: &'a Snapshot,
    query: &Processing,
    at: Instant,
) -> Option<Node<'a, Controller>> {
    if let Some(key) = &query.controller {
        return snapshot.controller(key);
    }
    let mut counting = snapshot.all::<Controller>().filter(|node| {
        let zone = snapshot.zone(*node).cloned().unwrap_or(TimeZone::UTC);
        Clock::new(at, zone).in_force(&node.record.envelope)
    });
    match (counting.next(), counting.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Finds what a question names, and says what it does not find.
pub(super) fn resolve<'a>(
    snapshot: &'a Snapshot,
    query: &Processing,
    chosen: Option<Node<'a, Controller>>,
    clock: &Clock,
) -> Resolved<'a> {
    let mut resolved = Resolved::default();
    incomplete(query, &mut resolved);
    find_controller(snapshot, query, chosen, clock, &mut resolved);
    find_candidates(snapshot, query, clock, &mut resolved);
    let erasing = operations(query).within(Gate::ERASING);
    for (index, item) in query.data.iter().enumerate() {
        find_category(snapshot, item, index, clock, erasing, &mut resolved);
    }
    find_subject(snapshot, query, clock, erasing, &mut resolved);
    resolved
}

fn incomplete(query: &Processing, resolved: &mut Resolved<'_>) {
    let mut missing = |fact: String, what: &str| {
        resolved.refuse(
            REQUEST_INCOMPLETE,
            Fired::about(fact.clone(), format!("`{fact}` is missing: say {what}")),
        );
    };
    if query.target.is_none() {
        missing(
            "processing.activity".to_owned(),
            "the activity, or the purpose",
        );
    }
    if query.operations.is_empty() {
        missing("processing.operations".to_owned(), "what is to be done");
    }
    if query.data.is_empty() {
        missing("processing.data".to_owned(), "the categories of data");
    }
    for (index, item) in query.data.iter().enumerate() {
        if item.category.is_none() {
            missing(format!("processing.data[{index}].category"), "the category");
        }
    }
    if query
        .subject
        .as_ref()
        .is_none_or(|subject| subject.category.is_none())
    {
        missing(
            "processing.subject.category".to_owned(),
            "the group the person belongs to",
        );
    }
    let discloses = query
        .operations
        .iter()
        .any(|one| matches!(one, Operation::Disclose | Operation::Transfer));
    if discloses && query.recipients.is_empty() {
        missing("processing.recipients".to_owned(), "who receives the data");
    }
    for (index, disclosure) in query.recipients.iter().enumerate() {
        if disclosure.recipient.is_none() {
            missing(
                format!("processing.recipients[{index}].recipient"),
                "the recipient",
            );
        }
    }
}

fn find_controller<'a>(
    snapshot: &'a Snapshot,
    query: &Processing,
    chosen: Option<Node<'a, Controller>>,
    clock: &Clock,
    resolved: &mut Resolved<'a>,
) {
    let fact = "processing.controller";
    if let Some(key) = &query.controller {
        match snapshot.controller(key) {
            Some(found) if clock.in_force(&found.record.envelope) => {
                resolved.controller = Some(found);
            }
            Some(found) => {
                let fired = Fired::about(
                    fact,
                    format!("controller `{}` is not active at the time", key.key()),
                );
                resolved.refuse(CONTROLLER_UNKNOWN, fired.at(term(found.record, clock)));
            }
            None => {
                let fired = unknown(fact, "controller", Kind::Controller, key.key());
                resolved.refuse(CONTROLLER_UNKNOWN, fired);
            }
        }
        return;
    }
    // Every term is looked at by this clock too: its ends bound the answer.
    let counting = snapshot
        .all::<Controller>()
        .filter(|known| {
            // Each by its own calendar, as when it was chosen; its next boundary is one of the answer.
            let zone = snapshot.zone(*known).cloned().unwrap_or(TimeZone::UTC);
            let own = Clock::new(clock.now(), zone);
            let counts = own.in_force(&known.record.envelope);
            if let Some(next) = own.next() {
                clock.come(next);
            }
            counts
        })
        .count();
    match chosen {
        Some(only) => resolved.controller = Some(only),
        None if counting == 0 => {
            resolved.refuse(
                CONTROLLER_UNKNOWN,
                Fired::about(fact, "no controller is registered and active"),
            );
        }
        None => {
            let message = format!("`{fact}` is missing: say which of the {counting} controllers");
            resolved.refuse(REQUEST_INCOMPLETE, Fired::about(fact, message));
        }
    }
}

fn find_candidates<'a>(
    snapshot: &'a Snapshot,
    query: &Processing,
    clock: &Clock,
    resolved: &mut Resolved<'a>,
) {
    match &query.target {
        None => {}
        Some(Target::Activity(key)) => {
            let fact = "processing.activity";
            let Some(activity) = snapshot.activity(key) else {
                let fired = unknown(fact, "activity", Kind::Activity, key.key());
                return resolved.refuse(PURPOSE_UNREGISTERED, fired);
            };
            if let Some(controller) = resolved.controller
                && !belongs(activity, controller)
            {
                let message = format!(
                    "activity `{}` is not one of controller `{}`",
                    key.key(),
                    controller.key()
                );
                return resolved.refuse(
                    PURPOSE_UNREGISTERED,
                    Fired::about(fact, message).at(place(activity.record, "controller")),
                );
            }
            resolved
                .candidates
                .push(found(snapshot, activity, clock, operations(query)));
        }
        Some(Target::Purpose(key)) => {
            resolved.by_purpose = true;
            let fact = "processing.purpose";
            let erasing = operations(query).within(Gate::ERASING);
            let purpose = snapshot
                .purpose(key)
                .filter(|found| clock.known(&found.record.envelope, erasing));
            if purpose.is_none() {
                let fired = match snapshot.purpose(key) {
                    Some(known) => Fired::about(
                        fact,
                        format!("purpose `{}` is not in force at the time", key.key()),
                    )
                    .at(term(known.record, clock)),
                    None => unknown(fact, "purpose", Kind::Purpose, key.key()),
                };
                return resolved.refuse(PURPOSE_UNREGISTERED, fired);
            }
            let asked = snapshot.purpose(key).into_iter();
            for activity in asked.flat_map(|purpose| serving(snapshot, purpose, clock)) {
                if resolved
                    .controller
                    .is_none_or(|controller| belongs(activity, controller))
                {
                    // What is asked is judged, and not the purpose above it that includes it.
                    let candidate = found(snapshot, activity, clock, operations(query));
                    let purpose = candidate.purpose.and(purpose);
                    resolved.candidates.push(Found {
                        purpose,
                        ..candidate
                    });
                }
            }
            resolved
                .candidates
                .sort_by(|a, b| a.activity.key().cmp(b.activity.key()));
            if resolved.candidates.is_empty() && resolved.controller.is_some() {
                let message = format!(
                    "no activity of the controller serves purpose `{}`",
                    key.key()
                );
                return resolved.refuse(PURPOSE_UNREGISTERED, Fired::about(fact, message));
            }
            resolved.perhaps = perhaps(snapshot, query, purpose, resolved, clock);
            // Erasing for a purpose erases for all that serve it: which ones must be known.
            if let Some(first) = resolved.perhaps.first().filter(|_| erasing) {
                let activity = first.activity;
                let field = match activity.body.purpose {
                    None => "purpose",
                    Some(_) => "controller",
                };
                let at = place(activity.record, field);
                let undecided = "whether an activity that serves the purpose keeps the data";
                resolved.refuse(FACT_MISSING, Fired::unstated(fact, at, undecided));
            }
        }
    }
}

pub(super) fn belongs(activity: Node<'_, Activity>, controller: Node<'_, Controller>) -> bool {
    activity
        .body
        .controller
        .as_ref()
        .is_some_and(|key| key.key() == controller.key())
}

/// The activities on a purpose, or on one above it that includes its children.
fn serving<'a>(
    snapshot: &'a Snapshot,
    purpose: Node<'a, Purpose>,
    clock: &Clock,
) -> Vec<Node<'a, Activity>> {
    let mut serving: Vec<_> = snapshot.activities_for(purpose.number).collect();
    for number in snapshot.upwards(purpose.number).skip(1) {
        let above = snapshot.node::<Purpose>(number);
        if above.is_some_and(|above| includes_children(above.record, clock) == Mark::Yes) {
            serving.extend(snapshot.activities_for(number));
        }
    }
    serving
}

/// The activities of which it is not known whether they are the controller's and serve a purpose.
fn perhaps<'a>(
    snapshot: &'a Snapshot,
    query: &Processing,
    purpose: Option<Node<'a, Purpose>>,
    resolved: &Resolved<'a>,
    clock: &Clock,
) -> Vec<Found<'a>> {
    let (Some(purpose), Some(controller)) = (purpose, resolved.controller) else {
        return Vec::new();
    };
    let mut unplaced = snapshot.unplaced_activities().peekable();
    if unplaced.peek().is_none() {
        return Vec::new();
    }
    let serving = serving(snapshot, purpose, clock);
    let may_serve = |activity: &Node<'_, Activity>| {
        let body = activity.body;
        let ours = body.controller.is_none() || belongs(*activity, controller);
        let serves = serving.iter().any(|one| one.number == activity.number);
        ours && (body.purpose.is_none() || serves) && clock.known(&activity.record.envelope, true)
    };
    let unplaced = unplaced.filter(may_serve);
    unplaced
        .map(|activity| {
            let candidate = found(snapshot, activity, clock, operations(query));
            let counts = activity.body.purpose.is_none() || candidate.purpose.is_some();
            Found {
                purpose: counts.then_some(purpose),
                ..candidate
            }
        })
        .collect()
}

/// An activity as a candidate.
pub(super) fn found<'a>(
    snapshot: &'a Snapshot,
    activity: Node<'a, Activity>,
    clock: &Clock,
    operations: Gate,
) -> Found<'a> {
    // Erasing goes on for what has ended: its rows count as known.
    let erasing = operations.within(Gate::ERASING);
    let active = clock.in_force(&activity.record.envelope) || erasing;
    let purpose = activity
        .body
        .purpose
        .as_ref()
        .and_then(|key| snapshot.purpose(key))
        .filter(|purpose| clock.known(&purpose.record.envelope, erasing));
    Found {
        activity,
        purpose,
        active,
    }
}

/// What a candidate lacks to be judged.
pub(super) fn lacking(found: &Found<'_>, clock: &Clock) -> Vec<Reason> {
    let activity = found.activity;
    let mut reasons = Vec::new();
    if !found.active {
        let message = format!(
            "activity `{}` is {} at the time",
            activity.key(),
            standing(activity.record, clock)
        );
        let mut fired =
            Fired::about("processing.activity", message).at(term(activity.record, clock));
        if activity.record.envelope.state == State::Retired {
            fired = fired.but("name an activity that is in force".to_owned());
        }
        reasons.push(Reason::of(ACTIVITY_NOT_ACTIVE, fired));
    }
    if found.purpose.is_none() {
        let message = format!(
            "activity `{}` serves no purpose that is in force",
            activity.key()
        );
        let fired =
            Fired::about("processing.activity", message).at(place(activity.record, "purpose"));
        reasons.push(Reason::of(PURPOSE_UNREGISTERED, fired));
    }
    reasons
}

/// Without a time zone no day is known.
pub(super) fn unzoned(snapshot: &Snapshot, controller: Node<'_, Controller>) -> Option<Reason> {
    snapshot.zone(controller).is_none().then(|| {
        let at = place(controller.record, "time_zone");
        let fired = Fired::unstated("processing.evaluation_time", at, "which day it is");
        Reason::of(FACT_MISSING, fired)
    })
}

/// An activity whose record states no purpose.
pub(super) fn purposeless(activity: Node<'_, Activity>) -> Reason {
    let message = format!(
        "activity `{}` serves no purpose that is registered",
        activity.key()
    );
    let fired = Fired::about("processing.activity", message).at(place(activity.record, "purpose"));
    Reason::of(PURPOSE_UNREGISTERED, fired)
}
