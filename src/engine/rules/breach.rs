//! What a breach obliges to: raised when its duties are told, and by no check.

use crate::engine::rule::{Judge, Outcome, Rule, RuleEffect};

const CHAPTER: &str = "2.13 Breach duties";

const fn duty(rule: Rule) -> Rule {
    Rule {
        effect: RuleEffect::Note,
        judge: Judge::Breach,
        ..rule
    }
}

pub(in crate::engine) const NOTIFY_AUTHORITY: &Rule = &duty(Rule::law(
    CHAPTER,
    155,
    "BREACH_NOTIFY_AUTHORITY",
    "The supervisory authority is told, unless a risk is unlikely",
    "GDPR art. 33(1), 33(4); EDPB 9/2022",
    "tell the authority in time, in parts if need be, and say why if it is later",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const NOTIFY_AUTHORITY_TELECOM: &Rule = &duty(Rule::law(
    CHAPTER,
    156,
    "BREACH_NOTIFY_AUTHORITY_TELECOM",
    "Of a breach of communications services the authority is told, whatever the risk",
    "Regulation (EU) 611/2013 art. 2; LIL art. 83",
    "tell the authority within the first term, and the rest within the second",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const COMMUNICATE_SUBJECTS: &Rule = &duty(Rule::law(
    CHAPTER,
    157,
    "BREACH_COMMUNICATE_SUBJECTS",
    "People are told of a breach that is likely to be a high risk to them",
    "GDPR art. 34; Regulation (EU) 611/2013 art. 3",
    "tell the people concerned without undue delay, in plain language",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const PROCESSOR_NOTIFY: &Rule = &duty(Rule::law(
    CHAPTER,
    158,
    "BREACH_PROCESSOR_NOTIFY",
    "A processor tells the controller",
    "GDPR art. 33(2)",
    "tell the controller without undue delay",
    |_| Outcome::NotApplicable,
));

pub(in crate::engine) const REGISTER: &Rule = &duty(Rule::law(
    CHAPTER,
    159,
    "BREACH_REGISTER",
    "Every breach is documented",
    "GDPR art. 33(5)",
    "record the facts, the effects and what was done",
    |_| Outcome::NotApplicable,
));

pub(super) const RULES: &[Rule] = &[
    *NOTIFY_AUTHORITY,
    *NOTIFY_AUTHORITY_TELECOM,
    *COMMUNICATE_SUBJECTS,
    *PROCESSOR_NOTIFY,
    *REGISTER,
];
