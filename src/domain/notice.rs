//! What people were told and promised.

use super::date::Period;
use super::key::{
    ActivityKey, ControllerKey, CountryKey, DataSubjectCategoryKey, LegalBasisKey, RecipientKey,
    TrackerKey, TransferSafeguardKey,
};
use super::shape::{record, words};

record! {
    /// A privacy notice (Art. 13, 14). Without `valid_from` it is not in force, though its
    /// undertakings bind.
    pub struct Notice {
        /// Whose notice it is.
        controller: Option<ControllerKey>,
        /// Its version.
        version: String,
        /// Its language.
        language: String,
        /// The activities it tells of.
        activities: Vec<ActivityKey>,
        /// The groups of people it addresses.
        data_subject_categories: Vec<DataSubjectCategoryKey>,
        /// What it says, by article.
        items: Vec<NoticeItem>,
        /// The recipients it names. Art. 13(1)(e).
        recipients: Vec<RecipientKey>,
        /// The transfers it names. Art. 13(1)(f).
        transfers: Vec<NoticeTransfer>,
        /// The bases it declares for everything.
        declared_bases: Vec<LegalBasisKey>,
        /// What it promises.
        undertakings: Vec<Undertaking>,
        /// The rights it offers, and how.
        rights: Vec<NoticeRight>,
        /// The trackers it names.
        trackers: Vec<NoticeTracker>,
    }
}

record! {
    /// One thing a notice says.
    pub struct NoticeItem {
        /// The provision it answers (`13(2)(d)`).
        article: String,
        /// What it says, or where.
        statement: String,
    }
}

record! {
    /// A transfer that a notice names.
    pub struct NoticeTransfer {
        /// To which countries.
        countries: Vec<CountryKey>,
        /// On which safeguard.
        safeguard: Option<TransferSafeguardKey>,
    }
}

record! {
    /// A promise of a notice. It binds even where the notice has no date.
    pub struct Undertaking {
        /// What is promised.
        kind: Option<UndertakingKind>,
        /// STORED_ONLY_IN: where.
        countries: Vec<CountryKey>,
    }
}

words! {
    /// What a notice may promise.
    pub enum UndertakingKind {
        /// Data are not sold.
        NoSale = 1 "NO_SALE",
        /// Data are stored in the named countries only.
        StoredOnlyIn = 2 "STORED_ONLY_IN",
        /// No processor stores data.
        NoStorageProcessor = 3 "NO_STORAGE_PROCESSOR",
        /// Nothing is kept after the user deletes it.
        NothingAfterDeletion = 4 "NOTHING_AFTER_DELETION",
    }
}

record! {
    /// A right that a notice offers.
    pub struct NoticeRight {
        /// Which right.
        right: Option<SubjectRight>,
        /// How it is exercised.
        channel: String,
        /// Within which time it is answered.
        term: Option<Period>,
        /// By how much that time may be extended.
        extension: Option<Period>,
        /// Under which conditions.
        conditions: String,
        /// Whether a document is always asked for. Art. 12(6).
        identity_document: Option<bool>,
    }
}

words! {
    /// The rights of people.
    pub enum SubjectRight {
        /// Access. Art. 15.
        Access = 1 "ACCESS",
        /// Rectification. Art. 16.
        Rectification = 2 "RECTIFICATION",
        /// Erasure. Art. 17.
        Erasure = 3 "ERASURE",
        /// Restriction. Art. 18.
        Restriction = 4 "RESTRICTION",
        /// Portability. Art. 20.
        Portability = 5 "PORTABILITY",
        /// Objection. Art. 21(1).
        Objection = 6 "OBJECTION",
        /// Objection to direct marketing. Art. 21(2).
        MarketingObjection = 7 "MARKETING_OBJECTION",
        /// Withdrawal of consent. Art. 7(3).
        ConsentWithdrawal = 8 "CONSENT_WITHDRAWAL",
        /// Not to be subject to an automated decision. Art. 22.
        AutomatedDecision = 9 "AUTOMATED_DECISION",
        /// That recipients are told. Art. 19.
        RecipientsTold = 10 "RECIPIENTS_TOLD",
        /// Directives for after death. French law 78-17, art. 85.
        PostMortem = 11 "POST_MORTEM",
        /// Complaint to an authority. Art. 77.
        Complaint = 12 "COMPLAINT",
        /// A judicial remedy. Art. 79.
        JudicialRemedy = 13 "JUDICIAL_REMEDY",
        /// Refusal of trackers.
        TrackerRefusal = 14 "TRACKER_REFUSAL",
        /// To be told of breaches. Art. 34.
        BreachTold = 15 "BREACH_TOLD",
    }
}

record! {
    /// A tracker that a notice names.
    pub struct NoticeTracker {
        /// The tracker.
        tracker: Option<TrackerKey>,
        /// The lifetime it promises.
        lifetime: Option<Period>,
        /// Who has access, as told.
        access: String,
        /// Whether it promises that the tracker ends with the session.
        session: Option<bool>,
    }
}
