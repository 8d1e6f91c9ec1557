//! How long data are kept.

use super::shape::message;
use crate::domain::retention::{LegalHold, RetentionRule};

message!(RetentionRule {
    categories,
    data_subject_categories,
    activities,
    start_events,
    other_events,
    period,
    interrupted_by,
    kind,
    law,
    archive_purposes,
    fate,
    computable,
    ends_on_user_deletion
});
message!(LegalHold {
    scope,
    categories,
    data_subject_categories,
    activities,
    systems,
    claim_purpose,
    reason
});
