//! Safeguards of transfers, and the law about countries.

use super::shape::{cells, one_of, table};
use crate::domain::transfer::{
    AdequacyPeriod, AdequateParty, Approval, ConsentAge, EeaPeriod, Exporter, Holiday,
    Invalidation, LiveCallRegime, OnwardTransfer, SafeguardGround,
};

table! {
    /// What makes a transfer to a third country lawful (Chapter V): a tool, an adequacy decision, a
    /// derogation.
    transfer_safeguard: "transfer_safeguard" holds TransferSafeguard {
        /// What it rests on. One of the fields of the API under its name.
        ground: Option<Json>,
        /// The safeguard in the words of its source.
        as_written: Option<String>,
        /// Who sends. One of the fields of the API under its name.
        exporter: Option<Json>,
        /// Who receives.
        importer: Option<String>,
        /// As what the exporter acts.
        exporter_role: Option<String>,
        /// As what the importer acts.
        importer_role: Option<String>,
        /// The module, 1 to 4, of the clauses of Decision (EU) 2021/914.
        module: Option<i32>,
        /// The countries covered.
        countries: Option<Json>,
        /// The categories covered; empty means all.
        categories: Option<Json>,
        /// The activities covered; empty means all.
        activities: Option<Json>,
        /// The day it was concluded.
        concluded_on: Option<String>,
        /// A mark: the day the processing changed since.
        processing_changed_on: Option<String>,
        /// States that every party signed.
        signed_by_all: Option<bool>,
        /// States that the annexes are filled in.
        annexes_complete: Option<bool>,
        /// A mark: the clauses were altered.
        altered: Option<bool>,
        /// The day it was terminated.
        terminated_on: Option<String>,
        /// The transfer impact assessment, of kind TIA.
        assessment: Option<String>,
        /// Supplementary measures in place.
        measures: Option<Json>,
        /// The approval of an authority. Art. 46(3), 47.
        approval: Option<Json>,
        /// States that the importer bound itself. Art. 46(2)(e), (f).
        binding_commitment: Option<bool>,
        /// Binding corporate rules: the members bound.
        bound_members: Option<Json>,
        /// Binding corporate rules: for whom.
        bcr_kind: Option<String>,
        /// What it says of onward transfers.
        onward: Option<Json>,
        /// Derogation: why the transfer is necessary.
        necessity: Option<String>,
        /// Derogation: how often.
        frequency: Option<String>,
        /// Derogation: how many people.
        numbers: Option<String>,
        /// Derogation: the day the authority was told. Art. 49(1).
        authority_notified_on: Option<String>,
        /// How people get a copy. Art. 13(1)(f).
        copy_route: Option<String>,
    }
}

table! {
    /// Reference data: a kind of transfer tool, such as a set of standard clauses.
    transfer_tool: "transfer_tool" holds TransferTool {
        /// What it is.
        kind: Option<String>,
        /// The act.
        citation: Option<String>,
        /// The last day on which it could be concluded.
        new_until: Option<String>,
        /// The last day on which earlier ones count.
        existing_until: Option<String>,
        /// Whether a module must be named.
        needs_module: Option<bool>,
    }
}

table! {
    /// Reference data: a decision of the Commission that a country or organisation protects data
    /// adequately (Art. 45). The record stays open; its periods and invalidation end it.
    adequacy_decision: "adequacy_decision" holds AdequacyDecision {
        /// Whom it is about. One of the fields of the API under its name.
        about: Option<Json>,
        /// The decision.
        citation: Option<String>,
        /// The day of its adoption.
        adopted_on: Option<String>,
        /// When it is in force.
        periods: Option<Json>,
        /// Its invalidation by the Court.
        invalidated: Option<Json>,
        /// A mark: only importers on a list are covered.
        needs_listing: Option<bool>,
        /// A mark: only importers that say they are within its scope are covered.
        scope_limited: Option<bool>,
        /// Its scope in words.
        scope_text: Option<String>,
    }
}

table! {
    /// Reference data: a country or territory, by its ISO 3166-1 code in capitals.
    country: "country" holds Country {
        /// When the GDPR applies there as in the Union.
        eea: Option<Json>,
        /// What it is for Chapter V.
        status: Option<String>,
        /// The state a territory belongs to.
        linked_to: Option<String>,
        /// From which age a child consents alone. Art. 8.
        consent_age: Option<Json>,
        /// Public holidays, for terms (Regulation 1182/71).
        holidays: Option<Json>,
        /// The IANA time zone in which its days are counted.
        day_zone: Option<String>,
        /// A mark: its law bars consent for special categories. Art. 9(2)(a).
        bars_special_consent: Option<bool>,
        /// Whether live marketing calls need consent.
        live_call_regime: Option<Json>,
    }
}

one_of!(SafeguardGround { Tool tool, AdequacyDecision adequacy_decision, Derogation derogation });
one_of!(Exporter { ExportingController exporting_controller, ExportingRecipient exporting_recipient });
cells!(Approval {
    authority,
    reference,
    given_on
});
cells!(OnwardTransfer {
    allowed,
    recipients,
    countries
});
one_of!(AdequateParty { Territory territory, Organisation organisation });
cells!(AdequacyPeriod { from, until, act });
cells!(Invalidation { on, by });
cells!(EeaPeriod { from, until, note });
cells!(ConsentAge {
    age,
    joint,
    from,
    until
});
cells!(Holiday { rule, from, until });
cells!(LiveCallRegime { regime, from });
