//! Where data are processed.

use super::shape::{cells, table};
use crate::domain::system::Breach;

table! {
    /// An application or store that processes personal data.
    system: "system" holds System {
        /// Every country where it stores data. Art. 30(1)(e).
        storage_countries: Option<Json>,
        /// Whether it stores data at all; false means that it only passes them on.
        storage: Option<bool>,
        /// A mark: the processor that runs it.
        processor: Option<String>,
        /// The identities of the services that may ask for it.
        identities: Option<Json>,
        /// Measures in place on it.
        measures: Option<Json>,
        /// Breaches of security, open and closed. Art. 33(5).
        breaches: Option<Json>,
    }
}

cells!(Breach {
    opened_on,
    closed_on
});
