//! Rules 22 to 28: whether a consent of a scope stands. They exclude one another, by the recorded state.

use ropa::domain::basis::{Article6, LegalBasis};
use ropa::domain::controller::Controller;
use ropa::domain::policy::Severity;
use ropa::engine::query::{Consent, ConsentScope, ConsentState};

use super::children;
use super::lookup::{Mark, Row};
use super::matter::{Matter, letter, severity};

/// What is wrong with a consent, in the order in which it is told.
#[derive(Default)]
pub(super) struct Fault {
    pub(super) denies: Option<&'static str>,
    /// CONSENT_EXPIRED, where a policy makes it a warning.
    pub(super) warns: Option<&'static str>,
}

/// The consent of a scope, if the question has one.
pub(super) fn of_scope<'a>(matter: &Matter<'a>, scope: ConsentScope) -> Option<&'a Consent> {
    let mut consents = matter.asked.consents.iter();
    consents.find(|consent| consent.scope == Some(scope))
}

/// Whether a consent of a scope serves: valid under 22 to 28, and 53 to 56 for a child.
pub(super) fn serves(matter: &Matter<'_>, scope: ConsentScope) -> bool {
    // A basis says how long the consent to the processing itself lives, and to which text it was given.
    let basis = matter.basis().filter(|_| scope == ConsentScope::Processing);
    let preventive = matter.activity.body.preventive_service == Some(true);
    let maybe_a_child = children::offered(matter) == Mark::Unknown && !preventive;
    // What a policy lets pass for the basis serves nothing else.
    let fault = fault(matter, scope, basis);
    fault.denies.is_none()
        && fault.warns.is_none()
        && !maybe_a_child
        && children::faults(matter, of_scope(matter, scope)).is_empty()
}

/// What is wrong with the consent of a scope.
pub(super) fn fault(
    matter: &Matter<'_>,
    scope: ConsentScope,
    basis: Option<Row<'_, LegalBasis>>,
) -> Fault {
    let on_consent = basis.filter(|row| letter(row.body) == Some(Article6::A));
    fault_where(matter, scope, on_consent, &|consent| {
        consent.purposes.contains(&matter.purpose_key())
            || consent.activities.iter().any(|key| matter.is_activity(key))
    })
}

/// What is wrong with the consent of a scope, where it is said what it must have been given for. The basis
/// has its texts and its lifetime.
pub(super) fn fault_where(
    matter: &Matter<'_>,
    scope: ConsentScope,
    basis: Option<Row<'_, LegalBasis>>,
    is_for_this: &dyn Fn(&Consent) -> bool,
) -> Fault {
    let deny = |code| Fault {
        denies: Some(code),
        warns: None,
    };
    let Some(consent) = of_scope(matter, scope) else {
        return deny("CONSENT_MISSING");
    };
    if is_withdrawn(matter, consent) {
        return deny("CONSENT_WITHDRAWN");
    }
    match consent.state {
        Some(ConsentState::Refused) => return deny("CONSENT_REFUSED"),
        Some(ConsentState::Invalidated) => return deny("CONSENT_INVALIDATED"),
        None
        | Some(ConsentState::Unknown | ConsentState::Requested | ConsentState::RequestDeferred) => {
            return deny("CONSENT_MISSING");
        }
        Some(_) => {}
    }
    if consent
        .given_time
        .is_some_and(|given| !matter.rows.has_come(given))
    {
        return deny("CONSENT_MISSING");
    }
    // An expired consent that a policy lets pass must be one for this, so that is told first.
    if !is_for_this(consent) || is_for_others(matter, consent, basis) {
        return deny("CONSENT_SCOPE_MISMATCH");
    }
    if consent.proof_recorded != Some(true) {
        return deny("CONSENT_PROOF_MISSING");
    }
    let lives = basis.is_some_and(|row| row.body.lifetime.is_some());
    let expired = consent.state == Some(ConsentState::Expired);
    if lives && !expired && consent.expiry_time.is_none() && consent.given_time.is_none() {
        // Nobody knows whether its life is over.
        return deny("FACT_MISSING");
    }
    let unstated = basis
        .is_some_and(|row| row.mark_of(row.body.lifetime.as_ref(), "lifetime") == Mark::Unknown);
    if unstated && !expired && consent.expiry_time.is_none() {
        return deny("FACT_MISSING");
    }
    if !is_expired(matter, consent, basis) {
        return Fault::default();
    }
    if severity(matter.rows, "CONSENT_EXPIRED") != Some(Severity::Warning) {
        return deny("CONSENT_EXPIRED");
    }
    Fault {
        denies: None,
        warns: Some("CONSENT_EXPIRED"),
    }
}

/// 24: by its state or by a date; without a date at all times.
pub(super) fn is_withdrawn(matter: &Matter<'_>, consent: &Consent) -> bool {
    match consent.withdrawn_time {
        Some(time) => {
            let stood = matches!(
                consent.state,
                Some(
                    ConsentState::Given
                        | ConsentState::Renewed
                        | ConsentState::Withdrawn
                        | ConsentState::Revoked
                        | ConsentState::Expired
                        | ConsentState::Invalidated
                )
            );
            stood && matter.rows.has_come(time)
        }
        None => matches!(
            consent.state,
            Some(ConsentState::Withdrawn | ConsentState::Revoked)
        ),
    }
}

/// Whether a consent of a scope was refused or withdrawn.
pub(super) fn said_no(matter: &Matter<'_>, scope: ConsentScope) -> bool {
    of_scope(matter, scope).is_some_and(|consent| {
        consent.state == Some(ConsentState::Refused) || is_withdrawn(matter, consent)
    })
}

/// 25: its own term, else the lifetime that the basis gives it.
fn is_expired(matter: &Matter<'_>, consent: &Consent, basis: Option<Row<'_, LegalBasis>>) -> bool {
    if consent.state == Some(ConsentState::Expired) {
        return true;
    }
    if let Some(expiry) = consent.expiry_time {
        return matter.rows.has_come(expiry);
    }
    let Some(lifetime) = basis.and_then(|row| row.body.lifetime.as_ref()) else {
        return false;
    };
    let Some(given) = consent.given_time else {
        return false;
    };
    // A period of days and months ends with its last day.
    if lifetime.is_calendar() {
        return matter
            .rows
            .is_over(given.day(&matter.rows.zone).plus(lifetime));
    }
    let end = given.plus(lifetime, &matter.rows.zone);
    end.is_some_and(|end| matter.rows.has_come(end))
}

/// 27, but for the purpose: another controller, category, recipient or text.
fn is_for_others(
    matter: &Matter<'_>,
    consent: &Consent,
    basis: Option<Row<'_, LegalBasis>>,
) -> bool {
    let several = matter.rows.current::<Controller>().len() > 1;
    let to_us = match &consent.controller {
        Some(key) => matter.is_controller(key),
        None => !several,
    };
    let of_these = consent.categories.is_empty()
        || matter.items.iter().all(|item| {
            matter
                .rows
                .covers(&consent.categories, Matter::category(item))
        });
    let named = &consent.recipients;
    let to_these = named.is_empty()
        || matter.asked.recipients.iter().all(|one| {
            let key = one.recipient.as_ref();
            // Of one that is not named, that is told.
            key.is_none_or(|key| named.contains(key))
        });
    let version = &consent.text_version;
    let known_text = version.is_empty()
        || basis.is_none_or(|row| row.body.texts.iter().any(|text| text.version == *version));
    !(to_us && of_these && to_these && known_text)
}
