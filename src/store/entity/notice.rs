//! What people were told and promised.

use super::shape::{cells, table};
use crate::domain::notice::{NoticeItem, NoticeRight, NoticeTracker, NoticeTransfer, Undertaking};

table! {
    /// A privacy notice (Art. 13, 14). Without `valid_from` it is not in force, though its
    /// undertakings bind.
    notice: "notice" holds Notice {
        /// Whose notice it is.
        controller: Option<String>,
        /// Its version.
        version: Option<String>,
        /// Its language.
        language: Option<String>,
        /// The activities it tells of.
        activities: Option<Json>,
        /// The groups of people it addresses.
        data_subject_categories: Option<Json>,
        /// What it says, by article.
        items: Option<Json>,
        /// The recipients it names. Art. 13(1)(e).
        recipients: Option<Json>,
        /// The transfers it names. Art. 13(1)(f).
        transfers: Option<Json>,
        /// The bases it declares for everything.
        declared_bases: Option<Json>,
        /// What it promises.
        undertakings: Option<Json>,
        /// The rights it offers, and how.
        rights: Option<Json>,
        /// The trackers it names.
        trackers: Option<Json>,
    }
}

cells!(NoticeItem { article, statement });
cells!(NoticeTransfer {
    countries,
    safeguard
});
cells!(Undertaking { kind, countries });
cells!(NoticeRight {
    right,
    channel,
    term,
    extension,
    conditions,
    identity_document
});
cells!(NoticeTracker {
    tracker,
    lifetime,
    access,
    session
});
