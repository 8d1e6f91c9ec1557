//! Resolution: what the question names must be registered.

use crate::domain::key::TypedKey;
use crate::domain::security::MeasureKind;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Obligation, Outcome, Rule, RuleEffect};

const CHAPTER: &str = "2.1 Resolution";

pub(in crate::engine) const REQUEST_INCOMPLETE: &Rule = &Rule {
    code: "REQUEST_INCOMPLETE",
    number: 1,
    chapter: CHAPTER,
    title: "The question names no purpose or activity, no data, no person or no operation",
    citation: "GDPR art. 5(2), 25(2)",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "say the missing field",
    judge: Judge::Resolution,
};

pub(in crate::engine) const CONTROLLER_UNKNOWN: &Rule = &Rule {
    code: "CONTROLLER_UNKNOWN",
    number: 2,
    chapter: CHAPTER,
    title: "The controller is not registered",
    citation: "GDPR art. 4(7), 30(1)(a)",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "name a registered controller, or register and activate this one",
    judge: Judge::Resolution,
};

pub(in crate::engine) const PURPOSE_UNREGISTERED: &Rule = &Rule {
    code: "PURPOSE_UNREGISTERED",
    number: 3,
    chapter: CHAPTER,
    title: "The purpose or activity is not registered",
    citation: "GDPR art. 5(1)(b), 30(1)(b)",
    level: Level::Law,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "name a registered activity or purpose, or register the purpose with an activity that serves it",
    judge: Judge::Resolution,
};

pub(in crate::engine) const ACTIVITY_NOT_ACTIVE: &Rule = &Rule {
    code: "ACTIVITY_NOT_ACTIVE",
    number: 4,
    chapter: CHAPTER,
    title: "The activity is a draft, suspended, or not in force at the time",
    citation: "GDPR art. 5(2), 24",
    level: Level::Guard,
    effect: RuleEffect::Deny,
    gate: Gate::PROCESSING,
    in_force_from: GDPR,
    next_step: "have the data protection officer activate it, or name an active one",
    judge: Judge::Resolution,
};

pub(in crate::engine) const CATEGORY_UNREGISTERED: &Rule = &Rule {
    code: "CATEGORY_UNREGISTERED",
    number: 5,
    chapter: CHAPTER,
    title: "The data category is not registered",
    citation: "GDPR art. 5(1)(c), 30(1)(c)",
    level: Level::Law,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "name a registered category, or register this one and list it in the activity",
    judge: Judge::Resolution,
};

pub(in crate::engine) const SUBJECT_CATEGORY_UNREGISTERED: &Rule = &Rule {
    code: "SUBJECT_CATEGORY_UNREGISTERED",
    number: 6,
    chapter: CHAPTER,
    title: "The data subject category is not registered",
    citation: "GDPR art. 30(1)(c), 13, 14",
    level: Level::Law,
    effect: RuleEffect::Deny,
    gate: Gate::ALL,
    in_force_from: GDPR,
    next_step: "name a registered group of people, or register this one and list it in the activity",
    judge: Judge::Resolution,
};

pub(in crate::engine) const RULES: &[Rule] = &[
    *REQUEST_INCOMPLETE,
    *CONTROLLER_UNKNOWN,
    *PURPOSE_UNREGISTERED,
    *ACTIVITY_NOT_ACTIVE,
    *CATEGORY_UNREGISTERED,
    *SUBJECT_CATEGORY_UNREGISTERED,
    Rule {
        code: "SUBJECT_NOT_COVERED",
        number: 7,
        chapter: CHAPTER,
        title: "The activity does not list that group of people",
        citation: "GDPR art. 5(1)(b), 30(1)(c)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "list the group in the activity, if its basis and notice hold for these people",
        judge: Judge::Processing(subject_covered),
    },
    Rule {
        code: "DATA_ANONYMOUS",
        number: 8,
        chapter: CHAPTER,
        title: "The data are attested anonymous by a recorded method",
        citation: "GDPR recital 26",
        level: Level::Law,
        effect: RuleEffect::Permit,
        gate: Gate::EXISTING,
        in_force_from: GDPR,
        next_step: "keep the evidence",
        judge: Judge::Processing(anonymous),
    },
];

fn subject_covered(case: &Case<'_>) -> Outcome {
    let Some(subject) = case.subject else {
        return Outcome::NotApplicable;
    };
    let activity = case.activity.body;
    if activity
        .data_subject_categories
        .iter()
        .any(|listed| case.view.covers(listed, subject.key()))
    {
        return Outcome::Satisfied;
    }
    let message = format!(
        "activity `{}` does not list `{}`",
        case.activity.key(),
        subject.key()
    );
    Outcome::told(vec![
        Fired::about("processing.subject.category", message)
            .at(case.here("data_subject_categories")),
    ])
}

/// The items that are anonymous, each with the measure that made it so.
fn anonymous(case: &Case<'_>) -> Outcome {
    let fired: Vec<Fired> = case
        .items
        .iter()
        .filter(|item| item.anonymous)
        .map(|item| {
            let measure = item
                .said
                .anonymisation
                .as_ref()
                .map(|key| key.key().to_string())
                .unwrap_or_default();
            let obligation = Obligation::new("KEEP_ANONYMITY_EVIDENCE")
                .with("measure", measure.clone())
                .of(item.key().as_str());
            Fired::about(
                item.fact("anonymisation"),
                format!("`{}` is anonymous by `{measure}`", item.key()),
            )
            .of(item.key().as_str())
            .with(obligation)
        })
        .collect();
    if fired.is_empty() {
        Outcome::NotApplicable
    } else {
        Outcome::Fired(fired)
    }
}

/// Whether an item is shown to be anonymous: by a measure in force that states method and assessment.
pub(in crate::engine) fn is_anonymous(
    case: &Case<'_>,
    item: &crate::engine::query::DataItem,
) -> bool {
    let Some(measure) = item
        .anonymisation
        .as_ref()
        .and_then(|key| case.view.snapshot.security_measure(key))
    else {
        return false;
    };
    case.view.in_force(measure)
        && measure.body.kind == Some(MeasureKind::Anonymisation)
        && !measure.body.method.is_empty()
        && !measure.body.assessment.is_empty()
}
