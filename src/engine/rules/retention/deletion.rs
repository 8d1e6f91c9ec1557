//! Items that their user deleted.

use super::limit::Retention;
use super::{each, erase_now};
use crate::domain::notice::UndertakingKind;
use crate::engine::case::{Case, Item};
use crate::engine::rule::{Fired, Outcome};
use crate::engine::rules::transparency::promises;
use crate::engine::view::place;

/// Whether an item was deleted by its user, and that ends its term.
pub(super) fn is_deleted(case: &Case<'_>, item: &Item<'_>, retention: &Retention<'_>) -> bool {
    item.said.deleted_by_user == Some(true) && ends(case, retention)
}

/// Whether the term of an item ends when its user deletes it.
fn ends(case: &Case<'_>, retention: &Retention<'_>) -> bool {
    let promises = || promises(case, UndertakingKind::NothingAfterDeletion);
    retention.ending_on_deletion().is_some() || !promises().is_empty()
}

pub(super) fn user_deleted(case: &Case<'_>) -> Outcome {
    each(case, |item, retention| {
        if item.said.deleted_by_user.is_none() {
            if ends(case, retention) {
                case.assume(&item.fact("deleted_by_user"));
            }
            return None;
        }
        if !is_deleted(case, item, retention) {
            return None;
        }
        Some(erase_now(case, item, retention, deleted(item, retention)))
    })
}

/// That the user deleted an item.
pub(super) fn deleted(item: &Item<'_>, retention: &Retention<'_>) -> Fired {
    let message = format!(
        "`{}` was deleted by its user, and nothing is kept after that",
        item.key()
    );
    let fired = Fired::about(item.fact("deleted_by_user"), message);
    match retention.ending_on_deletion() {
        Some(limit) => fired.at(place(limit.rule.record, "ends_on_user_deletion")),
        None => fired,
    }
}
