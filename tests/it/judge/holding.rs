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
    listed.any(|key| {
        let mut line = rows.category_line(category).into_iter().skip(1);
        key == category
            || line.any(|above| {
                above.record.name.key == *key.key()
                    && above.record.envelope.state != State::Draft
                    && above.mark(above.body.includes_children, "includes_children") != Mark::No
            })
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
    activity.body.data_subject_categories.iter().any(|key| {
        let mut line = rows.group_line(group).into_iter().skip(1);
        key == group
            || line.any(|above| {
                above.record.name.key == *key.key()
                    && above.record.envelope.state != State::Draft
                    && above.mark(above.body.includes_children, "includes_children") != Mark::No
            })
    })
}
