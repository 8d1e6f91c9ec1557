//! A question: what is said about the processing at hand. Nothing has a default; what is not said is
//! not known.

mod consent;
mod disclosure;
mod person;
mod rights;
mod tracker;

use crate::domain::activity::CollectedFor;
use crate::domain::category::SpecialCategory;
use crate::domain::date::Date;
use crate::domain::key::{
    ActivityKey, ControllerKey, CountryKey, DataCategoryKey, LegalHoldKey, PurposeKey,
    RecipientKey, SecurityMeasureKey, SystemKey, Tag,
};
use crate::domain::retention::StartEvent;
use crate::domain::shape::{choice, record, words};

pub use consent::{Consent, ConsentGiver, ConsentScope, ConsentState, ParentalVerification};
pub use disclosure::{AuthorityRequest, DerogationUse, Disclosure, DisclosureAccess};
pub use person::{
    Capacity, Contract, ContractState, HeirAction, PostMortem, PostMortemDirective, Subject,
    VitalStatus,
};
pub use rights::{
    Accuracy, Erasure, ErasureException, ErasureState, MarketingObjection, MarketingObjectionState,
    Objection, ObjectionState, Rectification, Restriction, RestrictionException, RestrictionState,
    RightsState,
};
pub use tracker::{TrackerAccess, TrackerUse};

record! {
    /// Processing of personal data that is about to take place. No fact has a default: what is not said
    /// is not known, and no field can name a person. The shortest whole question has an activity, an
    /// operation, a category of data and a category of people; what a rule needs beyond that, the answer
    /// names.
    pub struct Processing {
        /// Who decides. Key of `controllers`; may be left out where the inventory has one active controller.
        controller: Option<ControllerKey>,
        /// What the data are processed for.
        target: Option<Target>,
        /// What is to be done. At least one; all are judged together.
        operations: Vec<Operation>,
        /// The data, one item a category. At least one.
        data: Vec<DataItem>,
        /// The person, as one of a group. More persons are more checks.
        subject: Option<Subject>,
        /// Who is to receive the data; needed for DISCLOSE and TRANSFER. Empty means nobody else.
        recipients: Vec<Disclosure>,
        /// The system that processes. Key of `systems`; left out, all systems of the activity are meant.
        system: Option<SystemKey>,
        /// Where data are stored, only where no system is named. ISO 3166-1 code.
        storage_country: Option<CountryKey>,
        /// On which way the data travel.
        channel: Option<Channel>,
        /// What the person consented to, one entry a scope.
        consents: Vec<Consent>,
        /// Which rights the person has exercised. Look it up in your own lists.
        rights: Option<RightsState>,
        /// Facts about direct marketing.
        marketing: Option<Marketing>,
        /// Facts about a communication.
        communication: Option<Communication>,
        /// Facts about an automated decision.
        automated_decision: Option<AutomatedDecision>,
        /// The role of the staff member who asks, in key syntax. Needed where the activity lists roles.
        requester_role: Option<Tag>,
    }
}

choice! {
    /// What the data are processed for.
    pub enum Target {
        /// A row of the record of processing. Key of `activities`.
        Activity(ActivityKey) "activity",
        /// A purpose: any activity that serves it may carry the answer. Key of `purposes`.
        Purpose(PurposeKey) "purpose",
    }
}

words! {
    /// What may be done with personal data.
    pub enum Operation {
        /// Obtain them.
        Collect = 1 "COLLECT",
        /// Keep them.
        Store = 2 "STORE",
        /// Read, compare, combine, show them within the organisation.
        Use = 3 "USE",
        /// Give a recipient access to them.
        Disclose = 4 "DISCLOSE",
        /// The same as DISCLOSE: where the recipient is decides whether it is a transfer (Chapter V).
        Transfer = 5 "TRANSFER",
        /// Record a communication while it takes place.
        RecordCommunication = 6 "RECORD_COMMUNICATION",
        /// Destroy them.
        Erase = 7 "ERASE",
        /// Make them anonymous, irreversibly.
        Anonymise = 8 "ANONYMISE",
    }
}

record! {
    /// The data of one category in a check.
    pub struct DataItem {
        /// The category. Key of `dataCategories`.
        category: Option<DataCategoryKey>,
        /// The day they were collected, YYYY-MM-DD. Needed for existing data where a retention rule starts
        /// with them.
        collected_on: Option<Date>,
        /// The dated events that retention rules count from.
        events: Vec<DatedEvent>,
        /// What they were collected for, if not for the activity asked.
        collected_for: Option<CollectedFor>,
        /// How they came.
        origin: Option<Origin>,
        /// Who they came from, where not the person. Key of `recipients`.
        source: Option<RecipientKey>,
        /// The measure that made them anonymous. Key of `securityMeasures`, of kind ANONYMISATION, with
        /// method and assessment; a bare claim does not count.
        anonymisation: Option<SecurityMeasureKey>,
        /// Special categories found in the content (Art. 9).
        special_content: Vec<SpecialCategory>,
        /// Whether the person made them public. Art. 9(2)(e).
        published_by_subject: Option<bool>,
        /// Whether their user deleted them. Not said means no, and is listed as assumed.
        deleted_by_user: Option<bool>,
        /// The holds this person's data fall under. Keys of `legalHolds`.
        legal_holds: Vec<LegalHoldKey>,
    }
}

record! {
    /// An event that starts or restarts a retention period.
    pub struct DatedEvent {
        /// Which event. Must be said.
        event: Option<StartEvent>,
        /// For OTHER: which, in key syntax.
        other: Option<Tag>,
        /// When.
        when: Option<EventTime>,
    }
}

choice! {
    /// When.
    pub enum EventTime {
        /// The day it happened, YYYY-MM-DD. A day after the evaluation has not happened.
        Date(Date) "date",
        /// True: it has not happened yet.
        NotYet(bool) "not_yet",
    }
}

words! {
    /// How data came to the controller.
    pub enum Origin {
        /// The person gave them.
        FromSubject = 1 "FROM_SUBJECT",
        /// Somebody else gave them. Art. 14.
        FromOther = 2 "FROM_OTHER",
        /// They were public. Art. 14.
        Public = 3 "PUBLIC",
        /// They were observed of the person.
        Observed = 4 "OBSERVED",
        /// They were derived from other data.
        Derived = 5 "DERIVED",
    }
}

record! {
    /// Facts about direct marketing: the exceptions for one's own customers.
    pub struct Marketing {
        /// Whether the same legal person got the contact details at a sale.
        details_obtained_at_sale: Option<bool>,
        /// Whether its own, similar products are offered.
        similar_own_product: Option<bool>,
        /// Whether refusing was offered, free and simple, when the details were collected.
        opt_out_offered_at_collection: Option<bool>,
        /// Whether each message offers it.
        opt_out_in_message: Option<bool>,
        /// Whether a work address is used on a matter linked to the job.
        professional_matter: Option<bool>,
        /// Whether it is a related offer in a running contract.
        running_contract_offer: Option<bool>,
    }
}

record! {
    /// Facts about a communication.
    pub struct Communication {
        /// Whether the other side was told.
        correspondent_informed: Option<CorrespondentInformed>,
        /// Whether the staff were told.
        staff_informed: Option<bool>,
    }
}

words! {
    /// Whether the other side of a communication was told.
    pub enum CorrespondentInformed {
        /// Told.
        Informed = 1 "INFORMED",
        /// Not told.
        NotInformed = 2 "NOT_INFORMED",
        /// The communication has not started yet.
        NotYetStarted = 3 "NOT_YET_STARTED",
    }
}

record! {
    /// Facts about an automated decision. Art. 22.
    pub struct AutomatedDecision {
        /// Whether no human takes part.
        solely_automated: Option<bool>,
        /// Whether it has legal or similarly significant effect.
        significant_effect: Option<bool>,
    }
}

record! {
    /// On which way data travel.
    pub struct Channel {
        /// Measures in place on it. Keys of `securityMeasures`.
        measures: Vec<SecurityMeasureKey>,
        /// By which medium the person is addressed.
        medium: Option<Medium>,
    }
}

words! {
    /// A medium by which people are addressed.
    pub enum Medium {
        /// E-mail.
        Email = 1 "EMAIL",
        /// Short message.
        Sms = 2 "SMS",
        /// Multimedia message.
        Mms = 3 "MMS",
        /// Fax.
        Fax = 4 "FAX",
        /// An automated call.
        AutomatedCall = 5 "AUTOMATED_CALL",
        /// A call by a human.
        LiveCall = 6 "LIVE_CALL",
        /// Letter.
        Post = 7 "POST",
        /// Inside an application.
        InApp = 8 "IN_APP",
    }
}
