//! What was found: good, to be looked at, or wrong, each with what to do.

use std::fmt;

use super::super::color::{BAD, GOOD, WARN, paint};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// To be looked at.
    Warn,
    /// Wrong.
    Wrong,
}

impl Level {
    /// In one word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Wrong => "wrong",
        }
    }
}

/// Where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// How it is set up.
    Configuration,
    /// What answers.
    Service,
    /// What is kept.
    Database,
    /// The law as records.
    ReferencePack,
    /// What is recorded.
    Inventory,
}

impl Place {
    /// In words.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Service => "service",
            Self::Database => "database",
            Self::ReferencePack => "reference pack",
            Self::Inventory => "inventory",
        }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// How bad it is.
    pub(super) level: Level,
    /// Where.
    pub(super) place: Place,
    /// What.
    pub(super) message: String,
    /// What to do; nothing, where all is well.
    pub(super) next: String,
}

impl Finding {
    /// As it should be.
    pub(super) fn ok(place: Place, message: impl Into<String>) -> Self {
        Self::new(Level::Ok, place, message.into(), String::new())
    }

    /// To be looked at.
    pub(super) fn warn(place: Place, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Level::Warn, place, message.into(), next.into())
    }

    /// Wrong.
    pub(super) fn wrong(place: Place, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Level::Wrong, place, message.into(), next.into())
    }

    const fn new(level: Level, place: Place, message: String, next: String) -> Self {
        Self {
            level,
            place,
            message,
            next,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = match self.level {
            Level::Ok => GOOD,
            Level::Warn => WARN,
            Level::Wrong => BAD,
        };
        let level = paint(style, &format!("{:<5}", self.level.word()));
        write!(
            formatter,
            "{level}  {}: {}",
            self.place.word(),
            self.message
        )?;
        if !self.next.is_empty() {
            write!(formatter, "\n       next: {}", self.next)?;
        }
        Ok(())
    }
}
