//! What happened, as it is kept.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::connect::{LARGE, SMALL, Store, within};
use super::entity::history::{change, change_set};
use super::error::StoreError;
use crate::domain::change::ChangeSet;
use crate::domain::key::{Key, Kind, RecordName};

/// How many keys go into one statement: below the number of parameters either database takes.
const KEYS: usize = 10_000;

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

/// A place in the history, which is read from the newest change set to the oldest, and in each from the
/// first change to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The change set.
    pub number: u64,
    /// The place of the change in it, from 0.
    pub position: u32,
}

impl Place {
    /// The first change of a change set.
    pub const fn first(number: u64) -> Self {
        Self {
            number,
            position: 0,
        }
    }
}

impl Store {
    /// At most `limit` change sets from the number `newest` down; only those that touched `record`, if one
    /// is given.
    pub async fn change_sets(
        &self,
        newest: u64,
        record: Option<&RecordName>,
        limit: u64,
    ) -> Result<Vec<ChangeSet>, StoreError> {
        let newest = clamp(newest);
        let mut query = change_set::Entity::find().filter(change_set::Column::Number.lte(newest));
        if let Some(name) = record {
            let numbers: Vec<i64> = change::Entity::find()
                .select_only()
                .column(change::Column::Number)
                .filter(change::Column::Kind.eq(name.kind.word()))
                .filter(change::Column::Key.eq(name.key.as_str()))
                .filter(change::Column::Number.lte(newest))
                .order_by_desc(change::Column::Number)
                .limit(limit)
                .into_tuple()
                .all(&self.reads)
                .await?;
            query = query.filter(change_set::Column::Number.is_in(numbers));
        }
        let rows = query
            .order_by_desc(change_set::Column::Number)
            .limit(limit)
            .all(&self.reads)
            .await?;
        rows.into_iter().map(read_set).collect()
    }

    /// Where at most `limit` changes stand, from a place up to the end of the change set `oldest`, and how
    /// many bytes each has.
    pub async fn change_sizes(
        &self,
        from: Place,
        oldest: u64,
        record: Option<&RecordName>,
        limit: u64,
    ) -> Result<Vec<(Place, u64)>, StoreError> {
        let bytes =
            r#"CAST(COALESCE(LENGTH("before"), 0) + COALESCE(LENGTH("after"), 0) AS BIGINT)"#;
        let mut found = Vec::new();
        for query in window(from, oldest, record) {
            let rows: Vec<(i64, i32, i64)> = query
                .select_only()
                .column(change::Column::Number)
                .column(change::Column::Position)
                .expr(Expr::cust(bytes))
                .limit(limit.saturating_sub(found.len() as u64))
                .into_tuple()
                .all(&self.reads)
                .await?;
            for (number, position, bytes) in rows {
                let place = place(number, position)?;
                found.push((place, bytes.try_into().unwrap_or_default()));
            }
        }
        Ok(found)
    }

    /// At most `limit` changes from a place up to the end of the change set `oldest`; only those of
    /// `record`, if one is given.
    pub async fn changes(
        &self,
        from: Place,
        oldest: u64,
        record: Option<&RecordName>,
        limit: u64,
    ) -> Result<Vec<(Place, StoredChange)>, StoreError> {
        let mut found = Vec::new();
        for query in window(from, oldest, record) {
            let left = limit.saturating_sub(found.len() as u64);
            let rows = query.limit(left).all(&self.reads);
            for row in within(LARGE, async { Ok(rows.await?) }).await? {
                found.push((place(row.number, row.position)?, read_change(row)?));
            }
        }
        Ok(found)
    }

    /// How many records each of these change sets touched.
    pub async fn change_counts(&self, numbers: &[u64]) -> Result<HashMap<u64, u64>, StoreError> {
        let rows: Vec<(i64, i64)> = change::Entity::find()
            .select_only()
            .column(change::Column::Number)
            .column_as(change::Column::Position.count(), "changes")
            .filter(change::Column::Number.is_in(numbers.iter().map(|number| clamp(*number))))
            .group_by(change::Column::Number)
            .into_tuple()
            .all(&self.reads)
            .await?;
        rows.into_iter()
            .map(|(number, count)| {
                Ok((
                    place(number, 0)?.number,
                    count.try_into().unwrap_or_default(),
                ))
            })
            .collect()
    }

    /// At most `limit` change sets after one number up to another, oldest first.
    pub async fn change_sets_after(
        &self,
        after: u64,
        last: u64,
        limit: u64,
    ) -> Result<Vec<ChangeSet>, StoreError> {
        let rows = change_set::Entity::find()
            .filter(change_set::Column::Number.gt(clamp(after)))
            .filter(change_set::Column::Number.lte(clamp(last)))
            .order_by_asc(change_set::Column::Number)
            .limit(limit)
            .all(&self.reads);
        let rows = within(LARGE, async { Ok(rows.await?) }).await?;
        rows.into_iter().map(read_set).collect()
    }

    /// Goes through the changes of the change sets from one number to another, oldest first, and never holds
    /// more than one of them.
    pub async fn each_change<E: From<StoreError>>(
        &self,
        first: u64,
        last: u64,
        mut take: impl FnMut(u64, StoredChange) -> Result<(), E>,
    ) -> Result<(), E> {
        let changes = change::Entity::find()
            .filter(change::Column::Number.between(clamp(first), clamp(last)))
            .order_by_asc(change::Column::Number)
            .order_by_asc(change::Column::Position);
        self.each(changes, &mut take).await
    }

    async fn each<E: From<StoreError>>(
        &self,
        changes: Select<change::Entity>,
        take: &mut impl FnMut(u64, StoredChange) -> Result<(), E>,
    ) -> Result<(), E> {
        let begun = async { Ok(changes.stream(&self.reads).await?) };
        let mut rows = within(LARGE, begun).await?;
        while let Some(row) = within(LARGE, async { Ok(rows.try_next().await?) }).await? {
            let place = place(row.number, row.position)?;
            take(place.number, read_change(row)?)?;
        }
        Ok(())
    }

    /// Goes through all that some records ever were, and never holds more than one version.
    pub async fn each_version<E: From<StoreError>>(
        &self,
        names: &[RecordName],
        mut take: impl FnMut(u64, StoredChange) -> Result<(), E>,
    ) -> Result<(), E> {
        for kind in Kind::ALL {
            let keys: Vec<&str> = names
                .iter()
                .filter(|name| name.kind == *kind)
                .map(|name| name.key.as_str())
                .collect();
            for keys in keys.chunks(KEYS) {
                let versions = change::Entity::find()
                    .filter(change::Column::Kind.eq(kind.word()))
                    .filter(change::Column::Key.is_in(keys.iter().copied()));
                self.each(versions, &mut take).await?;
            }
        }
        Ok(())
    }

    /// The change set that a request of this id made.
    pub async fn change_set_of_request(
        &self,
        request_id: &str,
    ) -> Result<Option<ChangeSet>, StoreError> {
        let row = change_set::Entity::find()
            .filter(change_set::Column::RequestId.eq(request_id))
            .one(&self.reads);
        let row = within(SMALL, async { Ok(row.await?) }).await?;
        row.map(read_set).transpose()
    }
}

/// The changes from a place up to the end of the change set `oldest`, in two queries: what is left of the
/// first change set, which may be large and whose order the index has, and all others.
fn window(from: Place, oldest: u64, record: Option<&RecordName>) -> [Select<change::Entity>; 2] {
    let number = clamp(from.number);
    let rest = change::Column::Number
        .eq(number)
        .and(change::Column::Position.gte(i64::from(from.position)));
    let others = change::Column::Number
        .lt(number)
        .and(change::Column::Number.gte(clamp(oldest)));
    [rest, others].map(|part| {
        let mut query = change::Entity::find().filter(part);
        if let Some(name) = record {
            query = query
                .filter(change::Column::Kind.eq(name.kind.word()))
                .filter(change::Column::Key.eq(name.key.as_str()));
        }
        query
            .order_by_desc(change::Column::Number)
            .order_by_asc(change::Column::Position)
    })
}

/// The largest number there is stands for all that is larger.
fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn place(number: i64, position: i32) -> Result<Place, StoreError> {
    let corrupt = |column| StoreError::Corrupt {
        table: "change".to_owned(),
        column,
        row: format!("{number}/{position}"),
    };
    Ok(Place {
        number: number.try_into().map_err(|_| corrupt("number"))?,
        position: position.try_into().map_err(|_| corrupt("position"))?,
    })
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
