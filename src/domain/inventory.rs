//! The whole inventory at one revision.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::key::RecordName;
use super::record::Record;

/// A record and the number of the change set that last touched it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record.
    pub record: Arc<Record>,
    /// The change set that wrote it so.
    pub revision: u64,
}

/// All records of one revision, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    entries: BTreeMap<RecordName, Entry>,
}

impl Inventory {
    /// The record of this name.
    pub fn get(&self, name: &RecordName) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// All of them, in the order of their names.
    pub fn entries(&self) -> impl Iterator<Item = (&RecordName, &Entry)> {
        self.entries.iter()
    }

    /// All of them after `name`, in the order of their names; all, if `None`.
    pub fn entries_after(
        &self,
        name: Option<&RecordName>,
    ) -> impl Iterator<Item = (&RecordName, &Entry)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = name.map_or(Unbounded, Excluded);
        self.entries.range((from, Unbounded))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts a record in the place of what bore its name.
    pub fn put(&mut self, record: Arc<Record>, revision: u64) {
        self.entries
            .insert(record.name.clone(), Entry { record, revision });
    }

    /// Takes a record out.
    pub fn take(&mut self, name: &RecordName) {
        self.entries.remove(name);
    }
}
