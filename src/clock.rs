//! The one place that reads the time.

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
