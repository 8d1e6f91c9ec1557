//! How long data are kept.

use super::shape::table;

table! {
    /// How long categories of data are kept, from which event (Art. 5(1)(e)). A CEILING limits use;
    /// a FLOOR is a legal minimum that forbids erasing.
    retention_rule: "retention_rule" holds RetentionRule {
        /// The categories; a rule without any applies to none. A floor reaches all descendants, a
        /// ceiling only those a category includes.
        categories: Option<Json>,
        /// The groups of people; empty means all.
        data_subject_categories: Option<Json>,
        /// The activities; empty means all. A rule bound to an activity goes before one that is
        /// not.
        activities: Option<Json>,
        /// From which event the period runs; of several, the earliest that happened.
        start_events: Option<Json>,
        /// For OTHER: which events start or restart it, in key syntax; empty means any.
        other_events: Option<Json>,
        /// How long (`P12M`). Zero means that the last day is the event's.
        period: Option<String>,
        /// Events that start the period again.
        interrupted_by: Option<Json>,
        /// Whether it is the longest or the shortest time. Without it the rule cannot be computed.
        kind: Option<String>,
        /// FLOOR: the law that orders it.
        law: Option<String>,
        /// FLOOR: the purposes that may still use the data after active use.
        archive_purposes: Option<Json>,
        /// What happens at the end.
        fate: Option<String>,
        /// False where the source gives criteria instead of a figure: then no check of existing
        /// data permits.
        computable: Option<bool>,
        /// Whether the user's own deletion ends it.
        ends_on_user_deletion: Option<bool>,
    }
}

table! {
    /// Data kept for a legal claim (Art. 17(3)(e)): erasing is denied and, after active use, only
    /// the claim may use them. A filter that is empty does not limit the hold.
    legal_hold: "legal_hold" holds LegalHold {
        /// Whether it covers all data of its categories. Absent means ALL.
        scope: Option<String>,
        /// The categories, with all descendants.
        categories: Option<Json>,
        /// The groups of people.
        data_subject_categories: Option<Json>,
        /// The activities.
        activities: Option<Json>,
        /// The systems.
        systems: Option<Json>,
        /// The purpose of the claim.
        claim_purpose: Option<String>,
        /// Why, without naming a person.
        reason: Option<String>,
    }
}
