//! How long data are kept.

use super::date::Period;
use super::key::{
    ActivityKey, DataCategoryKey, DataSubjectCategoryKey, LegalBasisKey, PurposeKey, SystemKey, Tag,
};
use super::shape::{record, words};

record! {
    /// How long categories of data are kept, from which event (Art. 5(1)(e)). A CEILING limits use;
    /// a FLOOR is a legal minimum that forbids erasing.
    pub struct RetentionRule {
        /// The categories; a rule without any applies to none. A floor reaches all descendants, a
        /// ceiling only those a category includes.
        categories: Vec<DataCategoryKey>,
        /// The groups of people; empty means all.
        data_subject_categories: Vec<DataSubjectCategoryKey>,
        /// The activities; empty means all. A rule bound to an activity goes before one that is
        /// not.
        activities: Vec<ActivityKey>,
        /// From which event the period runs; of several, the earliest that happened.
        start_events: Vec<StartEvent>,
        /// For OTHER: which events start or restart it, in key syntax; empty means any.
        other_events: Vec<Tag>,
        /// How long (`P12M`). Zero means that the last day is the event's.
        period: Option<Period>,
        /// Events that start the period again.
        interrupted_by: Vec<StartEvent>,
        /// Whether it is the longest or the shortest time. Without it the rule cannot be computed.
        kind: Option<RetentionKind>,
        /// FLOOR: the law that orders it.
        law: Option<LegalBasisKey>,
        /// FLOOR: the purposes that may still use the data after active use.
        archive_purposes: Vec<PurposeKey>,
        /// What happens at the end.
        fate: Option<RetentionFate>,
        /// False where the source gives criteria instead of a figure: then no check of existing
        /// data permits.
        computable: Option<bool>,
        /// Whether the user's own deletion ends it.
        ends_on_user_deletion: Option<bool>,
    }
}

words! {
    /// What a retention period starts from.
    pub enum StartEvent {
        /// The data were collected.
        Collection = 1 "COLLECTION",
        /// The communication was recorded.
        Recording = 2 "RECORDING",
        /// The communication took place.
        Communication = 3 "COMMUNICATION",
        /// The record was made.
        Record = 4 "RECORD",
        /// The contract ended.
        ContractEnd = 5 "CONTRACT_END",
        /// The account was closed.
        AccountClosure = 6 "ACCOUNT_CLOSURE",
        /// The user deleted the item.
        UserDeletion = 7 "USER_DELETION",
        /// The last contact of the person.
        LastContact = 8 "LAST_CONTACT",
        /// The payment.
        Payment = 9 "PAYMENT",
        /// The connection.
        Connection = 10 "CONNECTION",
        /// The session ended.
        SessionEnd = 11 "SESSION_END",
        /// Another event.
        Other = 12 "OTHER",
    }
}

words! {
    /// What a retention rule limits.
    pub enum RetentionKind {
        /// The longest time for active use.
        Ceiling = 1 "CEILING",
        /// The shortest time, by law.
        Floor = 2 "FLOOR",
    }
}

words! {
    /// What happens at the end of a period.
    pub enum RetentionFate {
        /// The data are erased.
        Erase = 1 "ERASE",
        /// The data are made anonymous.
        Anonymise = 2 "ANONYMISE",
        /// The data go into a restricted archive.
        RestrictedArchive = 3 "RESTRICTED_ARCHIVE",
    }
}

record! {
    /// Data kept for a legal claim (Art. 17(3)(e)): erasing is denied and, after active use, only
    /// the claim may use them. A filter that is empty does not limit the hold.
    pub struct LegalHold {
        /// Whether it covers all data of its categories. Absent means ALL.
        scope: Option<HoldScope>,
        /// The categories, with all descendants.
        categories: Vec<DataCategoryKey>,
        /// The groups of people.
        data_subject_categories: Vec<DataSubjectCategoryKey>,
        /// The activities.
        activities: Vec<ActivityKey>,
        /// The systems.
        systems: Vec<SystemKey>,
        /// The purpose of the claim.
        claim_purpose: Option<PurposeKey>,
        /// Why, without naming a person.
        reason: String,
    }
}

words! {
    /// Which items a hold covers.
    pub enum HoldScope {
        /// Every item of its categories.
        All = 1 "ALL",
        /// The items for which a check names it.
        Listed = 2 "LISTED",
    }
}
