//! What is asked: a person makes use of a right.

use crate::domain::date::Date;
use crate::domain::key::{ActivityKey, ControllerKey};
use crate::domain::notice::SubjectRight;
use crate::domain::shape::record;
use crate::engine::query::{Consent, DataItem, ObjectionState, Subject};

record! {
    /// A person's request, without who.
    pub struct RightRequest {
        /// Of whom. Key of `controllers`; may be left out where the inventory has one active controller.
        controller: Option<ControllerKey>,
        /// Which right. Must be said.
        right: Option<SubjectRight>,
        /// The person, as one of a group.
        subject: Option<Subject>,
        /// The day the request arrived, by any channel. Must be said.
        received_on: Option<Date>,
        /// The day it was answered.
        answered_on: Option<Date>,
        /// Who asks.
        identity: Option<Identity>,
        /// Whether it is manifestly unfounded.
        manifestly_unfounded: Option<bool>,
        /// Whether it is excessive.
        excessive: Option<bool>,
        /// Whether the controller can show that (Art. 12(5)).
        shown: Option<bool>,
        /// An extension of the term that was told.
        extension: Option<Extension>,
        /// Only in these activities. Keys of `activities`; empty means all that hold data of the group.
        activities: Vec<ActivityKey>,
        /// The data, one item a category, with the days their retention counts from; empty means all of each
        /// activity.
        data: Vec<DataItem>,
        /// What the person consented to.
        consents: Vec<Consent>,
        /// How an objection stands.
        objection: Option<ObjectionState>,
        /// PORTABILITY: whether the person provided the data.
        provided_by_subject: Option<bool>,
        /// PORTABILITY: whether they are processed by automated means.
        automated_means: Option<bool>,
    }
}

record! {
    /// Whether it is sure who asks (Art. 12(6)).
    pub struct Identity {
        /// Whether there is reasonable doubt.
        doubt: Option<bool>,
        /// Whether it was verified.
        verified: Option<bool>,
        /// Whether a document is demanded.
        document_demanded: Option<bool>,
    }
}

record! {
    /// An extension of the term (Art. 12(3)).
    pub struct Extension {
        /// The day the person was told.
        notified_on: Option<Date>,
        /// Whether reasons were given.
        reasons_given: Option<bool>,
        /// By how many months; at most two.
        months: Option<u32>,
    }
}
