//! What can go wrong with what is kept.

use sea_orm::sqlx::Error as Sqlx;
use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

/// How long the codes of PostgreSQL are; those of SQLite are shorter.
const SQLSTATE: usize = 5;
/// Classes of PostgreSQL: no connection, no resources (a full disk among them), shut down, deadlock, a lock
/// held for too long, read-only, no input or output.
const POSTGRES: [&str; 7] = ["08", "53", "57P", "40", "55P03", "25006", "58030"];
/// Codes of SQLite: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN.
const SQLITE: [u32; 6] = [5, 6, 8, 10, 13, 14];

/// What can go wrong with the database.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Its URL cannot be read. It is not repeated: it may hold a password.
    #[error(
        "the URL of the database cannot be read: write sqlite://path or postgres://user:password@host/name, with what is no letter or digit in the password percent-encoded"
    )]
    Url,
    /// It cannot be reached, has no room, or is busy for too long: the same may work later.
    #[error("the database cannot be reached, or has no room")]
    Unavailable(#[source] DbErr),
    /// Its file is not the one that was opened: what would be written would be lost.
    #[error(
        "the file of the database was moved, removed or put back while it was served: start the service again"
    )]
    Moved,
    /// It is silent: what was asked may have been done, or not.
    #[error("the database does not answer")]
    Silent,
    /// Its folder cannot be made.
    #[error("cannot make the folder of the database")]
    Folder(#[source] std::io::Error),
    /// It refused what should have worked.
    #[error("the database refused a statement")]
    Failed(#[source] DbErr),
    /// A row does not hold what it should.
    #[error("column `{column}` of `{table}` does not hold what it should in row `{row}`")]
    Corrupt {
        /// The table.
        table: String,
        /// The column.
        column: &'static str,
        /// The key of the row.
        row: String,
    },
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if passes(&error) {
            Self::Unavailable(error)
        } else {
            Self::Failed(error)
        }
    }
}

/// Whether it lies in the state of the database, and not in what was asked of it.
fn passes(error: &DbErr) -> bool {
    let told = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(RuntimeErr::SqlxError(told)) | DbErr::Query(RuntimeErr::SqlxError(told)) => {
            told
        }
        _ => return false,
    };
    match told.as_ref() {
        Sqlx::Io(_)
        | Sqlx::PoolTimedOut
        | Sqlx::PoolClosed
        | Sqlx::WorkerCrashed
        | Sqlx::Tls(_) => true,
        Sqlx::Database(told) => told.code().is_some_and(|code| {
            if code.len() == SQLSTATE {
                POSTGRES.iter().any(|class| code.starts_with(class))
            } else {
                // The last byte is the code, what is before it is more about it.
                let code = code.parse::<u32>().map(|code| code & 0xff);
                code.is_ok_and(|code| SQLITE.contains(&code))
            }
        }),
        _ => false,
    }
}
