//! Whether a tracker may be set or read. It names its activity; the same rules are looked at in the same way, those
//! about trackers among them.

use jiff::tz::TimeZone;

use super::{Verdict, Working, weigh};
use crate::domain::activity::Activity;
use crate::domain::controller::Controller;
use crate::domain::date::Instant;
use crate::domain::key::{TrackerKey, TypedKey};
use crate::domain::purpose::Purpose;
use crate::domain::tracker::Tracker;
use crate::engine::case::{Case, Tracking};
use crate::engine::clock::Clock;
use crate::engine::decision::{Decision, Reason, Trace};
use crate::engine::query::{DataItem, Disclosure, Operation, Processing, TrackerUse};
use crate::engine::resolve::{found, lacking};
use crate::engine::rule::{Fired, Gate};
use crate::engine::rules::{
    CONTROLLER_UNKNOWN, FACT_MISSING, PURPOSE_UNREGISTERED, REQUEST_INCOMPLETE,
    TRACKER_UNREGISTERED,
};
use crate::engine::snapshot::{Node, Snapshot};
use crate::engine::suggest::nearest;
use crate::engine::view::{View, place};

/// The fact that names the tracker.
const FACT: &str = "tracker.tracker";

/// Decides about a tracker.
pub fn decide(snapshot: &Snapshot, said: &TrackerUse, at: Instant) -> Decision {
    answer(snapshot, said, at, Working::Dropped).0
}

/// Decides, and shows the working.
pub fn explain(snapshot: &Snapshot, said: &TrackerUse, at: Instant) -> (Decision, Vec<Trace>) {
    answer(snapshot, said, at, Working::Kept)
}

/// What a tracker belongs to.
#[derive(Clone, Copy)]
struct Parties<'a> {
    tracker: Node<'a, Tracker>,
    activity: Node<'a, Activity>,
    controller: Node<'a, Controller>,
    purpose: Node<'a, Purpose>,
}

fn answer(
    snapshot: &Snapshot,
    said: &TrackerUse,
    at: Instant,
    working: Working,
) -> (Decision, Vec<Trace>) {
    let zone = controller(snapshot, said).and_then(|controller| snapshot.zone(controller));
    let clock = Clock::new(at, zone.cloned().unwrap_or(TimeZone::UTC));
    let mut decision = Decision::deny(at);
    let parties = match resolve(snapshot, said, &clock) {
        Ok(parties) => parties,
        Err(reasons) => {
            decision.reasons = reasons;
            decision.valid_until = clock.next();
            return (decision, Vec::new());
        }
    };
    let Parties {
        tracker,
        activity,
        controller,
        purpose,
    } = parties;
    // What rules on consent and children read of a question, this one says too: the tracker stands for the
    // categories of its activity, and who operates it receives them.
    let entries = activity.body.data.iter();
    let items = entries.filter_map(|entry| {
        let category = entry.category.clone()?;
        Some(DataItem {
            category: Some(category),
            ..DataItem::default()
        })
    });
    let operator = tracker.body.operator.iter().map(|operator| Disclosure {
        recipient: Some(operator.clone()),
        ..Disclosure::default()
    });
    let query = Processing {
        operations: vec![Operation::Use],
        data: items.collect(),
        recipients: operator.collect(),
        subject: said.subject.clone(),
        consents: said.consent.clone().into_iter().collect(),
        ..Processing::default()
    };
    let view = View::new(snapshot, &clock);
    view.touch(tracker);
    let mut case = Case::of(view, &query, activity, controller, purpose);
    case.tracking = Some(Tracking { said, tracker });
    let mut verdict = Verdict::of(found(snapshot, activity, &clock, Gate::USING), working);
    verdict.basis = case.basis.map(|basis| basis.key().clone());
    weigh(&case, &mut verdict);
    verdict.records = case.view.touched();
    if let Some(trace) = &mut verdict.trace {
        trace.assumed = case.assumed.into_inner();
    }
    decision.valid_until = clock.next();
    let traces = verdict.trace.take().into_iter().collect();
    decision.take(verdict);
    (decision, traces)
}

/// The controller of the tracker that is asked about.
fn controller<'a>(snapshot: &'a Snapshot, said: &TrackerUse) -> Option<Node<'a, Controller>> {
    let tracker = snapshot.tracker(said.tracker.as_ref()?)?;
    owner(snapshot, tracker)
}

/// The controller of a tracker: its own, else that of its activity.
fn owner<'a>(snapshot: &'a Snapshot, tracker: Node<'a, Tracker>) -> Option<Node<'a, Controller>> {
    if let Some(own) = &tracker.body.controller {
        return snapshot.controller(own);
    }
    let activity = snapshot.activity(tracker.body.activity.as_ref()?)?;
    snapshot.controller(activity.body.controller.as_ref()?)
}

/// What a tracker belongs to; or all that does not resolve.
fn resolve<'a>(
    snapshot: &'a Snapshot,
    said: &TrackerUse,
    clock: &Clock,
) -> Result<Parties<'a>, Vec<Reason>> {
    let mut reasons = Vec::new();
    if said.access.is_none() {
        let message = "`tracker.access` is missing: say whether it is set or read";
        reasons.push(Reason::of(
            REQUEST_INCOMPLETE,
            Fired::about("tracker.access", message),
        ));
    }
    let parties = match &said.tracker {
        None => {
            let message = "`tracker.tracker` is missing: say which tracker";
            let fired = Fired::about(FACT, message);
            Err(vec![Reason::of(REQUEST_INCOMPLETE, fired)])
        }
        Some(key) => parties(snapshot, key, clock),
    };
    match parties {
        Ok(parties) if reasons.is_empty() => Ok(parties),
        Ok(_) => Err(reasons),
        Err(more) => {
            reasons.extend(more);
            Err(reasons)
        }
    }
}

/// What a tracker stands on; or all that is the matter with it.
fn parties<'a>(
    snapshot: &'a Snapshot,
    key: &TrackerKey,
    clock: &Clock,
) -> Result<Parties<'a>, Vec<Reason>> {
    let unknown = |message: String| Fired::about(FACT, message);
    let Some(tracker) = snapshot.tracker(key) else {
        let mut fired = unknown(format!("tracker `{}` is not registered", key.key()));
        fired.suggestions = nearest(snapshot, TrackerKey::KIND, key.key());
        return Err(vec![Reason::of(TRACKER_UNREGISTERED, fired)]);
    };
    if !clock.in_force(&tracker.record.envelope) {
        let message = format!("tracker `{}` is not in force at the time", key.key());
        let fired = unknown(message).at(place(tracker.record, "state"));
        return Err(vec![Reason::of(TRACKER_UNREGISTERED, fired)]);
    }
    let mut reasons = Vec::new();
    let controller =
        owner(snapshot, tracker).filter(|controller| clock.in_force(&controller.record.envelope));
    if controller.is_none() {
        let message = format!("tracker `{}` has no controller in force", key.key());
        let fired = unknown(message).at(place(tracker.record, "controller"));
        reasons.push(Reason::of(CONTROLLER_UNKNOWN, fired));
    }
    let serves = serves(snapshot, tracker, clock, &mut reasons);
    let (Some(controller), Some((activity, purpose)), true) =
        (controller, serves, reasons.is_empty())
    else {
        return Err(reasons);
    };
    if snapshot.zone(controller).is_none() {
        let at = place(controller.record, "time_zone");
        let fired = Fired::unstated(FACT, at, "which day it is");
        return Err(vec![Reason::of(FACT_MISSING, fired)]);
    }
    Ok(Parties {
        tracker,
        activity,
        controller,
        purpose,
    })
}

/// The activity that a tracker names, and its purpose.
fn serves<'a>(
    snapshot: &'a Snapshot,
    tracker: Node<'a, Tracker>,
    clock: &Clock,
    reasons: &mut Vec<Reason>,
) -> Option<(Node<'a, Activity>, Node<'a, Purpose>)> {
    let mut refuse = |message: String, field: &str| {
        let fired = Fired::about(FACT, message).at(place(tracker.record, field));
        reasons.push(Reason::of(PURPOSE_UNREGISTERED, fired));
    };
    let activity = tracker.body.activity.as_ref();
    let Some(activity) = activity.and_then(|key| snapshot.activity(key)) else {
        refuse(
            format!("tracker `{}` names no activity", tracker.key()),
            "activity",
        );
        return None;
    };
    let own = tracker.body.controller.as_ref();
    if own.is_some() && own != activity.body.controller.as_ref() {
        let message = format!(
            "activity `{}` is not one of the controller of tracker `{}`",
            activity.key(),
            tracker.key()
        );
        refuse(message, "controller");
        return None;
    }
    let candidate = found(snapshot, activity, clock, Gate::USING);
    for mut lacking in lacking(&candidate, clock) {
        FACT.clone_into(&mut lacking.fired.fact);
        reasons.push(lacking);
    }
    Some((activity, candidate.purpose?))
}
