//! What the organisation sets itself: severities and limits.

use super::date::Period;
use super::shape::{choice, record, words};

record! {
    /// Sets the severity of a rule of level POLICY (the fail-closed guards excepted), or requires
    /// that the state of people is always stated.
    pub struct Policy {
        /// The code of the rule (`LIA_MISSING`), or `REQUIRE_PERSON_STATE`.
        rule: String,
        /// Whether the rule denies or warns.
        severity: Option<Severity>,
        /// Why.
        reason: String,
    }
}

words! {
    /// What a rule does when it fires.
    pub enum Severity {
        /// It denies.
        Deny = 1 "DENY",
        /// It warns.
        Warning = 2 "WARNING",
    }
}

record! {
    /// Reference data: a dated figure of guidance or law that rules read.
    pub struct Limit {
        /// What it limits (`TRACKER_LIFETIME`).
        code: String,
        /// The figure.
        value: Option<LimitValue>,
        /// Where it holds (`EU`, `FR`).
        jurisdiction: String,
        /// Its source.
        citation: String,
    }
}

choice! {
    /// The figure.
    pub enum LimitValue {
        /// As a period.
        Period(Period) "period",
        /// As a number.
        Number(u32) "number",
    }
}
