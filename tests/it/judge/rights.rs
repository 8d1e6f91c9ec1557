//! Rules 14 and 120 to 124: what the person has asked for.

use ropa::domain::category::DataCategory;
use ropa::domain::key::DataCategoryKey;
use ropa::domain::recipient::{Recipient, RecipientKind};
use ropa::engine::query::{
    Accuracy, Erasure, ErasureState, Operation, Rectification, RestrictionState,
};

use super::matter::{ERASING, Matter, STORING, USING, person_state_required};

pub(super) fn judge(matter: &Matter<'_>) {
    if matter.deceased() {
        return;
    }
    let denied = restricted(matter);
    state_is_said(matter, denied);
    for item in &matter.items {
        erased(matter, Matter::category(item));
    }
    rectified(matter);
    to_notify(matter);
}

/// The policy REQUIRE_PERSON_STATE: of data that are there, restriction, erasure and accuracy are said; of what is
/// restricted anyway only erasure.
fn state_is_said(matter: &Matter<'_>, restricted: bool) {
    if !person_state_required(matter.rows) {
        return;
    }
    let rights = matter.asked.rights.as_ref();
    let restriction = rights
        .and_then(|rights| rights.restriction.as_ref()?.state)
        .is_some();
    let accuracy = rights.and_then(|rights| rights.accuracy).is_some();
    let erasure = rights
        .and_then(|rights| rights.erasure.as_ref()?.state)
        .is_some();
    if (matter.asks(USING) || matter.asks(ERASING)) && !(restriction && accuracy) && !restricted {
        matter.deny("FACT_MISSING");
    }
    if (matter.existing() || matter.asks(&[Operation::Anonymise])) && !erasure {
        matter.deny("FACT_MISSING");
    }
}

/// 120. PROCESSING_RESTRICTED, 14. DATA_ACCURACY_CONTESTED. Whether it is denied.
fn restricted(matter: &Matter<'_>) -> bool {
    if !matter.asks(USING) && !matter.asks(ERASING) {
        return false;
    }
    let Some(rights) = &matter.asked.rights else {
        return false;
    };
    let contested = rights.accuracy == Some(Accuracy::Contested);
    if contested {
        matter.warn("DATA_ACCURACY_CONTESTED");
    }
    let restriction = rights.restriction.as_ref();
    let active = restriction.is_some_and(|one| one.state == Some(RestrictionState::Active));
    if !active && !contested {
        return false;
    }
    if restriction.is_some_and(|one| one.exception.is_some()) {
        if matter.asks(USING) {
            matter.oblige("RESTRICTED_USE_ONLY", &[]);
        }
        return false;
    }
    matter.deny("PROCESSING_RESTRICTED");
    true
}

/// 121. SUBJECT_ERASED, 122. ERASURE_PENDING.
fn erased(matter: &Matter<'_>, category: &DataCategoryKey) {
    let rights = matter.asked.rights.as_ref();
    let Some(erasure) = rights.and_then(|rights| rights.erasure.as_ref()) else {
        return;
    };
    if !is_about(matter, erasure, category) {
        return;
    }
    match erasure.state {
        Some(ErasureState::Executed) if matter.processes() => matter.deny("SUBJECT_ERASED"),
        Some(ErasureState::Pending) if erasure.exception.is_none() => {
            if matter.asks(USING) || matter.asks(&[Operation::Anonymise]) {
                matter.deny_by_policy("ERASURE_PENDING");
            } else if matter.asks(STORING) {
                matter.warn_by_policy("ERASURE_PENDING");
            }
        }
        _ => {}
    }
}

/// An erasure without categories is of all; one of a category reaches those below, and what includes it.
fn is_about(matter: &Matter<'_>, erasure: &Erasure, category: &DataCategoryKey) -> bool {
    let asked = matter.rows.asked_with(category);
    // What nobody registered may be anything.
    let unknown = |key: &DataCategoryKey| matter.rows.known::<DataCategory>(key).is_none();
    erasure.categories.is_empty()
        || erasure.categories.iter().any(unknown)
        || asked
            .iter()
            .any(|key| matter.rows.reaches(&erasure.categories, key))
}

/// 123. RECTIFICATION_PENDING.
fn rectified(matter: &Matter<'_>) {
    let rights = matter.asked.rights.as_ref();
    let state = rights.and_then(|rights| rights.rectification);
    if state == Some(Rectification::Pending) && matter.existing() {
        matter.warn("RECTIFICATION_PENDING");
    }
}

/// 124. RECIPIENTS_TO_NOTIFY.
fn to_notify(matter: &Matter<'_>) {
    let Some(rights) = &matter.asked.rights else {
        return;
    };
    let erased = rights.erasure.as_ref().and_then(|one| one.state) == Some(ErasureState::Executed);
    let restricted = rights
        .restriction
        .as_ref()
        .is_some_and(|one| one.state == Some(RestrictionState::Active));
    let rectified = rights.rectification == Some(Rectification::Done);
    let done = erased || restricted || rectified;
    if done
        && matter.existing()
        && rights.recipients_notified != Some(true)
        && has_recipients(matter)
    {
        matter.warn("RECIPIENTS_TO_NOTIFY");
        matter.oblige("NOTIFY_RECIPIENTS", &[]);
    }
}

/// Whether anybody but own staff received these data.
pub(super) fn has_recipients(matter: &Matter<'_>) -> bool {
    matter.activity.body.recipients.iter().any(|entry| {
        let Some(key) = &entry.recipient else {
            return false;
        };
        let row = matter.rows.known::<Recipient>(key);
        let staff = row.is_some_and(|row| {
            row.body.kind == Some(RecipientKind::Internal) && row.body.separate_entity != Some(true)
        });
        let gets = matter.items.iter().any(|item| {
            let category = Matter::category(item);
            let own = matter
                .entry(category)
                .map(|data| data.recipients.as_slice());
            let asked = matter.rows.asked_with(category);
            let reached = |key: &DataCategoryKey| matter.rows.reaches(&entry.categories, key);
            let by_entry = entry.categories.is_empty() || asked.iter().any(reached);
            by_entry && own.is_none_or(|own| own.is_empty() || own.contains(key))
        });
        !staff && gets
    })
}
