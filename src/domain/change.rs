//! What happened to the inventory, and who said so.

use std::sync::Arc;

use super::key::RecordName;
use super::record::Record;
use super::shape::words;

/// What one change set did to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The record.
    pub name: RecordName,
    /// How it was; `None` where there was none.
    pub before: Option<Arc<Record>>,
    /// How it is; `None` where it was deleted.
    pub after: Option<Arc<Record>>,
}

impl Change {
    /// What was done, in one word.
    pub fn action(&self) -> Action {
        use super::record::State::Retired;
        match (&self.before, &self.after) {
            (None, _) => Action::Create,
            (Some(_), None) => Action::Delete,
            (Some(before), Some(after))
                if before.envelope.state != Retired && after.envelope.state == Retired =>
            {
                Action::Retire
            }
            (Some(_), Some(_)) => Action::Update,
        }
    }
}

words! {
    /// What was done to a record.
    pub enum Action {
        /// There was none of this name.
        Create = 1 "CREATE",
        /// It was written anew.
        Update = 2 "UPDATE",
        /// It was ended.
        Retire = 3 "RETIRE",
        /// It was taken away, never having counted.
        Delete = 4 "DELETE",
    }
}

/// Who applied changes together, when and why. One change set is one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When it was made, in microseconds since 1970 UTC.
    pub time_us: i64,
    /// The name its maker gave, which nobody verified; empty when none was given.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// The client's own id of the request, by which a retry finds it.
    pub request_id: Option<String>,
    /// Of what was asked under that id.
    pub request_digest: [u8; 32],
    /// Of everything up to and including it.
    pub hash: [u8; 32],
}
