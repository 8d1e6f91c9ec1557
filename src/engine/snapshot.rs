//! The inventory of one revision in the form that questions are answered from. Never altered: a new
//! revision is a new snapshot.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::suggest::Keys;
use crate::domain::inventory::Inventory;
use crate::domain::key::{Key, Kind, RecordName, TypedKey, with_kinds};
use crate::domain::record::{Body, Record};

/// A record of a kind known beforehand.
#[derive(Debug)]
pub struct Node<'a, B> {
    /// The whole record.
    pub record: &'a Arc<Record>,
    /// Its body.
    pub body: &'a B,
}

impl<B> Clone for Node<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Node<'_, B> {}

impl<B> Node<'_, B> {
    /// Its key.
    pub fn key(&self) -> &Key {
        &self.record.name.key
    }
}

/// The body of one kind.
pub trait OfKind {
    /// The body as one of this kind; `None` if it is of another.
    fn of(body: &Body) -> Option<&Self>;
}

impl<'a, B: OfKind> Node<'a, B> {
    /// The record as one of this kind; `None` if it is of another.
    pub fn of(record: &'a Arc<Record>) -> Option<Self> {
        OfKind::of(&record.body).map(|body| Self { record, body })
    }
}

/// Where one record refers to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// The record that refers.
    pub name: RecordName,
    /// The field it does so in, from the body on (`activity.data[0].category`).
    pub field: String,
}

/// The inventory of one revision, compiled.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub(super) inventory: Inventory,
    pub(super) records: FxHashMap<RecordName, Arc<Record>>,
    pub(super) by_kind: FxHashMap<Kind, Vec<Arc<Record>>>,
    pub(super) activities_by_purpose: FxHashMap<Key, Vec<Arc<Record>>>,
    pub(super) keys: FxHashMap<Kind, Keys>,
    pub(super) referrers: FxHashMap<RecordName, Vec<Referrer>>,
}

impl Snapshot {
    /// The plain records.
    pub const fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// Who refers to a record, in the order of their names.
    pub fn referrers(&self, name: &RecordName) -> &[Referrer] {
        self.referrers.get(name).map_or(&[], Vec::as_slice)
    }

    /// The activities whose purpose is exactly this one, in the order of their keys.
    pub fn activities_of(&self, purpose: &Key) -> &[Arc<Record>] {
        self.activities_by_purpose
            .get(purpose)
            .map_or(&[], Vec::as_slice)
    }

    /// The record that a key of a known kind names.
    pub fn find<K: TypedKey>(&self, key: &K) -> Option<&Arc<Record>> {
        self.records
            .get(&RecordName::new(K::KIND, key.key().clone()))
    }

    /// The record above another in a hierarchy of keys.
    pub fn parent<B: OfKind>(&self, node: Node<'_, B>) -> Option<Node<'_, B>> {
        let parent = RecordName::new(node.record.name.kind, node.key().parent()?);
        Node::of(self.records.get(&parent)?)
    }

    /// All records of a kind, in the order of their keys.
    pub fn of_kind(&self, kind: Kind) -> &[Arc<Record>] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }
}

macro_rules! nodes {
    ($($kind:ident $word:ident $theme:ident $collection:literal $key:ident;)*) => {
        impl Snapshot {
            $(
                #[doc = concat!("The record `", $collection, "/…` of this key.")]
                pub fn $word(&self, key: &crate::domain::key::$key) -> Option<Node<'_, crate::domain::$theme::$kind>> {
                    Node::<crate::domain::$theme::$kind>::of(self.find(key)?)
                }
            )*
        }

        $(impl OfKind for crate::domain::$theme::$kind {
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
