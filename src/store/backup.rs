//! The SQLite file as a file: looked at beside the service that serves it, copied, and taken from use.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

use super::connect::Store;
use super::error::StoreError;

/// How long it waits for another that writes.
const BUSY: Duration = Duration::from_secs(2);
/// How many faults of a file are told.
const FAULTS: usize = 5;

/// The file that a URL names; none if it is no SQLite.
pub fn file_of(url: &str) -> Result<Option<PathBuf>, StoreError> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|_| StoreError::Url)?;
    Ok(Some(options.get_filename().to_owned()))
}

impl Store {
    /// Opens a file that is there, whoever else has it open. Nothing is written to it; where it may not be
    /// written, SQLite opens it for reading alone. One that was opened so from the first would leave the
    /// files of its WAL behind.
    pub async fn look(file: &Path) -> Result<Self, StoreError> {
        let db = open(file).await?;
        let reads = db.clone();
        Ok(Self {
            db,
            reads,
            file: None,
        })
    }

    /// Copies all that is committed, as of one instant, into a file that is not there yet. Writes go on
    /// beside it. The copy is not made to last: that is for who puts it in its place.
    pub async fn copy_into(&self, target: &str) -> Result<(), StoreError> {
        let copy =
            Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [target.into()]);
        self.db.execute_raw(copy).await?;
        Ok(())
    }

    /// What is wrong with the file as a file: pages, indices, references between rows. Nothing, for a
    /// database that is no file.
    pub async fn faults(&self) -> Result<Vec<String>, StoreError> {
        if self.db.get_database_backend() != DbBackend::Sqlite {
            return Ok(Vec::new());
        }
        let mut faults = self.words("PRAGMA integrity_check").await?;
        faults.retain(|fault| fault != "ok");
        let lost = self.words("PRAGMA foreign_key_check").await?;
        faults.extend(
            lost.into_iter()
                .map(|table| format!("a row of `{table}` refers to none")),
        );
        faults.truncate(FAULTS);
        Ok(faults)
    }

    /// The way commits are journaled, in SQLite's word.
    pub async fn journal(&self) -> Result<String, StoreError> {
        let words = self.words("PRAGMA journal_mode").await?;
        Ok(words.into_iter().next().unwrap_or_default())
    }

    /// Closes it.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.db.close().await?)
    }

    /// The first column of what a statement of SQLite answers.
    async fn words(&self, sql: &'static str) -> Result<Vec<String>, StoreError> {
        let asked = Statement::from_string(DbBackend::Sqlite, sql);
        let rows = self.db.query_all_raw(asked).await?;
        let words = rows.iter().map(|row| row.try_get_by_index::<String>(0));
        Ok(words.collect::<Result<_, _>>()?)
    }
}

/// What became of taking a file from use.
#[derive(Debug)]
pub enum Taken {
    /// Nobody has it open, and nobody can open it until this is let go.
    Held(Held),
    /// Somebody has it open.
    Served,
    /// It is no database any more, so that nobody can serve it.
    Damaged,
}

/// A file that nobody else can open.
#[derive(Debug)]
pub struct Held(DatabaseConnection);

impl Held {
    /// Takes a file from use, if nobody has it open: a service does all the time it runs. Only the last who
    /// has a file open may take it out of WAL, which makes SQLite itself the judge.
    pub async fn take(file: &Path) -> Result<Taken, StoreError> {
        let taken = async {
            let db = open(file).await?;
            db.execute_unprepared("PRAGMA journal_mode = DELETE")
                .await?;
            db.execute_unprepared("BEGIN EXCLUSIVE").await?;
            Ok(db)
        };
        match taken.await {
            Ok(db) => Ok(Taken::Held(Self(db))),
            Err(error) if says(&error, "database is locked") => Ok(Taken::Served),
            Err(error) if says(&error, "not a database") || says(&error, "malformed") => {
                Ok(Taken::Damaged)
            }
            Err(error) => Err(error),
        }
    }

    /// Lets it go.
    pub async fn release(self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
    }
}

fn says(error: &StoreError, words: &str) -> bool {
    error
        .source()
        .is_some_and(|cause| cause.to_string().contains(words))
}

async fn open(file: &Path) -> Result<DatabaseConnection, StoreError> {
    let file = file.to_owned();
    let mut options = ConnectOptions::new("sqlite:");
    options
        .sqlx_logging(false)
        .max_connections(1)
        .connect_timeout(BUSY)
        .acquire_timeout(BUSY);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .create_if_missing(false)
            .busy_timeout(BUSY)
            .foreign_keys(true)
    });
    Ok(Database::connect(options).await?)
}
