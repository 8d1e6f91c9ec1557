//! The instant of a decision, and every boundary of time that was looked at: until the next one the
//! answer stays the same.

use std::cell::Cell;

use jiff::tz::TimeZone;

use crate::domain::date::{Date, Instant};
use crate::domain::record::{Envelope, State};

/// The instant of a decision, in the time zone of a controller.
#[derive(Debug)]
pub struct Clock {
    now: Instant,
    zone: TimeZone,
    today: Date,
    next: Cell<Option<Instant>>,
}

impl Clock {
    /// The clock of a decision at `now`, by the calendar of `zone`.
    pub fn new(now: Instant, zone: TimeZone) -> Self {
        let today = now.day(&zone);
        Self {
            now,
            zone,
            today,
            next: Cell::new(None),
        }
    }

    /// The day of the decision. What is counted from it is otherwise tomorrow.
    pub fn today(&self) -> Date {
        if let Some(next) = self.today.tomorrow() {
            self.begun(next);
        }
        self.today
    }

    /// The instant of the decision.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The calendar it goes by.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The earliest boundary after the decision that was looked at.
    pub fn next(&self) -> Option<Instant> {
        self.next.get()
    }

    /// Whether `day` has begun.
    pub fn begun(&self, day: Date) -> bool {
        if day > self.today {
            self.remember(Instant::start_of(day, &self.zone));
        }
        day <= self.today
    }

    /// Whether `day` is over.
    pub fn over(&self, day: Date) -> bool {
        day.tomorrow().is_some_and(|next| self.begun(next))
    }

    /// Whether `instant` has come.
    pub fn come(&self, instant: Instant) -> bool {
        if instant > self.now {
            self.remember(Some(instant));
        }
        instant <= self.now
    }

    /// Whether today lies between two days, both included; an absent one is open.
    pub fn within(&self, from: Option<Date>, until: Option<Date>) -> bool {
        // Both are looked at: each is a boundary of its own.
        let begun = from.is_none_or(|from| self.begun(from));
        let over = until.is_some_and(|until| self.over(until));
        begun && !over
    }

    /// Whether a record counts today.
    pub fn in_force(&self, envelope: &Envelope) -> bool {
        let counts = match envelope.state {
            State::Active => true,
            // Ended, but not before its last day.
            State::Retired => envelope.valid_until.is_some(),
            State::Draft | State::Suspended => return false,
        };
        self.within(envelope.valid_from, envelope.valid_until) && counts
    }

    /// Whether a record is known: it counts today or, where all that is asked is to erase what it is about, it is
    /// not a draft and not suspended.
    pub fn known(&self, envelope: &Envelope, erasing: bool) -> bool {
        let kept = matches!(envelope.state, State::Active | State::Retired);
        self.in_force(envelope) || erasing && kept
    }

    fn remember(&self, boundary: Option<Instant>) {
        let Some(boundary) = boundary else { return };
        if self.next.get().is_none_or(|next| boundary < next) {
            self.next.set(Some(boundary));
        }
    }
}
