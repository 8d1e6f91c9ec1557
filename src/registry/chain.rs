//! The hashes that chain change sets: who alters one alters all that come after.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest, Sha256};

use super::error::RegistryError;
use crate::domain::change::ChangeSet;
use crate::domain::inventory::Inventory;
use crate::domain::key::RecordName;
use crate::store::connect::Store;
use crate::store::head::Head;
use crate::store::history::StoredChange;
use crate::wire::record::bytes;

/// How many change sets are read at once to be verified.
const CHUNK: u64 = 500;

/// The hash of one change set, in the making: over the hash before it, its number, time, maker and reason,
/// and each of its changes. Every part is preceded by its length.
pub(super) struct Link(Sha256);

impl Link {
    /// A change set after the history of this hash.
    pub(super) fn new(before: &[u8; 32], set: &ChangeSet) -> Self {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(set.number.to_be_bytes());
        hash.update(set.time_us.to_be_bytes());
        let mut link = Self(hash);
        link.part(set.actor.as_bytes());
        link.part(set.reason.as_bytes());
        link
    }

    /// One of its changes, in order.
    pub(super) fn add(&mut self, change: &StoredChange) {
        self.part(change.name.to_string().as_bytes());
        self.part(change.before.as_deref().unwrap_or_default());
        self.part(change.after.as_deref().unwrap_or_default());
    }

    /// The hash of the history up to and including it.
    pub(super) fn end(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
}

/// The hashes of all change sets, from the first. All snapshots of a history share them, since it only
/// grows: a write adds one, and copies none.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain(Arc<RwLock<Vec<[u8; 32]>>>);

impl Chain {
    /// The hash of a change set.
    pub(super) fn get(&self, number: u64) -> Option<[u8; 32]> {
        let place = usize::try_from(number.checked_sub(1)?).ok()?;
        let hashes = self.0.read().unwrap_or_else(PoisonError::into_inner);
        hashes.get(place).copied()
    }

    /// Takes up the change sets that come after one.
    pub(super) fn grow(&self, after: u64, new: &[[u8; 32]]) {
        let mut hashes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        hashes.truncate(usize::try_from(after).unwrap_or(usize::MAX));
        hashes.extend(new);
    }
}

/// What a walk along the history found.
#[derive(Debug, Default)]
pub(super) struct Verified {
    /// The hashes of its change sets.
    pub(super) hashes: Vec<[u8; 32]>,
    /// What it left of each record it touched, as a hash of the bytes; `None` where it took it away.
    left: HashMap<RecordName, Option<[u8; 32]>>,
}

impl Verified {
    /// Whether the records are those that the history left; the first that is not.
    pub(super) fn compare(&self, inventory: &Inventory) -> Result<(), RegistryError> {
        for (name, left) in &self.left {
            let kept = inventory.get(name);
            let kept = kept.map(|entry| <[u8; 32]>::from(Sha256::digest(bytes(&entry.record))));
            if kept != *left {
                return Err(RegistryError::RecordAltered(name.clone()));
            }
        }
        Ok(())
    }

    /// The same, for a history from its beginning: there are no other records.
    pub(super) fn compare_whole(&self, inventory: &Inventory) -> Result<(), RegistryError> {
        let mut names = inventory.entries().map(|(name, _)| name);
        match names.find(|name| !self.left.contains_key(*name)) {
            Some(name) => Err(RegistryError::RecordAltered(name.clone())),
            None => self.compare(inventory),
        }
    }
}

/// Reads the history from one revision to another and computes its hashes anew: those of the change sets
/// between them, or the number of the first that is not what it was when it was written.
///
/// At the start this is all of it, once, before anything is served: a history of 100,000 changes takes less
/// than a second, and hashing is a small part of that, so it needs no thread of its own.
pub(super) async fn verify(
    store: &Store,
    from: (u64, [u8; 32]),
    to: &Head,
) -> Result<Verified, RegistryError> {
    let (number, hash) = from;
    let mut walk = Walk {
        number,
        hash,
        verified: Verified::default(),
        sets: Vec::new().into_iter(),
        link: None,
    };
    loop {
        let sets = store
            .change_sets_after(walk.number, to.number, CHUNK)
            .await?;
        let (Some(first), Some(last)) = (sets.first(), sets.last()) else {
            break;
        };
        let (first, last) = (first.number, last.number);
        walk.sets = sets.into_iter();
        store
            .each_change(first, last, |number, change| walk.take(number, &change))
            .await?;
        while walk.next()? {}
    }
    if walk.number == to.number && walk.hash == to.hash {
        Ok(walk.verified)
    } else {
        Err(RegistryError::HistoryAltered(to.number))
    }
}

/// A walk along the history.
struct Walk {
    /// The change set verified last.
    number: u64,
    hash: [u8; 32],
    verified: Verified,
    /// Those that come next.
    sets: std::vec::IntoIter<ChangeSet>,
    /// The one whose changes come now.
    link: Option<(ChangeSet, Link)>,
}

impl Walk {
    /// Ends a change set and goes on to the next; false if there is none.
    fn next(&mut self) -> Result<bool, RegistryError> {
        if let Some((set, link)) = self.link.take() {
            let hash = link.end();
            if hash != set.hash {
                return Err(RegistryError::HistoryAltered(set.number));
            }
            self.number = set.number;
            self.hash = hash;
            self.verified.hashes.push(hash);
        }
        let Some(set) = self.sets.next() else {
            return Ok(false);
        };
        if set.number != self.number + 1 {
            return Err(RegistryError::HistoryAltered(self.number + 1));
        }
        let link = Link::new(&self.hash, &set);
        self.link = Some((set, link));
        Ok(true)
    }

    /// Takes the next change, which is of the change set of this number.
    fn take(&mut self, number: u64, change: &StoredChange) -> Result<(), RegistryError> {
        while self
            .link
            .as_ref()
            .is_none_or(|(set, _)| set.number != number)
        {
            if !self.next()? {
                return Err(RegistryError::HistoryAltered(number));
            }
        }
        if let Some((_, link)) = &mut self.link {
            link.add(change);
        }
        let left = change
            .after
            .as_deref()
            .map(|after| Sha256::digest(after).into());
        self.verified.left.insert(change.name.clone(), left);
        Ok(())
    }
}
