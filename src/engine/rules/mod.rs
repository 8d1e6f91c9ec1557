//! The rule book, a chapter a file.

mod lawfulness;
mod own;
mod resolution;
mod security;
mod unready;

use super::rule::Rule;

/// The chapters, in the order of the book.
pub(super) const CHAPTERS: &[&[&[Rule]]] = &[
    &[resolution::RULES],
    lawfulness::RULES,
    &[security::RULES],
    &[own::RULES],
];

pub(super) use own::{CHAPTER_NOT_READY, FACT_MISSING};
pub(super) use resolution::is_anonymous;
pub(super) use resolution::{
    ACTIVITY_NOT_ACTIVE, CATEGORY_UNREGISTERED, CONTROLLER_UNKNOWN, PURPOSE_UNREGISTERED,
    REQUEST_INCOMPLETE, SUBJECT_CATEGORY_UNREGISTERED,
};
