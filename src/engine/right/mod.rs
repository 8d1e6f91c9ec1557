//! A person's request: which right applies where, what is done and what is kept back, and when it is due.

mod asked;
mod erasure;
mod held;
mod reach;
mod stands;
mod term;
mod told;

use jiff::tz::TimeZone;

pub use asked::{Extension, Identity, RightRequest};
pub use term::Due;
pub use told::{ActivityRight, Resolved, RightAct, RightAction, RightOutcome, RightStanding};

use super::clock::Clock;
use super::decision::Reason;
use super::query::{DataItem, Objection, Operation, Processing, RightsState};
use super::resolve::{belongs, controller, resolve, unzoned};
use super::rule::{Fired, Obligation};
use super::rules::{
    DEADLINE_MISSED, EXCESSIVE, EXTENSION_INVALID, FACT_MISSING, IDENTITY_UNVERIFIED,
    PURPOSE_UNREGISTERED, REQUEST_INCOMPLETE,
};
use super::snapshot::{Node, Snapshot};
use super::suggest::suggest;
use super::view::{Mark, View};
use crate::domain::activity::Activity;
use crate::domain::controller::Controller;
use crate::domain::date::Instant;
use crate::domain::key::{ActivityKey, Key, TypedKey};
use crate::domain::notice::SubjectRight;

/// Whether a right is one that a person asks the controller for, and this can resolve.
pub const fn is_resolved(right: SubjectRight) -> bool {
    use SubjectRight::{
        Access, AutomatedDecision, ConsentWithdrawal, Erasure, MarketingObjection, Objection,
        Portability, PostMortem, Rectification, Restriction,
    };
    matches!(
        right,
        Access
            | Rectification
            | Erasure
            | Restriction
            | Portability
            | Objection
            | MarketingObjection
            | ConsentWithdrawal
            | AutomatedDecision
            | PostMortem
    )
}

/// Resolves a request, as long as there is time: nothing where that runs out.
pub fn answer(
    snapshot: &Snapshot,
    asked: &RightRequest,
    at: Instant,
    is_in_time: impl Fn() -> bool,
) -> Option<Resolved> {
    let whole = query(asked, asked.data.clone());
    let chosen = controller(snapshot, &whole, at);
    let zone = chosen.and_then(|chosen| snapshot.zone(chosen));
    let clock = Clock::new(at, zone.cloned().unwrap_or(TimeZone::UTC));
    let mut found = resolve(snapshot, &whole, chosen, &clock);
    found
        .reasons
        .retain(|reason| !is_optional(&reason.fired.fact, asked));
    let mut reasons = found.reasons;
    reasons.extend(lacking(asked, &clock));
    if let Some(controller) = found.controller {
        reasons.extend(unknown(snapshot, asked, controller));
        reasons.extend(unzoned(snapshot, controller));
    }
    suggest(snapshot, &mut reasons);
    let view = View::new(snapshot, &clock);
    let mut resolved = Resolved {
        outcome: RightOutcome::Undecided,
        reasons,
        alerts: Vec::new(),
        activities: Vec::new(),
        obligations: Vec::new(),
        due: None,
        extension_valid: None,
        valid_until: None,
    };
    let (true, Some(controller), Some(received)) = (
        resolved.reasons.is_empty(),
        found.controller,
        asked.received_on,
    ) else {
        resolved.valid_until = clock.next();
        return Some(resolved);
    };
    let months = asked.extension.as_ref().and_then(|said| said.months);
    resolved.due = term::due(&view, controller, received, months);
    in_time(asked, &clock, &mut resolved);
    for activity in activities(snapshot, asked, controller, &view) {
        if !is_in_time() {
            return None;
        }
        resolved
            .activities
            .extend(held::one(snapshot, asked, controller, activity, &clock));
    }
    resolved.outcome = outcome(asked, &mut resolved);
    resolved.valid_until = clock.next();
    Some(resolved)
}

/// What rules of processing read of a request.
fn query(asked: &RightRequest, data: Vec<DataItem>) -> Processing {
    let objection = asked.objection.map(|state| Objection {
        state: Some(state),
        ..Objection::default()
    });
    Processing {
        controller: asked.controller.clone(),
        operations: vec![Operation::Erase],
        data,
        subject: asked.subject.clone(),
        consents: asked.consents.clone(),
        rights: Some(RightsState {
            objection,
            ..RightsState::default()
        }),
        ..Processing::default()
    }
}

/// The activities that are named, and are none of the controller's.
fn unknown(
    snapshot: &Snapshot,
    asked: &RightRequest,
    controller: Node<'_, Controller>,
) -> Vec<Reason> {
    let own = |key: &ActivityKey| {
        let activity = snapshot.activity(key);
        activity.is_some_and(|activity| belongs(activity, controller))
    };
    let named = asked.activities.iter().enumerate();
    let unknown = named.filter(|(_, key)| !own(key)).map(|(index, key)| {
        let message = format!(
            "activity `{}` is not one of controller `{}`",
            key.key(),
            controller.key()
        );
        let fact = format!("request.activities[{index}]");
        let mut fired = Fired::about(fact, message);
        fired.unknown = Some((ActivityKey::KIND, key.key().clone()));
        Reason::of(PURPOSE_UNREGISTERED, fired)
    });
    unknown.collect()
}

/// What a check must name and a request need not: the right stands for the purpose.
fn is_optional(fact: &str, asked: &RightRequest) -> bool {
    fact == "processing.activity" || fact == "processing.data" && asked.data.is_empty()
}

fn lacking(asked: &RightRequest, clock: &Clock) -> Vec<Reason> {
    let missing = |fact: &str, what: &str| {
        let message = format!("`{fact}` is missing: say {what}");
        Reason::of(REQUEST_INCOMPLETE, Fired::about(fact, message))
    };
    let mut lacking = Vec::new();
    if asked.right.is_none() {
        lacking.push(missing(
            "request.right",
            "which right the person makes use of",
        ));
    }
    if asked.received_on.is_none() {
        lacking.push(missing(
            "request.received_on",
            "the day the request arrived",
        ));
    }
    if asked.received_on.is_some_and(|day| !clock.begun(day)) {
        let message = "`request.received_on` has not come";
        let fired = Fired::about("request.received_on", message);
        let fired = fired.but("say the day the request arrived".to_owned());
        lacking.push(Reason::of(REQUEST_INCOMPLETE, fired));
    }
    lacking
}

/// The term, and an extension of it.
fn in_time(asked: &RightRequest, clock: &Clock, resolved: &mut Resolved) {
    let Some(due) = resolved.due else {
        let message =
            "no limit says how long an answer may take, so the day it is due is not known";
        let fired = Fired::about("request.received_on", message);
        let next =
            "register the limits RIGHT_ANSWER and RIGHT_EXTENSION: reference/limits.yaml has them";
        let fired = fired.but(next.to_owned());
        resolved.alerts.push(Reason::of(FACT_MISSING, fired));
        return;
    };
    let mut until = due.on;
    if let Some(extension) = &asked.extension {
        let told = extension
            .notified_on
            .is_some_and(|day| day <= due.on && clock.begun(day) && asked.received_on <= Some(day));
        let reasoned = extension.reasons_given == Some(true);
        let some = extension.months.is_some_and(|months| months > 0);
        let valid = told && reasoned && some && !due.too_long;
        resolved.extension_valid = Some(valid);
        if valid {
            until = due.extended_on;
        } else {
            let why = if !told {
                format!("it was not told by {}", due.on)
            } else if !reasoned {
                "no reasons were given".to_owned()
            } else if !some {
                "it is not said by how many months".to_owned()
            } else {
                "it is longer than it may be".to_owned()
            };
            let fired = Fired::about(
                "request.extension",
                format!("the extension does not count: {why}"),
            );
            resolved.alerts.push(Reason::of(EXTENSION_INVALID, fired));
        }
    }
    let late = match asked.answered_on {
        // An answer before the request answers something else.
        Some(day) if clock.begun(day) && asked.received_on <= Some(day) => day > until,
        _ => clock.over(until),
    };
    // While the person is asked who they are, nobody answers, and nobody is late.
    if late && !is_doubted(asked) {
        let fired = Fired::about("request.answered_on", format!("it was due on {until}"));
        resolved.alerts.push(Reason::of(DEADLINE_MISSED, fired));
    }
}

/// The activities of the controller that hold data of the group, those that ended too: data outlive them.
fn activities<'a>(
    snapshot: &'a Snapshot,
    asked: &RightRequest,
    controller: Node<'a, Controller>,
    view: &View<'a>,
) -> Vec<Node<'a, Activity>> {
    let subject = asked
        .subject
        .as_ref()
        .and_then(|subject| subject.category.as_ref());
    let own = |activity: &Node<'a, Activity>| belongs(*activity, controller);
    // One that is named is looked at whatever its state.
    let named = |activity: &Node<'a, Activity>| {
        let mut named = asked.activities.iter();
        if asked.activities.is_empty() {
            activity.record.envelope.may_hold_data()
        } else {
            named.any(|key| key.key() == activity.key())
        }
    };
    let subject = subject.map(TypedKey::key);
    let about = |activity: &Node<'a, Activity>| view.is_about(*activity, subject) != Mark::No;
    let all = snapshot.all::<Activity>();
    all.filter(own).filter(named).filter(about).collect()
}

/// Whether there is doubt about who asks, and nobody knows better by now.
fn is_doubted(asked: &RightRequest) -> bool {
    let identity = asked.identity.as_ref();
    identity.is_some_and(|said| said.doubt == Some(true) && said.verified != Some(true))
}

/// What is to be done, of all that was found.
fn outcome(asked: &RightRequest, resolved: &mut Resolved) -> RightOutcome {
    let identity = asked.identity.as_ref();
    let doubt = identity.is_some_and(|identity| identity.doubt == Some(true));
    if identity.is_some_and(|identity| identity.document_demanded == Some(true)) && !doubt {
        let message = "a document is demanded, and nobody doubts who asks";
        let fired = Fired::about("request.identity.document_demanded", message);
        resolved.alerts.push(Reason::of(IDENTITY_UNVERIFIED, fired));
    }
    if is_doubted(asked) {
        let fired = Fired::about("request.identity", "there is doubt about who asks");
        resolved
            .reasons
            .push(Reason::of(IDENTITY_UNVERIFIED, fired));
        return RightOutcome::AskIdentity;
    }
    let burdens = asked.manifestly_unfounded == Some(true) || asked.excessive == Some(true);
    if burdens && asked.shown == Some(true) {
        let message = "the controller can show that it is manifestly unfounded or excessive";
        let fired = Fired::about("request.shown", message);
        resolved.reasons.push(Reason::of(EXCESSIVE, fired));
        resolved.obligations.push(refusal(resolved.due));
        return RightOutcome::ChargeOrRefuse;
    }
    if burdens {
        let message = "it is called unfounded or excessive, and nothing is stated to show it";
        resolved.alerts.push(Reason::of(
            EXCESSIVE,
            Fired::about("request.shown", message),
        ));
    }
    let stands = |standing| {
        resolved
            .activities
            .iter()
            .any(|one| one.standing == standing)
    };
    let refused = stands(RightStanding::Refused);
    let partly = stands(RightStanding::InPart);
    let applies = stands(RightStanding::Applies);
    // Where nothing is concerned there is nothing to refuse: that is the answer.
    let concerned = !resolved.activities.is_empty();
    let outcome = if stands(RightStanding::Undecided) {
        RightOutcome::Undecided
    } else if !concerned {
        RightOutcome::NothingToDo
    } else if applies && !refused && !partly {
        RightOutcome::Honour
    } else if applies || partly {
        RightOutcome::HonourInPart
    } else {
        RightOutcome::Refuse
    };
    if matches!(outcome, RightOutcome::Refuse | RightOutcome::HonourInPart) {
        resolved.obligations.push(refusal(resolved.due));
    }
    resolved.obligations.extend(following(asked, resolved));
    notify(resolved);
    outcome
}

/// The person is told why not, by the day it is due.
fn refusal(due: Option<Due>) -> Obligation {
    let day = due.map(|due| due.on.to_string());
    Obligation::new("INFORM_REFUSAL").with("date", day.unwrap_or_default())
}

/// What comes with what is done: of marketing one remembers who refused it, of what is restricted the person hears
/// before that ends, and what rested on a consent that is withdrawn is erased.
fn following(asked: &RightRequest, resolved: &Resolved) -> Vec<Obligation> {
    let done = |action| {
        let all = resolved.activities.iter().flat_map(|one| &one.acts);
        all.filter(move |act: &&RightAct| act.action == action)
    };
    let mut obligations = Vec::new();
    if done(RightAction::Stop).count() > 0 {
        obligations.push(Obligation::new("STOP_PROCESSING"));
    }
    if done(RightAction::Stop).any(|act| act.provision == "21(2)") {
        obligations.push(Obligation::new("KEEP_SUPPRESSION_ENTRY"));
    }
    // Art. 18(3): also of what is restricted while an objection is examined.
    if done(RightAction::Restrict).count() > 0 {
        obligations.push(Obligation::new("INFORM_BEFORE_LIFTING"));
    }
    if asked.right == Some(SubjectRight::ConsentWithdrawal) {
        let mut erased: Vec<_> = done(RightAction::Erase).map(|act| &act.category).collect();
        erased.sort();
        erased.dedup();
        let erase = |key: &Key| Obligation::new("ERASE_NOW").of(key.as_str());
        obligations.extend(erased.into_iter().map(erase));
    }
    obligations
}

/// Whoever got the data is told of what is corrected, erased or restricted (Art. 19).
fn notify(resolved: &mut Resolved) {
    let mut recipients: Vec<_> = resolved
        .activities
        .iter()
        .filter(|one| matches!(one.standing, RightStanding::Applies | RightStanding::InPart))
        .flat_map(|one| &one.recipients)
        .collect();
    recipients.sort();
    recipients.dedup();
    let notify = recipients
        .into_iter()
        .map(|key| Obligation::new("NOTIFY_RECIPIENTS").with("recipient", key.to_string()));
    let notify: Vec<Obligation> = notify.collect();
    resolved.obligations.extend(notify);
}
