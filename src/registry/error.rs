//! Why a change, or a read of the history, is refused.

use thiserror::Error;

use crate::domain::key::RecordName;
use crate::engine::compile::Issue;
use crate::engine::snapshot::Referrer;
use crate::store::error::StoreError;
use crate::telemetry::metrics::Outcome;
use crate::wire::violation::Violation;

/// Why a change, or a read of the history, is refused.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// The inventory would mean nothing.
    #[error("the inventory would not be valid")]
    Invalid(Vec<Issue>),
    /// The request itself is wrong.
    #[error("the request is not valid")]
    Request(Vec<Violation>),
    /// A mask names a field there is not.
    #[error("the mask is not valid")]
    Mask(Violation),
    /// There is no such record.
    #[error("there is no record `{0}`")]
    NotFound(RecordName),
    /// There is such a record already.
    #[error("there is a record `{0}` already")]
    Exists(RecordName),
    /// The record changed since it was read.
    #[error("record `{0}` has another etag")]
    EtagMismatch(RecordName),
    /// The inventory is not at the expected revision.
    #[error("the inventory is at another revision")]
    HeadMoved,
    /// The revision is no token of ours.
    #[error("the revision is malformed")]
    RevisionMalformed,
    /// The revision is of another registry or history.
    #[error("the revision belongs to another registry or history")]
    RevisionForeign,
    /// The request id was used for another request.
    #[error("the request id was used for another request")]
    RequestIdReused,
    /// Other records refer to it.
    #[error("record `{0}` is referred to")]
    Referenced(RecordName, Vec<Referrer>),
    /// The record counted once.
    #[error("record `{0}` was active once")]
    Used(RecordName),
    /// The history is not what was written.
    #[error(
        "the history does not agree with its hashes at change set {0}: the database was altered or damaged; nothing is served from it; restore it from a backup, or find out who altered it"
    )]
    HistoryAltered(u64),
    /// A record is not what the history left of it.
    #[error(
        "record `{0}` is not what the history left of it: the database was altered or damaged beside the service; nothing is served from it; restore it from a backup, or find out who altered it"
    )]
    RecordAltered(RecordName),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part of this service stopped.
    #[error("a task of the service stopped")]
    Broken,
}

impl RegistryError {
    /// What came of the write that it ended.
    pub(super) const fn outcome(&self) -> Outcome {
        match self {
            Self::Invalid(_)
            | Self::Request(_)
            | Self::Mask(_)
            | Self::NotFound(_)
            | Self::Exists(_)
            | Self::RevisionMalformed
            | Self::RevisionForeign
            | Self::RequestIdReused
            | Self::Referenced(..)
            | Self::Used(_) => Outcome::Refused,
            Self::EtagMismatch(_) | Self::HeadMoved => Outcome::Conflict,
            Self::Store(StoreError::Unavailable(_) | StoreError::Silent | StoreError::Moved) => {
                Outcome::Unavailable
            }
            Self::Store(_) | Self::HistoryAltered(_) | Self::RecordAltered(_) | Self::Broken => {
                Outcome::Failed
            }
        }
    }
}
