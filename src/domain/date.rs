//! Calendar days, periods and time zones.

use std::fmt;

use jiff::civil;
use jiff::tz::TimeZone;

use super::shape::{Text, plain};

/// A calendar day, `YYYY-MM-DD`. What instants it covers depends on a controller's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// The day of a year, month and day that are known to make one.
    pub const fn of(year: i16, month: i8, day: i8) -> Self {
        Self(civil::Date::constant(year, month, day))
    }

    /// Whether it lies between two days, both included; an absent one is open.
    pub fn is_within(self, from: Option<Self>, until: Option<Self>) -> bool {
        from.is_none_or(|from| from <= self) && until.is_none_or(|until| self <= until)
    }

    /// The day as the calendar library knows it.
    pub const fn civil(self) -> civil::Date {
        self.0
    }

    /// The day after; the last day of the calendar has none.
    pub fn tomorrow(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    /// This day moved by a period. Months first, then days; a day that the month lacks becomes its
    /// last day. Saturates at the ends of the calendar, so that a limit is never passed unseen.
    #[must_use]
    pub fn plus(self, period: &Period) -> Self {
        let span = jiff::Span::new()
            .try_months(period.months)
            .and_then(|span| span.try_days(period.days.saturating_add(period.seconds / 86_400)));
        Self(span.map_or(civil::Date::MAX, |span| self.0.saturating_add(span)))
    }

    /// This day so many years later; 29 February becomes the last day of its month.
    #[must_use]
    pub fn plus_years(self, years: u32) -> Self {
        let span = jiff::Span::new().try_years(years);
        Self(span.map_or(civil::Date::MAX, |span| self.0.saturating_add(span)))
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Text for Date {
    const FORM: &'static str = "a date as YYYY-MM-DD";

    fn parse(text: &str) -> Option<Self> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return None;
        }
        text.parse().ok().map(Self)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// A length of time as people state it, `P13M`, `P2Y6M`, `P1W`, `PT4H`: months stay months, since
/// "13 months" has no number of days of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    months: i64,
    days: i64,
    seconds: i64,
    said: String,
}

impl Period {
    /// One after the other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let months = self.months.saturating_add(other.months);
        let days = self.days.saturating_add(other.days);
        let seconds = self.seconds.saturating_add(other.seconds);
        Self {
            months,
            days,
            seconds,
            said: format!("P{months}M{days}DT{seconds}S"),
        }
    }

    /// Whether it is longer than another. Months have no length of their own: both are counted from one day.
    pub fn exceeds(&self, other: &Self) -> bool {
        let length = |period: &Self| {
            let last = Date::of(2001, 1, 1).plus(period);
            (last, period.seconds % 86_400)
        };
        length(self) > length(other)
    }

    /// Whether it counts whole days, and not hours.
    pub const fn is_calendar(&self) -> bool {
        self.seconds == 0
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl Text for Period {
    const FORM: &'static str = "an ISO 8601 period like P13M, P1Y or PT4H";

    fn parse(text: &str) -> Option<Self> {
        // Only the capital form of the standard: the library would take lower case and signs too.
        let plain = text.starts_with('P')
            && text.len() <= 32
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b"PYMWDTHS".contains(&byte));
        if !plain {
            return None;
        }
        let span: jiff::Span = text.parse().ok()?;
        let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let seconds =
            i64::from(span.get_hours()) * 3_600 + span.get_minutes() * 60 + span.get_seconds();
        Some(Self {
            months,
            days,
            seconds,
            said: text.to_owned(),
        })
    }

    fn text(&self) -> String {
        self.said.clone()
    }
}

/// The name of a time zone of the IANA database, `Europe/Paris`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeZoneName(String);

impl TimeZoneName {
    /// The zone of this name.
    pub fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(&self.0).ok()
    }
}

impl Text for TimeZoneName {
    const FORM: &'static str = "a time zone of the IANA database, like Europe/Paris";

    fn parse(text: &str) -> Option<Self> {
        TimeZone::get(text).ok().map(|_| Self(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// A point in time, in microseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The beginning of 1970, UTC.
    pub const EPOCH: Self = Self(0);

    /// The instant so many microseconds after 1970 UTC; `None` outside of the calendar.
    pub fn from_micros(micros: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(micros)
            .ok()
            .map(|_| Self(micros))
    }

    /// Microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The day it falls on in a time zone.
    pub fn day(self, zone: &TimeZone) -> Date {
        let at = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        Date(zone.to_datetime(at).date())
    }

    /// The last day that is over at this instant, wherever one is.
    pub fn day_over_everywhere(self) -> Option<Date> {
        // Days end last twelve hours west of Greenwich.
        let west = TimeZone::fixed(jiff::tz::offset(-12));
        self.day(&west).0.yesterday().ok().map(Date)
    }

    /// The first instant of a day in a time zone; `None` at the end of the calendar.
    pub fn start_of(day: Date, zone: &TimeZone) -> Option<Self> {
        let start = day.0.to_zoned_datetime(zone.clone()).ok()?;
        Some(Self(start.timestamp().as_microsecond()))
    }

    /// This instant moved by a period; months by the calendar of a time zone.
    pub fn plus(self, period: &Period, zone: &TimeZone) -> Option<Self> {
        let at = jiff::Timestamp::from_microsecond(self.0)
            .ok()?
            .to_zoned_datetime(zone.clone());
        let span = jiff::Span::new()
            .try_months(period.months)
            .ok()?
            .try_days(period.days)
            .ok()?;
        let moved = at
            .checked_add(span.try_seconds(period.seconds).ok()?)
            .ok()?;
        Some(Self(moved.timestamp().as_microsecond()))
    }
}

plain!(Instant, Date, Period, TimeZoneName);
