//! The rule book, a chapter a file.

mod breach;
mod children;
mod communication;
mod deceased;
mod fault;
mod lawfulness;
mod organisation;
mod own;
mod purpose;
mod recipient;
mod resolution;
mod retention;
mod right;
mod rights;
mod security;
mod special;
mod tracker;
mod transfer;
mod transparency;

use super::rule::Rule;

/// The chapters, in the order of the book.
pub(super) const CHAPTERS: &[&[&[Rule]]] = &[
    &[resolution::RULES, purpose::RULES, transparency::RULES],
    lawfulness::RULES,
    communication::RULES,
    &[children::RULES, special::RULES],
    &[retention::RULES],
    recipient::RULES,
    transfer::RULES,
    &[
        rights::RULES,
        right::RULES,
        deceased::RULES,
        security::RULES,
    ],
    organisation::RULES,
    tracker::RULES,
    &[breach::RULES],
    &[own::RULES],
];

pub(super) use breach::{
    COMMUNICATE_SUBJECTS, NOTIFY_AUTHORITY, NOTIFY_AUTHORITY_TELECOM, PROCESSOR_NOTIFY, REGISTER,
};
pub(super) use children::is_below_age;
pub(super) use communication::is_electronic;
pub(super) use deceased::{is_deceased, is_for_the_living};
pub(super) use lawfulness::perhaps_refused;
pub(super) use organisation::decides;
pub(super) use own::FACT_MISSING;
pub(super) use recipient::{
    Link, Receiver, Role, contract, disclosed, disclosure_bases, links, role,
};
pub(super) use resolution::is_anonymous;
pub(super) use resolution::{
    ACTIVITY_NOT_ACTIVE, CATEGORY_UNREGISTERED, CONTROLLER_UNKNOWN, PURPOSE_UNREGISTERED,
    REQUEST_INCOMPLETE, SUBJECT_CATEGORY_UNREGISTERED,
};
pub use retention::State;
pub(super) use retention::{Bound, Retention, Standing, attachments, is_kept, standing};
pub(super) use right::{
    DEADLINE_MISSED, EXCESSIVE, EXTENSION_INVALID, IDENTITY_UNVERIFIED, NOT_APPLICABLE,
};
pub(super) use rights::{exception, to_tell, who_has};
pub(super) use tracker::{TRACKER_UNREGISTERED, expire_by, needs_consent};
pub(super) use transfer::{Found, Ground, Transfer, transfers};
