//! Trackers that need no consent: what the communication or a service that was asked for cannot do without, and the
//! publisher's own measurement of its audience.

use super::lifetime::{Life, life};
use super::{CHAPTER, about, none};
use crate::domain::tracker::{PixelUse, TrackerClass, TrackerExemption};
use crate::engine::case::{Case, Tracking};
use crate::engine::rule::{Fired, Level, Obligation, Outcome, Place, Rule, RuleEffect};
use crate::engine::rules::tracker::consent::{is_given, is_refused};
use crate::engine::view::{Mark, gap, place};

pub(super) const RULES: &[Rule] = &[
    about(
        Rule {
            effect: RuleEffect::Permit,
            ..Rule::law(
                CHAPTER,
                147,
                "TRACKER_EXEMPT",
                "It is needed for the communication, or for a service that was asked for",
                "Directive 2002/58/EC art. 5(3); LIL art. 82; CNIL 2020-091",
                "tell people of the tracker",
                none,
            )
        },
        necessary,
    ),
    about(
        Rule {
            level: Level::Guidance,
            effect: RuleEffect::Permit,
            ..Rule::law(
                CHAPTER,
                148,
                "TRACKER_AUDIENCE_EXEMPT",
                "It measures the publisher's audience, under all conditions of the exemption",
                "LIL art. 82; CNIL, audience measurement, 4 July 2025",
                "tell people of the tracker, and let them object",
                none,
            )
        },
        audience,
    ),
    about(
        Rule::law(
            CHAPTER,
            149,
            "TRACKER_AUDIENCE_EXEMPTION_UNMET",
            "The exemption for measuring the audience is claimed, and a condition fails",
            "LIL art. 82; CNIL, audience measurement, 4 July 2025",
            "meet the condition and record it, or ask for consent",
            none,
        ),
        unmet,
    ),
];

/// How a tracker stands towards the exemptions.
pub(super) enum Exempt {
    /// Nothing exempts it.
    Not,
    /// It is needed.
    Necessary,
    /// It measures the audience, under all conditions.
    Audience,
    /// It would, but for this.
    AudienceBut(Vec<(&'static str, Place)>),
    /// It would, but it lives too long, or nobody says how long.
    AudienceTooLong,
    /// It would, but the person objected.
    AudienceObjected,
}

fn claims(tracking: Tracking<'_>, said: fn(&TrackerExemption) -> Option<bool>) -> bool {
    let exemption = tracking.tracker.body.exemption.as_ref();
    exemption.and_then(said) == Some(true)
}

/// Whether it has one purpose: it is stated, and the record names no other.
fn is_sole(tracking: Tracking<'_>) -> bool {
    claims(tracking, |said| said.sole_purpose)
        && tracking.tracker.body.purposes.len() <= 1
        && gap(tracking.tracker.record, "purposes").is_none()
}

/// Whether a pixel follows no reader: it is stated to be for security, or for a rate over all.
pub(super) fn is_harmless(tracking: Tracking<'_>) -> bool {
    matches!(
        tracking.tracker.body.pixel_use,
        Some(PixelUse::Security | PixelUse::GlobalOpenRate)
    )
}

pub(super) fn exempt<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Exempt {
    let tracker = tracking.tracker;
    if !is_claimed(tracking) {
        return Exempt::Not;
    }
    let sole = is_sole(tracking);
    let needed = match tracker.body.class {
        Some(TrackerClass::Communication) => sole,
        Some(TrackerClass::StrictlyNecessary | TrackerClass::InterfacePreference) => {
            sole && tracking.said.requested_service == Some(true)
        }
        Some(TrackerClass::EmailPixel) => {
            // What the record says of others, and of anonymity, is believed.
            let exemption = tracker.body.exemption.as_ref();
            let open = |field| gap(tracker.record, field).is_some();
            let anonymous = exemption.and_then(|said| said.anonymous_statistics) != Some(false)
                && !open("exemption.anonymous_statistics");
            let alone =
                tracker.body.third_party_access != Some(true) && !open("third_party_access");
            let counts = anonymous && alone || tracker.body.pixel_use == Some(PixelUse::Security);
            sole && counts && is_harmless(tracking)
        }
        Some(TrackerClass::AudienceMeasurement | TrackerClass::Analytics) => {
            return measures(case, tracking);
        }
        Some(TrackerClass::Advertising | TrackerClass::Social) | None => false,
    };
    if needed {
        Exempt::Necessary
    } else {
        Exempt::Not
    }
}

/// Whether an exemption is claimed.
fn is_claimed(tracking: Tracking<'_>) -> bool {
    claims(tracking, |said| said.claimed)
}

/// Whether nothing but a word on the service is missing: it is exempt where the person asked for that.
pub(super) fn hangs_on_request(tracking: Tracking<'_>) -> bool {
    let of_service = matches!(
        tracking.tracker.body.class,
        Some(TrackerClass::StrictlyNecessary | TrackerClass::InterfacePreference)
    );
    of_service
        && is_claimed(tracking)
        && is_sole(tracking)
        && tracking.said.requested_service.is_none()
}

fn measures<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Exempt {
    type Condition = (&'static str, fn(&TrackerExemption) -> Option<bool>);
    const CONDITIONS: [Condition; 6] = [
        ("sole_account", |said| said.sole_account),
        ("anonymous_statistics", |said| said.anonymous_statistics),
        ("no_cross_site", |said| said.no_cross_site),
        ("no_cross_matching", |said| said.no_cross_matching),
        ("no_third_party", |said| said.no_third_party),
        ("no_vendor_reuse", |said| said.no_vendor_reuse),
    ];
    let record = tracking.tracker.record;
    let mut failing: Vec<(&'static str, Place)> = CONDITIONS
        .into_iter()
        .filter(|(_, said)| !claims(tracking, *said))
        .map(|(field, _)| (field, place(record, &format!("exemption.{field}"))))
        .collect();
    if !is_sole(tracking) {
        failing.push(("sole_purpose", place(record, "exemption.sole_purpose")));
    }
    if tracking.tracker.body.class == Some(TrackerClass::Analytics) {
        failing.push(("class", place(record, "class")));
    }
    let access = tracking.tracker.body.third_party_access;
    if Mark::of(record, "third_party_access", access) != Mark::No {
        failing.push(("third_party_access", place(record, "third_party_access")));
    }
    if !failing.is_empty() {
        return Exempt::AudienceBut(failing);
    }
    if tracking.said.objected == Some(true) || is_refused(case) {
        return Exempt::AudienceObjected;
    }
    if tracking.said.objected.is_none() {
        case.assume("tracker.objected");
    }
    match life(case, tracking) {
        Life::Within => Exempt::Audience,
        Life::Over(_) | Life::Unsaid if is_lenient(case) => Exempt::Audience,
        Life::Over(_) | Life::Unsaid | Life::Unknown(_) => Exempt::AudienceTooLong,
    }
}

/// Whether a policy lets a tracker keep the exemption that lives too long.
pub(super) fn is_lenient(case: &Case<'_>) -> bool {
    case.view.lets_pass("TRACKER_LIFETIME_EXCEEDED")
}

/// Whether a tracker rests on consent.
pub(in crate::engine) fn needs_consent<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> bool {
    !matches!(exempt(case, tracking), Exempt::Necessary | Exempt::Audience)
}

fn inform(case: &Case<'_>) -> Obligation {
    let notice = crate::engine::rules::transparency::notice_key(case);
    Obligation::new("INFORM_TRACKER").with("notice", notice)
}

fn necessary<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    if !matches!(exempt(case, tracking), Exempt::Necessary) {
        return Outcome::NotApplicable;
    }
    let message = format!(
        "tracker `{}` is exempt from consent",
        tracking.tracker.key()
    );
    let fired =
        Fired::about("tracker.tracker", message).at(place(tracking.tracker.record, "exemption"));
    Outcome::Fired(vec![fired.with(inform(case))])
}

fn audience<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    if !matches!(exempt(case, tracking), Exempt::Audience) {
        return Outcome::NotApplicable;
    }
    if tracking.said.objected.is_none() && case.view.requires_person_state() {
        let undecided = "whether the person objected to being measured";
        return Outcome::FactMissing(vec![Fired::missing("tracker.objected", undecided)]);
    }
    let message = format!(
        "tracker `{}` meets all conditions of the exemption for measuring the audience",
        tracking.tracker.key()
    );
    let route = case.basis.map(|basis| basis.body.objection_route.clone());
    let objection = Obligation::new("OFFER_OBJECTION").with("route", route.unwrap_or_default());
    let fired =
        Fired::about("tracker.tracker", message).at(place(tracking.tracker.record, "exemption"));
    Outcome::Fired(vec![fired.with(inform(case)).with(objection)])
}

fn unmet<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    let Exempt::AudienceBut(failing) = exempt(case, tracking) else {
        return Outcome::NotApplicable;
    };
    if is_given(case) {
        return Outcome::Satisfied;
    }
    let names: Vec<&str> = failing.iter().map(|(field, _)| *field).collect();
    let message = format!(
        "tracker `{}` claims the exemption for measuring the audience, and these do not hold: {}",
        tracking.tracker.key(),
        names.join(", ")
    );
    let mut fired = Fired::about("tracker.tracker", message);
    fired.at.extend(failing.into_iter().map(|(_, at)| at));
    Outcome::Fired(vec![fired])
}
