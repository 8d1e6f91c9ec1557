//! Sub-processors: each authorised by the controller, and bound as the processor is (Art. 28(2) and (4)).

use super::agreement::{covers, fault};
use super::chain::Link;
use super::processor::{bringing, processors};
use super::receiver::Role;
use crate::domain::key::TypedKey;
use crate::domain::recipient::{Agreement, ProcessorClause, SubprocessorAuthorisation};
use crate::domain::shape::Words;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Outcome};
use crate::engine::rules::transfer::is_contract;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, of_entries, place};

/// What to do where a contract does not say whom the processor engages.
const LIST: &str = "list all sub-processors in the contract, and close the gap";

/// What keeps a sub-processor from being authorised; nothing of whom a controller passes data on to.
fn unauthorised(case: &Case<'_>, link: &Link<'_>) -> Option<&'static str> {
    let begins = case.receivers().get(link.receiver);
    let engaged = begins.is_some_and(|receiver| receiver.role == Role::Processor);
    if !engaged {
        return None;
    }
    let Some((agreement, entry)) = link.above else {
        return Some("is named, and no contract authorises it");
    };
    if !link.sure {
        return Some("is authorised by a contract that is not known to bind");
    }
    match entry.objected {
        Some(true) => return Some("was objected to"),
        // A list that may hold more says of an entry what it says.
        _ if of_entries(agreement.record, "subprocessors.objected") => {
            return Some("may have been objected to");
        }
        _ => {}
    }
    match entry.authorisation {
        Some(SubprocessorAuthorisation::Specific) => None,
        Some(SubprocessorAuthorisation::General) => {
            let told = entry.notified_on;
            if !told.is_some_and(|day| case.view.clock.begun(day)) {
                return Some("was not announced to the controller");
            }
            match entry.objection_until {
                Some(day) if case.view.clock.over(day) => None,
                Some(_) => Some("can still be objected to"),
                None => Some("has no end of the time to object"),
            }
        }
        Some(SubprocessorAuthorisation::None) | None => Some("is not authorised"),
    }
}

pub(super) fn not_authorised(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for link in case.links() {
        let Some(why) = unauthorised(case, link) else {
            continue;
        };
        let message = format!(
            "`{}`, engaged by `{}`, {why}",
            link.key.key(),
            link.from.key()
        );
        told.push(link.about(message).at(link.at.clone()));
    }
    // A list that may hold more proves nothing about who is on it.
    let open = |agreement: &Node<'_, Agreement>| {
        let unnamed = gap(agreement.record, "subprocessors.recipient").is_some();
        let mut engaged = agreement.body.subprocessors.iter();
        unnamed
            || gap(agreement.record, "subprocessors.agreement").is_some()
                && engaged.any(|entry| entry.agreement.is_none())
    };
    let unlisted = |agreement: Node<'_, Agreement>| {
        let message = format!(
            "contract `{}` does not list all sub-processors",
            agreement.key()
        );
        (message, place(agreement.record, "subprocessors"))
    };
    for receiver in processors(case) {
        let bringing = bringing(case, receiver).into_iter();
        for agreement in bringing.map(|(agreement, _)| agreement).filter(open) {
            let (message, at) = unlisted(agreement);
            told.push(
                receiver
                    .about("recipient", message)
                    .at(at)
                    .but(LIST.to_owned()),
            );
        }
    }
    for link in case.links() {
        if let Some(agreement) = link.followed.filter(open) {
            let (message, at) = unlisted(agreement);
            told.push(link.about(message).at(at).but(LIST.to_owned()));
        }
    }
    if told.is_empty() && processors(case).next().is_none() {
        return Outcome::NotApplicable;
    }
    Outcome::told(told)
}

/// What a contract with a sub-processor lacks of the one above it: the same obligations are to bind it (Art. 28(4)).
fn weaker(
    case: &Case<'_>,
    link: &Link<'_>,
    above: Node<'_, Agreement>,
    own: Node<'_, Agreement>,
) -> Option<Fired> {
    let controller = own.body.controller.as_ref();
    // Of a contract that does not say all of its clauses, each may be one.
    let needed = if gap(above.record, "clauses").is_some() {
        <ProcessorClause as Words>::ALL
    } else {
        above.body.clauses.as_slice()
    };
    let lacking: Vec<&str> = needed
        .iter()
        .filter(|clause| !own.body.clauses.contains(clause))
        .map(|clause| clause.as_str())
        .collect();
    let (field, what) = if controller.is_some_and(|key| key.key() != case.controller.key()) {
        ("controller", "is for another controller".to_owned())
    } else if covers(case, own) != Mark::Yes {
        ("activities", "is not for the activity".to_owned())
    } else if !lacking.is_empty() || gap(own.record, "clauses").is_some() {
        ("clauses", format!("lacks {}", lacking.join(", ")))
    } else {
        return None;
    };
    let message = format!(
        "contract `{}` with `{}`, engaged by `{}`, {what}",
        own.key(),
        link.key.key(),
        link.from.key()
    );
    Some(link.about(message).at(place(own.record, field)))
}

/// Of those that are authorised: whether each is bound by a contract of its own.
pub(super) fn terms_missing(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for link in case.links() {
        let Some((above, entry)) = link.above else {
            continue;
        };
        if unauthorised(case, link).is_some() || is_contract(case, link.recipient, Some(link.from))
        {
            continue;
        }
        if let Some(own) = link.agreement {
            told.extend(weaker(case, link, above, own));
            continue;
        }
        let message = format!(
            "no contract in force binds `{}`, engaged by `{}`",
            link.key.key(),
            link.from.key()
        );
        let mut fired = link.about(message).at(link.at.clone());
        let own = entry.agreement.as_ref();
        if let Some(own) = own.and_then(|key| case.view.snapshot.agreement(key)) {
            fired = fired.at(fault(case, own));
        }
        told.push(fired);
    }
    if case.links().is_empty() {
        return Outcome::NotApplicable;
    }
    Outcome::told(told)
}
