//! Rules 49 to 52: the secrecy of electronic communications.

use ropa::domain::basis::{Article6, LegalBasis};
use ropa::domain::category::CommunicationData;
use ropa::domain::purpose::CommunicationsUse;
use ropa::engine::query::{ConsentScope, CorrespondentInformed, DataItem, Operation};

use super::consent;
use super::lawfulness::our_law;
use super::lookup::Mark;
use super::matter::{Matter, letter};

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() {
        return;
    }
    let content = matter
        .items
        .iter()
        .any(|item| is(matter, item, CommunicationData::Content));
    let unknown = matter.items.iter().any(|item| {
        let mark = matter.category_mark(Matter::category(item), |row| {
            row.mark_of(row.body.communication.as_ref(), "communication")
        });
        mark == Mark::Unknown
    });
    let recorded = matter.asks(&[Operation::RecordCommunication]);
    if unknown && !ordered_by_law(matter) && (!recorded || operator(matter) != Mark::No) {
        matter.deny("FACT_MISSING");
    }
    if content || matter.asks(&[Operation::RecordCommunication]) {
        confidentiality(matter);
    }
    traffic_and_location(matter);
}

/// Whether the controller is an operator of electronic communications.
fn operator(matter: &Matter<'_>) -> Mark {
    let controller = &matter.controller;
    let registration = controller.body.electronic_communications_operator.as_ref();
    controller.mark_of(registration, "electronic_communications_operator")
}

/// Whether an item is of a kind of communications data.
fn is(matter: &Matter<'_>, item: &DataItem, kind: CommunicationData) -> bool {
    let mark = matter.category_mark(Matter::category(item), |row| {
        row.mark(Some(row.body.communication == Some(kind)), "communication")
    });
    mark == Mark::Yes
}

/// What the purpose does with communications: its own word, else that of the nearest one above it.
fn use_of(matter: &Matter<'_>) -> CommunicationsUse {
    let line = matter.rows.purpose_line(&matter.purpose_key());
    let mut said = line.iter().filter_map(|row| row.body.communications_use);
    said.next().unwrap_or(CommunicationsUse::Other)
}

/// A law of the Union or a Member State that a legal obligation or the activity's own law cites.
fn ordered_by_law(matter: &Matter<'_>) -> bool {
    let obligation = matter
        .basis()
        .filter(|row| letter(row.body) == Some(Article6::C));
    let own = matter.activity.body.communication_law.as_ref();
    let own = own.and_then(|key| matter.rows.get::<LegalBasis>(key));
    [obligation, own]
        .iter()
        .flatten()
        .any(|row| our_law(matter, row.body))
}

/// 49. COMMUNICATION_CONFIDENTIALITY, 52. CORRESPONDENT_NOT_INFORMED.
fn confidentiality(matter: &Matter<'_>) {
    if use_of(matter) == CommunicationsUse::Transmission || ordered_by_law(matter) {
        return;
    }
    let all = consent::of_scope(matter, ConsentScope::CommunicationContent)
        .is_some_and(|consent| consent.all_parties == Some(true));
    if !(all && consent::serves(matter, ConsentScope::CommunicationContent)) {
        matter.deny("COMMUNICATION_CONFIDENTIALITY");
    }
    let said = matter.asked.communication.as_ref();
    match said.and_then(|said| said.correspondent_informed) {
        Some(CorrespondentInformed::Informed) => {}
        Some(CorrespondentInformed::NotYetStarted) => matter.oblige("INFORM_CORRESPONDENT", &[]),
        Some(CorrespondentInformed::NotInformed) | None => {
            matter.deny("CORRESPONDENT_NOT_INFORMED")
        }
    }
    if said.and_then(|said| said.staff_informed) != Some(true) {
        matter.warn("CORRESPONDENT_NOT_INFORMED");
    }
}

/// 50. TRAFFIC_DATA_PURPOSE, 51. LOCATION_DATA_CONSENT: for operators of electronic communications.
fn traffic_and_location(matter: &Matter<'_>) {
    let traffic = matter
        .items
        .iter()
        .any(|item| is(matter, item, CommunicationData::Traffic));
    let location = matter
        .items
        .iter()
        .any(|item| is(matter, item, CommunicationData::Location));
    if !traffic && !location {
        return;
    }
    let operator = operator(matter);
    if ordered_by_law(matter) || operator == Mark::No {
        return;
    }
    // Whether the rules for operators speak matters where they would deny.
    let deny = |code| {
        if operator == Mark::Yes {
            matter.deny(code);
        } else {
            matter.deny("FACT_MISSING");
        }
    };
    let own = matches!(
        use_of(matter),
        CommunicationsUse::Transmission
            | CommunicationsUse::Billing
            | CommunicationsUse::NetworkSecurity
    );
    if traffic && !own && !consent::serves(matter, ConsentScope::TrafficData) {
        deny("TRAFFIC_DATA_PURPOSE");
    }
    if location && !consent::serves(matter, ConsentScope::LocationData) {
        deny("LOCATION_DATA_CONSENT");
    }
}
