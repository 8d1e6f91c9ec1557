//! Why data are processed.

use super::shape::message;
use crate::domain::purpose::Purpose;

message!(Purpose {
    parent,
    includes_children,
    direct_marketing,
    communications_use,
    research_kind,
    national_number_ground,
    statement,
    aliases
});
