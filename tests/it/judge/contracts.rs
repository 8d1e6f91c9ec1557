//! Contracts of Chapter 2.8: with a processor, between joint controllers, and down the chain.

use ropa::domain::activity::RecipientRole;
use ropa::domain::key::RecipientKey;
use ropa::domain::recipient::{
    Agreement, AgreementKind, ProcessorClause, Recipient, Subprocessor, SubprocessorAuthorisation,
};
use ropa::domain::shape::Words;

use super::lookup::{Mark, Row};
use super::matter::Matter;
use super::safeguards;

/// Who sends data to whom.
#[derive(Clone)]
pub(super) enum Sender {
    Controller,
    Recipient(RecipientKey, RecipientRole),
}

/// A link of a chain beyond the one to whom the controller gives the data.
#[derive(Clone)]
pub(super) struct Onward<'a> {
    pub(super) from: RecipientKey,
    pub(super) from_role: RecipientRole,
    pub(super) to: Option<Row<'a, Recipient>>,
    pub(super) key: RecipientKey,
    pub(super) role: RecipientRole,
    /// What is wrong with it in 82 or 83.
    pub(super) fault: Option<&'static str>,
}

/// The contracts of the controller with a recipient, of a kind, in force or not.
pub(super) fn with<'a>(
    matter: &Matter<'a>,
    recipient: &RecipientKey,
    kind: AgreementKind,
) -> Vec<Row<'a, Agreement>> {
    let mut rows = matter.rows.all::<Agreement>();
    rows.retain(|row| {
        row.body.kind == Some(kind)
            && !row.silent("kind")
            && row
                .body
                .controller
                .as_ref()
                .is_some_and(|key| matter.is_controller(key))
            && row.body.parties.contains(recipient)
    });
    rows
}

/// Whether a contract is in force and about this activity. One that does not say about which is about none,
/// unless it is silent on purpose.
pub(super) fn binds(matter: &Matter<'_>, row: &Row<'_, Agreement>) -> bool {
    let signed = row
        .body
        .signed_on
        .is_some_and(|day| matter.rows.has_begun(day));
    let activities = &row.body.activities;
    let about = if activities.is_empty() {
        !row.silent("activities")
    } else {
        activities.iter().any(|key| matter.is_activity(key))
    };
    matter.rows.in_force(row.record) && signed && !row.silent("signed_on") && about
}

/// Whether a contract has every clause of a list.
pub(super) fn has(row: &Row<'_, Agreement>, clauses: &[ProcessorClause]) -> bool {
    clauses
        .iter()
        .all(|clause| row.body.clauses.contains(clause))
}

/// Every clause of Art. 28(3).
pub(super) fn all_clauses() -> &'static [ProcessorClause] {
    <ProcessorClause as Words>::ALL
}

/// The chain behind a recipient: whom it passes data on to, by its contracts and by what the caller says.
pub(super) fn chain<'a>(
    matter: &Matter<'a>,
    recipient: &RecipientKey,
    role: Option<RecipientRole>,
    onward_to: &[RecipientKey],
) -> (Vec<Onward<'a>>, bool) {
    let mut links: Vec<Onward<'a>> = Vec::new();
    let mut open = false;
    if role == Some(RecipientRole::Processor) {
        let contracts: Vec<_> = with(matter, recipient, AgreementKind::Article28)
            .into_iter()
            .filter(|row| binds(matter, row))
            .collect();
        for contract in contracts {
            follow(matter, recipient, &contract, &mut links, &mut open);
        }
    }
    for key in onward_to {
        if links.iter().any(|link| link.key == *key) || key == recipient {
            continue;
        }
        let to = matter.rows.get::<Recipient>(key);
        let unauthorised = role == Some(RecipientRole::Processor);
        let own = to.and_then(|row| row.body.role);
        links.push(Onward {
            from: recipient.clone(),
            from_role: role.unwrap_or(RecipientRole::Controller),
            to,
            key: key.clone(),
            role: if unauthorised {
                RecipientRole::Processor
            } else {
                own.unwrap_or(RecipientRole::Controller)
            },
            fault: unauthorised.then_some("SUBPROCESSOR_NOT_AUTHORISED"),
        });
    }
    (links, open)
}

fn follow<'a>(
    matter: &Matter<'a>,
    from: &RecipientKey,
    contract: &Row<'a, Agreement>,
    links: &mut Vec<Onward<'a>>,
    open: &mut bool,
) {
    *open |= contract.silent("subprocessors");
    for sub in &contract.body.subprocessors {
        let Some(key) = &sub.recipient else { continue };
        let known = |link: &Onward<'_>| link.key == *key && link.from == *from;
        if links.iter().any(known) {
            continue;
        }
        let terms = terms(matter, from, key, contract, sub);
        let fault = if !is_authorised(matter, contract, sub) {
            Some("SUBPROCESSOR_NOT_AUTHORISED")
        } else if terms.is_none() && !safeguards::clauses_bind(matter, from, key) {
            Some("SUBPROCESSOR_TERMS_MISSING")
        } else {
            None
        };
        links.push(Onward {
            from: from.clone(),
            from_role: RecipientRole::Processor,
            to: matter.rows.get::<Recipient>(key),
            key: key.clone(),
            role: RecipientRole::Processor,
            fault,
        });
        if let Some(terms) = terms {
            follow(matter, key, &terms, links, open);
        }
    }
}

/// 82: specifically, or within a general authorisation that was announced and whose time to object is over.
fn is_authorised(matter: &Matter<'_>, contract: &Row<'_, Agreement>, sub: &Subprocessor) -> bool {
    match sub.authorisation {
        Some(SubprocessorAuthorisation::Specific) => true,
        Some(SubprocessorAuthorisation::General) => {
            let told = sub
                .notified_on
                .is_some_and(|day| matter.rows.has_begun(day));
            let over = sub
                .objection_until
                .is_some_and(|day| matter.rows.is_over(day));
            let objected = contract.mark(sub.objected, "subprocessors.objected");
            told && over && objected == Mark::No
        }
        Some(SubprocessorAuthorisation::None) | None => false,
    }
}

/// 83: the contract with the next one, which binds to the same obligations as the one above it.
fn terms<'a>(
    matter: &Matter<'a>,
    from: &RecipientKey,
    to: &RecipientKey,
    above: &Row<'a, Agreement>,
    sub: &Subprocessor,
) -> Option<Row<'a, Agreement>> {
    let row = matter.rows.get::<Agreement>(sub.agreement.as_ref()?)?;
    let parties = &row.body.parties;
    let ours = row
        .body
        .controller
        .as_ref()
        .is_none_or(|key| matter.is_controller(key));
    let good = row.body.kind == Some(AgreementKind::Subprocessing)
        && parties.contains(from)
        && parties.contains(to)
        && ours
        && binds(matter, &row)
        && has(&row, &above.body.clauses)
        && !row.silent("clauses");
    good.then_some(row)
}

/// Whether an arrangement of Art. 26 with a joint controller is in force.
pub(super) fn is_arranged(matter: &Matter<'_>, recipient: &RecipientKey) -> bool {
    let rows = with(matter, recipient, AgreementKind::Article26);
    rows.iter().any(|row| binds(matter, row))
}
