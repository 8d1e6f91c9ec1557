//! The product's own guards: what keeps silence from ever permitting.

use super::unready;
use crate::engine::case::Case;
use crate::engine::rule::{Gate, Level, Outcome, Rule, RuleEffect};

/// Raised by the rule that lacks the fact.
const fn raised_elsewhere(_: &Case<'_>) -> Outcome {
    Outcome::NotApplicable
}

pub(in crate::engine) const FACT_MISSING: &Rule = &Rule {
    code: "FACT_MISSING",
    number: 0,
    chapter: "Guards",
    title: "A fact that a rule needs was not said",
    citation: "GDPR art. 5(2)",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    next_step: "say the fact, or close the gap in the record",
    judge: raised_elsewhere,
};

pub(in crate::engine) const CHAPTER_NOT_READY: &Rule = &Rule {
    code: "CHAPTER_NOT_READY",
    number: 0,
    chapter: "Guards",
    title: "A chapter of the rule book that this version does not decide yet has a part in the question",
    citation: "GDPR art. 5(2), 24",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    next_step: "have a person decide; a later version will",
    judge: unready::judge,
};

pub(in crate::engine) const RULES: &[Rule] = &[*FACT_MISSING, *CHAPTER_NOT_READY];
