//! Where data are processed.

use super::date::Date;
use super::key::{CountryKey, RecipientKey, SecurityMeasureKey};
use super::shape::record;

record! {
    /// An application or store that processes personal data.
    pub struct System {
        /// Every country where it stores data. Art. 30(1)(e).
        storage_countries: Vec<CountryKey>,
        /// Whether it stores data at all; false means that it only passes them on.
        storage: Option<bool>,
        /// A mark: the processor that runs it.
        processor: Option<RecipientKey>,
        /// The identities of the services that may ask for it.
        identities: Vec<String>,
        /// Measures in place on it.
        measures: Vec<SecurityMeasureKey>,
        /// Breaches of security, open and closed. Art. 33(5).
        breaches: Vec<Breach>,
    }
}

record! {
    /// A breach of security of a system.
    pub struct Breach {
        /// The day it was found.
        opened_on: Option<Date>,
        /// The day it was remedied; absent means open.
        closed_on: Option<Date>,
    }
}
