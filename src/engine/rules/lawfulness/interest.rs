//! Legitimate interests (Art. 6(1)(f)): named, weighed, and not overridden.

use super::CHAPTER;
use crate::domain::basis::{Article6, Assessment, AssessmentKind, AssessmentOutcome, LegalBasis};
use crate::engine::case::Case;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Place, Rule, RuleEffect};
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LEGITIMATE_INTEREST_UNSPECIFIED",
        number: 33,
        chapter: CHAPTER,
        title: "The legitimate interest is not named",
        citation: "GDPR art. 6(1)(f), 13(1)(d), 14(2)(b); C-394/23",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "name the `interest` in the basis",
        judge: Judge::Processing(unspecified),
    },
    Rule {
        code: "LIA_MISSING",
        number: 34,
        chapter: CHAPTER,
        title: "No balancing assessment is recorded",
        citation: "GDPR art. 6(1)(f), 5(2); EDPB 1/2024",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "weigh the interest, and record the assessment in the basis",
        judge: Judge::Processing(missing),
    },
    Rule {
        code: "LIA_NEGATIVE",
        number: 35,
        chapter: CHAPTER,
        title: "The person's interests override the legitimate interest",
        citation: "GDPR art. 6(1)(f)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "stop, or change the processing and weigh it again",
        judge: Judge::Processing(negative),
    },
    Rule {
        code: "LIA_REVIEW_DUE",
        number: 36,
        chapter: CHAPTER,
        title: "The balancing assessment is due for review",
        citation: "GDPR art. 5(2), 24(1)",
        level: Level::Policy,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "review the assessment",
        judge: Judge::Processing(review_due),
    },
    Rule {
        code: "LEGITIMATE_INTEREST_PUBLIC_AUTHORITY",
        number: 37,
        chapter: CHAPTER,
        title: "A public authority relies on legitimate interests in its tasks",
        citation: "GDPR art. 6(1) second subparagraph",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "rely on the law that gives the task",
        judge: Judge::Processing(public_authority),
    },
];

fn basis<'a>(case: &Case<'a>) -> Option<Node<'a, LegalBasis>> {
    case.basis
        .filter(|_| case.letter() == Some(Article6::F) && case.is_about_people())
}

/// The assessment that a basis names, whether it counts or not.
fn recorded<'a>(case: &Case<'a>, basis: Node<'a, LegalBasis>) -> Option<Node<'a, Assessment>> {
    let key = basis.body.assessment.as_ref()?;
    case.view.snapshot.assessment(key)
}

/// The balancing assessment of a basis, if it counts.
fn assessment<'a>(case: &Case<'a>, basis: Node<'a, LegalBasis>) -> Option<Node<'a, Assessment>> {
    let found = recorded(case, basis)?;
    let counts = case.view.in_force(found)
        && found.body.kind == Some(AssessmentKind::Lia)
        && found
            .body
            .assessed_on
            .is_some_and(|day| case.view.clock.begun(day));
    counts.then_some(found)
}

fn unspecified(case: &Case<'_>) -> Outcome {
    let Some(basis) = basis(case) else {
        return Outcome::NotApplicable;
    };
    let named = !basis.body.interest.is_empty()
        || assessment(case, basis).is_some_and(|found| !found.body.interest.is_empty());
    if named {
        return Outcome::Satisfied;
    }
    let message = format!("basis `{}` does not name the interest", basis.key());
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(case.basis_at("interest")),
    ])
}

fn missing(case: &Case<'_>) -> Outcome {
    let Some(basis) = basis(case) else {
        return Outcome::NotApplicable;
    };
    if assessment(case, basis).is_some_and(|found| found.body.outcome.is_some()) {
        return Outcome::Satisfied;
    }
    let message = format!(
        "basis `{}` has no balancing assessment that counts",
        basis.key()
    );
    let mut fired = Fired::about("processing.activity", message).at(case.basis_at("assessment"));
    if let Some(recorded) = recorded(case, basis) {
        fired = fired.at(place(recorded.record, "assessed_on"));
    }
    Outcome::told(vec![fired])
}

fn negative(case: &Case<'_>) -> Outcome {
    let Some(basis) = basis(case) else {
        return Outcome::NotApplicable;
    };
    // Where a policy lets it pass that nothing was weighed, what was weighed and is not known may be against it.
    let passes = case.view.lets_pass("LIA_MISSING");
    let open = |at: Place| {
        let undecided = "whether the interest is overridden";
        Outcome::FactMissing(vec![Fired::unstated("processing.activity", at, undecided)])
    };
    let unnamed = basis.body.assessment.is_none() && gap(basis.record, "assessment").is_some();
    if passes && unnamed {
        return open(case.basis_at("assessment"));
    }
    let Some(found) = against(case, basis) else {
        return Outcome::NotApplicable;
    };
    let outcome = found.body.outcome;
    if passes && outcome.is_none() && gap(found.record, "outcome").is_some() {
        return open(place(found.record, "outcome"));
    }
    if outcome != Some(AssessmentOutcome::Overridden) {
        return Outcome::Satisfied;
    }
    let message = format!("assessment `{}` found the interest overridden", found.key());
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(place(found.record, "outcome")),
    ])
}

/// An assessment without a date, or of no stated kind, does not count in favour; what it found against stands.
fn against<'a>(case: &Case<'a>, basis: Node<'a, LegalBasis>) -> Option<Node<'a, Assessment>> {
    let found = recorded(case, basis)?;
    let may_be_lia = found
        .body
        .kind
        .is_none_or(|kind| kind == AssessmentKind::Lia);
    let begun = |day| case.view.clock.begun(day);
    let counts = may_be_lia && found.body.assessed_on.is_none_or(begun);
    (counts && case.view.in_force(found)).then_some(found)
}

fn review_due(case: &Case<'_>) -> Outcome {
    let Some(found) = basis(case).and_then(|basis| assessment(case, basis)) else {
        return Outcome::NotApplicable;
    };
    let message = match found.body.review_on {
        Some(day) if case.view.clock.over(day) => {
            format!("assessment `{}` was due for review on {day}", found.key())
        }
        None if gap(found.record, "review_on").is_some() => format!(
            "it is not known when assessment `{}` is to be reviewed",
            found.key()
        ),
        _ => return Outcome::Satisfied,
    };
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(place(found.record, "review_on")),
    ])
}

fn public_authority(case: &Case<'_>) -> Outcome {
    if basis(case).is_none() {
        return Outcome::NotApplicable;
    }
    let authority = Mark::of(
        case.controller.record,
        "public_authority",
        case.controller.body.public_authority,
    );
    let task = Mark::of(
        case.activity.record,
        "public_task",
        case.activity.body.public_task,
    );
    match (authority, task) {
        (Mark::Yes, Mark::Yes) => {
            let message = "the controller is a public authority, and this is one of its tasks";
            Outcome::told(vec![
                Fired::about("processing.activity", message).at(case.here("public_task")),
            ])
        }
        (Mark::No, _) | (_, Mark::No) => Outcome::Satisfied,
        _ => Outcome::FactMissing(vec![Fired::unstated(
            "processing.activity",
            if task == Mark::Unknown {
                case.here("public_task")
            } else {
                place(case.controller.record, "public_authority")
            },
            "whether it is a task of a public authority",
        )]),
    }
}
