//! Questions that walk over all activities: on threads of their own, so that checks do not wait for them, and so many
//! at once.

use std::sync::{Arc, Weak};

use tokio::sync::Semaphore;
use tonic::Status;

use super::status;
use crate::clock::Deadline;

/// How many walks go on at once: each keeps a core busy.
pub const WALKS: usize = 8;

/// Room for walks.
#[derive(Clone, Debug)]
pub struct Walks {
    room: Arc<Semaphore>,
}

impl Default for Walks {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(WALKS)),
        }
    }
}

/// Whether anybody waits for an answer still.
#[derive(Debug)]
pub struct Awaited {
    deadline: Option<Deadline>,
    caller: Weak<()>,
}

impl Awaited {
    /// Whether the caller is there, and its time has not passed.
    pub fn holds(&self) -> bool {
        self.caller.strong_count() > 0 && !self.deadline.is_some_and(Deadline::has_passed)
    }
}

impl Walks {
    /// Does the work on a thread of its own. It stops by itself when nobody awaits it any more, and keeps its room
    /// until it has.
    ///
    /// # Errors
    /// OVERLOADED at once where there is no room; what the work itself refuses.
    pub async fn walk<T: Send + 'static>(
        &self,
        deadline: Option<Deadline>,
        work: impl FnOnce(&Awaited) -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let room = Arc::clone(&self.room).try_acquire_owned();
        let room = room.map_err(|_| status::overloaded())?;
        let span = tracing::Span::current();
        // Goes with this call, however it ends.
        let caller = Arc::new(());
        let awaited = Awaited {
            deadline,
            caller: Arc::downgrade(&caller),
        };
        let done = tokio::task::spawn_blocking(move || {
            let done = span.in_scope(|| work(&awaited));
            drop(room);
            done
        });
        let done = done.await;
        drop(caller);
        done.map_err(|broken| status::internal(&broken))?
    }
}
