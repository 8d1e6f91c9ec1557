//! The rule book, a chapter a file.

mod lawfulness;
mod own;
mod purpose;
mod recipient;
mod resolution;
mod retention;
mod rights;
mod security;
mod transfer;
mod transparency;
mod unready;

use super::rule::Rule;

/// The chapters, in the order of the book.
pub(super) const CHAPTERS: &[&[&[Rule]]] = &[
    &[resolution::RULES, purpose::RULES, transparency::RULES],
    lawfulness::RULES,
    &[retention::RULES, rights::RULES],
    recipient::RULES,
    transfer::RULES,
    &[security::RULES],
    &[own::RULES],
];

pub(super) use own::{CHAPTER_NOT_READY, FACT_MISSING};
pub(super) use recipient::{Link, Receiver, Role, contract, disclosed, disclosure_bases, links};
pub(super) use resolution::is_anonymous;
pub(super) use resolution::{
    ACTIVITY_NOT_ACTIVE, CATEGORY_UNREGISTERED, CONTROLLER_UNKNOWN, PURPOSE_UNREGISTERED,
    REQUEST_INCOMPLETE, SUBJECT_CATEGORY_UNREGISTERED,
};
pub(super) use retention::{Retention, attachments};
pub(super) use rights::{exception, to_tell};
pub(super) use transfer::{Found, Ground, Transfer, transfers};
