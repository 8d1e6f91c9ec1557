//! Items that their user deleted.

use super::limit::Retention;
use super::{each, erase_now, kept};
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
    let told = deletions(case);
    let mut missing = Vec::new();
    for (item, retention) in kept(case) {
        if item.said.deleted_by_user == Some(true)
            && !ends(case, retention)
            && let Some(limit) = retention.perhaps_ending_on_deletion()
        {
            let at = place(limit.rule.record, "ends_on_user_deletion");
            let undecided = "whether the data may stay when their user deleted them";
            missing.push(Fired::unstated(item.fact("deleted_by_user"), at, undecided));
        }
    }
    match told {
        Outcome::Fired(_) => told,
        _ if missing.is_empty() => told,
        _ => Outcome::FactMissing(missing),
    }
}

/// The items that were deleted by their user.
fn deletions(case: &Case<'_>) -> Outcome {
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
