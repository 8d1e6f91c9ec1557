//! What protects the data.

use super::shape::{record, words};

record! {
    /// A technical or organisational measure (Art. 32).
    pub struct SecurityMeasure {
        /// What it is.
        kind: Option<MeasureKind>,
        /// Whether it is technical, and not organisational.
        technical: Option<bool>,
        /// What it protects.
        protects: Vec<String>,
        /// ANONYMISATION: the method.
        method: String,
        /// ANONYMISATION: where it was shown that no one can be identified. Recital 26.
        assessment: String,
        /// A mark: a phrase, not a measure.
        generic: Option<bool>,
        /// The DPV term.
        dpv: String,
    }
}

words! {
    /// What a security measure is.
    pub enum MeasureKind {
        /// Encryption in transit.
        EncryptionInTransit = 1 "ENCRYPTION_IN_TRANSIT",
        /// Encryption at rest.
        EncryptionAtRest = 2 "ENCRYPTION_AT_REST",
        /// Pseudonymisation.
        Pseudonymisation = 3 "PSEUDONYMISATION",
        /// Anonymisation.
        Anonymisation = 4 "ANONYMISATION",
        /// Access control.
        AccessControl = 5 "ACCESS_CONTROL",
        /// Authentication.
        Authentication = 6 "AUTHENTICATION",
        /// Logging.
        Logging = 7 "LOGGING",
        /// Backup.
        Backup = 8 "BACKUP",
        /// Regular testing.
        Testing = 9 "TESTING",
        /// Incident response.
        IncidentResponse = 10 "INCIDENT_RESPONSE",
        /// Control of suppliers.
        SupplierControl = 11 "SUPPLIER_CONTROL",
        /// Training.
        Training = 12 "TRAINING",
        /// Physical protection.
        Physical = 13 "PHYSICAL",
        /// Anything else.
        Other = 14 "OTHER",
    }
}
