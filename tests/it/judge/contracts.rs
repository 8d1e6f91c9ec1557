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
    rows.retain(|row| is_with(matter, row, recipient, kind) == Mark::Yes);
    rows
}

/// What a field states; nothing is known of one whose source is silent.
fn states(row: &Row<'_, Agreement>, field: &str, holds: bool) -> Mark {
    match (row.silent(field), holds) {
        (true, _) => Mark::Unknown,
        (false, true) => Mark::Yes,
        (false, false) => Mark::No,
    }
}

fn is_party(row: &Row<'_, Agreement>, who: &RecipientKey) -> Mark {
    if row.body.parties.contains(who) {
        Mark::Yes
    } else {
        states(row, "parties", false)
    }
}

fn is_with(
    matter: &Matter<'_>,
    row: &Row<'_, Agreement>,
    recipient: &RecipientKey,
    kind: AgreementKind,
) -> Mark {
    let controller = row.body.controller.as_ref();
    let ours = controller.is_some_and(|key| matter.is_controller(key));
    states(row, "kind", row.body.kind == Some(kind))
        .and(states(row, "controller", ours))
        .and(is_party(row, recipient))
}

/// Whether a contract is in force.
fn is_signed(matter: &Matter<'_>, row: &Row<'_, Agreement>) -> Mark {
    let day = row.body.signed_on;
    if !matter.rows.in_force(row.record) {
        return Mark::No;
    }
    let begun = day.is_some_and(|day| matter.rows.has_begun(day));
    states(row, "signed_on", begun)
}

/// Whether a contract is in force and about this activity. One that lists none is about all, unless its source is
/// silent about them.
pub(super) fn binds(matter: &Matter<'_>, row: &Row<'_, Agreement>) -> Mark {
    let activities = &row.body.activities;
    let about = if activities.iter().any(|key| matter.is_activity(key)) {
        Mark::Yes
    } else {
        states(row, "activities", activities.is_empty())
    };
    is_signed(matter, row).and(about)
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
        // One that may be in force brings whom it names.
        let mut contracts = matter.rows.all::<Agreement>();
        contracts.retain(|row| {
            let with = is_with(matter, row, recipient, AgreementKind::Article28);
            with.and(binds(matter, row)) != Mark::No
        });
        // What surely binds authorises; what may be in force only brings.
        for sure in [true, false] {
            for contract in &contracts {
                let with = is_with(matter, contract, recipient, AgreementKind::Article28);
                if (with.and(binds(matter, contract)) == Mark::Yes) == sure {
                    follow(matter, recipient, contract, sure, &mut links, &mut open);
                }
            }
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
    sure: bool,
    links: &mut Vec<Onward<'a>>,
    open: &mut bool,
) {
    let mut engaged = contract.body.subprocessors.iter();
    *open |= contract.silent("subprocessors")
        || contract.silent("subprocessors.recipient")
        || contract.silent("subprocessors.agreement")
            && engaged.any(|entry| entry.agreement.is_none());
    for sub in &contract.body.subprocessors {
        let Some(key) = &sub.recipient else { continue };
        let known = |link: &Onward<'_>| link.key == *key && link.from == *from;
        if links.iter().any(known) {
            continue;
        }
        let terms = terms(matter, from, key, contract, sub);
        let fault = if !sure || !is_authorised(matter, contract, sub) {
            Some("SUBPROCESSOR_NOT_AUTHORISED")
        } else if terms.is_none()
            // Who is not registered has no clauses either.
            && !(matter.rows.get::<Recipient>(key).is_some()
                && safeguards::clauses_bind(matter, from, key))
        {
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
        let below = sub.agreement.as_ref();
        let below = below.and_then(|own| matter.rows.known::<Agreement>(own));
        if let Some(below) = below {
            match between(matter, &below, from, key) {
                Mark::No => {}
                bound => {
                    let sure = sure && bound == Mark::Yes;
                    follow(matter, key, &below, sure, links, open);
                }
            }
        }
    }
}

/// 82: specifically, or within a general authorisation that was announced and whose time to object is over.
fn is_authorised(matter: &Matter<'_>, contract: &Row<'_, Agreement>, sub: &Subprocessor) -> bool {
    if contract.mark(sub.objected, "subprocessors.objected") != Mark::No {
        return false;
    }
    match sub.authorisation {
        Some(SubprocessorAuthorisation::Specific) => true,
        Some(SubprocessorAuthorisation::General) => {
            let told = sub
                .notified_on
                .is_some_and(|day| matter.rows.has_begun(day));
            let over = sub
                .objection_until
                .is_some_and(|day| matter.rows.is_over(day));
            told && over
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
    let ours = row
        .body
        .controller
        .as_ref()
        .is_none_or(|key| matter.is_controller(key));
    // Of one that does not say all of its clauses, each may be one.
    let needed = if above.silent("clauses") {
        all_clauses()
    } else {
        above.body.clauses.as_slice()
    };
    let good = between(matter, &row, from, to) == Mark::Yes
        && ours
        && binds(matter, &row) == Mark::Yes
        && has(&row, needed)
        && !row.silent("clauses");
    good.then_some(row)
}

/// Whether a contract between a processor and whom it engages is in force.
fn between(
    matter: &Matter<'_>,
    row: &Row<'_, Agreement>,
    from: &RecipientKey,
    to: &RecipientKey,
) -> Mark {
    let kind = row.body.kind == Some(AgreementKind::Subprocessing);
    states(row, "kind", kind)
        .and(is_party(row, from))
        .and(is_party(row, to))
        .and(is_signed(matter, row))
}

/// Whether an arrangement of Art. 26 with a joint controller is in force.
pub(super) fn is_arranged(matter: &Matter<'_>, recipient: &RecipientKey) -> bool {
    let rows = with(matter, recipient, AgreementKind::Article26);
    rows.iter().any(|row| binds(matter, row) == Mark::Yes)
}
