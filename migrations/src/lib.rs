//! The history of the database schema, for SQLite and PostgreSQL alike.

use sea_orm_migration::prelude::*;

mod m20261125_000001_create_registry;

/// All migrations, in the order they are applied.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261125_000001_create_registry::Migration)]
    }
}
