//! The hash that chains change sets: who alters one alters all that come after.

use sha2::{Digest, Sha256};

use crate::domain::change::ChangeSet;
use crate::store::history::StoredChange;

/// The hash of the history up to and including a change set: over the hash before it, its number, time,
/// maker and reason, and each of its changes. Every part is preceded by its length.
pub(super) fn hash(before: &[u8; 32], set: &ChangeSet, changes: &[StoredChange]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(set.number.to_be_bytes());
    hash.update(set.time_us.to_be_bytes());
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(set.actor.as_bytes());
    part(set.reason.as_bytes());
    for change in changes {
        part(change.name.to_string().as_bytes());
        part(change.before.as_deref().unwrap_or_default());
        part(change.after.as_deref().unwrap_or_default());
    }
    hash.finalize().into()
}
