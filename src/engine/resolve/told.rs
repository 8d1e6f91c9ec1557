//! How a name that does not resolve is told.

use super::super::case::place;
use super::super::rule::{Fired, Place};
use super::super::snapshot::Snapshot;
use super::super::suggest::nearest;
use crate::domain::key::{Key, Kind};
use crate::domain::record::Record;

pub(super) fn standing(record: &Record) -> &'static str {
    use crate::domain::record::State;
    match record.envelope.state {
        State::Draft => "a draft",
        State::Suspended => "suspended",
        State::Retired => "retired",
        State::Active => "not in force",
    }
}

/// The field that keeps a record from being in force.
pub(super) fn term(record: &Record) -> Place {
    use crate::domain::record::State;
    let field = match record.envelope.state {
        State::Draft | State::Suspended => "state",
        State::Active | State::Retired => "valid_until",
    };
    place(record, field)
}

pub(super) fn unknown(fact: &str, what: &str, kind: Kind, key: &Key, snapshot: &Snapshot) -> Fired {
    let mut fired = Fired::about(fact, format!("{what} `{key}` is not registered"));
    fired.suggestions = nearest(snapshot, kind, key);
    fired
}
