//! The categories of data and people that a question names.

use super::super::clock::Clock;
use super::super::query::{DataItem, Processing};
use super::super::rule::Fired;
use super::super::rules::{CATEGORY_UNREGISTERED, SUBJECT_CATEGORY_UNREGISTERED};
use super::super::snapshot::Snapshot;
use super::Resolved;
use super::told::{standing, term, unknown};
use crate::domain::key::{Kind, TypedKey};

pub(super) fn find_category(
    snapshot: &Snapshot,
    item: &DataItem,
    index: usize,
    clock: &Clock,
    erasing: bool,
    resolved: &mut Resolved<'_>,
) {
    let Some(key) = &item.category else { return };
    let fact = format!("processing.data[{index}].category");
    let fired = match snapshot.data_category(key) {
        Some(known) if clock.known(&known.record.envelope, erasing) => return,
        Some(known) => {
            let mut fired = Fired::about(
                fact,
                format!(
                    "data category `{}` is {} at the time",
                    key.key(),
                    standing(known.record, clock)
                ),
            )
            .at(term(known.record, clock));
            fired.suggestions.extend(
                known
                    .body
                    .successor
                    .as_ref()
                    .map(|next| next.key().to_string()),
            );
            fired
        }
        None => unknown(&fact, "data category", Kind::DataCategory, key.key()),
    };
    resolved.refuse(CATEGORY_UNREGISTERED, fired.of(key.key().as_str()));
}

pub(super) fn find_subject(
    snapshot: &Snapshot,
    query: &Processing,
    clock: &Clock,
    erasing: bool,
    resolved: &mut Resolved<'_>,
) {
    let Some(key) = query
        .subject
        .as_ref()
        .and_then(|subject| subject.category.as_ref())
    else {
        return;
    };
    let fact = "processing.subject.category";
    let fired = match snapshot.data_subject_category(key) {
        Some(known) if clock.known(&known.record.envelope, erasing) => return,
        Some(known) => {
            let message = format!(
                "data subject category `{}` is {} at the time",
                key.key(),
                standing(known.record, clock)
            );
            let mut fired = Fired::about(fact, message).at(term(known.record, clock));
            fired.suggestions.extend(
                known
                    .body
                    .successor
                    .as_ref()
                    .map(|next| next.key().to_string()),
            );
            fired
        }
        None => unknown(
            fact,
            "data subject category",
            Kind::DataSubjectCategory,
            key.key(),
        ),
    };
    resolved.refuse(SUBJECT_CATEGORY_UNREGISTERED, fired);
}
