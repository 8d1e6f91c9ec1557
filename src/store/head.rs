//! Which revision is the newest.

use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryOrder, QuerySelect};

use super::connect::{SMALL, Store, within};
use super::entity::history::{change_set, registry_head};
use super::error::StoreError;

/// The newest revision of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The registry.
    pub registry_id: [u8; 8],
    /// The number of its newest change set; 0 before the first.
    pub number: u64,
    /// The hash of its history up to it.
    pub hash: [u8; 32],
}

impl Store {
    /// The newest revision.
    pub async fn head(&self) -> Result<Head, StoreError> {
        self.in_place()?;
        within(SMALL, read(&self.reads, false)).await
    }
}

/// Reads the head; with `lock`, no other write may go on beside this transaction.
pub(super) async fn read(db: &impl ConnectionTrait, lock: bool) -> Result<Head, StoreError> {
    let mut query = registry_head::Entity::find();
    if lock && db.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let row = query.one(db).await?.ok_or_else(|| corrupt("id"))?;
    Ok(Head {
        registry_id: row
            .registry_id
            .try_into()
            .map_err(|_| corrupt("registry_id"))?,
        number: row.number.try_into().map_err(|_| corrupt("number"))?,
        hash: row.hash.try_into().map_err(|_| corrupt("hash"))?,
    })
}

/// Makes sure that the head is the last change set.
pub(super) async fn agrees(db: &impl ConnectionTrait, head: &Head) -> Result<(), StoreError> {
    let last: Option<(i64, Vec<u8>)> = change_set::Entity::find()
        .select_only()
        .column(change_set::Column::Number)
        .column(change_set::Column::Hash)
        .order_by_desc(change_set::Column::Number)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    let (number, hash) = last.unwrap_or_else(|| (0, vec![0; 32]));
    if u64::try_from(number).ok() != Some(head.number) {
        return Err(corrupt("number"));
    }
    if hash != head.hash {
        return Err(corrupt("hash"));
    }
    Ok(())
}

fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "registry_head".to_owned(),
        column,
        row: "1".to_owned(),
    }
}
