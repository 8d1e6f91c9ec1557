//! A tracker that is about to be set or read.

use super::{Consent, Subject};
use crate::domain::date::{Date, Instant};
use crate::domain::key::TrackerKey;
use crate::domain::shape::{record, words};

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
