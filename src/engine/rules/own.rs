//! The product's own guards: what keeps silence from ever permitting.

use crate::engine::case::Case;
use crate::engine::rule::{Gate, Level, Outcome, Rule, RuleEffect};

pub(in crate::engine) const FACT_MISSING: &Rule = &RULES[0];

/// Raised by the rule that lacks the fact.
const fn raised_elsewhere(_: &Case<'_>) -> Outcome {
    Outcome::NotApplicable
}

pub(in crate::engine) const RULES: &[Rule] = &[Rule {
    code: "FACT_MISSING",
    number: 0,
    chapter: "Guards",
    title: "A fact that a rule needs was not said",
    citation: "GDPR art. 5(2)",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    next_step: "say the fact",
    judge: raised_elsewhere,
}];
