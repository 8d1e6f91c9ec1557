//! Reaching the database, and bringing its schema up to date.

use std::time::Duration;

use migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait,
    RuntimeErr, Set, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::entity::history::registry_head;
use super::error::StoreError;

/// The lock that replicas hold one after the other while they bring the schema up to date.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(7421)";
/// How long a statement waits for another writer.
const BUSY: Duration = Duration::from_secs(2);

/// What would tell the URL of the database, and with it a password, and is not to be logged at any level:
/// the driver warns of parameters it does not know, which the rest of a password with a question mark
/// becomes, and the span around its connecting has the whole URL for a field.
pub const UNHEARD: [&str; 2] = [
    "sqlx_postgres::options::parse=off",
    "sea_orm::driver::sqlx_postgres=off",
];

/// The database of one registry.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) db: DatabaseConnection,
}

impl Store {
    /// Connects to `url` (`sqlite://…` or `postgres://…`).
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            .connect_timeout(BUSY)
            .acquire_timeout(BUSY);
        if url.starts_with("sqlite:") {
            // One connection: it is the one writer, and reads come from the snapshot.
            options.max_connections(1);
            options.map_sqlx_sqlite_pool_opts(|pool| {
                pool.after_release(|connection, _| Box::pin(is_free(connection)))
            });
            options.map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(BUSY)
                    .foreign_keys(true)
                    .create_if_missing(true)
            });
        } else {
            options.max_connections(8);
        }
        let db = Database::connect(options)
            .await
            .map_err(|error| match error {
                // The driver repeats a URL that it cannot read, and with it the password.
                DbErr::Conn(RuntimeErr::Internal(_)) => StoreError::Url,
                other => other.into(),
            })?;
        Ok(Self { db })
    }

    /// The database it is kept in, in one word.
    pub fn database(&self) -> &'static str {
        match self.db.get_database_backend() {
            DbBackend::Sqlite => "sqlite",
            DbBackend::Postgres => "postgres",
            _ => "unknown",
        }
    }

    /// Brings the schema up to date, and founds the registry if there is none. Any number of replicas
    /// may do so at once. `registry_id` is that of a registry founded now.
    pub async fn migrate(&self, registry_id: [u8; 8]) -> Result<(), StoreError> {
        if self.db.get_database_backend() == DbBackend::Postgres {
            let transaction = self.db.begin().await?;
            transaction.execute_unprepared(MIGRATION_LOCK).await?;
            Migrator::up(&transaction, None).await?;
            found(&transaction, registry_id).await?;
            transaction.commit().await?;
        } else {
            Migrator::up(&self.db, None).await?;
            found(&self.db, registry_id).await?;
        }
        Ok(())
    }
}

async fn found(db: &impl ConnectionTrait, registry_id: [u8; 8]) -> Result<(), StoreError> {
    let head = registry_head::ActiveModel {
        id: Set(1),
        registry_id: Set(registry_id.to_vec()),
        number: Set(0),
        hash: Set(vec![0; 32]),
    };
    registry_head::Entity::insert(head)
        .on_conflict_do_nothing_on([registry_head::Column::Id])
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Whether a connection is outside of any transaction. A commit that failed, on a full disk say, can leave
/// one inside: what was written through it then would be acknowledged and lost, so it is thrown away.
async fn is_free(
    connection: &mut sea_orm::sqlx::SqliteConnection,
) -> Result<bool, sea_orm::sqlx::Error> {
    use sea_orm::sqlx::Executor;
    let begun = connection.execute("BEGIN").await.is_ok();
    Ok(begun && connection.execute("ROLLBACK").await.is_ok())
}
