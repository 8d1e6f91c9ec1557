//! What can go wrong with what is kept.

use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

/// What can go wrong with the database.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Its URL cannot be read. It is not repeated: it may hold a password.
    #[error(
        "the URL of the database cannot be read: write sqlite://path or postgres://user:password@host/name, with what is no letter or digit in the password percent-encoded"
    )]
    Url,
    /// It cannot be reached, or is busy for too long: the same may work later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] DbErr),
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
        use sea_orm::sqlx::Error as Sqlx;
        let unreachable = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => match cause.as_ref() {
                Sqlx::Io(_)
                | Sqlx::PoolTimedOut
                | Sqlx::PoolClosed
                | Sqlx::WorkerCrashed
                | Sqlx::Tls(_) => true,
                Sqlx::Database(told) => told.message().contains("database is locked"),
                _ => false,
            },
            _ => false,
        };
        if unreachable {
            Self::Unavailable(error)
        } else {
            Self::Failed(error)
        }
    }
}
