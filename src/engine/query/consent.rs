//! What the person agreed to.

use crate::domain::date::Instant;
use crate::domain::key::{ActivityKey, ControllerKey, DataCategoryKey, PurposeKey, RecipientKey};
use crate::domain::shape::{record, words};

record! {
    /// One consent of the person, for one scope.
    pub struct Consent {
        /// What kind of rule it serves. Must be said.
        scope: Option<ConsentScope>,
        /// How it stands. Not said is no consent.
        state: Option<ConsentState>,
        /// When it was given.
        given_time: Option<Instant>,
        /// When it ends, if it was given for a term.
        expiry_time: Option<Instant>,
        /// When it was withdrawn. A withdrawal after the evaluation has not happened.
        withdrawn_time: Option<Instant>,
        /// Whether it is on record who agreed, when, how, to which text. Art. 7(1).
        proof_recorded: Option<bool>,
        /// The version of the text agreed to, one of the basis record's `texts`.
        text_version: String,
        /// The person's age on the day of the consent.
        subject_age_years: Option<u32>,
        /// What it was given for. Keys of `purposes`; an ancestor does not cover a descendant.
        purposes: Vec<PurposeKey>,
        /// What it was given for. Keys of `activities`.
        activities: Vec<ActivityKey>,
        /// Whom it was given to. Key of `controllers`; needed where there are several.
        controller: Option<ControllerKey>,
        /// Which data it is limited to. Keys of `dataCategories`; empty means not limited.
        categories: Vec<DataCategoryKey>,
        /// Which recipients it is limited to. Keys of `recipients`; empty means not limited.
        recipients: Vec<RecipientKey>,
        /// Whether it is explicit. Art. 9(2)(a), 49(1)(a).
        explicit: Option<bool>,
        /// Whether the person was told of the risks of the transfer. Art. 49(1)(a).
        informed_of_risks: Option<bool>,
        /// Who gave it.
        given_by: Option<ConsentGiver>,
        /// Whether the authority of the parent was verified. Art. 8(2).
        parental_verification: Option<ParentalVerification>,
        /// For COMMUNICATION_CONTENT: whether everyone in the communication agreed.
        all_parties: Option<bool>,
    }
}

words! {
    /// What a consent is for.
    pub enum ConsentScope {
        /// The processing asked for. Art. 6(1)(a).
        Processing = 1 "PROCESSING",
        /// A further use of data collected for something else. Art. 6(4).
        FurtherUse = 2 "FURTHER_USE",
        /// Special categories. Art. 9(2)(a).
        SpecialCategory = 3 "SPECIAL_CATEGORY",
        /// Electronic direct marketing. Directive 2002/58/EC art. 13.
        ElectronicMarketing = 4 "ELECTRONIC_MARKETING",
        /// Canvassing by telephone.
        TelephoneMarketing = 5 "TELEPHONE_MARKETING",
        /// The content of communications.
        CommunicationContent = 6 "COMMUNICATION_CONTENT",
        /// Traffic data.
        TrafficData = 7 "TRAFFIC_DATA",
        /// Location data.
        LocationData = 8 "LOCATION_DATA",
        /// A transfer. Art. 49(1)(a).
        Transfer = 9 "TRANSFER",
        /// An automated decision. Art. 22(2)(c).
        AutomatedDecision = 10 "AUTOMATED_DECISION",
        /// Access to a terminal. Directive 2002/58/EC art. 5(3).
        TerminalAccess = 11 "TERMINAL_ACCESS",
    }
}

words! {
    /// How a consent stands.
    pub enum ConsentState {
        /// It is not known.
        Unknown = 1 "UNKNOWN",
        /// It was asked for.
        Requested = 2 "REQUESTED",
        /// The person was asked and put the answer off.
        RequestDeferred = 3 "REQUEST_DEFERRED",
        /// Refused.
        Refused = 4 "REFUSED",
        /// Given.
        Given = 5 "GIVEN",
        /// Given again.
        Renewed = 6 "RENEWED",
        /// Its term is over.
        Expired = 7 "EXPIRED",
        /// The person withdrew it. Art. 7(3).
        Withdrawn = 8 "WITHDRAWN",
        /// The controller took it off.
        Revoked = 9 "REVOKED",
        /// It was found not to be valid. Art. 4(11).
        Invalidated = 10 "INVALIDATED",
    }
}

words! {
    /// Who gave a consent.
    pub enum ConsentGiver {
        /// The person.
        Subject = 1 "SUBJECT",
        /// A holder of parental responsibility.
        Parent = 2 "PARENT",
        /// Both.
        SubjectAndParent = 3 "SUBJECT_AND_PARENT",
    }
}

words! {
    /// Whether parental authority was verified.
    pub enum ParentalVerification {
        /// With reasonable efforts.
        Done = 1 "DONE",
        /// It was not.
        NotDone = 2 "NOT_DONE",
    }
}
