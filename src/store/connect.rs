//! Reaching the database, and bringing its schema up to date.

use std::path::PathBuf;
use std::time::Duration;

use migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
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
/// How long a write waits for another: less than what is taken for silence.
pub(super) const LOCKED: Duration = Duration::from_millis(1_500);

/// What would tell the URL of the database, and with it a password, and is not to be logged at any level:
/// the driver warns of parameters it does not know, which the rest of a password with a question mark
/// becomes, and the span around its connecting has the whole URL for a field.
pub const UNHEARD: [&str; 2] = [
    "sqlx_postgres::options::parse=off",
    "sea_orm::driver::sqlx_postgres=off",
];

/// How long an idle connection of PostgreSQL has to show that it is alive.
const PING: Duration = Duration::from_millis(500);
/// How long the answer to something small may take, whoever waits: what all requests share hangs on it.
pub(super) const SMALL: Duration = Duration::from_secs(2);
/// How long the answer to something large may take, the whole inventory say.
pub(super) const LARGE: Duration = Duration::from_mins(1);
/// How many reads of SQLite go on at once beside the writer.
const READERS: u32 = 4;

/// The database of one registry.
#[derive(Clone, Debug)]
pub struct Store {
    /// Where writes go.
    pub(super) db: DatabaseConnection,
    /// Where reads go that see what is committed: on SQLite connections of their own, so that none waits for
    /// a write.
    pub(super) reads: DatabaseConnection,
    /// The file, where it is one.
    pub(super) file: Option<File>,
}

/// A file as it was when it was opened.
#[derive(Clone, Debug)]
pub(super) struct File {
    path: PathBuf,
    device: u64,
    node: u64,
}

impl File {
    fn of(url: &str) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let path = super::backup::file_of(url).ok()??;
        let found = std::fs::metadata(&path).ok()?;
        Some(Self {
            path,
            device: found.dev(),
            node: found.ino(),
        })
    }

    fn is_there(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(&self.path)
            .is_ok_and(|found| found.dev() == self.device && found.ino() == self.node)
    }
}

impl Store {
    /// Connects to `url` (`sqlite://…` or `postgres://…`). The folder of a file is made, if there is none.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if !url.starts_with("sqlite:") {
            let mut options = options(url);
            options.max_connections(8);
            options.map_sqlx_postgres_pool_opts(|pool| {
                // The pool's own ping has no bound.
                pool.test_before_acquire(false)
                    .before_acquire(|connection, _| Box::pin(answers(connection)))
                    .after_release(|connection, _| Box::pin(answers(connection)))
            });
            let db = reach(options).await?;
            let reads = db.clone();
            return Ok(Self {
                db,
                reads,
                file: None,
            });
        }
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        if !in_memory {
            make_folder(url)?;
        }
        let mut writer = options(url);
        // One connection: it is the one writer.
        writer.max_connections(1);
        writer.map_sqlx_sqlite_pool_opts(|pool| {
            pool.after_release(|connection, _| Box::pin(is_free(connection)))
        });
        writer.map_sqlx_sqlite_opts(sqlite);
        let db = reach(writer).await?;
        // A database in memory belongs to its connection.
        let reads = if in_memory {
            db.clone()
        } else {
            let mut readers = options(url);
            readers.max_connections(READERS);
            readers.map_sqlx_sqlite_opts(|options| sqlite(options).pragma("query_only", "ON"));
            reach(readers).await?
        };
        let file = if in_memory { None } else { File::of(url) };
        Ok(Self { db, reads, file })
    }

    /// Whether the file that was opened still is the one in its place. If it was moved, removed or put back,
    /// what is written through the open connection is lost with it.
    pub fn in_place(&self) -> Result<(), StoreError> {
        match &self.file {
            Some(file) if !file.is_there() => Err(StoreError::Moved),
            _ => Ok(()),
        }
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

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .connect_timeout(BUSY)
        .acquire_timeout(BUSY);
    options
}

fn sqlite(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(LOCKED)
        .foreign_keys(true)
        .create_if_missing(true)
}

fn make_folder(url: &str) -> Result<(), StoreError> {
    let options: SqliteConnectOptions = url
        .parse()
        .map_err(|cause| DbErr::Conn(RuntimeErr::SqlxError(std::sync::Arc::new(cause))))?;
    match options.get_filename().parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(StoreError::Folder),
        None => Ok(()),
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

/// What came of work with the database, if it came within `bound`.
pub(super) async fn within<T>(
    bound: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(bound, work)
        .await
        .unwrap_or(Err(StoreError::Silent))
}

/// Makes sure that a connection is alive. One that is silent would be waited for without end, and its place
/// in the pool be lost with it.
async fn answers(
    connection: &mut sea_orm::sqlx::PgConnection,
) -> Result<bool, sea_orm::sqlx::Error> {
    use sea_orm::sqlx::Connection;
    match tokio::time::timeout(PING, connection.ping()).await {
        Ok(alive) => alive.map(|()| true),
        Err(_) => Err(sea_orm::sqlx::Error::Io(
            std::io::ErrorKind::TimedOut.into(),
        )),
    }
}

/// Connects. The driver repeats a URL that it cannot read, and with it the password; this does not.
async fn reach(options: ConnectOptions) -> Result<DatabaseConnection, StoreError> {
    Database::connect(options)
        .await
        .map_err(|error| match error {
            DbErr::Conn(RuntimeErr::Internal(_)) => StoreError::Url,
            other => other.into(),
        })
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
