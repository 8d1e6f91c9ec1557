//! Authorities: what they ask for, and by which law.

use super::CHAPTER;
use super::receiver::{Receiver, Role};
use crate::domain::key::TypedKey;
use crate::engine::case::Case;
use crate::engine::rule::{GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::transfer::rests_on_derogation;
use crate::engine::view::place;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "AUTHORITY_REQUEST_UNSUBSTANTIATED",
        number: 87,
        chapter: CHAPTER,
        title: "The request of the authority is not written, reasoned and grounded in law",
        citation: "GDPR art. 6(1)(c), 6(3), recital 31",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "ask for a request in writing, with reasons and its legal ground, and state them in `authority_request`",
        judge: Judge::Processing(unsubstantiated),
    },
    Rule {
        code: "FOREIGN_AUTHORITY_REQUEST",
        number: 88,
        chapter: CHAPTER,
        title: "An authority of a third country asks, and no international agreement covers it",
        citation: "GDPR art. 48; EDPB 02/2024",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "have the request come through an international agreement, or rely on Art. 49",
        judge: Judge::Processing(foreign),
    },
];

/// Where an authority belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Inside,
    Outside,
    Unknown,
}

fn authorities<'c, 'a>(case: &'c Case<'a>) -> impl Iterator<Item = (&'c Receiver<'a>, State)> {
    let all = case.receivers().iter();
    all.filter(|receiver| receiver.role == Role::Authority)
        .map(|receiver| {
            let state = receiver
                .recipient
                .and_then(|recipient| recipient.body.authority_state.as_ref());
            let state = match state {
                None => State::Unknown,
                Some(state) if case.view.is_inside(state) => State::Inside,
                Some(_) => State::Outside,
            };
            (receiver, state)
        })
}

fn unsubstantiated(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for (receiver, state) in authorities(case) {
        if state == State::Outside {
            continue;
        }
        looked = true;
        let request = receiver
            .said
            .and_then(|said| said.authority_request.as_ref());
        let needed = [
            ("written", request.and_then(|request| request.written)),
            ("reasoned", request.and_then(|request| request.reasoned)),
            (
                "legal_ground_cited",
                request.and_then(|request| request.legal_ground_cited),
            ),
        ];
        for (field, said) in needed {
            if said != Some(true) {
                let fact = format!("authority_request.{field}");
                let message = format!(
                    "the request of authority `{}` is not stated to be {}",
                    receiver.key.key(),
                    field.replace('_', " ")
                );
                told.push(receiver.about(&fact, message));
            }
        }
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}

fn foreign(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for (receiver, state) in authorities(case) {
        let (State::Outside | State::Unknown, Some(recipient)) = (state, receiver.recipient) else {
            continue;
        };
        looked = true;
        let request = receiver
            .said
            .and_then(|said| said.authority_request.as_ref());
        let agreed = request.and_then(|request| request.international_agreement) == Some(true);
        if agreed || rests_on_derogation(case, receiver) {
            continue;
        }
        let what = if state == State::Unknown {
            "does not say which state it belongs to"
        } else {
            "belongs to a third country, and no international agreement is stated"
        };
        let message = format!("authority `{}` {what}", recipient.key());
        let fired = receiver.about("authority_request.international_agreement", message);
        told.push(fired.at(place(recipient.record, "authority_state")));
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}
