//! How the schema of a database stands to the one that this program knows.

use std::collections::BTreeSet;

use migrations::Migrator;
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::MigratorTrait;

use super::connect::Store;
use super::error::StoreError;

/// How a schema stands to the one that this program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// What this program would do to it first.
    pub pending: Vec<String>,
    /// What another program did to it, and this one does not know.
    pub unknown: Vec<String>,
}

impl Store {
    /// How its schema stands. Nothing is written.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let sql = "SELECT version FROM seaql_migrations";
        let asked = Statement::from_string(self.db.get_database_backend(), sql);
        let rows = self.db.query_all_raw(asked).await?;
        let done = rows.iter().map(|row| row.try_get_by_index::<String>(0));
        let done: BTreeSet<String> = done.collect::<Result<_, _>>()?;
        let known: BTreeSet<String> = Migrator::migrations()
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect();
        Ok(Schema {
            pending: known.difference(&done).cloned().collect(),
            unknown: done.difference(&known).cloned().collect(),
        })
    }
}
