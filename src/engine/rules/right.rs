//! What can come of a person's request: these are raised when a right is resolved, and by no check.

use crate::engine::rule::{Judge, Outcome, Rule, RuleEffect};

const CHAPTER: &str = "2.10 State of the person's rights";

const fn raised(rule: Rule) -> Rule {
    Rule {
        judge: Judge::Right,
        ..rule
    }
}

const fn alert(rule: Rule) -> Rule {
    Rule {
        effect: RuleEffect::Warn,
        ..raised(rule)
    }
}

pub(in crate::engine) const NOT_APPLICABLE: &Rule = &raised(Rule::law(
    CHAPTER,
    125,
    "RIGHT_NOT_APPLICABLE_TO_BASIS",
    "The right does not attach to the basis, or not yet",
    "GDPR art. 12(4), 17, 20, 21",
    "refuse with reasons within a month, and say where to complain",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const IDENTITY_UNVERIFIED: &Rule = &raised(Rule::law(
    CHAPTER,
    126,
    "RIGHT_IDENTITY_UNVERIFIED",
    "There is reasonable doubt about who asks",
    "GDPR art. 12(2), 12(6), 11",
    "ask for what is needed to be sure, and for no document by default",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const EXCESSIVE: &Rule = &raised(Rule::law(
    CHAPTER,
    127,
    "RIGHT_REQUEST_EXCESSIVE",
    "The request is manifestly unfounded or excessive",
    "GDPR art. 12(5)",
    "refuse it or ask a reasonable fee, and keep what shows it",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const DEADLINE_MISSED: &Rule = &alert(Rule::law(
    CHAPTER,
    128,
    "RIGHT_DEADLINE_MISSED",
    "The request was not answered in time",
    "GDPR art. 12(3)",
    "answer now, and record why it is late",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const EXTENSION_INVALID: &Rule = &alert(Rule::law(
    CHAPTER,
    129,
    "RIGHT_EXTENSION_INVALID",
    "The extension was told too late, without reasons, or is too long",
    "GDPR art. 12(3)",
    "answer by the first day that it was due",
    |_| Outcome::NotApplicable,
));

pub(super) const RULES: &[Rule] = &[
    *NOT_APPLICABLE,
    *IDENTITY_UNVERIFIED,
    *EXCESSIVE,
    *DEADLINE_MISSED,
    *EXTENSION_INVALID,
];
