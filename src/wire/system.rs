//! Where data are processed.

use super::shape::message;
use crate::domain::system::{Breach, System};

message!(System {
    storage_countries,
    storage,
    processor,
    identities,
    measures,
    breaches
});
message!(Breach {
    opened_on,
    closed_on
});
