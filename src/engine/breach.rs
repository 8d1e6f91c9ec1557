//! What a breach obliges to, and by when (Art. 33, 34; Regulation (EU) 611/2013). Terms in hours run through nights,
//! week-ends and holidays (Regulation 1182/71 art. 3).

use jiff::tz::TimeZone;

use super::clock::Clock;
use super::rule::Rule;
use super::rules::{
    COMMUNICATE_SUBJECTS, NOTIFY_AUTHORITY, NOTIFY_AUTHORITY_TELECOM, PROCESSOR_NOTIFY, REGISTER,
};
use super::snapshot::Snapshot;
use super::view::View;
use crate::domain::date::Instant;

/// How likely it is that people are harmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// It is unlikely.
    Unlikely,
    /// There is a risk.
    Risk,
    /// The risk is high.
    High,
}

/// As what the organisation is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// The data are its own.
    Controller,
    /// It handles them for somebody else.
    Processor,
}

/// A breach, as far as its duties hang on it.
#[derive(Clone, Debug)]
pub struct Breach {
    /// As what the organisation is concerned.
    pub concerned: Concerned,
    /// When it was found.
    pub detected: Option<Instant>,
    /// When it was known with reasonable certainty.
    pub aware: Option<Instant>,
    /// The risk; not said is a risk.
    pub risk: Option<Risk>,
    /// Whether it is in the provision of public communications services.
    pub communications_service: bool,
    /// Whether one of the exceptions of Art. 34(3) holds.
    pub excepted: bool,
    /// When the authority was told, the first time and later.
    pub notified: Vec<Instant>,
}

/// One duty.
#[derive(Clone, Debug)]
pub struct Duty {
    /// The rule that says so.
    pub rule: &'static Rule,
    /// The last instant; none where it is "without undue delay", or cannot be told.
    pub due: Option<Instant>,
    /// Whether it was done in time; none where that is not known.
    pub met: Option<bool>,
}

/// The duties of a breach at an instant.
pub fn duties(snapshot: &Snapshot, breach: &Breach, at: Instant) -> Vec<Duty> {
    let plain = |rule| Duty {
        rule,
        due: None,
        met: None,
    };
    if breach.concerned == Concerned::Processor {
        return vec![plain(PROCESSOR_NOTIFY), plain(REGISTER)];
    }
    let clock = Clock::new(at, TimeZone::UTC);
    let view = View::new(snapshot, &clock);
    let after = |from: Option<Instant>, code: &str| {
        let period = view.limit(code, None)?;
        from?.plus(period, &TimeZone::UTC)
    };
    let mut duties = Vec::new();
    let risk = breach.risk.unwrap_or(Risk::Risk);
    let first = breach.notified.iter().min().copied();
    let told = |rule, due: Option<Instant>, done: Option<Instant>| Duty {
        rule,
        due,
        met: due.and_then(|due| match done {
            Some(done) => Some(done <= due),
            // It can still be done.
            None => (at > due).then_some(false),
        }),
    };
    if risk > Risk::Unlikely {
        let due = after(breach.aware, "BREACH_AUTHORITY");
        duties.push(told(NOTIFY_AUTHORITY, due, first));
    }
    if breach.communications_service {
        let found = breach.detected.or(breach.aware);
        let due = after(found, "BREACH_AUTHORITY_TELECOM");
        duties.push(told(NOTIFY_AUTHORITY_TELECOM, due, first));
        let second = after(first.or(due), "BREACH_AUTHORITY_TELECOM_SECOND");
        let later = breach
            .notified
            .iter()
            .copied()
            .filter(|time| Some(*time) > first)
            .min();
        duties.push(told(NOTIFY_AUTHORITY_TELECOM, second, later));
    }
    if risk == Risk::High && !breach.excepted {
        duties.push(plain(COMMUNICATE_SUBJECTS));
    }
    duties.push(plain(REGISTER));
    duties
}
