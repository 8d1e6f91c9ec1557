//! Safeguards of transfers, and the law about countries.

use super::shape::{choice, message};
use crate::domain::transfer::{
    AdequacyDecision, AdequacyPeriod, AdequateParty, Approval, ConsentAge, Country, EeaPeriod,
    Exporter, Holiday, Invalidation, LiveCallRegime, OnwardTransfer, SafeguardGround,
    TransferSafeguard, TransferTool,
};

message!(TransferSafeguard {
    ground,
    as_written,
    exporter,
    importer,
    exporter_role,
    importer_role,
    module,
    countries,
    categories,
    activities,
    concluded_on,
    processing_changed_on,
    signed_by_all,
    annexes_complete,
    altered,
    terminated_on,
    assessment,
    measures,
    approval,
    binding_commitment,
    bound_members,
    bcr_kind,
    onward,
    necessity,
    frequency,
    numbers,
    authority_notified_on,
    copy_route
});
choice!(SafeguardGround: transfer_safeguard::Ground { Tool tool, AdequacyDecision adequacy_decision, Derogation derogation });
choice!(Exporter: transfer_safeguard::Exporter { ExportingController exporting_controller, ExportingRecipient exporting_recipient });
message!(Approval {
    authority,
    reference,
    given_on
});
message!(OnwardTransfer {
    allowed,
    recipients,
    countries
});
message!(TransferTool {
    kind,
    citation,
    new_until,
    existing_until,
    needs_module
});
message!(AdequacyDecision {
    about,
    citation,
    adopted_on,
    periods,
    invalidated,
    needs_listing,
    scope_limited,
    scope_text
});
choice!(AdequateParty: adequacy_decision::About { Territory territory, Organisation organisation });
message!(AdequacyPeriod { from, until, act });
message!(Invalidation { on, by });
message!(Country {
    eea,
    status,
    linked_to,
    consent_age,
    holidays,
    day_zone,
    bars_special_consent,
    live_call_regime
});
message!(EeaPeriod { from, until, note });
message!(ConsentAge {
    age,
    joint,
    from,
    until
});
message!(Holiday { rule, from, until });
message!(LiveCallRegime { regime, from });
