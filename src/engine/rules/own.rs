//! The product's own guards: what keeps silence from ever permitting.

use crate::engine::rule::{GDPR, Gate, Judge, Level, Rule, RuleEffect};

pub(in crate::engine) const FACT_MISSING: &Rule = &Rule {
    code: "FACT_MISSING",
    number: 0,
    chapter: "Guards",
    title: "A fact that a rule needs was not said",
    citation: "GDPR art. 5(2)",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "say the fact, or close the gap in the record",
    judge: Judge::OtherRules,
};

pub(in crate::engine) const RULES: &[Rule] = &[*FACT_MISSING];
