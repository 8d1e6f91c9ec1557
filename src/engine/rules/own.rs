//! The product's own guards: what keeps silence from ever permitting.

use super::unready;
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

pub(in crate::engine) const CHAPTER_NOT_READY: &Rule = &Rule {
    code: "CHAPTER_NOT_READY",
    number: 0,
    chapter: "Guards",
    title: "A chapter of the rule book that this version does not decide yet has a part in the question",
    citation: "GDPR art. 5(2), 24",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "have a person decide; a later version will",
    judge: Judge::Processing(unready::judge),
};

pub(in crate::engine) const RULES: &[Rule] = &[*FACT_MISSING, *CHAPTER_NOT_READY];
