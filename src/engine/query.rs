//! A question: what is said about the processing at hand. Nothing has a default; what is not said is
//! not known.

use crate::domain::activity::CollectedFor;
use crate::domain::category::SpecialCategory;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{
    ActivityKey, ControllerKey, CountryKey, DataCategoryKey, DataSubjectCategoryKey, LegalHoldKey,
    PurposeKey, RecipientKey, SecurityMeasureKey, SystemKey, Tag, TrackerKey, TransferSafeguardKey,
};
use crate::domain::retention::StartEvent;
use crate::domain::shape::{choice, record, words};

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
    /// The person, as one of a group; never who.
    pub struct Subject {
        /// The group. Key of `dataSubjectCategories`.
        category: Option<DataSubjectCategoryKey>,
        /// Where the person lives. ISO 3166-1 code.
        country: Option<CountryKey>,
        /// Age in whole years at the evaluation; 18 may stand for any adult.
        age_years: Option<u32>,
        /// Whether the person lives.
        vital_status: Option<VitalStatus>,
        /// For a deceased person.
        post_mortem: Option<PostMortem>,
        /// The contract between the controller and this very person.
        contract: Option<Contract>,
        /// In which capacity the person is dealt with. Not said is read as CONSUMER.
        capacity: Option<Capacity>,
    }
}

words! {
    /// Whether a person lives.
    pub enum VitalStatus {
        /// Lives.
        Living = 1 "LIVING",
        /// Is deceased. Recital 27.
        Deceased = 2 "DECEASED",
    }
}

record! {
    /// What is known about the data of a deceased person (French law 78-17, art. 85).
    pub struct PostMortem {
        /// What the person directed for after death.
        directive: Option<PostMortemDirective>,
        /// What heirs ask for, where there is no directive.
        heir_action: Option<HeirAction>,
    }
}

words! {
    /// A directive for after death.
    pub enum PostMortemDirective {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// One allows this processing.
        AllowsThis = 2 "ALLOWS_THIS",
        /// One forbids it.
        ForbidsThis = 3 "FORBIDS_THIS",
    }
}

words! {
    /// What heirs may ask for.
    pub enum HeirAction {
        /// Settle the estate.
        EstateSettlement = 1 "ESTATE_SETTLEMENT",
        /// Obtain digital goods and family memories.
        DigitalGoods = 2 "DIGITAL_GOODS",
        /// Close the account.
        CloseAccount = 3 "CLOSE_ACCOUNT",
        /// Oppose further processing.
        Oppose = 4 "OPPOSE",
        /// Have the death recorded.
        Update = 5 "UPDATE",
    }
}

record! {
    /// A contract between the controller and the person.
    pub struct Contract {
        /// How it stands.
        state: Option<ContractState>,
        /// Its first day, YYYY-MM-DD.
        started_on: Option<Date>,
        /// Its last day, YYYY-MM-DD. Needed with ENDED.
        ended_on: Option<Date>,
    }
}

words! {
    /// How a contract stands.
    pub enum ContractState {
        /// The person is no party to one.
        NotParty = 1 "NOT_PARTY",
        /// The person asked for steps before one.
        PreContractRequest = 2 "PRE_CONTRACT_REQUEST",
        /// It is in force.
        InForce = 3 "IN_FORCE",
        /// It has ended.
        Ended = 4 "ENDED",
    }
}

words! {
    /// In which capacity a person is dealt with.
    pub enum Capacity {
        /// For themselves.
        Consumer = 1 "CONSUMER",
        /// In their profession.
        Professional = 2 "PROFESSIONAL",
        /// As the contact of a legal person.
        ContactOfLegalPerson = 3 "CONTACT_OF_LEGAL_PERSON",
    }
}

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

record! {
    /// Which rights the person has exercised. What is not said is taken as "no" and listed as assumed,
    /// unless the policy REQUIRE_PERSON_STATE asks for it.
    pub struct RightsState {
        /// An objection on grounds of the person's situation. Art. 21(1).
        objection: Option<Objection>,
        /// An objection to direct marketing. Art. 21(2).
        marketing_objection: Option<MarketingObjection>,
        /// A restriction of processing. Art. 18.
        restriction: Option<Restriction>,
        /// A request for erasure. Art. 17.
        erasure: Option<Erasure>,
        /// Whether the person contests that the data are correct. Art. 18(1)(a).
        accuracy: Option<Accuracy>,
        /// A request for rectification. Art. 16.
        rectification: Option<Rectification>,
        /// Whether recipients were told of a rectification, erasure or restriction. Art. 19.
        recipients_notified: Option<bool>,
    }
}

record! {
    /// An objection on grounds of the person's situation.
    pub struct Objection {
        /// How it stands.
        state: Option<ObjectionState>,
        /// When it was recorded; not said is read as "always".
        recorded_time: Option<Instant>,
    }
}

words! {
    /// How an objection stands.
    pub enum ObjectionState {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It stands.
        Recorded = 2 "RECORDED",
        /// It stands while the grounds are examined.
        GroundsUnderReview = 3 "GROUNDS_UNDER_REVIEW",
        /// Overridden by compelling legitimate grounds, which are recorded.
        OverriddenCompelling = 4 "OVERRIDDEN_COMPELLING",
        /// Overridden by legal claims, which are recorded.
        OverriddenLegalClaim = 5 "OVERRIDDEN_LEGAL_CLAIM",
    }
}

record! {
    /// An objection to direct marketing.
    pub struct MarketingObjection {
        /// Whether there is one.
        state: Option<MarketingObjectionState>,
        /// When it was recorded; not said is read as "always".
        recorded_time: Option<Instant>,
    }
}

words! {
    /// Whether there is an objection to direct marketing.
    pub enum MarketingObjectionState {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It stands.
        Recorded = 2 "RECORDED",
    }
}

record! {
    /// A restriction of processing.
    pub struct Restriction {
        /// Whether there is one.
        state: Option<RestrictionState>,
        /// The exception that allows this processing all the same. Art. 18(2).
        exception: Option<RestrictionException>,
    }
}

words! {
    /// Whether processing is restricted.
    pub enum RestrictionState {
        /// Looked at: it is not.
        None = 1 "NONE",
        /// It is.
        Active = 2 "ACTIVE",
    }
}

words! {
    /// The exceptions of Art. 18(2).
    pub enum RestrictionException {
        /// The person consents, or asked for this erasure after the restriction.
        Consent = 1 "CONSENT",
        /// Legal claims.
        LegalClaim = 2 "LEGAL_CLAIM",
        /// The rights of another person.
        RightsOfAnother = 3 "RIGHTS_OF_ANOTHER",
        /// An important public interest.
        PublicInterest = 4 "PUBLIC_INTEREST",
    }
}

record! {
    /// A request for erasure.
    pub struct Erasure {
        /// How it stands.
        state: Option<ErasureState>,
        /// The data it covers. Keys of `dataCategories`; empty is read as every category.
        categories: Vec<DataCategoryKey>,
        /// The exception of Art. 17(3) relied on.
        exception: Option<ErasureException>,
    }
}

words! {
    /// How a request for erasure stands.
    pub enum ErasureState {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It is open.
        Pending = 2 "PENDING",
        /// It was granted and carried out.
        Executed = 3 "EXECUTED",
    }
}

words! {
    /// The exceptions of Art. 17(3).
    pub enum ErasureException {
        /// Freedom of expression and information.
        A = 1 "A",
        /// A legal obligation or a public task.
        B = 2 "B",
        /// Public health.
        C = 3 "C",
        /// Archiving, research, statistics.
        D = 4 "D",
        /// Legal claims.
        E = 5 "E",
    }
}

words! {
    /// Whether the accuracy of data is contested.
    pub enum Accuracy {
        /// Looked at: it is not.
        NotContested = 1 "NOT_CONTESTED",
        /// It is, and not settled.
        Contested = 2 "CONTESTED",
    }
}

words! {
    /// How a request for rectification stands.
    pub enum Rectification {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It is open.
        Pending = 2 "PENDING",
        /// It was done.
        Done = 3 "DONE",
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
    /// One recipient of a disclosure.
    pub struct Disclosure {
        /// Who. Key of `recipients`.
        recipient: Option<RecipientKey>,
        /// The categories it gets. Keys of `dataCategories`; empty means all items.
        categories: Vec<DataCategoryKey>,
        /// Where it accesses the data, if in one only of its countries. ISO 3166-1 code.
        country: Option<CountryKey>,
        /// The safeguard relied on. Key of `transferSafeguards`; left out, any that holds.
        safeguard: Option<TransferSafeguardKey>,
        /// How the data get there. Not said is read as SENT.
        access: Option<DisclosureAccess>,
        /// Whether something is paid for the data.
        for_consideration: Option<bool>,
        /// Whether the recipient uses them for a purpose of its own.
        own_purpose: Option<bool>,
        /// For an authority: its request.
        authority_request: Option<AuthorityRequest>,
        /// The derogation of Art. 49 relied on.
        derogation: Option<DerogationUse>,
        /// Where the data go beyond the registered chain. Keys of `recipients`.
        onward_to: Vec<RecipientKey>,
    }
}

words! {
    /// How data get to a recipient.
    pub enum DisclosureAccess {
        /// They are sent.
        Sent = 1 "SENT",
        /// They are accessed from afar.
        RemoteAccess = 2 "REMOTE_ACCESS",
        /// Own staff access them on a journey.
        OwnStaffTravelling = 3 "OWN_STAFF_TRAVELLING",
        /// The person sends them.
        SentBySubject = 4 "SENT_BY_SUBJECT",
    }
}

record! {
    /// A request of an authority. Recital 31.
    pub struct AuthorityRequest {
        /// It is in writing.
        written: Option<bool>,
        /// It states reasons.
        reasoned: Option<bool>,
        /// It cites its legal ground.
        legal_ground_cited: Option<bool>,
        /// An international agreement in force covers it. Art. 48.
        international_agreement: Option<bool>,
    }
}

record! {
    /// A derogation relied on for one transfer. Art. 49.
    pub struct DerogationUse {
        /// Its letter in Art. 49(1), `a` to `g`, or `compelling` for the second subparagraph.
        letter: String,
        /// Whether the transfer is necessary for it.
        necessary: Option<bool>,
        /// Whether it is occasional.
        occasional: Option<bool>,
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

record! {
    /// A tracker that is about to be set or read (Directive 2002/58/EC art. 5(3)). What is done with its
    /// data afterwards is a `Processing`.
    pub struct TrackerUse {
        /// Which. Key of `trackers`.
        tracker: Option<TrackerKey>,
        /// Whether it is set or read.
        access: Option<TrackerAccess>,
        /// The person's choice, of scope TERMINAL_ACCESS.
        consent: Option<Consent>,
        /// When the person last chose, yes or no.
        choice_time: Option<Instant>,
        /// Whether the person opted out of an exempt audience tracker.
        objected: Option<bool>,
        /// Whether the person asked for the service it serves.
        requested_service: Option<bool>,
        /// The day it was first set, YYYY-MM-DD.
        placed_on: Option<Date>,
        /// The day its data were collected, YYYY-MM-DD.
        data_collected_on: Option<Date>,
        /// The person; the category is not needed.
        subject: Option<Subject>,
    }
}

words! {
    /// What is done with a tracker.
    pub enum TrackerAccess {
        /// It is set on the terminal.
        Set = 1 "SET",
        /// It is read from the terminal.
        Read = 2 "READ",
    }
}
