//! Who gets data, and under which contract.

use super::shape::{cells, table};
use crate::domain::recipient::{AdequacyScope, DueDiligence, Listing, Subprocessor};

table! {
    /// Anyone data are disclosed to (Art. 4(9)): processors, other controllers, authorities, own
    /// staff.
    recipient: "recipient" holds Recipient {
        /// What it is. Absent means ORGANISATION.
        kind: Option<String>,
        /// What it is in relation to the controller, unless an activity says otherwise. Authorities
        /// and own staff need none.
        role: Option<String>,
        /// Own staff: the roles it stands for.
        roles: Option<Json>,
        /// Every country from which it has access. Art. 30(1)(e).
        countries: Option<Json>,
        /// The country of its seat.
        established_in: Option<String>,
        /// States that it is a legal entity of its own.
        separate_entity: Option<bool>,
        /// A mark: itself under the GDPR by Art. 3(2).
        subject_to_gdpr: Option<bool>,
        /// The group of undertakings it belongs to.
        group: Option<String>,
        /// Its entries on lists under adequacy decisions, such as the Data Privacy Framework.
        listings: Option<Json>,
        /// Whether it is within the scope of an adequacy decision of limited scope.
        adequacy_scope: Option<Json>,
        /// How its guarantees were verified. Art. 28(1).
        due_diligence: Option<Json>,
        /// Authorities: the state it belongs to.
        authority_state: Option<String>,
        /// A mark: an advertising partner.
        advertising_partner: Option<bool>,
    }
}

table! {
    /// A contract or arrangement with recipients. A new contract is a new record; its term is the
    /// record's.
    agreement: "agreement" holds Agreement {
        /// What it is.
        kind: Option<String>,
        /// The controller who signed.
        controller: Option<String>,
        /// The recipients who signed.
        parties: Option<Json>,
        /// The activities it covers; empty means all.
        activities: Option<Json>,
        /// The day of the last signature; a contract without it does not count.
        signed_on: Option<String>,
        /// Which clauses of Art. 28(3) it has.
        clauses: Option<Json>,
        /// Who the processor may engage, by this contract. Art. 28(2), (4).
        subprocessors: Option<Json>,
    }
}

cells!(Listing {
    adequacy_decision,
    status,
    from,
    until,
    covers_hr,
    entities,
    checked_on
});
cells!(AdequacyScope {
    adequacy_decision,
    met
});
cells!(DueDiligence { done_on, review_on });
cells!(Subprocessor {
    recipient,
    authorisation,
    notified_on,
    objection_until,
    objected,
    agreement
});
