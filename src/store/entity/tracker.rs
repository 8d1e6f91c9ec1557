//! What is read from or written on people's terminals.

use super::shape::{cells, one_of, table};
use crate::domain::tracker::{TrackerExemption, TrackerLifetime};

table! {
    /// A cookie, pixel or other tracker (Directive 2002/58/EC art. 5(3)).
    tracker: "tracker" holds Tracker {
        /// The activity it serves.
        activity: Option<String>,
        /// The controller.
        controller: Option<String>,
        /// What it is for.
        class: Option<String>,
        /// Its purposes.
        purposes: Option<Json>,
        /// How long it lives. One of the fields of the API under its name.
        lifetime: Option<Json>,
        /// A mark: each visit prolongs it.
        prolonged_on_visit: Option<bool>,
        /// How long the data read are kept.
        data_life: Option<String>,
        /// Who sets and reads it, if not the controller.
        operator: Option<String>,
        /// Whether others have access to it.
        third_party_access: Option<bool>,
        /// How people are asked.
        consent_model: Option<String>,
        /// An exemption claimed, with its conditions.
        exemption: Option<Json>,
        /// Where it is.
        medium: Option<String>,
        /// E-mail pixels: for what.
        pixel_use: Option<String>,
    }
}

one_of!(TrackerLifetime { LifetimePeriod lifetime_period, LifetimeSession lifetime_session });
cells!(TrackerExemption {
    claimed,
    sole_account,
    anonymous_statistics,
    no_cross_site,
    no_cross_matching,
    no_third_party,
    no_vendor_reuse,
    sole_purpose
});
