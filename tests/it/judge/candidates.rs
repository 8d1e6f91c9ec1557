//! What a question names, and what could carry its answer.

use ropa::domain::activity::Activity;
use ropa::domain::controller::Controller;
use ropa::domain::key::{PurposeKey, TypedKey};
use ropa::domain::purpose::Purpose;
use ropa::domain::record::State;
use ropa::engine::query::{Processing, Target};

use super::lookup::{Kinded, Row, Rows};
use super::matter::ERASING;

/// Whether nothing but ending it is asked for; then what was retired is still known.
pub(super) fn only_ends(asked: &Processing) -> bool {
    asked.operations.iter().all(|one| ERASING.contains(one))
}

/// Whether a record counts as registered: in force or, for erasing, retired.
pub(super) fn registered<B: Kinded>(rows: &Rows<'_>, asked: &Processing, row: &Row<'_, B>) -> bool {
    let state = row.record.envelope.state;
    rows.in_force(row.record)
        || (only_ends(asked) && matches!(state, State::Active | State::Retired))
}

/// 3. The activities that could carry the answer, and the purpose that is asked, if one is.
#[expect(clippy::type_complexity, reason = "said once")]
pub(super) fn candidates<'a>(
    rows: &Rows<'a>,
    asked: &Processing,
    controller: Row<'a, Controller>,
) -> Result<(Vec<Row<'a, Activity>>, Option<Row<'a, Purpose>>), &'static str> {
    let unregistered = "PURPOSE_UNREGISTERED";
    match asked.target.as_ref().ok_or("REQUEST_INCOMPLETE")? {
        Target::Activity(key) => {
            let row = rows
                .known::<Activity>(key)
                .filter(|row| is_of(row, &controller))
                .ok_or(unregistered)?;
            Ok((vec![row], None))
        }
        Target::Purpose(key) => {
            let purpose = rows
                .known::<Purpose>(key)
                .filter(|row| registered(rows, asked, row))
                .ok_or(unregistered)?;
            let mut all = rows.all::<Activity>();
            all.retain(|row| is_of(row, &controller) && serves(rows, row, key));
            all.sort_by_key(|row| row.record.name.key.clone());
            if all.is_empty() {
                Err(unregistered)
            } else {
                Ok((all, Some(purpose)))
            }
        }
    }
}

/// What may serve the purpose that is asked, and may be the controller's, and does not say.
pub(super) fn perhaps<'a>(
    rows: &Rows<'a>,
    asked: &Processing,
    controller: Row<'a, Controller>,
) -> Vec<Row<'a, Activity>> {
    let Some(Target::Purpose(key)) = &asked.target else {
        return Vec::new();
    };
    let mut all = rows.all::<Activity>();
    all.retain(|row| {
        let known = matches!(row.record.envelope.state, State::Active | State::Retired);
        let no_purpose = row.body.purpose.is_none() && row.silent("purpose");
        let no_controller = row.body.controller.is_none() && row.silent("controller");
        let ours = no_controller || is_of(row, &controller);
        let may_serve = no_purpose || serves(rows, row, key);
        known && (no_purpose || no_controller) && ours && may_serve
    });
    all
}

/// Whether an activity is one of a controller.
pub(super) fn is_of(row: &Row<'_, Activity>, controller: &Row<'_, Controller>) -> bool {
    let key = row.body.controller.as_ref();
    key.is_some_and(|key| *key.key() == controller.record.name.key)
}

/// Whether an activity serves a purpose, or one above it that includes it.
pub(super) fn serves(rows: &Rows<'_>, row: &Row<'_, Activity>, key: &PurposeKey) -> bool {
    let Some(own) = &row.body.purpose else {
        return false;
    };
    let above = rows.purpose_line(key).into_iter().skip(1).any(|above| {
        above.body.includes_children == Some(true) && above.record.name.key == *own.key()
    });
    own == key || above
}

/// 3 and 4, as far as they read no controller.
pub(super) fn of_nobody(rows: &Rows<'_>, asked: &Processing) -> Vec<&'static str> {
    let purpose = |key: &PurposeKey| {
        rows.known::<Purpose>(key)
            .filter(|row| registered(rows, asked, row))
    };
    match &asked.target {
        Some(Target::Activity(key)) => {
            let Some(activity) = rows.known::<Activity>(key) else {
                return vec!["PURPOSE_UNREGISTERED"];
            };
            let serves = activity.body.purpose.as_ref().and_then(purpose);
            let mut codes = Vec::new();
            if serves.is_none() {
                codes.push("PURPOSE_UNREGISTERED");
            }
            if !only_ends(asked) && !rows.in_force(activity.record) {
                codes.push("ACTIVITY_NOT_ACTIVE");
            }
            codes
        }
        Some(Target::Purpose(key)) if purpose(key).is_none() => vec!["PURPOSE_UNREGISTERED"],
        _ => Vec::new(),
    }
}
