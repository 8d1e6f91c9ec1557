//! Location data of an operator (Directive 2002/58/EC art. 9): with consent alone.

use super::{CHAPTER, is_ordered_by_law, needs_consent};
use crate::domain::category::CommunicationData;
use crate::engine::case::Case;
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Outcome, Rule};

pub(super) const RULES: &[Rule] = &[Rule::law(
    CHAPTER,
    51,
    "LOCATION_DATA_CONSENT",
    "Location data need the user's consent",
    "Directive 2002/58/EC art. 9; CPCE L34-1 V",
    "ask for consent of scope LOCATION_DATA, or make the data anonymous",
    consented,
)];

fn consented(case: &Case<'_>) -> Outcome {
    // To locate who calls for help, law sets consent aside (art. 10(b)).
    if is_ordered_by_law(case) {
        return Outcome::NotApplicable;
    }
    let what = "are location data";
    needs_consent(
        case,
        CommunicationData::Location,
        ConsentScope::LocationData,
        what,
    )
}
