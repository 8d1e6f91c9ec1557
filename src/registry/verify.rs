//! Whether what is kept is whole: the file, the history from its beginning to the head, and that the records
//! are those that the history left.

use thiserror::Error;

use super::chain;
use super::error::RegistryError;
use super::revision::Revision;
use crate::domain::key::RecordName;
use crate::engine::compile::compile;
use crate::store::connect::Store;
use crate::store::error::StoreError;

/// What is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The number of its newest change set.
    pub number: u64,
    /// The token of its revision.
    pub revision: String,
    /// How many records it has.
    pub records: usize,
}

/// What is not whole.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is damaged.
    #[error("the file is damaged: {}", .0.join("; "))]
    File(Vec<String>),
    /// The newest change set is not the one that the head names.
    #[error("the head is at revision {head}, and the history ends at {newest}")]
    Head {
        /// What the head says.
        head: u64,
        /// What the history says.
        newest: u64,
    },
    /// A change set is missing, or was altered.
    #[error("change set {0} is missing, or not the one whose hash is kept")]
    Altered(u64),
    /// A record was altered beside the history.
    #[error("record `{0}` is not what the history left")]
    Record(RecordName),
    /// What is stored cannot be served.
    #[error("what is stored is not valid: {0}")]
    Invalid(String),
}

/// Looks at all that is kept, up to the revision that is the newest now; writes may go on beside it.
pub async fn verify(store: &Store) -> Result<Whole, VerifyError> {
    let faults = store.faults().await?;
    if !faults.is_empty() {
        return Err(VerifyError::File(faults));
    }
    let newest = store.change_sets(u64::MAX >> 1, None, 1).await?;
    let newest = newest.first().map_or(0, |set| set.number);
    let (head, inventory) = store.load().await?;
    // The head only grows, so that what was the newest before cannot be beyond it.
    if newest > head.number {
        return Err(VerifyError::Head {
            head: head.number,
            newest,
        });
    }
    let history = chain::verify(store, (0, [0; 32]), &head).await;
    let compared = history.and_then(|history| history.compare_whole(&inventory));
    compared.map_err(|error| match error {
        RegistryError::Store(error) => VerifyError::Store(error),
        RegistryError::HistoryAltered(number) => VerifyError::Altered(number),
        RegistryError::RecordAltered(name) => VerifyError::Record(name),
        other => VerifyError::Invalid(other.to_string()),
    })?;
    let whole = Whole {
        number: head.number,
        revision: Revision::from(&head).token(),
        records: inventory.len(),
    };
    match compile(inventory) {
        Ok(_) => Ok(whole),
        Err(issues) => {
            let told = issues
                .first()
                .map(|issue| format!("{} {}: {}", issue.name, issue.field, issue.message));
            Err(VerifyError::Invalid(told.unwrap_or_default()))
        }
    }
}
