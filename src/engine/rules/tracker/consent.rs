//! The person's choice about a tracker.

use super::exemption::{Exempt, exempt, hangs_on_request, is_harmless};
use super::{CHAPTER, about, none};
use crate::domain::tracker::{TrackerClass, TrackerMedium};
use crate::engine::case::{Case, Tracking};
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::fault::Fault;
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::view::{gap, place};

pub(super) const RULES: &[Rule] = &[
    about(
        Rule::law(
            CHAPTER,
            145,
            "TRACKER_CONSENT_REQUIRED",
            "A tracker that is not exempt needs consent first",
            "Directive 2002/58/EC art. 5(3); LIL art. 82; C-673/17",
            "ask for consent of scope TERMINAL_ACCESS before it is set or read",
            none,
        ),
        required,
    ),
    about(
        Rule::law(
            CHAPTER,
            146,
            "TRACKER_CONSENT_REFUSED",
            "The person refused the tracker, or withdrew the consent",
            "Directive 2002/58/EC art. 5(3); LIL art. 82; GDPR art. 7(3)",
            "do without it, keep the choice, and do not ask again for a while",
            none,
        ),
        refused,
    ),
    about(
        Rule {
            level: Level::Guidance,
            effect: RuleEffect::Warn,
            ..Rule::law(
                CHAPTER,
                152,
                "TRACKER_CHOICE_REFRESH_DUE",
                "The choice is old, or nobody says when it was made",
                "CNIL 2020-092",
                "ask again, and state `choice_time`",
                none,
            )
        },
        refresh,
    ),
    about(
        Rule::law(
            CHAPTER,
            154,
            "EMAIL_PIXEL_CONSENT_REQUIRED",
            "A pixel that follows each reader of an e-mail needs consent",
            "LIL art. 82; CNIL, draft recommendation of 12 June 2025",
            "ask for consent, or count openings over all readers only, and record it as `pixel_use`",
            none,
        ),
        pixel,
    ),
];

fn fault(case: &Case<'_>) -> Option<Fault> {
    examine(case, ConsentScope::TerminalAccess, case.basis)
}

/// Whether there is a consent that counts.
pub(super) fn is_given(case: &Case<'_>) -> bool {
    fault(case).is_none()
}

/// Whether the person refused, or withdrew.
pub(super) fn is_refused(case: &Case<'_>) -> bool {
    fault(case).is_some_and(|fault| fault.is_refusal())
}

fn required<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    // Other rules say why an exemption that was claimed does not hold.
    if !matches!(exempt(case, tracking), Exempt::Not) {
        return Outcome::NotApplicable;
    }
    match fault(case) {
        None => Outcome::Satisfied,
        Some(found) if found.is_refusal() => Outcome::NotApplicable,
        Some(_) if hangs_on_request(tracking) => {
            let fact = "tracker.requested_service";
            let message = format!(
                "`{fact}` is not said: tracker `{}` is exempt where the person asked for the service",
                tracking.tracker.key()
            );
            let next =
                "say whether the person asked for the service; if not, ask for consent first";
            let fired = Fired::about(fact, message).but(next.to_owned());
            Outcome::Fired(vec![fired.at(place(tracking.tracker.record, "class"))])
        }
        Some(found) => {
            let message = format!(
                "tracker `{}` is not exempt: {}",
                tracking.tracker.key(),
                found.fired.message
            );
            let fired = Fired::about(found.fired.fact, message);
            Outcome::Fired(vec![fired.at(place(tracking.tracker.record, "class"))])
        }
    }
}

fn refused<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    match exempt(case, tracking) {
        Exempt::Necessary | Exempt::Audience => return Outcome::NotApplicable,
        Exempt::AudienceObjected if !is_refused(case) => {
            let fired = Fired::about("tracker.objected", "the person objected to being measured");
            return Outcome::Fired(vec![fired]);
        }
        _ => {}
    }
    match fault(case) {
        Some(found) if found.is_refusal() => Outcome::Fired(vec![found.fired]),
        _ => Outcome::Satisfied,
    }
}

fn refresh<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    let exempt = matches!(exempt(case, tracking), Exempt::Necessary | Exempt::Audience);
    // Who refused is asked again after a while too, and not before.
    if exempt || !is_given(case) && !is_refused(case) {
        return Outcome::NotApplicable;
    }
    let Some(limit) = case.limit("TRACKER_CHOICE") else {
        return Outcome::Satisfied;
    };
    let given = case.consent(ConsentScope::TerminalAccess);
    let given = given.and_then(|(_, consent)| consent.given_time);
    let Some(time) = tracking.said.choice_time.or(given) else {
        let message = "it is not said when the person chose";
        return Outcome::Fired(vec![Fired::about("tracker.choice_time", message)]);
    };
    let last = time.day(case.view.clock.zone()).plus(limit);
    if !case.view.clock.over(last) {
        return Outcome::Satisfied;
    }
    let message = format!("the choice is older than {limit}");
    Outcome::Fired(vec![Fired::about("tracker.choice_time", message)])
}

fn pixel<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    let body = tracking.tracker.body;
    // Of pixels in e-mails alone it is said how they are used.
    let open = |field| gap(tracking.tracker.record, field).is_some();
    let used = body.pixel_use.is_some() || open("pixel_use");
    let in_mail = match body.medium {
        Some(TrackerMedium::Email) => used,
        Some(_) => false,
        None => body.pixel_use.is_some() || used && open("medium"),
    };
    let is_pixel = body.class == Some(TrackerClass::EmailPixel) || in_mail;
    if !is_pixel || is_harmless(tracking) {
        return Outcome::NotApplicable;
    }
    if is_given(case) {
        return Outcome::Satisfied;
    }
    let message = format!(
        "pixel `{}` follows each reader, and there is no consent",
        tracking.tracker.key()
    );
    let fired = Fired::about("tracker.consent", message);
    Outcome::Fired(vec![fired.at(place(tracking.tracker.record, "pixel_use"))])
}
