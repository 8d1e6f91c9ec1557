//! Legal obligation and public task (Art. 6(1)(c) and (e)): a law that is cited and in force.

use super::CHAPTER;
use crate::domain::basis::{Article6, LegalText};
use crate::engine::case::Case;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LEGAL_OBLIGATION_LAW_UNCITED",
        number: 41,
        chapter: CHAPTER,
        title: "No law is cited for the legal obligation",
        citation: "GDPR art. 6(1)(c), 6(3)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "cite the law and its article in the basis",
        judge: Judge::Processing(|case| uncited(case, Article6::C)),
    },
    Rule {
        code: "LEGAL_OBLIGATION_FOREIGN_LAW",
        number: 42,
        chapter: CHAPTER,
        title: "Only the law of a third country is cited",
        citation: "GDPR art. 6(3), 48",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "cite the law of the Union or of a Member State, or rely on another basis",
        judge: Judge::Processing(foreign),
    },
    Rule {
        code: "PUBLIC_TASK_LAW_UNCITED",
        number: 43,
        chapter: CHAPTER,
        title: "No law of the Union or a Member State is cited for the public task",
        citation: "GDPR art. 6(1)(e), 6(3)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "cite the law and its article in the basis",
        judge: Judge::Processing(|case| uncited(case, Article6::E)),
    },
];

/// Whether any text of law, of any country, is cited and in force.
fn cites_foreign_only(case: &Case<'_>) -> bool {
    let Some(basis) = case.basis else {
        return false;
    };
    let texts: Vec<_> = case.view.texts_of(basis.body).collect();
    let foreign = |law: &&LegalText| law.jurisdiction.is_some() && !case.view.is_domestic(law);
    !texts.is_empty() && texts.iter().all(foreign)
}

fn uncited(case: &Case<'_>, letter: Article6) -> Outcome {
    let Some(basis) = case
        .basis
        .filter(|_| case.letter() == Some(letter) && case.is_about_people())
    else {
        return Outcome::NotApplicable;
    };
    if case.view.cites_law(basis.body) {
        return Outcome::Satisfied;
    }
    if letter == Article6::C && cites_foreign_only(case) {
        // 42 speaks.
        return Outcome::NotApplicable;
    }
    let message = format!(
        "basis `{}` cites no law of the Union or a Member State that is in force",
        basis.key()
    );
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(case.basis_at("laws")),
    ])
}

fn foreign(case: &Case<'_>) -> Outcome {
    let Some(basis) = case
        .basis
        .filter(|_| case.letter() == Some(Article6::C) && case.is_about_people())
    else {
        return Outcome::NotApplicable;
    };
    if !cites_foreign_only(case) {
        return Outcome::Satisfied;
    }
    let message = format!(
        "basis `{}` cites only the law of a third country",
        basis.key()
    );
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(case.basis_at("laws")),
    ])
}
