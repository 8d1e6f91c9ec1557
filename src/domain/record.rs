//! A record: the envelope every row of the inventory has, and the body of its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::date::{Date, Instant, Period};
use super::key::{Kind, RecordName, with_kinds};
use super::shape::{Place, Refer, Silence, Visit, record, words};

/// One row of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name; the kind is that of the body.
    pub name: RecordName,
    /// What every row has.
    pub envelope: Envelope,
    /// What rows of its kind have.
    pub body: Body,
}

impl Record {
    /// This record as rules read it: a value beside a gap is not stated, whatever stands there.
    #[must_use]
    pub fn stated(self: &Arc<Self>) -> Arc<Self> {
        let gaps = &self.envelope.gaps;
        if gaps.is_empty() {
            return Arc::clone(self);
        }
        let mut body = self.body.clone();
        for gap in gaps {
            let path: Vec<&str> = gap.field.split('.').collect();
            body.silence(&path);
        }
        if body == self.body {
            return Arc::clone(self);
        }
        Arc::new(Self {
            name: self.name.clone(),
            envelope: self.envelope.clone(),
            body,
        })
    }

    /// This record, ended at an instant: it was in force until the last day that is then over everywhere. What
    /// did not count by then never does: a draft, one that was suspended, one that begins later.
    #[must_use]
    pub fn ended(&self, at: Instant) -> Self {
        let mut ended = self.clone();
        let envelope = &mut ended.envelope;
        let over = at.day_over_everywhere();
        let counted = match envelope.state {
            State::Active => {
                over.is_some_and(|over| envelope.valid_from.is_none_or(|from| from <= over))
            }
            // Without a last day it never counted.
            State::Retired => envelope.valid_until.is_some(),
            State::Draft | State::Suspended => false,
        };
        envelope.state = State::Retired;
        envelope.valid_until = if counted {
            let earlier = envelope
                .valid_until
                .filter(|until| over.is_none_or(|over| *until < over));
            earlier.or(over)
        } else {
            None
        };
        ended
    }
}

/// What every row has, besides its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// How people call it.
    pub display_name: String,
    /// What it is.
    pub description: String,
    /// Whether it counts.
    pub state: State,
    /// The first day it is in force; absent means always.
    pub valid_from: Option<Date>,
    /// The last day it is in force; absent means for ever.
    pub valid_until: Option<Date>,
    /// Where it was stated.
    pub provenance: Vec<Provenance>,
    /// Where its source is silent.
    pub gaps: Vec<Gap>,
    /// Words of the organisation's own, for lists and filters; no rule reads them.
    pub labels: BTreeMap<String, String>,
    /// When it was last looked at.
    pub reviewed_on: Option<Date>,
    /// How often it is to be looked at.
    pub review_every: Option<Period>,
}

impl Envelope {
    /// Whether data may lie under the record: under any but a draft, also where it ended or was suspended.
    pub fn may_hold_data(&self) -> bool {
        self.state != State::Draft
    }
}

impl Default for Envelope {
    fn default() -> Self {
        Self {
            display_name: String::new(),
            description: String::new(),
            state: State::Draft,
            valid_from: None,
            valid_until: None,
            provenance: Vec::new(),
            gaps: Vec::new(),
            labels: BTreeMap::new(),
            reviewed_on: None,
            review_every: None,
        }
    }
}

words! {
    /// Whether a record counts.
    pub enum State {
        /// Being written: never counts.
        Draft = 1 "DRAFT",
        /// Counts while it is in force.
        Active = 2 "ACTIVE",
        /// Set aside for now: does not count.
        Suspended = 3 "SUSPENDED",
        /// Ended: counts until its `valid_until`, and its key stays taken.
        Retired = 4 "RETIRED",
    }
}

record! {
    /// Where a record was stated.
    pub struct Provenance {
        /// The document.
        document: String,
        /// The section of it.
        section: String,
        /// The words used.
        statement: String,
        /// The id of the statement in a list made from the document.
        source_id: String,
    }
}

record! {
    /// A place where the source is silent. It is never filled by a guess, and never permits.
    pub struct Gap {
        /// The field, or `*` for the whole record.
        field: String,
        /// In which way.
        kind: Option<GapKind>,
        /// What is known about it.
        note: String,
    }
}

words! {
    /// In which way a source is silent.
    pub enum GapKind {
        /// It says nothing.
        NotStated = 1 "NOT_STATED",
        /// It can be read in several ways.
        Unclear = 2 "UNCLEAR",
        /// It lists examples only.
        OpenList = 3 "OPEN_LIST",
        /// It says two things.
        Contradicted = 4 "CONTRADICTED",
        /// It does not say what belongs to what.
        NotMapped = 5 "NOT_MAPPED",
        /// It happens, and the source does not declare it.
        Undeclared = 6 "UNDECLARED",
        /// It was true, and is not any more.
        Outdated = 7 "OUTDATED",
    }
}

macro_rules! bodies {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        /// What rows of one kind have.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Body { $(#[doc = concat!("Of `", $collection, "`.")] $kind(super::$theme::$kind),)* }

        impl Body {
            /// The kind of record it makes.
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind,)* }
            }
        }

        impl Refer for Body {
            fn refer(&self, at: Place<'_>, visit: &mut Visit<'_>) {
                match self { $(Self::$kind(body) => body.refer(at.field(stringify!($word)), visit),)* }
            }
        }

        impl Silence for Body {
            fn silence(&mut self, path: &[&str]) {
                match self { $(Self::$kind(body) => body.silence(path),)* }
            }
        }
    };
}
with_kinds!(bodies);
