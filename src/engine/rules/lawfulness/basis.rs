//! Which basis there is, and whether it is the one the data were collected on.

use super::CHAPTER;
use super::consent::examine;
use crate::domain::basis::{Article6, BasisArticle};
use crate::domain::key::TypedKey;
use crate::engine::case::Case;
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::is_deceased;
use crate::engine::rules::retention::collected;
use crate::engine::view::{Mark, gap, place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "LAWFUL_BASIS_MISSING",
        number: 20,
        chapter: CHAPTER,
        title: "No basis of Art. 6(1) is assigned to the activity",
        citation: "GDPR art. 6(1), 5(1)(a)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "assign one legal basis of Art. 6(1) to the activity",
        judge: Judge::Processing(missing),
    },
    Rule {
        code: "LAWFUL_BASIS_MULTIPLE",
        number: 21,
        chapter: CHAPTER,
        title: "More than one basis is claimed for one activity",
        citation: "GDPR art. 6(1), 13(1)(c)",
        level: Level::Guidance,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "keep the operative basis, and make an activity of its own for other people or purposes",
        judge: Judge::Processing(multiple),
    },
    Rule {
        code: "VITAL_INTEREST_NOT_SUBSIDIARY",
        number: 44,
        chapter: CHAPTER,
        title: "Vital interests are relied on though another basis is available",
        citation: "GDPR art. 6(1)(d), recital 46",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "rely on the other basis",
        judge: Judge::Processing(vital_interest),
    },
    Rule {
        code: "LAWFUL_BASIS_CHANGED",
        number: 45,
        chapter: CHAPTER,
        title: "The data were collected before the basis was swapped",
        citation: "GDPR art. 5(1)(a); EDPB 05/2020",
        level: Level::Guidance,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "use only data collected since the change, or return to the basis they were collected on",
        judge: Judge::Processing(changed),
    },
];

fn missing(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    if case.letter().is_some() {
        return Outcome::Satisfied;
    }
    let here = case.here("legal_basis");
    let assigned = case.activity.body.legal_basis.as_ref();
    let known = assigned.and_then(|key| case.view.snapshot.legal_basis(key));
    let fired = match (assigned, known) {
        (Some(key), Some(basis)) if case.basis.is_none() => Fired::about(
            "processing.activity",
            format!("legal basis `{}` is not in force", key.key()),
        )
        .at(here)
        .at(place(basis.record, "valid_until")),
        (Some(key), Some(basis)) => Fired::about(
            "processing.activity",
            format!("`{}` is no basis of Art. 6(1)", key.key()),
        )
        .at(here)
        .at(place(basis.record, "article")),
        _ => {
            let message = format!("activity `{}` has no legal basis", case.activity.key());
            Fired::about("processing.activity", message).at(here)
        }
    };
    Outcome::told(vec![fired])
}

fn multiple(case: &Case<'_>) -> Outcome {
    let Some(basis) = case.basis.filter(|_| case.letter().is_some()) else {
        return Outcome::NotApplicable;
    };
    let others = case.activity.body.other_legal_bases.iter();
    let more = others.filter(|other| other.key() != basis.key()).count();
    if more == 0 {
        return Outcome::Satisfied;
    }
    let message = format!(
        "activity `{}` claims {more} more bases",
        case.activity.key()
    );
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(case.here("other_legal_bases")),
    ])
}

fn vital_interest(case: &Case<'_>) -> Outcome {
    let Some(basis) = case.basis.filter(|_| case.letter() == Some(Article6::D)) else {
        return Outcome::NotApplicable;
    };
    match Mark::of(
        basis.record,
        "other_basis_available",
        basis.body.other_basis_available,
    ) {
        Mark::Yes => Outcome::told(vec![
            Fired::about(
                "processing.activity",
                "another basis is manifestly available".to_owned(),
            )
            .at(case.basis_at("other_basis_available")),
        ]),
        Mark::No => Outcome::Satisfied,
        Mark::Unknown => Outcome::FactMissing(vec![Fired::unstated(
            "processing.activity",
            case.basis_at("other_basis_available"),
            "whether another basis is available",
        )]),
    }
}

fn changed(case: &Case<'_>) -> Outcome {
    if !matches!(
        case.basis.and_then(|basis| basis.body.article.as_ref()),
        Some(BasisArticle::Article6(_))
    ) {
        return Outcome::NotApplicable;
    }
    let Some(swapped) = case.activity.body.legal_basis_changed_on else {
        let field = "legal_basis_changed_on";
        let unknown = gap(case.activity.record, field).is_some();
        if !unknown || !case.operations.meets(Gate::EXISTING) || !case.is_about_people() {
            return Outcome::NotApplicable;
        }
        let undecided = "whether the data were collected on another basis";
        let missing = Fired::unstated("processing.activity", case.here(field), undecided);
        return Outcome::FactMissing(vec![missing]);
    };
    if !case.operations.meets(Gate::EXISTING) || !case.view.clock.begun(swapped) {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    let mut missing = Vec::new();
    for item in case.personal() {
        match collected(case, item) {
            None => missing.push(
                Fired::missing(
                    item.fact("collected_on"),
                    "whether they were collected on another basis",
                )
                .at(case.here("legal_basis_changed_on"))
                .of(item.key().as_str()),
            ),
            Some(day) if day < swapped => told.push(
                Fired::about(
                    item.fact("collected_on"),
                    format!("collected on {day}, before the basis was swapped on {swapped}"),
                )
                .at(case.here("legal_basis_changed_on"))
                .of(item.key().as_str()),
            ),
            Some(_) => {}
        }
    }
    if told.is_empty() && !missing.is_empty() {
        return Outcome::FactMissing(missing);
    }
    Outcome::told(told)
}

/// Whether the person may have said no to an activity that may rest on consent: of one of the two nothing is said.
pub(in crate::engine) fn perhaps_refused(case: &Case<'_>) -> bool {
    let activity = case.activity;
    let unclear = match &activity.body.legal_basis {
        None => gap(activity.record, "legal_basis").is_some(),
        Some(key) => {
            let basis = case.view.snapshot.legal_basis(key);
            basis.is_some_and(|basis| {
                basis.body.article.is_none() && gap(basis.record, "article").is_some()
            })
        }
    };
    let asked = case.operations.meets(Gate::PROCESSING) && case.is_about_people();
    let scope = ConsentScope::Processing;
    let refused = || {
        let fault = examine(case, scope, None);
        fault.is_some_and(|fault| fault.is_refusal())
    };
    let stateless = case
        .consent(scope)
        .is_some_and(|(_, said)| said.state.is_none());
    let may_rest = unclear || case.letter() == Some(Article6::A);
    asked && !is_deceased(case) && (unclear && refused() || may_rest && stateless)
}
