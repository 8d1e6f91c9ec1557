//! Who gets data, and under which contract.

use super::activity::RecipientRole;
use super::date::Date;
use super::key::{
    ActivityKey, AdequacyDecisionKey, AgreementKey, ControllerKey, CountryKey, RecipientKey, Tag,
};
use super::shape::{record, words};

record! {
    /// Anyone data are disclosed to (Art. 4(9)): processors, other controllers, authorities, own
    /// staff.
    pub struct Recipient {
        /// What it is. Absent means ORGANISATION.
        kind: Option<RecipientKind>,
        /// What it is in relation to the controller, unless an activity says otherwise. Authorities
        /// and own staff need none.
        role: Option<RecipientRole>,
        /// Own staff: the roles it stands for.
        roles: Vec<Tag>,
        /// Every country from which it has access. Art. 30(1)(e).
        countries: Vec<CountryKey>,
        /// The country of its seat.
        established_in: Option<CountryKey>,
        /// States that it is a legal entity of its own.
        separate_entity: Option<bool>,
        /// A mark: itself under the GDPR by Art. 3(2).
        subject_to_gdpr: Option<bool>,
        /// The group of undertakings it belongs to.
        group: String,
        /// Its entries on lists under adequacy decisions, such as the Data Privacy Framework.
        listings: Vec<Listing>,
        /// Whether it is within the scope of an adequacy decision of limited scope.
        adequacy_scope: Vec<AdequacyScope>,
        /// How its guarantees were verified. Art. 28(1).
        due_diligence: Option<DueDiligence>,
        /// Authorities: the state it belongs to.
        authority_state: Option<CountryKey>,
        /// A mark: an advertising partner.
        advertising_partner: Option<bool>,
    }
}

words! {
    /// What a recipient is.
    pub enum RecipientKind {
        /// Own staff. Art. 29.
        Internal = 1 "INTERNAL",
        /// An organisation.
        Organisation = 2 "ORGANISATION",
        /// A public authority.
        Authority = 3 "AUTHORITY",
        /// An international organisation.
        InternationalOrganisation = 4 "INTERNATIONAL_ORGANISATION",
    }
}

record! {
    /// An entry on a list under an adequacy decision.
    pub struct Listing {
        /// The decision.
        adequacy_decision: Option<AdequacyDecisionKey>,
        /// What the list says.
        status: Option<ListingStatus>,
        /// The first day of the entry.
        from: Option<Date>,
        /// The last day of the entry.
        until: Option<Date>,
        /// Whether it covers data of staff.
        covers_hr: Option<bool>,
        /// The entities it covers.
        entities: Vec<String>,
        /// The day the list was looked at.
        checked_on: Option<Date>,
    }
}

words! {
    /// What a list says of an organisation.
    pub enum ListingStatus {
        /// Listed and active.
        Active = 1 "ACTIVE",
        /// Lapsed.
        Inactive = 2 "INACTIVE",
        /// Removed.
        Removed = 3 "REMOVED",
    }
}

record! {
    /// Whether a recipient is within the scope of an adequacy decision.
    pub struct AdequacyScope {
        /// The decision.
        adequacy_decision: Option<AdequacyDecisionKey>,
        /// Whether the recipient is within its scope.
        met: Option<bool>,
    }
}

record! {
    /// How the guarantees of a processor were verified. Art. 28(1).
    pub struct DueDiligence {
        /// The day of the verification.
        done_on: Option<Date>,
        /// The day of the next one.
        review_on: Option<Date>,
    }
}

record! {
    /// A contract or arrangement with recipients. A new contract is a new record; its term is the
    /// record's.
    pub struct Agreement {
        /// What it is.
        kind: Option<AgreementKind>,
        /// The controller who signed.
        controller: Option<ControllerKey>,
        /// The recipients who signed.
        parties: Vec<RecipientKey>,
        /// The activities it covers; empty means all.
        activities: Vec<ActivityKey>,
        /// The day of the last signature; a contract without it does not count.
        signed_on: Option<Date>,
        /// Which clauses of Art. 28(3) it has.
        clauses: Vec<ProcessorClause>,
        /// Who the processor may engage, by this contract. Art. 28(2), (4).
        subprocessors: Vec<Subprocessor>,
    }
}

words! {
    /// What an agreement is.
    pub enum AgreementKind {
        /// A contract with a processor. Art. 28(3).
        Article28 = 1 "ARTICLE_28",
        /// An arrangement of joint controllers.
        Article26 = 2 "ARTICLE_26",
        /// A contract with another controller.
        ControllerToController = 3 "CONTROLLER_TO_CONTROLLER",
        /// A contract of a processor with its own. Art. 28(4).
        Subprocessing = 4 "SUBPROCESSING",
    }
}

words! {
    /// The clauses of Art. 28(3)(a) to (h).
    pub enum ProcessorClause {
        /// (a) Only on documented instructions.
        Instructions = 1 "INSTRUCTIONS",
        /// (b) Confidentiality.
        Confidentiality = 2 "CONFIDENTIALITY",
        /// (c) Security.
        Security = 3 "SECURITY",
        /// (d) Conditions for engaging others.
        Subprocessors = 4 "SUBPROCESSORS",
        /// (e) Help with people's rights.
        Rights = 5 "RIGHTS",
        /// (f) Help with Art. 32 to 36.
        Assistance = 6 "ASSISTANCE",
        /// (g) Deletion or return.
        Deletion = 7 "DELETION",
        /// (h) Audits.
        Audit = 8 "AUDIT",
    }
}

record! {
    /// A processor that a processor engages.
    pub struct Subprocessor {
        /// The sub-processor.
        recipient: Option<RecipientKey>,
        /// How the controller authorised it. Art. 28(2).
        authorisation: Option<SubprocessorAuthorisation>,
        /// GENERAL: the day the controller was told.
        notified_on: Option<Date>,
        /// GENERAL: the last day to object.
        objection_until: Option<Date>,
        /// Whether the controller objected.
        objected: Option<bool>,
        /// The contract with the sub-processor, of kind SUBPROCESSING. Art. 28(4).
        agreement: Option<AgreementKey>,
    }
}

words! {
    /// How a sub-processor was authorised. Art. 28(2).
    pub enum SubprocessorAuthorisation {
        /// Not.
        None = 1 "NONE",
        /// Specifically.
        Specific = 2 "SPECIFIC",
        /// Within a general authorisation.
        General = 3 "GENERAL",
    }
}
