//! How the judge reads an inventory: one list of records, looked through from its beginning each time.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ropa::domain::category::{DataCategory, DataSubjectCategory};
use ropa::domain::date::{Date, Instant};
use ropa::domain::key::{CountryKey, DataCategoryKey, DataSubjectCategoryKey, Key, TypedKey};
use ropa::domain::purpose::Purpose;
use ropa::domain::record::{Body, Record, State};
use ropa::domain::transfer::{Country, CountryStatus};

/// A record and its body, of one kind.
pub(crate) struct Row<'a, B> {
    pub(crate) record: &'a Record,
    pub(crate) body: &'a B,
}

impl<B> Clone for Row<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Row<'_, B> {}

impl<'a, B> Row<'a, B> {
    /// The key of the record, as text.
    pub(crate) fn key(&self) -> &'a str {
        self.record.name.key.as_str()
    }

    /// Whether its source is silent about a field, or about the whole.
    pub(crate) fn silent(&self, field: &str) -> bool {
        silent(self.record, field)
    }

    /// Whether its source is silent about a field or a part of it.
    pub(crate) fn open(&self, field: &str) -> bool {
        let below = format!("{field}.");
        let mut gaps = self.record.envelope.gaps.iter();
        self.silent(field) || gaps.any(|gap| gap.field.starts_with(&below))
    }

    /// What a mark says: a stated value counts, absence is "no", and absence with a gap is not known.
    pub(crate) fn mark(&self, value: Option<bool>, field: &str) -> Mark {
        match value {
            Some(true) => Mark::Yes,
            Some(false) | None if self.silent(field) => Mark::Unknown,
            Some(false) | None => Mark::No,
        }
    }

    /// As a mark that is there or not, and not yes or no.
    pub(crate) fn mark_of<T>(&self, value: Option<&T>, field: &str) -> Mark {
        self.mark(value.map(|_| true), field)
    }
}

/// Whether the source of a record is silent about a field.
pub(crate) fn silent(record: &Record, field: &str) -> bool {
    let gaps = &record.envelope.gaps;
    gaps.iter()
        .any(|gap| gap.field == field || gap.field == "*")
}

/// What is known of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Yes,
    No,
    Unknown,
}

impl Mark {
    /// Both: "no" as soon as one of them is.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Yes,
        }
    }

    /// One of them: "yes" as soon as one of them is.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::No,
        }
    }
}

/// The kinds of body: which one of the enum holds it.
pub(crate) trait Kinded: Sized {
    fn of(body: &Body) -> Option<&Self>;
}

macro_rules! kinded {
    ($($theme:ident::$kind:ident)*) => {
        $(impl Kinded for ropa::domain::$theme::$kind {
            fn of(body: &Body) -> Option<&Self> {
                match body {
                    Body::$kind(body) => Some(body),
                    _ => None,
                }
            }
        })*
    };
}
kinded! {
    controller::Controller category::DataCategory category::DataSubjectCategory purpose::Purpose
    basis::LegalBasis basis::Assessment activity::Activity recipient::Recipient recipient::Agreement
    transfer::TransferSafeguard transfer::TransferTool transfer::AdequacyDecision transfer::Country
    retention::RetentionRule retention::LegalHold security::SecurityMeasure system::System tracker::Tracker
    notice::Notice policy::Policy policy::Limit
}

/// The inventory at an instant, as one controller's calendar has it.
pub(crate) struct Rows<'a> {
    pub(crate) records: &'a [Arc<Record>],
    pub(crate) at: Instant,
    pub(crate) zone: TimeZone,
    pub(crate) today: Date,
    /// Every boundary in time that something was compared with.
    pub(crate) boundaries: RefCell<BTreeSet<Instant>>,
}

impl<'a> Rows<'a> {
    /// The inventory at an instant, in a time zone.
    pub(crate) fn new(records: &'a [Arc<Record>], at: Instant, zone: TimeZone) -> Self {
        let today = at.day(&zone);
        let boundaries = RefCell::default();
        Self {
            records,
            at,
            zone,
            today,
            boundaries,
        }
    }

    // Time. Every comparison goes through these, and leaves its boundary behind.

    /// Whether an instant has come.
    pub(crate) fn has_come(&self, instant: Instant) -> bool {
        self.boundaries.borrow_mut().insert(instant);
        self.at >= instant
    }

    /// Whether a day has begun.
    pub(crate) fn has_begun(&self, day: Date) -> bool {
        match Instant::start_of(day, &self.zone) {
            Some(start) => self.has_come(start),
            None => self.today >= day,
        }
    }

    /// The day of the decision; what is counted from it is otherwise tomorrow.
    pub(crate) fn counted_from(&self) -> Date {
        self.is_over(self.today);
        self.today
    }

    /// Whether a day is over.
    pub(crate) fn is_over(&self, day: Date) -> bool {
        day.tomorrow().is_some_and(|next| self.has_begun(next))
    }

    /// Whether a term runs, both its days included.
    pub(crate) fn runs(&self, from: Option<Date>, until: Option<Date>) -> bool {
        let begun = from.is_none_or(|from| self.has_begun(from));
        let over = until.is_some_and(|until| self.is_over(until));
        begun && !over
    }

    /// Whether a record is in force: active, or retired with a last day, and within its term.
    pub(crate) fn in_force(&self, record: &Record) -> bool {
        let envelope = &record.envelope;
        let counts = match envelope.state {
            State::Active => true,
            State::Retired => envelope.valid_until.is_some(),
            State::Draft | State::Suspended => false,
        };
        counts && self.runs(envelope.valid_from, envelope.valid_until)
    }

    // Records.

    /// All records of a kind, in force or not.
    pub(crate) fn all<B: Kinded>(&self) -> Vec<Row<'a, B>> {
        let bodies = self.records.iter().filter_map(|record| {
            B::of(&record.body).map(|body| Row {
                record: record.as_ref(),
                body,
            })
        });
        bodies.collect()
    }

    /// All records of a kind that are in force.
    pub(crate) fn current<B: Kinded>(&self) -> Vec<Row<'a, B>> {
        let mut rows = self.all::<B>();
        rows.retain(|row| self.in_force(row.record));
        rows
    }

    /// The record of a key, in force or not.
    pub(crate) fn known<B: Kinded>(&self, key: &impl TypedKey) -> Option<Row<'a, B>> {
        self.all::<B>()
            .into_iter()
            .find(|row| row.record.name.key == *key.key())
    }

    /// The record of a key, if it is in force.
    pub(crate) fn get<B: Kinded>(&self, key: &impl TypedKey) -> Option<Row<'a, B>> {
        self.known::<B>(key).filter(|row| self.in_force(row.record))
    }

    // Hierarchies.

    /// A category and those above it, itself first.
    pub(crate) fn category_line(&self, key: &DataCategoryKey) -> Vec<Row<'a, DataCategory>> {
        let mut line = Vec::new();
        let mut next = Some(key.clone());
        while let Some(row) = next.and_then(|key| self.known::<DataCategory>(&key)) {
            line.push(row);
            next = row.record.name.key.parent().map(|key| typed(&key));
        }
        line
    }

    /// What is asked with a category: itself, and those below it where it includes them.
    pub(crate) fn asked_with(&self, key: &DataCategoryKey) -> Vec<DataCategoryKey> {
        let mut with = vec![key.clone()];
        let includes = self.known::<DataCategory>(key).is_some_and(|row| {
            row.mark(row.body.includes_children, "includes_children") != Mark::No
        });
        if includes {
            for row in self.all::<DataCategory>() {
                let below = self
                    .category_line_of(row)
                    .iter()
                    .skip(1)
                    .any(|above| above.record.name.key == *key.key());
                // Data outlive their category; of a draft there are none.
                if below && row.record.envelope.state != State::Draft {
                    with.push(typed(&row.record.name.key));
                }
            }
        }
        with
    }

    fn category_line_of(&self, row: Row<'a, DataCategory>) -> Vec<Row<'a, DataCategory>> {
        self.category_line(&typed(&row.record.name.key))
    }

    /// The categories whose marks bind one that is asked: those above it, and those asked with it.
    pub(crate) fn binding(&self, key: &DataCategoryKey) -> Vec<Row<'a, DataCategory>> {
        let mut rows = self.category_line(key);
        for with in self.asked_with(key).iter().skip(1) {
            rows.extend(self.known::<DataCategory>(with));
        }
        rows
    }

    /// A group of people and those above it, itself first.
    pub(crate) fn group_line(
        &self,
        key: &DataSubjectCategoryKey,
    ) -> Vec<Row<'a, DataSubjectCategory>> {
        let mut line = Vec::new();
        let mut next = Some(key.clone());
        while let Some(row) = next.and_then(|key| self.known::<DataSubjectCategory>(&key)) {
            line.push(row);
            next = row.record.name.key.parent().map(|key| typed(&key));
        }
        line
    }

    /// A purpose and those above it, itself first.
    pub(crate) fn purpose_line(
        &self,
        key: &ropa::domain::key::PurposeKey,
    ) -> Vec<Row<'a, Purpose>> {
        let mut line = Vec::new();
        let mut next = Some(key.clone());
        while let Some(row) = next.and_then(|key| self.known::<Purpose>(&key)) {
            line.push(row);
            next = row.record.name.key.parent().map(|key| typed(&key));
        }
        line
    }

    /// Whether a list of categories covers one: it is listed, or one above it that includes its children is.
    pub(crate) fn covers(&self, listed: &[DataCategoryKey], asked: &DataCategoryKey) -> bool {
        self.cover(&listed.iter(), asked).is_some()
    }

    /// Which of a list covers a category: itself before the nearest one above it.
    pub(crate) fn cover<'l>(
        &self,
        listed: &(impl Iterator<Item = &'l DataCategoryKey> + Clone),
        asked: &DataCategoryKey,
    ) -> Option<&'l DataCategoryKey> {
        if let Some(same) = listed.clone().find(|key| *key == asked) {
            return Some(same);
        }
        for above in self.category_line(asked).into_iter().skip(1) {
            // The row that includes its children must itself be in force.
            if above.body.includes_children != Some(true) || !self.in_force(above.record) {
                continue;
            }
            if let Some(found) = listed
                .clone()
                .find(|key| *key.key() == above.record.name.key)
            {
                return Some(found);
            }
        }
        None
    }

    /// Whether a list of categories reaches one: it or any above it is listed.
    pub(crate) fn reaches(&self, listed: &[DataCategoryKey], asked: &DataCategoryKey) -> bool {
        listed.contains(asked)
            || self
                .category_line(asked)
                .iter()
                .any(|above| listed.iter().any(|key| *key.key() == above.record.name.key))
    }

    /// Whether a list of categories may cover one: what is above it includes its children, or nobody knows.
    pub(crate) fn may_cover(&self, listed: &[DataCategoryKey], asked: &DataCategoryKey) -> bool {
        let line = self.category_line(asked);
        let above = line.iter().skip(1);
        listed.contains(asked)
            || above
                .filter(|row| row.mark(row.body.includes_children, "includes_children") != Mark::No)
                .filter(|row| self.in_force(row.record))
                .any(|row| listed.iter().any(|key| *key.key() == row.record.name.key))
    }

    /// Whether a list of groups may cover one.
    pub(crate) fn may_cover_group(
        &self,
        listed: &[DataSubjectCategoryKey],
        asked: &DataSubjectCategoryKey,
    ) -> bool {
        let line = self.group_line(asked);
        let above = line.iter().skip(1);
        listed.contains(asked)
            || above
                .filter(|row| row.mark(row.body.includes_children, "includes_children") != Mark::No)
                .filter(|row| self.in_force(row.record))
                .any(|row| listed.iter().any(|key| *key.key() == row.record.name.key))
    }

    /// Whether a list of groups covers one.
    pub(crate) fn covers_group(
        &self,
        listed: &[DataSubjectCategoryKey],
        asked: &DataSubjectCategoryKey,
    ) -> bool {
        listed.contains(asked)
            || self.group_line(asked).iter().skip(1).any(|above| {
                above.body.includes_children == Some(true)
                    && self.in_force(above.record)
                    && listed.iter().any(|key| *key.key() == above.record.name.key)
            })
    }

    /// Whether a list of groups reaches one: it or any above it is listed.
    pub(crate) fn reaches_group(
        &self,
        listed: &[DataSubjectCategoryKey],
        asked: &DataSubjectCategoryKey,
    ) -> bool {
        listed.contains(asked)
            || self
                .group_line(asked)
                .iter()
                .any(|above| listed.iter().any(|key| *key.key() == above.record.name.key))
    }

    // Countries.

    /// Whether the GDPR applies in a country as in the Union: a part of a state is where its state is.
    pub(crate) fn inside(&self, country: &CountryKey) -> bool {
        let Some(row) = self.get::<Country>(country) else {
            return false;
        };
        if row.body.status == Some(CountryStatus::Outermost) {
            let state = row.body.linked_to.as_ref();
            // A part of nothing in particular is inside of nothing.
            return state.is_some_and(|state| state != country && self.inside(state));
        }
        row.body
            .eea
            .iter()
            .any(|period| period.from.is_some() && self.runs(period.from, period.until))
    }

    /// Rule 119: territories of which it is open whether they are third countries.
    pub(crate) fn is_special(&self, country: &CountryKey) -> bool {
        self.get::<Country>(country).is_some_and(|row| {
            matches!(
                row.body.status,
                Some(CountryStatus::OverseasFrench | CountryStatus::Special)
            )
        })
    }
}

/// A key of a kind, from one that bears no kind.
pub(crate) fn typed<K: TypedKey>(key: &Key) -> K {
    K::parse(key.as_str()).expect("the key of a record")
}
