//! Consent (Art. 6(1)(a), 7): whether this person agreed to this, and still does.

use super::CHAPTER;
use super::freedom::conditional;
use crate::domain::basis::{Article6, LegalBasis};
use crate::domain::controller::Controller;
use crate::domain::key::{Key, TypedKey};
use crate::engine::case::Case;
use crate::engine::query::{Consent, ConsentScope, ConsentState};
use crate::engine::rule::{Fired, Level, Obligation, Outcome, Rule};
use crate::engine::rules::children;
use crate::engine::rules::fault::Fault;
use crate::engine::rules::retention::is_kept;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, place};

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        22,
        "CONSENT_MISSING",
        "The basis is consent, and there is none",
        "GDPR art. 6(1)(a), 4(11), 7; C-673/17",
        "ask for consent, and state it with its proof; silence is no consent",
        |case| state(case, 22),
    ),
    Rule::law(
        CHAPTER,
        23,
        "CONSENT_REFUSED",
        "The person refused",
        "GDPR art. 6(1)(a), 7",
        "do not process, and do not fall back on another basis",
        |case| state(case, 23),
    ),
    Rule::law(
        CHAPTER,
        24,
        "CONSENT_WITHDRAWN",
        "The person withdrew the consent",
        "GDPR art. 7(3), 17(1)(b)",
        "stop; what was done before stays lawful",
        |case| state(case, 24),
    ),
    Rule {
        level: Level::Policy,
        ..Rule::law(
            CHAPTER,
            25,
            "CONSENT_EXPIRED",
            "The term of the consent is over",
            "GDPR art. 7; EDPB 05/2020",
            "ask for consent again",
            |case| state(case, 25),
        )
    },
    Rule::law(
        CHAPTER,
        26,
        "CONSENT_INVALIDATED",
        "The consent was found not to be valid",
        "GDPR art. 4(11), 7(2), 7(4)",
        "ask for a consent that is free, specific, informed and unambiguous",
        |case| state(case, 26),
    ),
    Rule::law(
        CHAPTER,
        27,
        "CONSENT_SCOPE_MISMATCH",
        "The consent was given to something else",
        "GDPR art. 6(1)(a), 4(11)",
        "ask for consent to this purpose, controller, recipient and category",
        |case| state(case, 27),
    ),
    Rule::law(
        CHAPTER,
        28,
        "CONSENT_PROOF_MISSING",
        "The consent is not on record",
        "GDPR art. 7(1)",
        "record who agreed, when, how and to which text; state `proof_recorded`",
        |case| state(case, 28),
    ),
    Rule::law(
        CHAPTER,
        29,
        "CONSENT_CONDITIONAL",
        "The consent is not free",
        "GDPR art. 7(4), recital 43",
        "offer the service without it, or rely on another basis",
        conditional,
    ),
];

#[expect(
    clippy::unnecessary_wraps,
    reason = "it ends the look at a consent, whose good end is `None`"
)]
fn fault(number: u32, fired: Fired) -> Option<Fault> {
    Some(Fault::new(number, fired))
}

/// One of 22 to 28, by the state of the consent to the processing asked for.
fn state(case: &Case<'_>, number: u32) -> Outcome {
    let Some(basis) = case.basis.filter(|_| case.letter() == Some(Article6::A)) else {
        return Outcome::NotApplicable;
    };
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    match examine(case, ConsentScope::Processing, Some(basis)) {
        None => Outcome::Satisfied,
        Some(found) if found.number != number => Outcome::NotApplicable,
        Some(found) if found.fact_missing => Outcome::FactMissing(vec![found.fired]),
        Some(found) => {
            let mut fired = found.fired.at(case.here("legal_basis"));
            if number == 24 {
                fired = fired.with(Obligation::new("STOP_PROCESSING"));
                let erased: Vec<_> = case
                    .personal()
                    .filter(|item| !is_kept(case, item))
                    .collect();
                if !erased.is_empty() {
                    let next = "stop, and erase the data; what was done before stays lawful";
                    fired = fired.but(next.to_owned());
                }
                for item in erased {
                    fired = fired.with(Obligation::new("ERASE_NOW").of(item.key().as_str()));
                }
            }
            Outcome::Fired(vec![fired])
        }
    }
}

/// Whether a consent of a scope serves: `None` if it does, else what it runs into. The rules on its state are
/// exclusive; those on children come last.
pub(in crate::engine) fn examine(
    case: &Case<'_>,
    scope: ConsentScope,
    basis: Option<Node<'_, LegalBasis>>,
) -> Option<Fault> {
    let Some((index, consent)) = case.consent(scope) else {
        let message = format!("no consent of scope {} is stated", scope.as_str());
        return fault(22, Fired::about(case.consent_fact(None, ""), message));
    };
    let fact = |field: &str| case.consent_fact(Some((index, consent)), field);
    let withdrawn = |field: &str| {
        let fired = Fired::about(fact(field), "the person withdrew the consent");
        fault(24, fired)
    };
    // Also from one that had run out, or was not valid: whoever withdrew it said no.
    let come = |time| case.view.clock.come(time);
    if consent.state.is_some_and(was_given) && consent.withdrawn_time.is_some_and(come) {
        return withdrawn("withdrawn_time");
    }
    match consent.state {
        Some(ConsentState::Refused) => fault(23, Fired::about(fact("state"), "the person refused")),
        // A policy may let an expired consent pass; it must then be one that was given, for this, and is on record.
        Some(ConsentState::Expired) => early(case, index, consent)
            .or_else(|| unfit(case, index, consent, basis))
            .or_else(|| {
                fault(
                    25,
                    Fired::about(fact("state"), "the term of the consent is over"),
                )
            }),
        Some(ConsentState::Invalidated) => fault(
            26,
            Fired::about(fact("state"), "the consent is marked invalid"),
        ),
        Some(ConsentState::Withdrawn | ConsentState::Revoked)
            if consent.withdrawn_time.is_none() =>
        {
            withdrawn("state")
        }
        // A withdrawal to come has not happened: until then the consent stands.
        Some(
            ConsentState::Given
            | ConsentState::Renewed
            | ConsentState::Withdrawn
            | ConsentState::Revoked,
        ) => given(case, index, consent, basis),
        Some(other) => fault(
            22,
            Fired::about(
                fact("state"),
                format!("the consent is {}, so it is not given", other.as_str()),
            ),
        ),
        None => fault(
            22,
            Fired::about(fact("state"), "the state of the consent is not said"),
        ),
    }
}

/// Whether a consent in a state was there at some time.
const fn was_given(state: ConsentState) -> bool {
    matches!(
        state,
        ConsentState::Given
            | ConsentState::Renewed
            | ConsentState::Withdrawn
            | ConsentState::Revoked
            | ConsentState::Expired
            | ConsentState::Invalidated
    )
}

/// What keeps a consent of a scope from being one that serves and is explicit.
pub(in crate::engine) fn unless_explicit(
    case: &Case<'_>,
    scope: ConsentScope,
    what: &str,
) -> Option<Fired> {
    if let Some(fault) = examine(case, scope, None) {
        return Some(Fired::about(fault.fired.fact, fault.fired.message));
    }
    let consent = case.consent(scope);
    if consent.is_some_and(|(_, consent)| consent.explicit == Some(true)) {
        return None;
    }
    let message = format!("{what} is not stated to be explicit");
    Some(Fired::about(
        case.consent_fact(consent, "explicit"),
        message,
    ))
}

/// A consent that was given: in time, in scope, on record.
fn given(
    case: &Case<'_>,
    index: usize,
    consent: &Consent,
    basis: Option<Node<'_, LegalBasis>>,
) -> Option<Fault> {
    early(case, index, consent)
        .or_else(|| unfit(case, index, consent, basis))
        .or_else(|| expired(case, index, consent, basis))
        .or_else(|| {
            children::faults(case, Some((index, consent)))
                .into_iter()
                .next()
        })
}

/// Whether a consent is still to be given.
fn early(case: &Case<'_>, index: usize, consent: &Consent) -> Option<Fault> {
    let given = consent.given_time?;
    if case.view.clock.come(given) {
        return None;
    }
    let fact = case.consent_fact(Some((index, consent)), "given_time");
    let message = "the consent is given later than the time of the check";
    fault(22, Fired::about(fact, message))
}

/// What keeps a consent from being one for this, and on record.
fn unfit(
    case: &Case<'_>,
    index: usize,
    consent: &Consent,
    basis: Option<Node<'_, LegalBasis>>,
) -> Option<Fault> {
    let fact = |field: &str| case.consent_fact(Some((index, consent)), field);
    if let Some(message) = out_of_scope(case, consent) {
        return fault(27, Fired::about(fact("purposes"), message));
    }
    if let Some(basis) = basis
        && !consent.text_version.is_empty()
        && !basis
            .body
            .texts
            .iter()
            .any(|text| text.version == consent.text_version)
    {
        let fired = Fired::about(
            fact("text_version"),
            "the basis does not list this version of the text",
        );
        return fault(27, fired.at(place(basis.record, "texts")));
    }
    if consent.proof_recorded != Some(true) {
        return fault(
            28,
            Fired::about(fact("proof_recorded"), "no proof of the consent is stated"),
        );
    }
    None
}

/// Whether the term of a consent is over.
fn expired(
    case: &Case<'_>,
    index: usize,
    consent: &Consent,
    basis: Option<Node<'_, LegalBasis>>,
) -> Option<Fault> {
    let fact = |field: &str| case.consent_fact(Some((index, consent)), field);
    if consent
        .expiry_time
        .is_some_and(|time| case.view.clock.come(time))
    {
        return fault(
            25,
            Fired::about(fact("expiry_time"), "the term of the consent is over"),
        );
    }
    if let Some(basis) = basis
        && consent.expiry_time.is_none()
        && basis.body.lifetime.is_none()
        && gap(basis.record, "lifetime").is_some()
    {
        let at = place(basis.record, "lifetime");
        let fired = Fired::unstated(fact("expiry_time"), at, "whether the consent still holds");
        return Some(Fault::of_fact(25, fired));
    }
    if let Some((basis, lifetime)) =
        basis.and_then(|basis| Some((basis, basis.body.lifetime.as_ref()?)))
        && consent.expiry_time.is_none()
    {
        let Some(time) = consent.given_time else {
            let fired = Fired::missing(fact("given_time"), "whether the consent still holds");
            return Some(Fault::of_fact(
                25,
                fired.at(place(basis.record, "lifetime")),
            ));
        };
        // The last day counts whole, as with every limit in days or months.
        let last = time.day(case.view.clock.zone()).plus(lifetime);
        let over = if lifetime.is_calendar() {
            case.view.clock.over(last)
        } else {
            time.plus(lifetime, case.view.clock.zone())
                .is_none_or(|end| case.view.clock.come(end))
        };
        if over {
            let fired = Fired::about(
                fact("given_time"),
                format!("given longer than {lifetime} ago"),
            );
            return fault(25, fired.at(place(basis.record, "lifetime")));
        }
    }
    None
}

/// What keeps a consent from covering what is asked.
fn out_of_scope(case: &Case<'_>, consent: &Consent) -> Option<String> {
    let purpose = case.purpose.key();
    let activity = case.activity.key();
    let names = |purpose: &Key| consent.purposes.iter().any(|key| key.key() == purpose);
    // The consent to an activity is one to its purpose.
    let to_activity = consent.activities.iter().any(|key| key.key() == activity);
    let covers = |asked: &Key| names(asked) || to_activity && asked == purpose;
    // A tracker may have several purposes: each is agreed to.
    let tracked = case.tracking.map(|tracking| tracking.tracker);
    let purposes = tracked.map_or(&[][..], |tracker| tracker.body.purposes.as_slice());
    let aimed = match purposes {
        [] => covers(purpose) || to_activity,
        several => several.iter().all(|key| covers(key.key())),
    };
    if let Some(tracker) = tracked.filter(|tracker| gap(tracker.record, "purposes").is_some()) {
        let key = tracker.key();
        return Some(format!("tracker `{key}` may be for more than is stated"));
    }
    if consent.purposes.is_empty() && consent.activities.is_empty() {
        return Some("the consent names no purpose and no activity".to_owned());
    }
    if !aimed {
        return Some(format!(
            "the consent names neither purpose `{purpose}` nor activity `{activity}`"
        ));
    }
    match &consent.controller {
        Some(key) if key.key() != case.controller.key() => {
            return Some(format!(
                "the consent was given to controller `{}`",
                key.key()
            ));
        }
        None if several_controllers(case) => {
            return Some("the consent names no controller, and there are several".to_owned());
        }
        _ => {}
    }
    if !consent.categories.is_empty()
        && let Some(category) = uncovered(case, consent)
    {
        return Some(format!(
            "the consent does not cover data category `{category}`"
        ));
    }
    if !consent.recipients.is_empty()
        && let Some(tracker) = tracked
        && tracker.body.operator.is_none()
        && Mark::of(
            tracker.record,
            "third_party_access",
            tracker.body.third_party_access,
        ) != Mark::No
    {
        let key = tracker.key();
        return Some(format!(
            "it is not stated who has access to tracker `{key}`"
        ));
    }
    if !consent.recipients.is_empty()
        && let Some(recipient) = case
            .query
            .recipients
            .iter()
            .filter_map(|one| one.recipient.as_ref())
            .find(|one| !consent.recipients.contains(one))
    {
        return Some(format!(
            "the consent does not cover recipient `{}`",
            recipient.key()
        ));
    }
    None
}

/// A category that is asked for, and that a consent to some does not cover; also one that is not registered.
fn uncovered<'a>(case: &Case<'a>, consent: &Consent) -> Option<&'a Key> {
    let asked = case.personal().map(|item| item.category.key());
    // What a tracker brings is all that its activity lists, whether that is registered still or not.
    let brought = case.tracking.map(|_| case.activity.body.data.iter());
    let brought = brought.into_iter().flatten();
    let brought = brought.filter_map(|entry| Some(entry.category.as_ref()?.key()));
    asked.chain(brought).find(|key| {
        let mut listed = consent.categories.iter();
        !listed.any(|listed| case.view.covers(listed, key))
    })
}

fn several_controllers(case: &Case<'_>) -> bool {
    let known = case.view.snapshot.all::<Controller>();
    let counting = known.filter(|one| case.view.clock.in_force(&one.record.envelope));
    counting.count() > 1
}
