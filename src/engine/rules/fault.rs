//! What keeps a consent from serving.

use crate::engine::rule::Fired;

/// The rule that a consent runs into.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Fault {
    /// The rule.
    pub number: u32,
    /// What it is about.
    pub fired: Fired,
    /// A fact is missing, and not a condition.
    pub fact_missing: bool,
}

impl Fault {
    /// Whether the person refused (23), or withdrew (24).
    pub(in crate::engine) const fn is_refusal(&self) -> bool {
        matches!(self.number, 23 | 24)
    }

    /// A condition is not met.
    pub(super) const fn new(number: u32, fired: Fired) -> Self {
        Self {
            number,
            fired,
            fact_missing: false,
        }
    }

    /// A fact is not said.
    pub(super) const fn of_fact(number: u32, fired: Fired) -> Self {
        Self {
            number,
            fired,
            fact_missing: true,
        }
    }
}
