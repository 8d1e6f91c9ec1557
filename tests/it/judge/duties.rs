//! Chapter 2.14: what comes with a permit.

use ropa::domain::activity::RecipientRole;
use ropa::domain::basis::{Article6, LegalBasis};

use ropa::domain::recipient::RecipientKind;

use super::lookup::Mark;
use super::marketing;
use super::matter::{COLLECTING, DISCLOSING, ERASING, Matter, letter};
use super::recipients::receivers;
use super::rights;

pub(super) fn attach(matter: &Matter<'_>) {
    if matter.asks(ERASING) && !matter.deceased() && rights::has_recipients(matter) {
        matter.oblige("NOTIFY_RECIPIENTS", &[]);
    }
    if !matter.processes() {
        return;
    }
    of_disclosure(matter);
    if matter.deceased() {
        return;
    }
    if let Some(letter) = matter.letter() {
        of_basis(matter, letter);
        if letter == Article6::A && matter.asks(COLLECTING) {
            matter.oblige("RECORD_CONSENT", &[]);
        }
    }
    if matter.direct_marketing() == Mark::Yes {
        matter.oblige("OFFER_UNSUBSCRIBE", &[]);
        if marketing::is_electronic(matter) {
            matter.oblige("IDENTIFY_SENDER", &[]);
        }
    }
}

fn of_basis(matter: &Matter<'_>, letter: Article6) {
    match letter {
        Article6::A => matter.oblige("OFFER_WITHDRAWAL", &[]),
        Article6::E | Article6::F => matter.oblige("OFFER_OBJECTION", &[]),
        Article6::B | Article6::C | Article6::D => {}
    }
}

/// Each disclosure is logged; a processor keeps to instructions; a basis of its own brings its duties.
fn of_disclosure(matter: &Matter<'_>) {
    if !matter.asks(DISCLOSING) {
        return;
    }
    for receiver in receivers(matter).iter().filter(|one| one.said.is_some()) {
        matter.oblige("LOG_DISCLOSURE", &[]);
        let staff = receiver.kind() == RecipientKind::Internal;
        if receiver.role() == Some(RecipientRole::Processor) && !staff {
            matter.oblige("LIMIT_TO_INSTRUCTIONS", &[]);
        }
        let basis = receiver
            .entry
            .and_then(|entry| entry.disclosure_basis.as_ref())
            .and_then(|key| matter.rows.get::<LegalBasis>(key));
        let shares = matches!(
            receiver.role(),
            Some(RecipientRole::Controller | RecipientRole::JointController)
        );
        if let Some(letter) = basis.filter(|_| shares).and_then(|row| letter(row.body))
            && !matter.deceased()
        {
            of_basis(matter, letter);
        }
    }
}
