//! What is read from or written on people's terminals.

use super::shape::{choice, message};
use crate::domain::tracker::{Tracker, TrackerExemption, TrackerLifetime};

message!(Tracker {
    activity,
    controller,
    class,
    purposes,
    lifetime,
    prolonged_on_visit,
    data_life,
    operator,
    third_party_access,
    consent_model,
    exemption,
    medium,
    pixel_use
});
choice!(TrackerLifetime: tracker::Lifetime { LifetimePeriod lifetime_period, LifetimeSession lifetime_session });
message!(TrackerExemption {
    claimed,
    sole_account,
    anonymous_statistics,
    no_cross_site,
    no_cross_matching,
    no_third_party,
    no_vendor_reuse,
    sole_purpose
});
