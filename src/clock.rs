//! The one place that reads the time.

use std::time::Duration;

use crate::domain::date::Instant;

/// Where the time comes from. Copied to whoever needs it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// Now, to the microsecond, which is what both databases keep.
    pub fn now(self) -> Instant {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let now = jiff::Timestamp::now();
        Instant::from_micros(now.as_microsecond()).unwrap_or(Instant::EPOCH)
    }
}

/// How long something takes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(tokio::time::Instant);

impl Stopwatch {
    /// From now on.
    pub fn start() -> Self {
        Self(tokio::time::Instant::now())
    }

    /// So far.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// When a call must have been answered. It travels with the request, so that long work can stop by itself.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(tokio::time::Instant);

impl Deadline {
    /// That long from now.
    pub fn after(allowed: Duration) -> Self {
        Self(tokio::time::Instant::now() + allowed)
    }

    /// Whether it has passed.
    pub fn has_passed(self) -> bool {
        tokio::time::Instant::now() >= self.0
    }

    /// What comes, if it comes in time.
    pub async fn bound<T>(self, work: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout_at(self.0, work).await.ok()
    }
}
