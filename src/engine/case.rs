//! One candidate activity, the question, and what both refer to: what rules judge.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashSet;

use super::clock::Clock;
use super::query::{Consent, ConsentScope, DataItem, Processing};
use super::rule::{Fired, Gate, Place};
use super::rules::Retention;
use super::snapshot::{Node, OfKind, Snapshot};
use crate::domain::activity::{Activity, ActivityData};
use crate::domain::basis::{Article6, BasisArticle, LegalBasis, LegalText};
use crate::domain::category::{DataCategory, DataSubjectCategory};
use crate::domain::controller::Controller;
use crate::domain::key::{Key, Kind, RecordName, TypedKey};
use crate::domain::policy::{Policy, Severity};
use crate::domain::purpose::Purpose;
use crate::domain::record::{Body, Record};

/// What rules judge.
#[derive(Debug)]
pub struct Case<'a> {
    /// The inventory.
    pub snapshot: &'a Snapshot,
    /// The question.
    pub query: &'a Processing,
    /// The time of the decision.
    pub clock: &'a Clock,
    /// The operations asked for.
    pub operations: Gate,
    /// The candidate.
    pub activity: Node<'a, Activity>,
    /// Its controller.
    pub controller: Node<'a, Controller>,
    /// Its purpose.
    pub purpose: Node<'a, Purpose>,
    /// Its basis, if it has one that is in force.
    pub basis: Option<Node<'a, LegalBasis>>,
    /// The data asked for, as far as their categories are known.
    pub items: Vec<Item<'a>>,
    /// The group of the person, if it is known.
    pub subject: Option<Node<'a, DataSubjectCategory>>,
    /// How long each personal item is kept, once a rule asks.
    pub(super) retention: OnceCell<Vec<Retention<'a>>>,
    pub(super) touched: RefCell<FxHashSet<RecordName>>,
    pub(super) assumed: RefCell<Vec<String>>,
}

/// One item of the data asked for.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its place in the question.
    pub index: usize,
    /// What is said of it.
    pub said: &'a DataItem,
    /// Its category.
    pub category: Node<'a, DataCategory>,
    /// What the activity says of that category, if it lists it.
    pub entry: Option<&'a ActivityData>,
    /// Whether it is anonymous: most rules have then nothing to say.
    pub anonymous: bool,
}

impl Item<'_> {
    /// The path of a fact of this item.
    pub fn fact(&self, field: &str) -> String {
        let index = self.index;
        if field.is_empty() {
            format!("processing.data[{index}]")
        } else {
            format!("processing.data[{index}].{field}")
        }
    }

    /// The key of its category.
    pub fn key(&self) -> &Key {
        self.category.key()
    }
}

/// A mark, as a record bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is there.
    Yes,
    /// It is not.
    No,
    /// The source is silent about it.
    Unknown,
}

impl<'a> Case<'a> {
    /// Finds what the question and the activity refer to.
    pub(super) fn complete(&mut self) {
        let erasing = self.operations.within(Gate::ERASING);
        let snapshot = self.snapshot;
        let counts = |case: &Self, record: &Record| case.in_force(record) || erasing;
        self.basis = self
            .activity
            .body
            .legal_basis
            .as_ref()
            .and_then(|key| snapshot.legal_basis(key))
            .filter(|basis| self.in_force(basis.record));
        self.subject = self
            .query
            .subject
            .as_ref()
            .and_then(|subject| snapshot.data_subject_category(subject.category.as_ref()?))
            .filter(|subject| counts(self, subject.record));
        let mut items = Vec::with_capacity(self.query.data.len());
        for (index, said) in self.query.data.iter().enumerate() {
            let Some(category) = said
                .category
                .as_ref()
                .and_then(|key| snapshot.data_category(key))
            else {
                continue;
            };
            if !counts(self, category.record) {
                continue;
            }
            let listed = &self.activity.body.data;
            let is_for = |entry: &&ActivityData, exactly: bool| {
                entry.category.as_ref().is_some_and(|listed| {
                    if exactly {
                        listed.key() == category.key()
                    } else {
                        self.covers(listed, category.key())
                    }
                })
            };
            let entry = listed
                .iter()
                .find(|entry| is_for(entry, true))
                .or_else(|| listed.iter().find(|entry| is_for(entry, false)));
            // Data that are being collected are personal: anonymity comes afterwards.
            let anonymous =
                self.operations.within(Gate::EXISTING) && super::rules::is_anonymous(self, said);
            items.push(Item {
                index,
                said,
                category,
                entry,
                anonymous,
            });
        }
        self.items = items;
    }

    /// Whether a record counts at the time of the decision; notes that it was looked at.
    pub fn in_force(&self, record: &Record) -> bool {
        let counts = self.clock.in_force(&record.envelope);
        if counts {
            self.touch(record);
        }
        counts
    }

    /// Notes that a record took part.
    pub fn touch(&self, record: &Record) {
        let mut touched = self.touched.borrow_mut();
        if !touched.contains(&record.name) {
            touched.insert(record.name.clone());
        }
    }

    /// Notes that a fact was not said and is taken as "no".
    pub fn assume(&self, fact: &str) {
        let mut assumed = self.assumed.borrow_mut();
        if !assumed.iter().any(|known| known == fact) {
            assumed.push(fact.to_owned());
        }
    }

    /// The data that are personal: those not shown to be anonymous.
    pub fn personal(&self) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(|item| !item.anonymous)
    }

    /// Whether the question is about personal data at all: it is, unless everything is shown to be
    /// anonymous. Data whose category is not known are personal.
    pub fn is_about_people(&self) -> bool {
        self.items.len() < self.query.data.len()
            || self.items.is_empty()
            || self.personal().next().is_some()
    }

    /// The letter of Art. 6(1) of the basis.
    pub fn letter(&self) -> Option<Article6> {
        match self.basis?.body.article {
            Some(BasisArticle::Article6(letter)) => Some(letter),
            _ => None,
        }
    }

    /// The activity, in reasons.
    pub fn here(&self, field: &str) -> Place {
        place(self.activity.record, field)
    }

    /// The basis, in reasons; the activity's field where there is none.
    pub fn basis_at(&self, field: &str) -> Place {
        self.basis.map_or_else(
            || self.here("legal_basis"),
            |basis| place(basis.record, field),
        )
    }

    /// The consent of a scope, if one was told.
    pub fn consent(&self, scope: ConsentScope) -> Option<(usize, &'a Consent)> {
        self.query
            .consents
            .iter()
            .enumerate()
            .find(|(_, consent)| consent.scope == Some(scope))
    }

    /// A mark of a record: absent is "no", unless a gap says that the source is silent.
    pub fn mark(record: &Record, field: &str, said: Option<bool>) -> Mark {
        match said {
            Some(true) => Mark::Yes,
            None if gap(record, field).is_some() => Mark::Unknown,
            Some(false) | None => Mark::No,
        }
    }

    /// Whether a mark is set on a record or one above it; and where.
    pub fn mark_upwards<B: OfKind>(
        &self,
        from: Node<'a, B>,
        field: &str,
        said: impl Fn(&B) -> Option<bool>,
    ) -> (Mark, Node<'a, B>) {
        let mut at = from;
        let mut unknown = None;
        loop {
            match Self::mark(at.record, field, said(at.body)) {
                Mark::Yes => return (Mark::Yes, at),
                Mark::Unknown => unknown = unknown.or(Some(at)),
                Mark::No => {}
            }
            match self.snapshot.parent(at) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        unknown.map_or((Mark::No, from), |at| (Mark::Unknown, at))
    }

    /// Whether the purpose, or one above it, is direct marketing; and where it says so.
    pub(super) fn direct_marketing(&self) -> (Mark, Node<'a, Purpose>) {
        self.mark_upwards(self.purpose, "direct_marketing", |purpose| {
            purpose.direct_marketing
        })
    }

    /// Whether a listed key stands for `key`: it is the same, or above it and says that it includes its
    /// children.
    pub fn covers(&self, listed: &impl TypedKey, key: &Key) -> bool {
        listed.key() == key
            || is_above(listed.key(), key)
                && self
                    .snapshot
                    .find(listed)
                    .is_some_and(|record| includes_children(record, self.clock))
    }

    /// The texts of Union or Member State law that a basis cites and that hold at the decision.
    pub fn laws_of(&self, basis: &'a LegalBasis) -> Vec<&'a LegalText> {
        use crate::domain::basis::Jurisdiction::{MemberState, Union};
        basis
            .laws
            .iter()
            .filter(|law| {
                matches!(law.jurisdiction, Some(Union | MemberState)) && !law.citation.is_empty()
            })
            .filter(|law| self.clock.within(law.valid_from, law.valid_until))
            .collect()
    }

    /// What a policy record makes of a rule, the strictest if several do. All are looked at: the term of
    /// each bounds the answer.
    pub(super) fn policy(&self, code: &str) -> Option<Severity> {
        let policies = self
            .snapshot
            .of_kind(Kind::Policy)
            .iter()
            .filter_map(Node::<Policy>::of);
        policies
            .filter(|policy| policy.body.rule == code && self.in_force(policy.record))
            .filter_map(|policy| policy.body.severity)
            .min()
    }

    /// Whether a policy asks that the state of people is always stated.
    pub(super) fn requires_person_state(&self) -> bool {
        let policies = self
            .snapshot
            .of_kind(Kind::Policy)
            .iter()
            .filter_map(Node::<Policy>::of);
        let asks = |policy: &Node<'_, Policy>| {
            policy.body.rule == super::catalogue::REQUIRE_PERSON_STATE
                && self.in_force(policy.record)
        };
        policies.filter(asks).count() > 0
    }

    /// A firing about a fact that was not said.
    pub fn missing(fact: impl Into<String>, undecided: &'static str) -> Fired {
        let fact = fact.into();
        let message = format!("`{fact}` is not said, so {undecided} cannot be decided");
        Fired::about(fact, message)
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
pub(super) fn includes_children(record: &Record, clock: &Clock) -> bool {
    let says = match &record.body {
        Body::DataCategory(body) => body.includes_children,
        Body::DataSubjectCategory(body) => body.includes_children,
        Body::Purpose(body) => body.includes_children,
        _ => None,
    };
    clock.in_force(&record.envelope) && says == Some(true)
}

/// The gap of a record on a field or one around it.
pub(super) fn gap(record: &Record, field: &str) -> Option<&'static str> {
    let around = |gap: &str| {
        gap == "*"
            || gap == field
            || field
                .strip_prefix(gap)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let found = record.envelope.gaps.iter().find(|gap| around(&gap.field))?;
    found.kind.map(crate::domain::record::GapKind::as_str)
}

/// A place in a record, in reasons.
pub(super) fn place(record: &Record, field: &str) -> Place {
    Place {
        record: record.name.to_string(),
        field: field.to_owned(),
        gap: gap(record, field),
    }
}
