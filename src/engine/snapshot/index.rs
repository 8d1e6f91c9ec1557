//! Records by what they are about.

use std::borrow::Borrow;
use std::hash::Hash;

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use super::{Number, Snapshot};
use crate::domain::activity::Activity;
use crate::domain::basis::Assessment;
use crate::domain::controller::Controller;
use crate::domain::date::TimeZoneName;
use crate::domain::key::TypedKey;
use crate::domain::notice::Notice;
use crate::domain::policy::{Limit, Policy};
use crate::domain::recipient::Agreement;
use crate::domain::retention::{LegalHold, RetentionRule};
use crate::domain::transfer::{AdequacyDecision, AdequateParty, TransferSafeguard};
use crate::engine::view::gap;

/// Lists of records, each in the order of their names.
#[derive(Debug)]
pub(super) struct Lists<K>(FxHashMap<K, Vec<Number>>);

impl<K> Default for Lists<K> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<K: Eq + Hash> Lists<K> {
    fn add(&mut self, key: K, number: Number) {
        let list = self.0.entry(key).or_default();
        // One record may name the same thing twice.
        if list.last() != Some(&number) {
            list.push(number);
        }
    }

    /// The records listed under `key`.
    pub(super) fn of<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> &[Number]
    where
        K: Borrow<Q>,
    {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Records by what they are about. What names nothing stands under `None`.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) zones: FxHashMap<Number, TimeZone>,
    pub(super) activities_by_purpose: Lists<Number>,
    /// Activities of which it is not known which purpose they serve, or for whom.
    pub(super) unplaced_activities: Vec<Number>,
    pub(super) activities_by_category: Lists<Option<Number>>,
    pub(super) retention_by_category: Lists<Option<Number>>,
    pub(super) holds_by_category: Lists<Option<Number>>,
    pub(super) notices_by_activity: Lists<Option<Number>>,
    pub(super) notices_by_tracker: Lists<Number>,
    pub(super) promises: Vec<Number>,
    pub(super) limits_by_code: Lists<String>,
    pub(super) policies_by_rule: Lists<String>,
    pub(super) compatibility: Lists<(Number, Number)>,
    pub(super) agreements_by_party: Lists<Option<Number>>,
    pub(super) safeguards_by_importer: Lists<Number>,
    pub(super) adequacy_by_territory: Lists<Number>,
    pub(super) adequacy_by_organisation: Lists<String>,
}

impl Index {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut index = Self::default();
        for controller in snapshot.all::<Controller>() {
            let zone = controller.body.time_zone.as_ref();
            if let Some(zone) = zone.and_then(TimeZoneName::zone) {
                index.zones.insert(controller.number, zone);
            }
        }
        for activity in snapshot.all::<Activity>() {
            let body = activity.body;
            if let Some(purpose) = number(snapshot, body.purpose.as_ref()) {
                index.activities_by_purpose.add(purpose, activity.number);
            }
            for entry in &body.data {
                if let Some(category) = number(snapshot, entry.category.as_ref()) {
                    let listed = &mut index.activities_by_category;
                    listed.add(Some(category), activity.number);
                }
            }
            let unknown = |field| gap(activity.record, field).is_some();
            if body.purpose.is_none() && unknown("purpose")
                || body.controller.is_none() && unknown("controller")
            {
                index.unplaced_activities.push(activity.number);
            }
            if unknown("data.category") {
                index.activities_by_category.add(None, activity.number);
            }
        }
        for rule in snapshot.all::<RetentionRule>() {
            // A rule without categories applies to none; one whose list may hold more, to any.
            for category in numbers(snapshot, &rule.body.categories).flatten() {
                index.retention_by_category.add(Some(category), rule.number);
            }
            if gap(rule.record, "categories").is_some() {
                index.retention_by_category.add(None, rule.number);
            }
        }
        for hold in snapshot.all::<LegalHold>() {
            for category in numbers(snapshot, &hold.body.categories) {
                index.holds_by_category.add(category, hold.number);
            }
            if gap(hold.record, "categories").is_some() {
                index.holds_by_category.add(None, hold.number);
            }
        }
        for notice in snapshot.all::<Notice>() {
            if !notice.body.undertakings.is_empty() || gap(notice.record, "undertakings").is_some()
            {
                index.promises.push(notice.number);
            }
            for said in &notice.body.trackers {
                if let Some(tracker) = number(snapshot, said.tracker.as_ref()) {
                    index.notices_by_tracker.add(tracker, notice.number);
                }
            }
            for activity in numbers(snapshot, &notice.body.activities) {
                index.notices_by_activity.add(activity, notice.number);
            }
        }
        for limit in snapshot.all::<Limit>() {
            index
                .limits_by_code
                .add(limit.body.code.clone(), limit.number);
        }
        for policy in snapshot.all::<Policy>() {
            index
                .policies_by_rule
                .add(policy.body.rule.clone(), policy.number);
        }
        for assessment in snapshot.all::<Assessment>() {
            let from = number(snapshot, assessment.body.from_purpose.as_ref());
            let to = number(snapshot, assessment.body.to_purpose.as_ref());
            if let (Some(from), Some(to)) = (from, to) {
                index.compatibility.add((from, to), assessment.number);
            }
        }
        index.transfers(snapshot);
        index
    }

    fn transfers(&mut self, snapshot: &Snapshot) {
        for agreement in snapshot.all::<Agreement>() {
            for party in numbers(snapshot, &agreement.body.parties).flatten() {
                self.agreements_by_party.add(Some(party), agreement.number);
            }
            if gap(agreement.record, "parties").is_some() {
                self.agreements_by_party.add(None, agreement.number);
            }
        }
        for safeguard in snapshot.all::<TransferSafeguard>() {
            let body = safeguard.body;
            let importer = number(snapshot, body.importer.as_ref());
            let members = numbers(snapshot, &body.bound_members).flatten();
            for importer in importer.into_iter().chain(members) {
                self.safeguards_by_importer.add(importer, safeguard.number);
            }
        }
        for decision in snapshot.all::<AdequacyDecision>() {
            match &decision.body.about {
                Some(AdequateParty::Territory(country)) => {
                    if let Some(country) = number(snapshot, Some(country)) {
                        self.adequacy_by_territory.add(country, decision.number);
                    }
                }
                Some(AdequateParty::Organisation(key)) => {
                    self.adequacy_by_organisation
                        .add(key.clone(), decision.number);
                }
                None => {}
            }
        }
    }
}

fn number<K: TypedKey>(snapshot: &Snapshot, key: Option<&K>) -> Option<Number> {
    snapshot.number(K::KIND, key?.key())
}

/// The numbers of a list; `None` once for a list that names nothing.
fn numbers<'a, K: TypedKey>(
    snapshot: &'a Snapshot,
    keys: &'a [K],
) -> impl Iterator<Item = Option<Number>> + 'a {
    let nothing = keys.is_empty().then_some(None);
    let named = keys
        .iter()
        .filter_map(|key| number(snapshot, Some(key)).map(Some));
    nothing.into_iter().chain(named)
}
