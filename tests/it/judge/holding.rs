//! Whether another activity may hold data, and of whom: what was listed under a category that ended is still there.

use ropa::domain::activity::Activity;
use ropa::domain::key::{DataCategoryKey, DataSubjectCategoryKey, TypedKey};
use ropa::domain::record::State;

use super::lookup::{Mark, Row, Rows};

/// Whether an activity lists a category, or one above that takes it in, or does not say all that it lists.
pub(super) fn may_hold(
    rows: &Rows<'_>,
    activity: &Row<'_, Activity>,
    category: &DataCategoryKey,
) -> bool {
    if activity.silent("data") || activity.silent("data.category") {
        return true;
    }
    let mut listed = activity
        .body
        .data
        .iter()
        .filter_map(|data| data.category.as_ref());
    let above = rows.category_line(category).into_iter().skip(1);
    let above: Vec<_> = above
        .filter(|row| takes_in(row, row.body.includes_children))
        .collect();
    listed.any(|key| {
        let mut above = above.iter();
        key == category || above.any(|row| row.record.name.key == *key.key())
    })
}

/// Whether an activity is about a group of people, or may be.
pub(super) fn may_be_about(
    rows: &Rows<'_>,
    activity: &Row<'_, Activity>,
    group: &DataSubjectCategoryKey,
) -> bool {
    if activity.silent("data_subject_categories") {
        return true;
    }
    let above = rows.group_line(group).into_iter().skip(1);
    let above: Vec<_> = above
        .filter(|row| takes_in(row, row.body.includes_children))
        .collect();
    activity.body.data_subject_categories.iter().any(|key| {
        let mut above = above.iter();
        key == group || above.any(|row| row.record.name.key == *key.key())
    })
}

/// Whether a category takes in those below it, or may; a draft takes in nothing.
fn takes_in<B>(row: &Row<'_, B>, says: Option<bool>) -> bool {
    row.record.envelope.state != State::Draft && row.mark(says, "includes_children") != Mark::No
}
