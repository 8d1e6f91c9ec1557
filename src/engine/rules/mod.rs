//! The rule book, a chapter a file.

mod resolution;
mod lawfulness;

use super::rule::Rule;

/// The chapters, in the order of the book.
pub(super) const CHAPTERS: &[&[Rule]] = &[resolution::RULES, lawfulness::RULES];

pub(super) use resolution::{
    ACTIVITY_NOT_ACTIVE, CATEGORY_UNREGISTERED, CONTROLLER_UNKNOWN, PURPOSE_UNREGISTERED, REQUEST_INCOMPLETE,
    SUBJECT_CATEGORY_UNREGISTERED,
};
