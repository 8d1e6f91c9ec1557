//! What the organisation sets itself: severities and limits.

use super::shape::{one_of, table};
use crate::domain::policy::LimitValue;

table! {
    /// Sets the severity of a rule of level POLICY (the fail-closed guards excepted), or requires
    /// that the state of people is always stated.
    policy: "policy" holds Policy {
        /// The code of the rule (`LIA_MISSING`), or `REQUIRE_PERSON_STATE`.
        rule: Option<String>,
        /// Whether the rule denies or warns.
        severity: Option<String>,
        /// Why.
        reason: Option<String>,
    }
}

table! {
    /// Reference data: a dated figure of guidance or law that rules read.
    limit: "limit" holds Limit {
        /// What it limits (`TRACKER_LIFETIME`).
        code: Option<String>,
        /// The figure. One of the fields of the API under its name.
        value: Option<Json>,
        /// Where it holds (`EU`, `FR`).
        jurisdiction: Option<String>,
        /// Its source.
        citation: Option<String>,
    }
}

one_of!(LimitValue { Period period, Number number });
