//! What people were told and promised.

use super::shape::message;
use crate::domain::notice::{
    Notice, NoticeItem, NoticeRight, NoticeTracker, NoticeTransfer, Undertaking,
};

message!(Notice {
    controller,
    version,
    language,
    activities,
    data_subject_categories,
    items,
    recipients,
    transfers,
    declared_bases,
    undertakings,
    rights,
    trackers
});
message!(NoticeItem { article, statement });
message!(NoticeTransfer {
    countries,
    safeguard
});
message!(Undertaking { kind, countries });
message!(NoticeRight {
    right,
    channel,
    term,
    extension,
    conditions,
    identity_document
});
message!(NoticeTracker {
    tracker,
    lifetime,
    access,
    session
});
