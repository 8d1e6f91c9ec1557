//! How a name that does not resolve is told.

use super::super::clock::Clock;
use super::super::rule::{Fired, Place};
use super::super::view::place;
use crate::domain::key::{Key, Kind};
use crate::domain::record::{Record, State};

/// How a record that does not count stands.
pub(super) fn standing(record: &Record, clock: &Clock) -> &'static str {
    match record.envelope.state {
        State::Draft => "a draft",
        State::Suspended => "suspended",
        State::Retired => "retired",
        State::Active if is_to_come(record, clock) => "not in force yet",
        State::Active => "not in force any more",
    }
}

/// The field that keeps a record from being in force.
pub(super) fn term(record: &Record, clock: &Clock) -> Place {
    let field = match record.envelope.state {
        State::Draft | State::Suspended => "state",
        State::Active | State::Retired if is_to_come(record, clock) => "valid_from",
        State::Active | State::Retired => "valid_until",
    };
    place(record, field)
}

fn is_to_come(record: &Record, clock: &Clock) -> bool {
    let from = record.envelope.valid_from;
    from.is_some_and(|from| !clock.begun(from))
}

pub(super) fn unknown(fact: &str, what: &str, kind: Kind, key: &Key) -> Fired {
    let mut fired = Fired::about(fact, format!("{what} `{key}` is not registered"));
    fired.unknown = Some((kind, key.clone()));
    fired
}
