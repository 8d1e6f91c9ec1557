//! What protects the data.

use super::shape::table;

table! {
    /// A technical or organisational measure (Art. 32).
    security_measure: "security_measure" holds SecurityMeasure {
        /// What it is.
        kind: Option<String>,
        /// Whether it is technical, and not organisational.
        technical: Option<bool>,
        /// What it protects.
        protects: Option<Json>,
        /// ANONYMISATION: the method.
        method: Option<String>,
        /// ANONYMISATION: where it was shown that no one can be identified. Recital 26.
        assessment: Option<String>,
        /// A mark: a phrase, not a measure.
        generic: Option<bool>,
        /// The DPV term.
        dpv: Option<String>,
    }
}
