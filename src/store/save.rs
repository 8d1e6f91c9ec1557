//! Writing a change set: all of it, or nothing.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend,
    EntityTrait, IntoActiveModel, Iterable, QueryFilter, Set, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use super::connect::{SMALL, Store, within};
use super::entity::history::{change, change_set, reference, registry_head};
use super::entity::shape::Holds;
use super::entity::{self, record};
use super::error::StoreError;
use super::head::{self, Head};
use super::history::StoredChange;
use crate::domain::change::{Change, ChangeSet};
use crate::domain::key::{Kind, RecordName, with_kinds};
use crate::domain::record::Record;
use crate::domain::shape::{Place, Refer};

/// How many rows go into one statement: below the number of parameters either database takes.
const CHUNK: usize = 400;

/// A replica that was cut off must not hold the head for the hours it takes TCP to notice; and who waits for
/// another's write says so before it is taken for silent.
const LOST: &str =
    "SET LOCAL idle_in_transaction_session_timeout = '10s'; SET LOCAL lock_timeout = '1500ms'";
/// How long a change may take to be written, beside what anything small may.
const EACH: Duration = Duration::from_millis(10);
/// How long a megabyte of it may take.
const MEGABYTE: Duration = Duration::from_secs(1);

/// A write that holds the head: no other can go on beside it.
#[derive(Debug)]
pub struct Writing {
    transaction: DatabaseTransaction,
    head: Head,
}

impl Store {
    /// Begins a write, and waits for the one before it.
    pub async fn begin(&self) -> Result<Writing, StoreError> {
        self.in_place()?;
        within(SMALL, self.begin_and_lock()).await
    }

    async fn begin_and_lock(&self) -> Result<Writing, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.db.begin_with_options(options).await?;
        if transaction.get_database_backend() == DbBackend::Postgres {
            transaction.execute_unprepared(LOST).await?;
        }
        let head = head::read(&transaction, true).await?;
        Ok(Writing { transaction, head })
    }
}

impl Writing {
    /// The newest revision, which stays so until this write ends.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Writes a change set: its records, its history and the new head. `stored` are the same changes as
    /// the bytes that history keeps.
    pub async fn save(
        &self,
        set: &ChangeSet,
        changes: &[Change],
        stored: Vec<StoredChange>,
    ) -> Result<(), StoreError> {
        let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let bytes = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let size: usize = stored
            .iter()
            .map(|change| bytes(&change.before) + bytes(&change.after))
            .sum();
        let megabytes = u32::try_from(size >> 20).unwrap_or(u32::MAX);
        let allowed = SMALL + EACH * count + MEGABYTE * megabytes;
        within(allowed, self.save_all(set, changes, stored)).await
    }

    async fn save_all(
        &self,
        set: &ChangeSet,
        changes: &[Change],
        stored: Vec<StoredChange>,
    ) -> Result<(), StoreError> {
        let db = &self.transaction;
        let number = to_i64(set.number)?;
        self.forget(changes).await?;
        let put: Vec<&Arc<Record>> = changes
            .iter()
            .filter_map(|change| change.after.as_ref())
            .collect();
        write_records(db, &put, number).await?;
        for kind in Kind::ALL {
            write_bodies(db, *kind, &put).await?;
        }
        write_references(db, &put).await?;
        for change in changes.iter().filter(|change| change.after.is_none()) {
            let name = &change.name;
            record::Entity::delete_by_id((name.kind.word().to_owned(), name.key.to_string()))
                .exec(db)
                .await?;
        }
        write_history(db, set, number, stored).await?;
        let head = registry_head::ActiveModel {
            id: Set(1),
            number: Set(number),
            hash: Set(set.hash.to_vec()),
            ..Default::default()
        };
        head.update(db).await?;
        Ok(())
    }

    /// Makes it last.
    pub async fn commit(self) -> Result<(), StoreError> {
        within(SMALL, async { Ok(self.transaction.commit().await?) }).await
    }

    /// Takes away what records said before: their bodies and references are written anew.
    async fn forget(&self, changes: &[Change]) -> Result<(), StoreError> {
        let known: Vec<&RecordName> = changes
            .iter()
            .filter(|change| change.before.is_some())
            .map(|change| &change.name)
            .collect();
        for kind in Kind::ALL {
            let keys: Vec<String> = known
                .iter()
                .filter(|name| name.kind == *kind)
                .map(|name| name.key.to_string())
                .collect();
            for keys in keys.chunks(CHUNK) {
                delete_bodies(&self.transaction, *kind, keys).await?;
                reference::Entity::delete_many()
                    .filter(
                        Condition::all()
                            .add(reference::Column::FromKind.eq(kind.word()))
                            .add(reference::Column::FromKey.is_in(keys.to_vec())),
                    )
                    .exec(&self.transaction)
                    .await?;
            }
        }
        Ok(())
    }
}

async fn write_records(
    db: &impl ConnectionTrait,
    put: &[&Arc<Record>],
    number: i64,
) -> Result<(), StoreError> {
    let again = OnConflict::columns([record::Column::Kind, record::Column::Key])
        .update_columns(
            record::Column::iter()
                .filter(|column| !matches!(column, record::Column::Kind | record::Column::Key)),
        )
        .to_owned();
    for records in put.chunks(CHUNK) {
        let rows = records
            .iter()
            .map(|one| record::Model::hold(one, number).into_active_model());
        record::Entity::insert_many(rows)
            .on_conflict(again.clone())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

macro_rules! each_table {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        async fn write_bodies(db: &impl ConnectionTrait, kind: Kind, put: &[&Arc<Record>]) -> Result<(), StoreError> {
            let of_kind: Vec<_> = put.iter().filter(|one| one.name.kind == kind).collect();
            for records in of_kind.chunks(CHUNK) {
                match kind {
                    $(Kind::$kind => {
                        let rows = records.iter().filter_map(|one| entity::$theme::$word::Model::hold(one));
                        entity::$theme::$word::Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
                            .exec_without_returning(db)
                            .await?;
                    })*
                }
            }
            Ok(())
        }

        async fn delete_bodies(db: &impl ConnectionTrait, kind: Kind, keys: &[String]) -> Result<(), StoreError> {
            match kind {
                $(Kind::$kind => {
                    use entity::$theme::$word::{Column, Entity};
                    Entity::delete_many().filter(Column::RecordKey.is_in(keys.to_vec())).exec(db).await?;
                })*
            }
            Ok(())
        }
    };
}
with_kinds!(each_table);

/// Written last, so that records may refer to one another in any order.
async fn write_references(
    db: &impl ConnectionTrait,
    put: &[&Arc<Record>],
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for one in put {
        one.body.refer(Place::Record, &mut |place, kind, key| {
            rows.push(reference::ActiveModel {
                from_kind: Set(one.name.kind.word().to_owned()),
                from_key: Set(one.name.key.to_string()),
                field: Set(place.to_string()),
                to_kind: Set(kind.word().to_owned()),
                to_key: Set(key.to_string()),
            });
        });
    }
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(CHUNK));
        reference::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
        rows = rest;
    }
    Ok(())
}

async fn write_history(
    db: &impl ConnectionTrait,
    set: &ChangeSet,
    number: i64,
    stored: Vec<StoredChange>,
) -> Result<(), StoreError> {
    let row = change_set::ActiveModel {
        number: Set(number),
        time_us: Set(set.time_us),
        actor: Set(set.actor.clone()),
        reason: Set(set.reason.clone()),
        request_id: Set(set.request_id.clone()),
        request_digest: Set(set.request_digest.to_vec()),
        hash: Set(set.hash.to_vec()),
    };
    change_set::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    let mut rows: Vec<_> = (0..)
        .zip(stored)
        .map(|(position, stored)| change::ActiveModel {
            number: Set(number),
            position: Set(position),
            kind: Set(stored.name.kind.word().to_owned()),
            key: Set(stored.name.key.to_string()),
            before: Set(stored.before),
            after: Set(stored.after),
        })
        .collect();
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(CHUNK));
        change::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
        rows = rest;
    }
    Ok(())
}

fn to_i64(number: u64) -> Result<i64, StoreError> {
    number.try_into().map_err(|_| StoreError::Corrupt {
        table: "change_set".to_owned(),
        column: "number",
        row: number.to_string(),
    })
}
