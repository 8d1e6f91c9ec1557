//! Contract (Art. 6(1)(b)): with this very person, and in force.

use super::CHAPTER;
use crate::domain::basis::Article6;
use crate::engine::case::Case;
use crate::engine::query::ContractState;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::view::Mark;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CONTRACT_SUBJECT_NOT_PARTY",
        number: 30,
        chapter: CHAPTER,
        title: "The person is no party to the contract",
        citation: "GDPR art. 6(1)(b)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "use an activity with another basis for these people",
        judge: Judge::Processing(party),
    },
    Rule {
        code: "CONTRACT_NOT_IN_FORCE",
        number: 31,
        chapter: CHAPTER,
        title: "The contract is not in force",
        citation: "GDPR art. 6(1)(b)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::COLLECTING.and(Gate::USING),
        in_force_from: GDPR,
        next_step: "use an activity marked for winding up, or stop",
        judge: Judge::Processing(in_force),
    },
    Rule {
        code: "CONTRACT_NECESSITY_UNDOCUMENTED",
        number: 32,
        chapter: CHAPTER,
        title: "It is not recorded why the processing is necessary for the contract",
        citation: "GDPR art. 6(1)(b); EDPB 2/2019; C-252/21",
        level: Level::Guidance,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "write the `necessity_note` of the basis",
        judge: Judge::Processing(necessity),
    },
];

const STATE: &str = "processing.subject.contract.state";

/// What rules 30 and 31 have in common: the state of the contract, where the basis is one.
enum Standing {
    Elsewhere,
    Unsaid,
    Known(ContractState),
}

fn standing(case: &Case<'_>) -> Standing {
    if case.letter() != Some(Article6::B) || !case.is_about_people() {
        return Standing::Elsewhere;
    }
    let contract = case
        .query
        .subject
        .as_ref()
        .and_then(|subject| subject.contract.as_ref());
    contract
        .and_then(|contract| contract.state)
        .map_or(Standing::Unsaid, Standing::Known)
}

fn marked(case: &Case<'_>, field: &str) -> Mark {
    let Some(basis) = case.basis else {
        return Mark::No;
    };
    let said = if field == "pre_contract" {
        basis.body.pre_contract
    } else {
        basis.body.winding_up
    };
    Mark::of(basis.record, field, said)
}

fn party(case: &Case<'_>) -> Outcome {
    let told = |message: &str| Fired::about(STATE, message).at(case.basis_at("pre_contract"));
    match standing(case) {
        Standing::Elsewhere => Outcome::NotApplicable,
        Standing::Unsaid => Outcome::FactMissing(vec![
            Fired::missing(STATE, "whether the person is party to the contract")
                .at(case.here("legal_basis")),
        ]),
        Standing::Known(ContractState::NotParty) => {
            Outcome::told(vec![told("the person is no party to the contract")])
        }
        Standing::Known(ContractState::PreContractRequest)
            if marked(case, "pre_contract") != Mark::Yes =>
        {
            Outcome::told(vec![told(
                "there is no contract yet, and the basis is not marked for steps before one",
            )])
        }
        Standing::Known(_) => Outcome::Satisfied,
    }
}

fn in_force(case: &Case<'_>) -> Outcome {
    let Standing::Known(state) = standing(case) else {
        return Outcome::NotApplicable;
    };
    if marked(case, "pre_contract") == Mark::Yes || marked(case, "winding_up") == Mark::Yes {
        return Outcome::NotApplicable;
    }
    let contract = case
        .query
        .subject
        .as_ref()
        .and_then(|subject| subject.contract.as_ref());
    let started = contract.and_then(|contract| contract.started_on);
    let ended = contract.and_then(|contract| contract.ended_on);
    let fired = match state {
        // 30 speaks.
        ContractState::NotParty | ContractState::PreContractRequest => {
            return Outcome::NotApplicable;
        }
        ContractState::Ended => match ended {
            None => {
                let fact = "processing.subject.contract.ended_on";
                return Outcome::FactMissing(vec![Fired::missing(
                    fact,
                    "whether the contract is still in force",
                )]);
            }
            Some(day) if case.view.clock.over(day) => format!("the contract ended on {day}"),
            Some(_) => return not_begun(case, started),
        },
        ContractState::InForce => match ended {
            Some(day) if case.view.clock.over(day) => format!("the contract ended on {day}"),
            _ => return not_begun(case, started),
        },
    };
    Outcome::told(vec![
        Fired::about(STATE, fired).at(case.basis_at("winding_up")),
    ])
}

fn not_begun(case: &Case<'_>, started: Option<crate::domain::date::Date>) -> Outcome {
    match started {
        Some(day) if !case.view.clock.begun(day) => {
            let message = format!("the contract begins on {day}");
            Outcome::told(vec![Fired::about(
                "processing.subject.contract.started_on",
                message,
            )])
        }
        _ => Outcome::Satisfied,
    }
}

fn necessity(case: &Case<'_>) -> Outcome {
    let about_people = case.is_about_people();
    let contract = case.letter() == Some(Article6::B);
    let Some(basis) = case.basis.filter(|_| contract && about_people) else {
        return Outcome::NotApplicable;
    };
    if !basis.body.necessity_note.is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!("basis `{}` does not say why it is necessary", basis.key());
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(case.basis_at("necessity_note")),
    ])
}
