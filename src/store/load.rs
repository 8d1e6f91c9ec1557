//! The whole inventory, as it is kept.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, EntityTrait, IsolationLevel, TransactionTrait,
};

use super::connect::{LARGE, Store, within};
use super::entity::shape::Holds;
use super::entity::{self, record};
use super::error::StoreError;
use super::head::{self, Head};
use crate::domain::inventory::Inventory;
use crate::domain::key::{Key, Kind, with_kinds};
use crate::domain::record::Body;

impl Store {
    /// The newest revision and all its records, as of one instant.
    pub async fn load(&self) -> Result<(Head, Inventory), StoreError> {
        within(LARGE, self.load_all()).await
    }

    async fn load_all(&self) -> Result<(Head, Inventory), StoreError> {
        // A transaction of SQLite has one view; PostgreSQL must be asked for one.
        let transaction = if self.reads.get_database_backend() == DbBackend::Postgres {
            let level = Some(IsolationLevel::RepeatableRead);
            self.reads
                .begin_with_config(level, Some(AccessMode::ReadOnly))
                .await?
        } else {
            self.reads.begin().await?
        };
        let head = head::read(&transaction, false).await?;
        head::agrees(&transaction, &head).await?;
        let inventory = records(&transaction, &head).await?;
        transaction.commit().await?;
        Ok((head, inventory))
    }
}

async fn records(db: &impl ConnectionTrait, head: &Head) -> Result<Inventory, StoreError> {
    let mut bodies = bodies(db).await?;
    let mut inventory = Inventory::default();
    for row in record::Entity::find().all(db).await? {
        let id = format!("{}/{}", row.kind, row.key);
        let corrupt = |column| StoreError::Corrupt {
            table: "record".to_owned(),
            column,
            row: id.clone(),
        };
        let name = row.name().map_err(corrupt)?;
        let revision = u64::try_from(row.revision)
            .ok()
            .filter(|number| (1..=head.number).contains(number))
            .ok_or_else(|| corrupt("revision"))?;
        let body = bodies
            .remove(&(name.kind, name.key.clone()))
            .ok_or_else(|| corrupt("key"))?;
        inventory.put(Arc::new(row.record(body).map_err(corrupt)?), revision);
    }
    Ok(inventory)
}

type Bodies = HashMap<(Kind, Key), Body>;

macro_rules! load_bodies {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        /// The bodies of all kinds.
        async fn bodies(db: &impl ConnectionTrait) -> Result<Bodies, StoreError> {
            let mut bodies = Bodies::new();
            $(gather(Kind::$kind, entity::$theme::$word::Entity::find().all(db).await?, &mut bodies)?;)*
            Ok(bodies)
        }
    };
}
with_kinds!(load_bodies);

fn gather(kind: Kind, rows: Vec<impl Holds>, bodies: &mut Bodies) -> Result<(), StoreError> {
    for row in rows {
        let id = row.key().to_owned();
        let corrupt = |column| StoreError::Corrupt {
            table: kind.word().to_owned(),
            column,
            row: id.clone(),
        };
        let key = Key::parse(kind, &id).ok_or_else(|| corrupt("record_key"))?;
        let body = row.body().map_err(corrupt)?;
        bodies.insert((kind, key), body);
    }
    Ok(())
}
