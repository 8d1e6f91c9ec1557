//! What happened, read back.

use std::sync::Arc;

use super::error::RegistryError;
use super::live::Registry;
use super::revision::Revision;
use crate::domain::change::{Change, ChangeSet};
use crate::domain::key::RecordName;
use crate::domain::record::Record;
use crate::store::error::StoreError;
use crate::store::history::StoredChange;
use crate::wire;

impl Registry {
    /// At most `limit` change sets below a number, newest first.
    pub async fn change_sets(
        &self,
        below: u64,
        record: Option<&RecordName>,
        limit: u64,
    ) -> Result<Vec<ChangeSet>, RegistryError> {
        Ok(self.store.change_sets(below, record, limit).await?)
    }

    /// At most `limit` changes of a change set.
    pub async fn changes_of(
        &self,
        set: &ChangeSet,
        record: Option<&RecordName>,
        limit: u64,
    ) -> Result<Vec<Change>, RegistryError> {
        let stored = self.store.changes(set.number, record, 0, limit).await?;
        stored.into_iter().map(read_change).collect()
    }

    /// How many records a change set touched.
    pub async fn change_count(&self, set: &ChangeSet) -> Result<u64, RegistryError> {
        Ok(self.store.change_count(set.number).await?)
    }

    /// The token of the revision that a change set made.
    pub fn revision_of(&self, set: &ChangeSet) -> String {
        Revision::new(self.live().head.registry_id, set.number, &set.hash).token()
    }
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
