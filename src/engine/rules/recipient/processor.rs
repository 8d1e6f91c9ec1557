//! Processors (Art. 28): a contract in force, with all its clauses, down the whole chain.

use super::CHAPTER;
use super::agreement::{binds, fault, is_with};
use super::receiver::{Receiver, Role};
use super::subprocessor::{not_authorised, terms_missing};
use crate::domain::key::TypedKey;
use crate::domain::recipient::{Agreement, AgreementKind, ProcessorClause};
use crate::domain::shape::Words;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Obligation, Outcome, Place, Rule, RuleEffect};
use crate::engine::rules::transfer::is_contract;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, place};

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        78,
        "PROCESSOR_CONTRACT_MISSING",
        "There is no contract with the processor",
        "GDPR art. 28(3), 28(9)",
        "conclude a contract of Art. 28(3), and register it as an agreement",
        |case| contracts(case, Standing::Missing),
    ),
    Rule::law(
        CHAPTER,
        79,
        "PROCESSOR_CONTRACT_NOT_IN_FORCE",
        "The contract with the processor is not in force, or not for this activity",
        "GDPR art. 28(3)",
        "sign or renew the contract, or extend it to the activity",
        |case| contracts(case, Standing::NotInForce),
    ),
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            80,
            "PROCESSOR_CONTRACT_INCOMPLETE",
            "The contract with the processor lacks clauses",
            "GDPR art. 28(3)(a) to (h)",
            "add the missing clauses to the contract",
            incomplete,
        )
    },
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            81,
            "PROCESSOR_GUARANTEES_UNVERIFIED",
            "The guarantees of the processor were not verified, or not again in time",
            "GDPR art. 28(1)",
            "verify the guarantees, and record the day and the next review",
            unverified,
        )
    },
    Rule::law(
        CHAPTER,
        82,
        "SUBPROCESSOR_NOT_AUTHORISED",
        "A sub-processor is not authorised",
        "GDPR art. 28(2)",
        "authorise the sub-processor, or wait for the end of the objection period",
        not_authorised,
    ),
    Rule::law(
        CHAPTER,
        83,
        "SUBPROCESSOR_TERMS_MISSING",
        "A sub-processor is not bound by the same obligations",
        "GDPR art. 28(4)",
        "have the processor conclude a contract with it, and register it",
        terms_missing,
    ),
    Rule::law(
        CHAPTER,
        84,
        "PROCESSOR_OWN_PURPOSE",
        "The processor would use the data for its own purpose",
        "GDPR art. 28(10), 28(3)(a)",
        "forbid it, or register it as a controller with a basis for the disclosure",
        own_purpose,
    ),
];

/// How a processor is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Missing,
    NotInForce,
}

/// Who processes for the controller, of those that are registered.
pub(super) fn processors<'c, 'a>(case: &'c Case<'a>) -> impl Iterator<Item = &'c Receiver<'a>> {
    let all = case.receivers().iter();
    all.filter(|receiver| receiver.role == Role::Processor && receiver.recipient.is_some())
}

/// The contracts of the controller with a processor, whatever their term.
fn known<'a>(case: &Case<'a>, receiver: &Receiver<'a>) -> Vec<Node<'a, Agreement>> {
    those(case, receiver, |agreement| {
        is_with(case, agreement, AgreementKind::Article28, receiver.key) == Mark::Yes
    })
}

/// The contracts that may be with a processor, of which something holds.
fn those<'a>(
    case: &Case<'a>,
    receiver: &Receiver<'a>,
    holds: impl Fn(Node<'a, Agreement>) -> bool,
) -> Vec<Node<'a, Agreement>> {
    let registered = receiver.recipient.into_iter();
    registered
        .flat_map(|recipient| case.view.snapshot.agreements_with(recipient.number))
        .filter(|agreement| holds(*agreement))
        .collect()
}

/// The contract in force for the activity; of several, the first without a missing clause.
pub(in crate::engine) fn contract<'a>(
    case: &Case<'a>,
    receiver: &Receiver<'a>,
) -> Option<Node<'a, Agreement>> {
    let counting = binding(case, receiver);
    let complete = |agreement: &&Node<'_, Agreement>| lacking(**agreement).is_empty();
    counting.iter().find(complete).or(counting.first()).copied()
}

/// The contracts in force with a processor that are about the activity.
fn binding<'a>(case: &Case<'a>, receiver: &Receiver<'a>) -> Vec<Node<'a, Agreement>> {
    those(case, receiver, |agreement| {
        binds(case, agreement, AgreementKind::Article28, receiver.key) == Mark::Yes
    })
}

/// Those, and after them the ones of which the source does not say enough to rule them out: whom they name gets the data.
/// With each, whether it surely binds.
pub(super) fn bringing<'a>(
    case: &Case<'a>,
    receiver: &Receiver<'a>,
) -> Vec<(Node<'a, Agreement>, bool)> {
    let perhaps = those(case, receiver, |agreement| {
        binds(case, agreement, AgreementKind::Article28, receiver.key) == Mark::Unknown
    });
    let surely = binding(case, receiver).into_iter();
    let perhaps = perhaps.into_iter().map(|agreement| (agreement, false));
    surely
        .map(|agreement| (agreement, true))
        .chain(perhaps)
        .collect()
}

/// What comes with every disclosure.
pub(in crate::engine) fn disclosed(case: &Case<'_>) -> Vec<Obligation> {
    let mut obligations = Vec::new();
    for receiver in case.receivers() {
        if receiver.said.is_none() {
            continue;
        }
        let recipient = receiver.key.key().to_string();
        obligations.push(
            Obligation::new("LOG_DISCLOSURE")
                .with("recipient", recipient.clone())
                .to(&recipient),
        );
        if receiver.role == Role::Processor {
            let agreement = contract(case, receiver).map(|agreement| agreement.key().to_string());
            obligations.push(
                Obligation::new("LIMIT_TO_INSTRUCTIONS")
                    .with("agreement", agreement.unwrap_or_default())
                    .to(&recipient),
            );
        }
    }
    obligations
}

fn contracts(case: &Case<'_>, sought: Standing) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for receiver in processors(case) {
        looked = true;
        if contract(case, receiver).is_some() || is_contract(case, receiver.recipient, None) {
            continue;
        }
        let known = known(case, receiver);
        let standing = if known.is_empty() {
            Standing::Missing
        } else {
            Standing::NotInForce
        };
        if standing != sought {
            continue;
        }
        let name = receiver.key.key();
        let fired = match sought {
            Standing::Missing => receiver
                .about(
                    "recipient",
                    format!("there is no contract with processor `{name}`"),
                )
                .at(Place::of(receiver.key)),
            Standing::NotInForce => receiver.about(
                "recipient",
                format!("no contract with processor `{name}` is in force for the activity"),
            ),
        };
        let places = known.iter().map(|agreement| fault(case, *agreement));
        told.push(places.fold(fired, Fired::at));
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}

/// The clauses that a contract does not have.
fn lacking(agreement: Node<'_, Agreement>) -> Vec<&'static str> {
    ProcessorClause::ALL
        .iter()
        .filter(|clause| !agreement.body.clauses.contains(clause))
        .map(|clause| clause.as_str())
        .collect()
}

fn incomplete(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for receiver in processors(case) {
        let Some(agreement) = contract(case, receiver) else {
            continue;
        };
        looked = true;
        let lacking = lacking(agreement);
        if !lacking.is_empty() {
            let message = format!(
                "contract `{}` lacks {}",
                agreement.key(),
                lacking.join(", ")
            );
            let fired = receiver.about("recipient", message);
            told.push(fired.at(place(agreement.record, "clauses")));
        }
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}

fn unverified(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for receiver in processors(case) {
        let Some(recipient) = receiver.recipient else {
            continue;
        };
        looked = true;
        let diligence = recipient.body.due_diligence.as_ref();
        let done = diligence.and_then(|one| one.done_on);
        let done = done.is_some_and(|day| case.view.clock.begun(day));
        let review = diligence.and_then(|one| one.review_on);
        let overdue = review.is_some_and(|day| case.view.clock.over(day));
        if !done || overdue {
            let what = if done {
                "not verified again in time"
            } else {
                "not verified"
            };
            let message = format!(
                "the guarantees of processor `{}` were {what}",
                recipient.key()
            );
            let fired = receiver.about("recipient", message);
            told.push(fired.at(place(recipient.record, "due_diligence")));
        }
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}

fn own_purpose(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for receiver in processors(case) {
        if receiver.said.and_then(|said| said.own_purpose) == Some(true) {
            let message = format!(
                "processor `{}` would use the data for a purpose of its own",
                receiver.key.key()
            );
            let fired = receiver.about("own_purpose", message);
            told.push(fired.at(receiver.entry_at(case, "role")));
        }
    }
    if processors(case).next().is_none() {
        return Outcome::NotApplicable;
    }
    Outcome::told(told)
}
