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
use crate::engine::query::{Operation, Processing, TrackerUse};
use crate::engine::resolve::{found, lacking};
use crate::engine::rule::{Fired, Gate};
use crate::engine::rules::{
    CONTROLLER_UNKNOWN, FACT_MISSING, PURPOSE_UNREGISTERED, REQUEST_INCOMPLETE,
    TRACKER_UNREGISTERED,
};
use crate::engine::snapshot::{Node, Snapshot};
use crate::engine::suggest::nearest;
use crate::engine::view::{View, place};

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
    // What rules on consent and children read of a question, this one says too.
    let query = Processing {
        operations: vec![Operation::Use],
        subject: said.subject.clone(),
        consents: said.consent.clone().into_iter().collect(),
        ..Processing::default()
    };
    let view = View::new(snapshot, &clock);
    let Parties {
        tracker,
        activity,
        controller,
        purpose,
    } = parties;
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

/// The controller of the activity that a tracker names.
fn controller<'a>(snapshot: &'a Snapshot, said: &TrackerUse) -> Option<Node<'a, Controller>> {
    let tracker = snapshot.tracker(said.tracker.as_ref()?)?;
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
            let fired = Fired::about("tracker.tracker", message);
            Err(Box::new(Reason::of(REQUEST_INCOMPLETE, fired)))
        }
        Some(key) => parties(snapshot, key, clock),
    };
    match parties {
        Ok(parties) if reasons.is_empty() => Ok(parties),
        Ok(_) => Err(reasons),
        Err(reason) => {
            reasons.push(*reason);
            Err(reasons)
        }
    }
}

fn parties<'a>(
    snapshot: &'a Snapshot,
    key: &TrackerKey,
    clock: &Clock,
) -> Result<Parties<'a>, Box<Reason>> {
    const FACT: &str = "tracker.tracker";
    let unknown = |message: String| Fired::about(FACT, message);
    let Some(tracker) = snapshot.tracker(key) else {
        let mut fired = unknown(format!("tracker `{}` is not registered", key.key()));
        fired.suggestions = nearest(snapshot, TrackerKey::KIND, key.key());
        return Err(Box::new(Reason::of(TRACKER_UNREGISTERED, fired)));
    };
    if !clock.in_force(&tracker.record.envelope) {
        let fired = unknown(format!(
            "tracker `{}` is not in force at the time",
            key.key()
        ));
        return Err(Box::new(Reason::of(
            TRACKER_UNREGISTERED,
            fired.at(place(tracker.record, "state")),
        )));
    }
    let activity = tracker.body.activity.as_ref();
    let Some(activity) = activity.and_then(|key| snapshot.activity(key)) else {
        let fired = unknown(format!("tracker `{}` names no activity", key.key()));
        return Err(Box::new(Reason::of(
            PURPOSE_UNREGISTERED,
            fired.at(place(tracker.record, "activity")),
        )));
    };
    let candidate = found(snapshot, activity, clock, Gate::USING);
    if let Some(mut lacking) = lacking(&candidate, clock).into_iter().next() {
        FACT.clone_into(&mut lacking.fired.fact);
        return Err(Box::new(lacking));
    }
    let controller = activity.body.controller.as_ref();
    let controller = controller
        .and_then(|key| snapshot.controller(key))
        .filter(|controller| clock.in_force(&controller.record.envelope));
    let (Some(controller), Some(purpose)) = (controller, candidate.purpose) else {
        let fired = unknown(format!(
            "activity `{}` has no controller in force",
            activity.key()
        ));
        return Err(Box::new(Reason::of(
            CONTROLLER_UNKNOWN,
            fired.at(place(activity.record, "controller")),
        )));
    };
    if snapshot.zone(controller).is_none() {
        let at = place(controller.record, "time_zone");
        let fired = Fired::unstated(FACT, at, "which day it is");
        return Err(Box::new(Reason::of(FACT_MISSING, fired)));
    }
    Ok(Parties {
        tracker,
        activity,
        controller,
        purpose,
    })
}
