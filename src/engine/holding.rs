//! Which activities hold data, and of whom: also those that ended, and what was listed under a category that ended. Data
//! outlive the record that they were collected for.

use super::resolve::belongs;
use super::rule::Place;
use super::snapshot::Node;
use super::view::{Mark, View, gap, place, says_children};
use crate::domain::activity::Activity;
use crate::domain::category::{DataCategory, DataSubjectCategory};
use crate::domain::controller::Controller;
use crate::domain::key::{Key, TypedKey};
use crate::domain::record::Record;

impl<'a> View<'a> {
    /// The activities, of those that count, that hold a category of data of a group of people, in the order of their
    /// keys. Of a group that is not known, any may hold them.
    pub(super) fn holding(
        &self,
        category: Node<'a, DataCategory>,
        subject: Option<&Key>,
        counts: impl Fn(&Node<'a, Activity>) -> bool,
    ) -> Vec<Node<'a, Activity>> {
        let held =
            |activity: &Node<'a, Activity>| self.holds_of(*activity, category.key(), subject);
        let above = self.snapshot.upwards(category.number);
        let listing = above.flat_map(|number| self.snapshot.activities_on(Some(number)));
        let mut found: Vec<Node<'a, Activity>> = listing
            .filter(counts)
            .filter(|activity| held(activity) == Mark::Yes)
            .collect();
        found.sort_by_key(|activity| activity.number);
        found.dedup_by_key(|activity| activity.number);
        found
    }

    /// The activities, of those that count, of which it is not known whether they hold a category of data of a group of
    /// people; and what leaves it open.
    pub(super) fn perhaps_holding(
        &self,
        category: Node<'a, DataCategory>,
        subject: Option<&Key>,
        counts: impl Fn(&Node<'a, Activity>) -> bool,
    ) -> Vec<(Node<'a, Activity>, Place)> {
        let above = self.snapshot.upwards(category.number);
        let listing = above.map(Some).chain([None]);
        let mut found: Vec<_> = listing
            .flat_map(|number| self.snapshot.activities_on(number))
            .filter(counts)
            .filter(|activity| self.holds_of(*activity, category.key(), subject) == Mark::Unknown)
            .collect();
        found.sort_by_key(|activity| activity.number);
        found.dedup_by_key(|activity| activity.number);
        let open = |activity| match self.lists(activity, category.key()) {
            Mark::Unknown => self.open_data(activity, category.key()),
            Mark::Yes | Mark::No => self.open_people(activity, subject),
        };
        found
            .into_iter()
            .map(|activity| (activity, open(activity)))
            .collect()
    }

    /// Whether an activity holds a category of data of a group of people.
    fn holds_of(
        &self,
        activity: Node<'_, Activity>,
        category: &Key,
        subject: Option<&Key>,
    ) -> Mark {
        let lists = self.lists(activity, category);
        lists.min(self.is_about(activity, subject))
    }

    /// Whether an activity holds a category of data.
    pub(super) fn lists(&self, activity: Node<'_, Activity>, category: &Key) -> Mark {
        let entries = activity.body.data.iter();
        let listed = entries.filter_map(|entry| entry.category.as_ref());
        let more = Mark::stated(activity.record, "data.category", false);
        self.any_stands_for(listed, category).max(more)
    }

    /// Whether an activity is about a group of people; about one that is not known it is.
    pub(super) fn is_about(&self, activity: Node<'_, Activity>, subject: Option<&Key>) -> Mark {
        let Some(subject) = subject else {
            return Mark::Yes;
        };
        let listed = activity.body.data_subject_categories.iter();
        let more = Mark::stated(activity.record, "data_subject_categories", false);
        self.any_stands_for(listed, subject).max(more)
    }

    fn any_stands_for<'k, K: TypedKey + 'k>(
        &self,
        listed: impl Iterator<Item = &'k K>,
        key: &Key,
    ) -> Mark {
        let marks = listed.map(|listed| self.stands_for(listed, key));
        marks.max().unwrap_or(Mark::No)
    }

    /// Whether a listed key stands for a key: it is the same, or above it and says that it includes its children.
    pub(super) fn stands_for<K: TypedKey>(&self, listed: &K, key: &Key) -> Mark {
        if listed.key() == key {
            return Mark::Yes;
        }
        let record = self.above(listed, key);
        let counted = record.filter(|record| record.envelope.may_hold_data());
        counted.map_or(Mark::No, says_children)
    }

    /// What leaves it open whether an activity holds a category of data.
    pub(super) fn open_data(&self, activity: Node<'_, Activity>, category: &Key) -> Place {
        let entries = activity.body.data.iter();
        let listed = entries.filter_map(|entry| entry.category.as_ref());
        self.open_above(activity.record, "data", listed, category)
    }

    /// What leaves it open whether an activity is about a group of people.
    pub(super) fn open_people(&self, activity: Node<'_, Activity>, subject: Option<&Key>) -> Place {
        let listed = activity.body.data_subject_categories.iter();
        let field = "data_subject_categories";
        match subject {
            Some(subject) => self.open_above(activity.record, field, listed, subject),
            None => place(activity.record, field),
        }
    }

    /// The key above that does not say whether it stands for those below it; else the list.
    fn open_above<'k, K: TypedKey + 'k>(
        &self,
        record: &Record,
        field: &str,
        mut listed: impl Iterator<Item = &'k K>,
        key: &Key,
    ) -> Place {
        let unclear = listed.find(|listed| self.stands_for(*listed, key) == Mark::Unknown);
        match unclear.and_then(|listed| self.above(listed, key)) {
            Some(above) => place(above, "includes_children"),
            None => place(record, field),
        }
    }

    /// The other activities of a controller in force that hold a category of data of a group of people on a basis, or may. All
    /// are looked at: the term of each bounds the answer.
    pub(super) fn others_holding(
        &self,
        activity: Node<'a, Activity>,
        category: Node<'a, DataCategory>,
        subject: Option<Node<'a, DataSubjectCategory>>,
        controller: Node<'a, Controller>,
    ) -> Vec<Node<'a, Activity>> {
        let other = |other: &Node<'a, Activity>| {
            let open = |field| gap(other.record, field).is_some();
            let rests = other.body.legal_basis.is_some() || open("legal_basis");
            let ours = belongs(*other, controller) || open("controller");
            other.number != activity.number && rests && ours
        };
        let subject = subject.as_ref().map(Node::key);
        let mut others = self.holding(category, subject, other);
        let perhaps = self.perhaps_holding(category, subject, other);
        others.extend(perhaps.into_iter().map(|(other, _)| other));
        others.retain(|other| self.clock.in_force(&other.record.envelope));
        others
    }
}
