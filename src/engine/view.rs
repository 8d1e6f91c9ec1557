//! The inventory at an instant: what is in force in it, and what was looked at.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use super::catalogue::REQUIRE_PERSON_STATE;
use super::clock::Clock;
use super::rule::Place;
use super::snapshot::{Node, Number, OfKind, Snapshot};
use crate::domain::basis::{Jurisdiction, LegalBasis, LegalText};
use crate::domain::date::Period;
use crate::domain::key::{CountryKey, Key, RecordName, TypedKey};
use crate::domain::policy::{LimitValue, Severity};
use crate::domain::purpose::Purpose;
use crate::domain::record::{Body, Gap, GapKind, Record};
use crate::domain::shape::EVERY_FIELD;

/// The inventory as it stands at the instant of a decision.
#[derive(Debug)]
pub struct View<'a> {
    /// The inventory.
    pub snapshot: &'a Snapshot,
    /// The time of the decision.
    pub clock: &'a Clock,
    touched: RefCell<FxHashSet<Number>>,
}

impl<'a> View<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, clock: &'a Clock) -> Self {
        Self {
            snapshot,
            clock,
            touched: RefCell::default(),
        }
    }

    /// The records that took part, in the order of their names.
    pub(super) fn touched(&self) -> Vec<RecordName> {
        let mut numbers: Vec<Number> = self.touched.borrow().iter().copied().collect();
        numbers.sort_unstable();
        numbers
            .into_iter()
            .filter_map(|number| self.snapshot.record(number))
            .map(|record| record.name.clone())
            .collect()
    }

    /// Notes that a record took part.
    pub fn touch<B>(&self, node: Node<'_, B>) {
        self.touched.borrow_mut().insert(node.number);
    }

    /// Whether a record counts at the time of the decision; notes that it was looked at.
    pub fn in_force<B>(&self, node: Node<'_, B>) -> bool {
        let counts = self.clock.in_force(&node.record.envelope);
        if counts {
            self.touch(node);
        }
        counts
    }

    /// Whether a record is known, where retired ones may be; notes that it was looked at.
    pub fn known<B>(&self, node: Node<'_, B>, erasing: bool) -> bool {
        let known = self.clock.known(&node.record.envelope, erasing);
        if known {
            self.touch(node);
        }
        known
    }

    /// Whether a listed key stands for `key`: it is the same, or above it and says that it includes its
    /// children.
    pub fn covers<K: TypedKey>(&self, listed: &K, key: &Key) -> bool {
        self.covering(listed, key) == Mark::Yes
    }

    /// The same, where what is not known counts: for what limits, and does not grant.
    pub(super) fn may_cover<K: TypedKey>(&self, listed: &K, key: &Key) -> bool {
        self.covering(listed, key) != Mark::No
    }

    fn covering<K: TypedKey>(&self, listed: &K, key: &Key) -> Mark {
        if listed.key() == key {
            return Mark::Yes;
        }
        let above = self.above(listed, key);
        above.map_or(Mark::No, |record| includes_children(record, self.clock))
    }

    /// The record of a listed key that stands above `key`.
    pub(super) fn above<K: TypedKey>(&self, listed: &K, key: &Key) -> Option<&'a Record> {
        let is_above = is_above(listed.key(), key);
        let number = is_above.then(|| self.snapshot.number(K::KIND, listed.key()));
        self.snapshot.record(number.flatten()?)
    }

    /// Whether a mark is set on a record or one above it; and where.
    pub fn mark_upwards<B: OfKind>(
        &self,
        from: Node<'a, B>,
        field: &str,
        said: impl Fn(&B) -> Option<bool>,
    ) -> (Mark, Node<'a, B>) {
        let mut unknown = None;
        for at in self.upwards(from) {
            match Mark::of(at.record, field, said(at.body)) {
                Mark::Yes => return (Mark::Yes, at),
                Mark::Unknown => unknown = unknown.or(Some(at)),
                Mark::No => {}
            }
        }
        unknown.map_or((Mark::No, from), |at| (Mark::Unknown, at))
    }

    /// A record and those above it in a hierarchy of keys, from below.
    pub fn upwards<B: OfKind>(&self, from: Node<'a, B>) -> impl Iterator<Item = Node<'a, B>> {
        let snapshot = self.snapshot;
        std::iter::successors(Some(from), |node| snapshot.parent(*node))
    }

    /// The texts of Union or Member State law that a basis cites and that hold at the decision.
    pub fn laws_of(&self, basis: &'a LegalBasis) -> Vec<&'a LegalText> {
        self.texts_of(basis)
            .filter(|law| self.is_domestic(law))
            .collect()
    }

    /// The same, as they are cited.
    pub fn citations(&self, basis: &'a LegalBasis) -> Vec<String> {
        let cited = |law: &LegalText| format!("{} {}", law.citation, law.article);
        let laws = self.laws_of(basis).into_iter();
        laws.map(|law| cited(law).trim_end().to_owned()).collect()
    }

    /// Whether a basis cites law of the Union or of a Member State that holds at the decision.
    pub fn cites_law(&self, basis: &LegalBasis) -> bool {
        let holding = basis.laws.iter().filter(|law| self.holds(law));
        holding.filter(|law| self.is_domestic(law)).count() > 0
    }

    /// Whether a text is law of the Union, or of a state that is inside at the decision.
    pub fn is_domestic(&self, law: &LegalText) -> bool {
        match law.jurisdiction {
            Some(Jurisdiction::Union) => true,
            Some(Jurisdiction::MemberState) => law
                .country
                .as_ref()
                .is_none_or(|country| self.is_inside(country)),
            Some(Jurisdiction::ThirdCountry) | None => false,
        }
    }

    fn holds(&self, law: &LegalText) -> bool {
        !law.citation.is_empty() && self.clock.within(law.valid_from, law.valid_until)
    }

    /// The texts of law of any country that a basis cites and that hold at the decision.
    pub fn texts_of(&self, basis: &'a LegalBasis) -> impl Iterator<Item = &'a LegalText> {
        basis.laws.iter().filter(|law| self.holds(law))
    }

    /// The periods of the limits of a code that are in force, each with where it holds.
    fn limits(&self, code: &str) -> impl Iterator<Item = (&'a str, &'a Period)> {
        let known = self.snapshot.limits_of(code);
        known
            .filter(|limit| self.in_force(*limit))
            .filter_map(|limit| match &limit.body.value {
                Some(LimitValue::Period(period)) => {
                    Some((limit.body.jurisdiction.as_str(), period))
                }
                Some(LimitValue::Number(_)) | None => None,
            })
    }

    /// The limit of a code as it holds in a country; where none is made for there, the shortest there is.
    pub(super) fn limit(&self, code: &str, here: Option<&CountryKey>) -> Option<&'a Period> {
        let known: Vec<_> = self.limits(code).collect();
        let own = |jurisdiction: &str| {
            jurisdiction == "EU"
                || here.is_some_and(|country| country.key().as_str() == jurisdiction)
        };
        let shortest = |periods: Vec<&'a Period>| {
            periods
                .into_iter()
                .reduce(|a, b| if a.exceeds(b) { b } else { a })
        };
        let made = known.iter().filter(|(jurisdiction, _)| own(jurisdiction));
        shortest(made.map(|(_, period)| *period).collect())
            .or_else(|| shortest(known.iter().map(|(_, period)| *period).collect()))
    }

    /// What a policy record makes of a rule, the strictest if several do; one that does not say denies. All are looked at: the term of
    /// each bounds the answer.
    pub(super) fn policy(&self, code: &str) -> Option<Severity> {
        self.snapshot
            .policies_on(code)
            .filter(|policy| self.in_force(*policy))
            .map(|policy| policy.body.severity.unwrap_or(Severity::Deny))
            .min()
    }

    /// Whether a policy lets it pass that a rule which denies by itself fires.
    pub(super) fn lets_pass(&self, code: &str) -> bool {
        self.policy(code) == Some(Severity::Warning)
    }

    /// Whether a policy asks that the state of people is always stated.
    pub(super) fn requires_person_state(&self) -> bool {
        let policies = self.snapshot.policies_on(REQUIRE_PERSON_STATE);
        policies.filter(|policy| self.in_force(*policy)).count() > 0
    }

    /// Whether a purpose, or one above it, is direct marketing; and where it says so.
    pub(super) fn direct_marketing(&self, purpose: Node<'a, Purpose>) -> (Mark, Node<'a, Purpose>) {
        self.mark_upwards(purpose, "direct_marketing", |purpose| {
            purpose.direct_marketing
        })
    }
}

/// A mark, as a record bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It is not.
    No,
    /// The source is silent about it.
    Unknown,
    /// It is there.
    Yes,
}

impl Mark {
    /// Of a record: absent is "no", unless a gap says that the source is silent.
    pub fn of(record: &Record, field: &str, said: Option<bool>) -> Self {
        Self::stated(record, field, said == Some(true))
    }

    /// Of what follows from a field: what does not is not known where a gap stands on it. A list that has one may
    /// hold more.
    pub(super) fn stated(record: &Record, field: &str, holds: bool) -> Self {
        if holds {
            Self::Yes
        } else if gap(record, field).is_some() {
            Self::Unknown
        } else {
            Self::No
        }
    }

    /// Of several that must all be: "no" as soon as one of them is.
    pub(super) fn all<const N: usize>(marks: [Self; N]) -> Self {
        marks.into_iter().min().unwrap_or(Self::Yes)
    }
}

/// Whether one key stands above another in a hierarchy.
pub(super) fn is_above(above: &Key, below: &Key) -> bool {
    below
        .as_str()
        .strip_prefix(above.as_str())
        .is_some_and(|rest| rest.starts_with('.'))
}

/// Whether a record stands for those below it, at the time of the decision.
pub(super) fn includes_children(record: &Record, clock: &Clock) -> Mark {
    if clock.in_force(&record.envelope) {
        says_children(record)
    } else {
        Mark::No
    }
}

/// Whether a record says that it stands for those below it, whether it counts or not.
pub(super) fn says_children(record: &Record) -> Mark {
    let says = match &record.body {
        Body::DataCategory(body) => body.includes_children,
        Body::DataSubjectCategory(body) => body.includes_children,
        Body::Purpose(body) => body.includes_children,
        _ => None,
    };
    Mark::of(record, "includes_children", says)
}

/// The gap of a record on a field or one around it. A place in a list is looked for without its number.
pub(super) fn gap<'a>(record: &'a Record, field: &str) -> Option<&'a Gap> {
    // Most records have none, and rules ask at every turn.
    if record.envelope.gaps.is_empty() {
        return None;
    }
    let plain = without_numbers(field);
    let around = |gap: &str| {
        gap == EVERY_FIELD
            || gap == plain
            || plain
                .strip_prefix(gap)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    let gaps = record.envelope.gaps.iter();
    // The nearest tells most.
    gaps.filter(|gap| around(&gap.field)).max_by_key(|gap| {
        if gap.field == EVERY_FIELD {
            0
        } else {
            gap.field.len()
        }
    })
}

/// Whether a gap stands on a field of the entries of a list. One on the list itself says nothing of its entries.
pub(super) fn of_entries(record: &Record, field: &str) -> bool {
    let gaps = &record.envelope.gaps;
    gaps.iter()
        .any(|gap| gap.field == field || gap.field == EVERY_FIELD)
}

/// Whether a gap stands on a field, around it or below it: it may say otherwise, or more.
pub(super) fn is_open(record: &Record, field: &str) -> bool {
    let below = |gap: &Gap| {
        let rest = gap.field.strip_prefix(field);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    gap(record, field).is_some() || record.envelope.gaps.iter().any(below)
}

/// `recipients[0].role` as gaps name it: `recipients.role`.
fn without_numbers(field: &str) -> String {
    let mut plain = String::with_capacity(field.len());
    let mut inside = false;
    for letter in field.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            letter if !inside => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// A place in a record, in reasons.
pub(super) fn place(record: &Record, field: &str) -> Place {
    let gap = gap(record, field);
    Place {
        record: record.name.to_string(),
        field: field.to_owned(),
        gap: gap.and_then(|gap| gap.kind).map(GapKind::as_str),
        note: gap.map(|gap| gap.note.clone()).unwrap_or_default(),
    }
}
