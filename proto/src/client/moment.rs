//! The one place of the client that reads the time.

use std::time::{Duration, Instant, SystemTime};

/// A point in time, by two clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Never set back or forward, but stands still while the machine is suspended.
    steady: Instant,
    /// Goes on while the machine is suspended, but may be set.
    wall: SystemTime,
}

impl Moment {
    /// Now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub(super) fn now() -> Self {
        Self {
            steady: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// How long ago an earlier moment was: the longer, where the clocks do not agree, so that a kept answer
    /// ends too early and never too late.
    pub(super) fn since(self, earlier: Self) -> Duration {
        let steady = self.steady.saturating_duration_since(earlier.steady);
        let wall = self.wall.duration_since(earlier.wall);
        steady.max(wall.unwrap_or_default())
    }

    /// Whether it was before another.
    pub(super) fn is_before(self, other: Self) -> bool {
        self.steady < other.steady
    }
}

#[cfg(test)]
impl Moment {
    /// So much later, by both clocks.
    pub(super) fn plus(self, time: Duration) -> Self {
        Self {
            steady: self.steady + time,
            wall: self.wall + time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn time_in_suspension_counts() {
        let before = Moment::now();
        let after = Moment {
            wall: before.wall + HOUR,
            ..before
        };
        assert_eq!(after.since(before), HOUR);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_make_anything_younger() {
        let before = Moment::now();
        let after = Moment {
            steady: before.steady + HOUR,
            wall: before.wall - HOUR,
        };
        assert_eq!(after.since(before), HOUR);
    }
}
