//! How a rule is run: what it judges, from when, and how severe it is.

use super::case::Case;
use super::rule::{Fired, Judge, Outcome, Rule, RuleEffect};
use super::rules::{is_deceased, is_for_the_living};

/// What comes of a rule in a case: of one about processing, if its gate meets the operations and it is law yet.
pub(super) fn outcome(rule: &Rule, case: &Case<'_>) -> Outcome {
    match rule.judge {
        Judge::Processing(_)
            if case.tracking.is_none() && is_for_the_living(rule.number) && is_deceased(case) =>
        {
            Outcome::NotApplicable
        }
        Judge::Processing(judge) if reaches(rule, case) => match judge(case) {
            // The day it becomes law bounds the answer only where it has something to say.
            Outcome::NotApplicable => Outcome::NotApplicable,
            outcome if case.view.clock.begun(rule.in_force_from) => outcome,
            _ => Outcome::NotApplicable,
        },
        Judge::Tracker(judge) => {
            let tracking = case.tracking;
            tracking.map_or(Outcome::NotApplicable, |tracking| judge(case, tracking))
        }
        Judge::Processing(_)
        | Judge::Resolution
        | Judge::OtherRules
        | Judge::Right
        | Judge::Breach => Outcome::NotApplicable,
    }
}

/// Whether a rule about processing reaches a case: by its operations; of trackers, only those on the basis and on
/// the consent of children do.
fn reaches(rule: &Rule, case: &Case<'_>) -> bool {
    match case.tracking {
        Some(_) => matches!(rule.number, 20 | 53..=57),
        None => rule.gate.meets(case.operations),
    }
}

/// What a firing of a rule does, by itself or by a policy record; and whether the record made the difference.
pub(super) fn severity(rule: &Rule, fired: &Fired, case: &Case<'_>) -> (RuleEffect, bool) {
    let own = fired.severity.unwrap_or(rule.effect);
    let settable = rule.is_settable() && !fired.fixed;
    let policy = settable.then(|| case.view.policy(rule.code)).flatten();
    let effect = policy.map_or(own, RuleEffect::from);
    (effect, effect != own)
}
