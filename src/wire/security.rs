//! What protects the data.

use super::shape::message;
use crate::domain::security::SecurityMeasure;

message!(SecurityMeasure {
    kind,
    technical,
    protects,
    method,
    assessment,
    generic,
    dpv
});
