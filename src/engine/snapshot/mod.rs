//! The inventory of one revision in the form that questions are answered from. Never altered: a new
//! revision is a new snapshot.

mod index;

use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::suggest::Keys;
use crate::domain::activity::Activity;
use crate::domain::basis::Assessment;
use crate::domain::controller::Controller;
use crate::domain::inventory::Inventory;
use crate::domain::key::{Key, Kind, RecordName, TypedKey, with_kinds};
use crate::domain::notice::Notice;
use crate::domain::policy::{Limit, Policy};
use crate::domain::recipient::Agreement;
use crate::domain::record::{Body, Record};
use crate::domain::retention::{LegalHold, RetentionRule};
use crate::domain::transfer::{AdequacyDecision, TransferSafeguard};
use index::Index;

/// The number of a record in one snapshot: its place in the order of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(u32);

impl Number {
    const fn place(self) -> usize {
        self.0 as usize
    }
}

/// A record of a kind known beforehand.
#[derive(Debug)]
pub struct Node<'a, B> {
    /// Its number.
    pub number: Number,
    /// The whole record.
    pub record: &'a Record,
    /// Its body.
    pub body: &'a B,
}

impl<B> Clone for Node<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Node<'_, B> {}

impl<'a, B> Node<'a, B> {
    /// Its key.
    pub fn key(&self) -> &'a Key {
        &self.record.name.key
    }
}

/// The body of one kind.
pub trait OfKind {
    /// The kind.
    const KIND: Kind;

    /// The body as one of this kind; `None` if it is of another.
    fn of(body: &Body) -> Option<&Self>;
}

/// Where one record refers to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// The record that refers.
    pub name: RecordName,
    /// The field it does so in, from the body on (`activity.data[0].category`).
    pub field: String,
}

/// The inventory of one revision, compiled. Records have numbers in the order of their names; what is
/// looked for by what it is about is found by an index, so that no question walks over all of a kind.
#[derive(Debug, Default)]
pub struct Snapshot {
    inventory: Inventory,
    /// What they state, by number.
    records: Vec<Arc<Record>>,
    numbers: FxHashMap<Kind, FxHashMap<Key, Number>>,
    kinds: FxHashMap<Kind, Range<usize>>,
    parents: Vec<Option<Number>>,
    children: FxHashMap<Number, Vec<Number>>,
    keys: FxHashMap<Kind, Keys>,
    referrers: FxHashMap<Number, Vec<Referrer>>,
    index: Index,
}

impl Snapshot {
    /// Gives every record its number, and lays out what is found by number.
    pub(super) fn new(inventory: Inventory) -> Self {
        let mut snapshot = Self::default();
        for ((name, entry), number) in inventory.entries().zip(0..) {
            let place = snapshot.records.len();
            snapshot.kinds.entry(name.kind).or_insert(place..place).end = place + 1;
            snapshot
                .numbers
                .entry(name.kind)
                .or_default()
                .insert(name.key.clone(), Number(number));
            snapshot.records.push(entry.record.stated());
        }
        for (record, number) in snapshot.records.iter().zip(0..) {
            let number = Number(number);
            let name = &record.name;
            let hierarchical = name.kind.is_hierarchical();
            let parent = name.key.parent().filter(|_| hierarchical);
            let parent = parent.and_then(|key| snapshot.number(name.kind, &key));
            snapshot.parents.push(parent);
            if let Some(parent) = parent {
                snapshot.children.entry(parent).or_default().push(number);
            }
        }
        for (kind, range) in &snapshot.kinds {
            let records = snapshot.records.get(range.clone()).unwrap_or_default();
            let keys = Keys::new(records.iter().map(|record| &record.name.key));
            snapshot.keys.insert(*kind, keys);
        }
        snapshot.index = Index::of(&snapshot);
        snapshot.inventory = inventory;
        snapshot
    }

    /// Notes that one record refers to another.
    pub(super) fn refer(&mut self, target: Number, referrer: Referrer) {
        self.referrers.entry(target).or_default().push(referrer);
    }

    /// The records as they were written.
    pub const fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The registered keys of a kind, to look for ones that are alike.
    pub(super) fn keys(&self, kind: Kind) -> Option<&Keys> {
        self.keys.get(&kind)
    }

    /// Who refers to a record, in the order of their names.
    pub fn referrers(&self, name: &RecordName) -> &[Referrer] {
        self.number(name.kind, &name.key)
            .and_then(|number| self.referrers.get(&number))
            .map_or(&[], Vec::as_slice)
    }

    /// The number of the record of this kind and key.
    pub(super) fn number(&self, kind: Kind, key: &Key) -> Option<Number> {
        self.numbers.get(&kind)?.get(key).copied()
    }

    /// The record of this number.
    pub(super) fn record(&self, number: Number) -> Option<&Record> {
        self.records.get(number.place()).map(AsRef::as_ref)
    }

    /// The record of this number, as one of a kind.
    pub fn node<B: OfKind>(&self, number: Number) -> Option<Node<'_, B>> {
        let record = self.records.get(number.place())?;
        B::of(&record.body).map(|body| Node {
            number,
            record,
            body,
        })
    }

    /// The records of these numbers, in their order.
    fn nodes<'a, B: OfKind + 'a>(
        &'a self,
        numbers: &'a [Number],
    ) -> impl Iterator<Item = Node<'a, B>> {
        numbers.iter().filter_map(|number| self.node(*number))
    }

    /// The record that a key of a known kind names.
    pub fn find<B: OfKind>(&self, key: &Key) -> Option<Node<'_, B>> {
        self.node(self.number(B::KIND, key)?)
    }

    /// All records of a kind, in the order of their keys.
    pub fn all<'a, B: OfKind + 'a>(&'a self) -> impl Iterator<Item = Node<'a, B>> {
        let range = self.kinds.get(&B::KIND).cloned().unwrap_or_default();
        let from = u32::try_from(range.start).unwrap_or(u32::MAX);
        let records = self.records.get(range).unwrap_or_default();
        records.iter().zip(from..).filter_map(|(record, number)| {
            B::of(&record.body).map(|body| Node {
                number: Number(number),
                record: record.as_ref(),
                body,
            })
        })
    }

    /// The record right above another in a hierarchy of keys.
    pub fn parent<B: OfKind>(&self, node: Node<'_, B>) -> Option<Node<'_, B>> {
        self.node(self.parent_of(node.number)?)
    }

    fn parent_of(&self, number: Number) -> Option<Number> {
        self.parents.get(number.place()).copied().flatten()
    }

    /// A record and those above it, from below.
    pub(super) fn upwards(&self, from: Number) -> impl Iterator<Item = Number> {
        std::iter::successors(Some(from), |number| self.parent_of(*number))
    }

    /// The records below another in a hierarchy, at any depth.
    pub(super) fn below(&self, above: Number) -> Vec<Number> {
        let mut found: Vec<Number> = Vec::new();
        let mut next = vec![above];
        while let Some(number) = next.pop() {
            if let Some(children) = self.children.get(&number) {
                found.extend(children);
                next.extend(children);
            }
        }
        found.sort_unstable();
        found
    }

    /// The time zone that a controller counts its days in.
    pub(super) fn zone(&self, controller: Node<'_, Controller>) -> Option<&TimeZone> {
        self.index.zones.get(&controller.number)
    }

    /// The activities whose purpose is exactly this one.
    pub(super) fn activities_for(
        &self,
        purpose: Number,
    ) -> impl Iterator<Item = Node<'_, Activity>> {
        self.nodes(self.index.activities_by_purpose.of(&purpose))
    }

    /// The activities of which it is not known which purpose they serve, or for whom.
    pub(super) fn unplaced_activities(&self) -> impl Iterator<Item = Node<'_, Activity>> {
        self.nodes(&self.index.unplaced_activities)
    }

    /// The activities that list exactly this category of data; `None` stands for those that may list more.
    pub(super) fn activities_on(
        &self,
        category: Option<Number>,
    ) -> impl Iterator<Item = Node<'_, Activity>> {
        self.nodes(self.index.activities_by_category.of(&category))
    }

    /// The retention rules on exactly this category of data; `None` stands for those of which it is not
    /// clear on which they are.
    pub(super) fn retention_on(
        &self,
        category: Option<Number>,
    ) -> impl Iterator<Item = Node<'_, RetentionRule>> {
        self.nodes(self.index.retention_by_category.of(&category))
    }

    /// The holds on exactly this category of data; `None` stands for those on all.
    pub(super) fn holds_on(
        &self,
        category: Option<Number>,
    ) -> impl Iterator<Item = Node<'_, LegalHold>> {
        self.nodes(self.index.holds_by_category.of(&category))
    }

    /// The notices that name this activity; `None` stands for those that name none.
    pub(super) fn notices_on(
        &self,
        activity: Option<Number>,
    ) -> impl Iterator<Item = Node<'_, Notice>> {
        self.nodes(self.index.notices_by_activity.of(&activity))
    }

    /// The limits of a code.
    pub(super) fn limits_of(&self, code: &str) -> impl Iterator<Item = Node<'_, Limit>> {
        self.nodes(self.index.limits_by_code.of(code))
    }

    /// The notices that name a tracker.
    pub(super) fn notices_naming(&self, tracker: Number) -> impl Iterator<Item = Node<'_, Notice>> {
        self.nodes(self.index.notices_by_tracker.of(&tracker))
    }

    /// The notices that promise something, or may.
    pub(super) fn promises(&self) -> impl Iterator<Item = Node<'_, Notice>> {
        self.nodes(&self.index.promises)
    }

    /// The policies about the rule of a code.
    pub(super) fn policies_on(&self, code: &str) -> impl Iterator<Item = Node<'_, Policy>> {
        self.nodes(self.index.policies_by_rule.of(code))
    }

    /// The agreements that a recipient is a party of, and those of which not all parties are known.
    pub(super) fn agreements_with(
        &self,
        recipient: Number,
    ) -> impl Iterator<Item = Node<'_, Agreement>> {
        let named = self.index.agreements_by_party.of(&Some(recipient));
        let open = self.index.agreements_by_party.of(&None);
        let open = open.iter().filter(|number| !named.contains(number));
        self.nodes(named)
            .chain(open.filter_map(|number| self.node(*number)))
    }

    /// The transfer safeguards that a recipient receives data under.
    pub(super) fn safeguards_for(
        &self,
        importer: Number,
    ) -> impl Iterator<Item = Node<'_, TransferSafeguard>> {
        self.nodes(self.index.safeguards_by_importer.of(&importer))
    }

    /// The adequacy decisions about a country.
    pub(super) fn adequacy_of(
        &self,
        country: Number,
    ) -> impl Iterator<Item = Node<'_, AdequacyDecision>> {
        self.nodes(self.index.adequacy_by_territory.of(&country))
    }

    /// The adequacy decisions about an organisation.
    pub(super) fn adequacy_of_organisation(
        &self,
        key: &str,
    ) -> impl Iterator<Item = Node<'_, AdequacyDecision>> {
        self.nodes(self.index.adequacy_by_organisation.of(key))
    }

    /// The assessments of whether one purpose is compatible with another.
    pub(super) fn compatibility(
        &self,
        from: Number,
        to: Number,
    ) -> impl Iterator<Item = Node<'_, Assessment>> {
        self.nodes(self.index.compatibility.of(&(from, to)))
    }
}

macro_rules! nodes {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        impl Snapshot {
            $(
                #[doc = concat!("The record `", $collection, "/…` of this key.")]
                pub fn $word(&self, key: &crate::domain::key::$key) -> Option<Node<'_, crate::domain::$theme::$kind>> {
                    self.find(key.key())
                }
            )*
        }

        $(impl OfKind for crate::domain::$theme::$kind {
            const KIND: Kind = Kind::$kind;

            fn of(body: &Body) -> Option<&Self> {
                match body {
                    Body::$kind(body) => Some(body),
                    _ => None,
                }
            }
        })*
    };
}
with_kinds!(nodes);
