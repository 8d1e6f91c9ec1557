//! Contracts: whether one binds, or may.

use crate::domain::key::{RecipientKey, TypedKey};
use crate::domain::recipient::{Agreement, AgreementKind};
use crate::engine::case::Case;
use crate::engine::rule::Place;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, place};

/// Whether a contract is of a kind.
fn is_kind(agreement: Node<'_, Agreement>, kind: AgreementKind) -> Mark {
    Mark::stated(agreement.record, "kind", agreement.body.kind == Some(kind))
}

/// Whether somebody is bound by a contract.
fn is_party(agreement: Node<'_, Agreement>, who: &RecipientKey) -> Mark {
    let listed = agreement.body.parties.contains(who);
    Mark::stated(agreement.record, "parties", listed)
}

/// Whether a contract is about the activity: one that names none is about all.
pub(super) fn covers(case: &Case<'_>, agreement: Node<'_, Agreement>) -> Mark {
    let activities = &agreement.body.activities;
    let named = activities
        .iter()
        .any(|key| key.key() == case.activity.key());
    match Mark::stated(agreement.record, "activities", named) {
        Mark::No if activities.is_empty() => Mark::Yes,
        about => about,
    }
}

/// Whether a contract is in force: by its term, and by its own date.
fn is_signed(case: &Case<'_>, agreement: Node<'_, Agreement>) -> Mark {
    let signed = agreement.body.signed_on;
    let begun = signed.is_some_and(|day| case.view.clock.begun(day));
    if case.view.in_force(agreement) {
        Mark::stated(agreement.record, "signed_on", begun)
    } else {
        Mark::No
    }
}

/// Whether a contract of a kind is one of the controller with a recipient, whatever its term.
pub(super) fn is_with(
    case: &Case<'_>,
    agreement: Node<'_, Agreement>,
    kind: AgreementKind,
    recipient: &RecipientKey,
) -> Mark {
    let controller = agreement.body.controller.as_ref();
    let own = controller.is_some_and(|key| key.key() == case.controller.key());
    Mark::all([
        is_kind(agreement, kind),
        Mark::stated(agreement.record, "controller", own),
        is_party(agreement, recipient),
    ])
}

/// Whether a contract of the controller with a recipient is in force for the activity.
pub(super) fn binds(
    case: &Case<'_>,
    agreement: Node<'_, Agreement>,
    kind: AgreementKind,
    recipient: &RecipientKey,
) -> Mark {
    let with = is_with(case, agreement, kind, recipient);
    match with.min(covers(case, agreement)) {
        Mark::No => Mark::No,
        about => about.min(is_signed(case, agreement)),
    }
}

/// Whether a contract between a processor and whom it engages is in force: both must be bound by it.
pub(super) fn binds_below(
    case: &Case<'_>,
    agreement: Node<'_, Agreement>,
    from: &RecipientKey,
    to: &RecipientKey,
) -> Mark {
    let between = Mark::all([
        is_kind(agreement, AgreementKind::Subprocessing),
        is_party(agreement, from),
        is_party(agreement, to),
    ]);
    match between {
        Mark::No => Mark::No,
        between => between.min(is_signed(case, agreement)),
    }
}

/// The field that keeps a contract from counting.
pub(super) fn fault(case: &Case<'_>, agreement: Node<'_, Agreement>) -> Place {
    let signed = agreement.body.signed_on;
    let unsigned = !signed.is_some_and(|day| case.view.clock.begun(day));
    let field = if covers(case, agreement) != Mark::Yes {
        "activities"
    } else if unsigned {
        "signed_on"
    } else {
        "valid_until"
    };
    place(agreement.record, field)
}
