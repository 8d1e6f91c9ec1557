//! What happened, read back.

use std::sync::Arc;

use super::error::RegistryError;
use super::live::Registry;
use super::revision::Revision;
use crate::domain::change::{Change, ChangeSet};
use crate::domain::key::RecordName;
use crate::domain::record::Record;
use crate::store::error::StoreError;
use crate::store::history::{Place, StoredChange};
use crate::wire;

/// The most changes that are told at once.
const CHANGES: usize = 1_000;
/// More than the name, the etags and the numbers of a change take on the wire.
const CHANGE_BYTES: usize = 512;
/// More than what a change set says beside its reason takes on the wire.
const SET_BYTES: usize = 512;

/// A part of the history.
#[derive(Debug)]
pub struct Part {
    /// Change sets, newest first.
    pub sets: Vec<Told>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<Place>,
}

/// A change set with those of its changes that stand in the part.
#[derive(Debug)]
pub struct Told {
    /// The change set.
    pub set: ChangeSet,
    /// How many records it touched in all.
    pub count: u64,
    /// What was done, in order.
    pub changes: Vec<Change>,
}

impl Registry {
    /// The history from a place down, as far as `sets` change sets and `bytes` bytes go, but at least one
    /// change; only of `record`, if one is given.
    pub async fn history(
        &self,
        from: Place,
        record: Option<&RecordName>,
        most: usize,
        bytes: usize,
    ) -> Result<Part, RegistryError> {
        let mut sets = self
            .store
            .change_sets(from.number, record, most as u64 + 1)
            .await?;
        let beyond = sets.get(most).map(|set| Place::first(set.number));
        sets.truncate(most);
        let Some(oldest) = sets.last().map(|set| set.number) else {
            return Ok(Part {
                sets: Vec::new(),
                next: None,
            });
        };
        // The history only grows at its other end, so these reads see the same.
        let sizes = self
            .store
            .change_sizes(from, oldest, record, CHANGES as u64 + 1)
            .await?;
        let (fitting, cut) = fit(&sets, &sizes, bytes);
        let mut changes = self
            .store
            .changes(from, oldest, record, fitting)
            .await?
            .into_iter()
            .peekable();
        let numbers: Vec<u64> = sets.iter().map(|set| set.number).collect();
        let counts = self.store.change_counts(&numbers).await?;
        let mut told = Vec::new();
        for set in sets {
            let mut of_set = Vec::new();
            while let Some((_, stored)) = changes.next_if(|(place, _)| place.number == set.number) {
                of_set.push(read_change(stored)?);
            }
            if of_set.is_empty() {
                break;
            }
            told.push(Told {
                count: counts.get(&set.number).copied().unwrap_or_default(),
                set,
                changes: of_set,
            });
        }
        Ok(Part {
            sets: told,
            next: cut.or(beyond),
        })
    }

    /// The token of the revision that a change set made.
    pub fn revision_of(&self, set: &ChangeSet) -> String {
        Revision::new(self.live().head.registry_id, set.number, &set.hash).token()
    }
}

/// How many changes fit, but at least one; and the first that does not.
fn fit(sets: &[ChangeSet], sizes: &[(Place, u64)], bytes: usize) -> (u64, Option<Place>) {
    let mut headers = sets
        .iter()
        .map(|set| SET_BYTES + set.reason.len() + set.actor.len());
    let mut fitting = 0;
    let mut used = 0;
    let mut last = None;
    for (place, size) in sizes {
        used += CHANGE_BYTES + usize::try_from(*size).unwrap_or(usize::MAX);
        if last != Some(place.number) {
            last = Some(place.number);
            used += headers.next().unwrap_or(SET_BYTES);
        }
        if fitting > 0 && (fitting == CHANGES || used > bytes) {
            return (fitting as u64, Some(*place));
        }
        fitting += 1;
    }
    (fitting as u64, None)
}

/// A change as history keeps it.
pub(super) fn read_change(stored: StoredChange) -> Result<Change, RegistryError> {
    let StoredChange {
        name,
        before,
        after,
    } = stored;
    let read = |bytes: Option<Vec<u8>>,
                column: &'static str|
     -> Result<Option<Arc<Record>>, RegistryError> {
        let Some(bytes) = bytes else { return Ok(None) };
        let record = wire::record::from_bytes(&bytes).ok_or_else(|| StoreError::Corrupt {
            table: "change".to_owned(),
            column,
            row: name.to_string(),
        })?;
        Ok(Some(Arc::new(record)))
    };
    let (before, after) = (read(before, "before")?, read(after, "after")?);
    Ok(Change {
        name,
        before,
        after,
    })
}
