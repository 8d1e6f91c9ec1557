//! How a rule is run: what it judges, from when, and how severe it is.

use super::case::Case;
use super::rule::{Fired, Judge, Level, Outcome, Rule, RuleEffect};

/// What comes of a rule in a case: of one about processing, if its gate meets the operations and it is law yet.
pub(super) fn outcome(rule: &Rule, case: &Case<'_>) -> Outcome {
    match rule.judge {
        Judge::Processing(judge)
            if rule.gate.meets(case.operations) && case.view.clock.begun(rule.in_force_from) =>
        {
            judge(case)
        }
        Judge::Processing(_) | Judge::Resolution | Judge::OtherRules => Outcome::NotApplicable,
    }
}

/// What a firing of a rule does, by itself or by a policy record; and whether the record made the difference.
pub(super) fn severity(rule: &Rule, fired: &Fired, case: &Case<'_>) -> (RuleEffect, bool) {
    let own = fired.severity.unwrap_or(rule.effect);
    let settable = rule.level == Level::Policy;
    let policy = settable.then(|| case.view.policy(rule.code)).flatten();
    let effect = policy.map_or(own, RuleEffect::from);
    (effect, effect != own)
}
