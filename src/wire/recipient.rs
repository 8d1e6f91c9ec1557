//! Who gets data, and under which contract.

use super::shape::message;
use crate::domain::recipient::{
    AdequacyScope, Agreement, DueDiligence, Listing, Recipient, Subprocessor,
};

message!(Recipient {
    kind,
    role,
    roles,
    countries,
    established_in,
    separate_entity,
    subject_to_gdpr,
    group,
    listings,
    adequacy_scope,
    due_diligence,
    authority_state,
    advertising_partner
});
message!(Listing {
    adequacy_decision,
    status,
    from,
    until,
    covers_hr,
    entities,
    checked_on
});
message!(AdequacyScope {
    adequacy_decision,
    met
});
message!(DueDiligence { done_on, review_on });
message!(Agreement {
    kind,
    controller,
    parties,
    activities,
    signed_on,
    clauses,
    subprocessors
});
message!(Subprocessor {
    recipient,
    authorisation,
    notified_on,
    objection_until,
    objected,
    agreement
});
