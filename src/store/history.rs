//! What happened, as it is kept.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::connect::Store;
use super::entity::history::{change, change_set};
use super::error::StoreError;
use crate::domain::change::ChangeSet;
use crate::domain::key::{Key, Kind, RecordName};

/// A change as the bytes that history keeps: the records in the protobuf of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// The record.
    pub name: RecordName,
    /// How it was.
    pub before: Option<Vec<u8>>,
    /// How it became.
    pub after: Option<Vec<u8>>,
}

impl Store {
    /// At most `limit` change sets with a number below `below`, newest first; only those that touched
    /// `record`, if one is given.
    pub async fn change_sets(
        &self,
        below: u64,
        record: Option<&RecordName>,
        limit: u64,
    ) -> Result<Vec<ChangeSet>, StoreError> {
        let below = i64::try_from(below).unwrap_or(i64::MAX);
        let mut query = change_set::Entity::find().filter(change_set::Column::Number.lt(below));
        if let Some(name) = record {
            let numbers: Vec<i64> = change::Entity::find()
                .select_only()
                .column(change::Column::Number)
                .filter(change::Column::Kind.eq(name.kind.word()))
                .filter(change::Column::Key.eq(name.key.as_str()))
                .filter(change::Column::Number.lt(below))
                .order_by_desc(change::Column::Number)
                .limit(limit)
                .into_tuple()
                .all(&self.db)
                .await?;
            query = query.filter(change_set::Column::Number.is_in(numbers));
        }
        let rows = query
            .order_by_desc(change_set::Column::Number)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(read_set).collect()
    }

    /// At most `limit` changes of a change set, in order, from the place `from`; only that of `record`,
    /// if one is given.
    pub async fn changes(
        &self,
        number: u64,
        record: Option<&RecordName>,
        from: u32,
        limit: u64,
    ) -> Result<Vec<StoredChange>, StoreError> {
        let mut query = change::Entity::find()
            .filter(change::Column::Number.eq(i64::try_from(number).unwrap_or(i64::MAX)))
            .filter(change::Column::Position.gte(i64::from(from)));
        if let Some(name) = record {
            query = query
                .filter(change::Column::Kind.eq(name.kind.word()))
                .filter(change::Column::Key.eq(name.key.as_str()));
        }
        let rows = query
            .order_by_asc(change::Column::Position)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(read_change).collect()
    }

    /// How many records a change set touched.
    pub async fn change_count(&self, number: u64) -> Result<u64, StoreError> {
        let of = change::Column::Number.eq(i64::try_from(number).unwrap_or(i64::MAX));
        Ok(change::Entity::find().filter(of).count(&self.db).await?)
    }

    /// The hash of each change set, by its number.
    pub async fn hashes(&self) -> Result<HashMap<u64, [u8; 32]>, StoreError> {
        let rows: Vec<(i64, Vec<u8>)> = change_set::Entity::find()
            .select_only()
            .column(change_set::Column::Number)
            .column(change_set::Column::Hash)
            .into_tuple()
            .all(&self.db)
            .await?;
        let read = |(number, hash): (i64, Vec<u8>)| {
            Some((u64::try_from(number).ok()?, hash.try_into().ok()?))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// All that a record ever was, oldest first.
    pub async fn versions(&self, name: &RecordName) -> Result<Vec<StoredChange>, StoreError> {
        let rows = change::Entity::find()
            .filter(change::Column::Kind.eq(name.kind.word()))
            .filter(change::Column::Key.eq(name.key.as_str()))
            .order_by_asc(change::Column::Number)
            .all(&self.db)
            .await?;
        rows.into_iter().map(read_change).collect()
    }

    /// The change set that a request of this id made.
    pub async fn change_set_of_request(
        &self,
        request_id: &str,
    ) -> Result<Option<ChangeSet>, StoreError> {
        let row = change_set::Entity::find()
            .filter(change_set::Column::RequestId.eq(request_id))
            .one(&self.db)
            .await?;
        row.map(read_set).transpose()
    }
}

fn read_set(row: change_set::Model) -> Result<ChangeSet, StoreError> {
    let id = row.number.to_string();
    let corrupt = |column| StoreError::Corrupt {
        table: "change_set".to_owned(),
        column,
        row: id.clone(),
    };
    Ok(ChangeSet {
        number: row.number.try_into().map_err(|_| corrupt("number"))?,
        time_us: row.time_us,
        actor: row.actor,
        reason: row.reason,
        request_id: row.request_id,
        request_digest: row
            .request_digest
            .try_into()
            .map_err(|_| corrupt("request_digest"))?,
        hash: row.hash.try_into().map_err(|_| corrupt("hash"))?,
    })
}

fn read_change(row: change::Model) -> Result<StoredChange, StoreError> {
    let id = format!("{}/{}", row.number, row.position);
    let corrupt = |column| StoreError::Corrupt {
        table: "change".to_owned(),
        column,
        row: id.clone(),
    };
    let kind = Kind::parse(&row.kind).ok_or_else(|| corrupt("kind"))?;
    let key = Key::parse(kind, &row.key).ok_or_else(|| corrupt("key"))?;
    Ok(StoredChange {
        name: RecordName::new(kind, key),
        before: row.before,
        after: row.after,
    })
}
