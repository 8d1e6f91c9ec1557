//! Snapshots that are kept a while, so that the pages of one list are of one revision.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tonic::Status;

use crate::registry::live::{Live, Registry};
use crate::rpc::status;
use crate::wire::page::Page;

/// How many earlier snapshots are kept.
const KEPT: usize = 4;

/// The snapshots that tokens were made for, newest last.
#[derive(Debug, Default)]
pub struct Pages(Mutex<VecDeque<Arc<Live>>>);

impl Pages {
    /// The snapshot a page is of: the one its token names, or the newest.
    pub fn of(&self, page: Option<&Page>, registry: &Registry) -> Result<Arc<Live>, Status> {
        let live = registry.live();
        let Some(page) = page else { return Ok(live) };
        if mark(&live) == page.revision {
            return Ok(live);
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|kept| mark(kept) == page.revision)
            .cloned()
            .ok_or_else(status::page_expired)
    }

    /// The token of the next page; empty if there is none. Keeps the snapshot for it.
    pub fn token(&self, after: Option<String>, live: &Arc<Live>, question: &[&str]) -> String {
        let Some(after) = after else {
            return String::new();
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.iter().any(|known| Arc::ptr_eq(known, live)) {
            kept.push_back(Arc::clone(live));
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
        Page {
            revision: mark(live),
            after,
        }
        .token(question)
    }
}

/// What marks a revision in a token: the beginning of its history's hash, so that a database that was put
/// back is not taken for the same.
fn mark(live: &Live) -> u64 {
    let bytes = live
        .head
        .hash
        .first_chunk::<8>()
        .copied()
        .unwrap_or_default();
    u64::from_be_bytes(bytes) ^ u64::from_be_bytes(live.head.registry_id)
}
