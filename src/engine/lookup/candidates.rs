//! Questions without their target, or without their data: what could be named, to be asked one by one.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::domain::activity::Activity;
use crate::domain::category::DataCategory;
use crate::domain::date::Instant;
use crate::domain::key::{ActivityKey, DataCategoryKey, Key, TypedKey};
use crate::domain::shape::Text;
use crate::engine::clock::Clock;
use crate::engine::query::{DataItem, Processing, Target, VitalStatus};
use crate::engine::resolve::{controller, operations, resolve};
use crate::engine::rule::Gate;
use crate::engine::snapshot::{Node, Number, Snapshot};
use crate::engine::view::{Mark, includes_children};

/// The activities that could permit a question which names none: those that list its first category, or one
/// above it; all, where it names no data, or what no list stands in the way of: erasing, data of the deceased, data that
/// are called anonymous. In the order of their keys.
pub fn activities(snapshot: &Snapshot, query: &Processing) -> Vec<Processing> {
    let mut numbers: BTreeSet<Number> = BTreeSet::new();
    let first = query.data.first();
    let category = first.and_then(|item| item.category.as_ref());
    let anonymous = first.is_some_and(|item| item.anonymisation.is_some());
    let erasing = operations(query).within(Gate::ERASING);
    let subject = query.subject.as_ref();
    let deceased = subject.and_then(|subject| subject.vital_status) == Some(VitalStatus::Deceased);
    match category {
        Some(key) if !(erasing || deceased || anonymous) => {
            let number = snapshot.number(DataCategoryKey::KIND, key.key());
            let above = number
                .into_iter()
                .flat_map(|number| snapshot.upwards(number));
            for number in above {
                numbers.extend(
                    snapshot
                        .activities_on(Some(number))
                        .map(|activity| activity.number),
                );
            }
        }
        _ => numbers.extend(snapshot.all::<Activity>().map(|activity| activity.number)),
    }
    let nodes = numbers
        .into_iter()
        .filter_map(|number| snapshot.node::<Activity>(number));
    nodes
        .filter(|activity| {
            let of = activity.body.controller.as_ref();
            query.controller.is_none() || of == query.controller.as_ref()
        })
        .filter_map(|activity| {
            let target = Target::Activity(ActivityKey::parse(activity.key().as_str())?);
            Some(Processing {
                target: Some(target),
                ..query.clone()
            })
        })
        .collect()
}

/// The questions about one category each that an activity, or the activities of a purpose, could permit. In
/// the order of their keys.
pub fn categories(snapshot: &Snapshot, query: &Processing, at: Instant) -> Vec<(Key, Processing)> {
    let chosen = controller(snapshot, query, at);
    let zone = chosen.and_then(|chosen| snapshot.zone(chosen));
    let clock = Clock::new(at, zone.cloned().unwrap_or(TimeZone::UTC));
    let resolved = resolve(snapshot, query, chosen, &clock);
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    for found in &resolved.candidates {
        for listed in found
            .activity
            .body
            .data
            .iter()
            .filter_map(|entry| entry.category.as_ref())
        {
            let Some(category) = snapshot.data_category(listed) else {
                continue;
            };
            keys.insert(category.key().clone());
            if includes_children(category.record, &clock) == Mark::Yes {
                let below = snapshot.below(category.number).into_iter();
                let below = below.filter_map(|number| snapshot.node(number));
                keys.extend(below.map(|child: Node<'_, DataCategory>| child.key().clone()));
            }
        }
    }
    let same = query.data.first().cloned().unwrap_or_default();
    keys.into_iter()
        .filter_map(|key| {
            let category = DataCategoryKey::parse(key.as_str())?;
            let item = DataItem {
                category: Some(category),
                ..same.clone()
            };
            let alone = Processing {
                data: vec![item],
                ..query.clone()
            };
            Some((key, alone))
        })
        .collect()
}
