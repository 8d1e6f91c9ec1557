//! What narrows a look-up of recipients, and which activities it leaves, found by who refers to whom.

use std::collections::BTreeSet;

use super::recipients::Use;
use crate::domain::activity::Activity;
use crate::domain::key::{
    ActivityKey, CountryKey, DataCategoryKey, Key, Kind, PurposeKey, RecipientKey, RecordName,
    TypedKey,
};
use crate::domain::recipient::Agreement;
use crate::engine::snapshot::{Node, Number, Snapshot};
use crate::engine::view::is_above;

/// What narrows the answer; what is absent does not.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only what is given of this category, or of one that includes it.
    pub category: Option<DataCategoryKey>,
    /// Only for activities of this purpose.
    pub purpose: Option<PurposeKey>,
    /// Only for this activity.
    pub activity: Option<ActivityKey>,
    /// Only who is in this country.
    pub country: Option<CountryKey>,
    /// Only this recipient, or sub-processor.
    pub recipient: Option<RecipientKey>,
}

/// What a filter names and nobody registered: the first, if there is one.
pub fn unregistered(snapshot: &Snapshot, filter: &Filter) -> Option<RecordName> {
    fn lacking<K: TypedKey>(snapshot: &Snapshot, key: Option<&K>) -> Option<RecordName> {
        let key = key?.key();
        let known = snapshot.number(K::KIND, key).is_some();
        (!known).then(|| RecordName::new(K::KIND, key.clone()))
    }
    lacking(snapshot, filter.activity.as_ref())
        .or_else(|| lacking(snapshot, filter.purpose.as_ref()))
        .or_else(|| lacking(snapshot, filter.category.as_ref()))
        .or_else(|| lacking(snapshot, filter.recipient.as_ref()))
        .or_else(|| lacking(snapshot, filter.country.as_ref()))
}

/// The activities that give data to a recipient: those that list it, those whose systems it runs, and those that
/// give data to whoever engages it, at any depth.
fn giving_to(snapshot: &Snapshot, recipient: &RecordName) -> BTreeSet<Number> {
    let mut activities = BTreeSet::new();
    let mut seen = BTreeSet::from([recipient.clone()]);
    let mut next = vec![recipient.clone()];
    while let Some(name) = next.pop() {
        for referrer in snapshot.referrers(&name) {
            let by = &referrer.name;
            let number = snapshot.number(by.kind, &by.key);
            match by.kind {
                Kind::Activity => activities.extend(number),
                // A recipient's systems, and the parties of a contract that engages it.
                Kind::System if seen.insert(by.clone()) => next.push(by.clone()),
                Kind::Agreement => {
                    let agreement = number.and_then(|number| snapshot.node::<Agreement>(number));
                    let parties = agreement.into_iter().flat_map(|found| &found.body.parties);
                    for party in parties {
                        let party = RecordName::new(Kind::Recipient, party.key().clone());
                        if seen.insert(party.clone()) {
                            next.push(party);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    activities
}

/// The activities that a filter leaves, in the order of their keys, found by index where it can be.
pub fn activities_of<'a>(snapshot: &'a Snapshot, filter: &Filter) -> Vec<Node<'a, Activity>> {
    let nodes = |numbers: BTreeSet<Number>| {
        let found = numbers.into_iter();
        found
            .filter_map(|number| snapshot.node(number))
            .collect::<Vec<_>>()
    };
    let mut found: Vec<Node<'a, Activity>> = if let Some(key) = &filter.activity {
        snapshot.activity(key).into_iter().collect()
    } else if let Some(key) = &filter.recipient {
        let name = RecordName::new(Kind::Recipient, key.key().clone());
        nodes(giving_to(snapshot, &name))
    } else if let Some(key) = &filter.country {
        let country = RecordName::new(Kind::Country, key.key().clone());
        let there = snapshot.referrers(&country).iter();
        let there = there.filter(|referrer| referrer.name.kind == Kind::Recipient);
        nodes(
            there
                .flat_map(|one| giving_to(snapshot, &one.name))
                .collect(),
        )
    } else if let Some(key) = &filter.category {
        let category = snapshot.data_category(key).into_iter();
        let above = category.flat_map(|category| snapshot.upwards(category.number));
        above
            .flat_map(|number| snapshot.activities_on(Some(number)))
            .collect()
    } else if let Some(key) = &filter.purpose {
        let purpose = snapshot.purpose(key).into_iter();
        purpose
            .flat_map(|purpose| snapshot.activities_for(purpose.number))
            .collect()
    } else {
        snapshot.all::<Activity>().collect()
    };
    if let Some(purpose) = &filter.purpose {
        found.retain(|activity| activity.body.purpose.as_ref() == Some(purpose));
    }
    found.sort_by_key(|activity| activity.number);
    found.dedup_by_key(|activity| activity.number);
    found
}

/// What cannot be told before a use is known.
pub(super) fn narrows(filter: &Filter, one: &Use) -> bool {
    let recipient = filter
        .recipient
        .as_ref()
        .is_none_or(|key| *key.key() == one.recipient);
    let country = filter.country.as_ref().is_none_or(|key| {
        let mut places = one.places.iter();
        places.any(|place| place.country.as_ref() == Some(key.key()))
    });
    let category = filter.category.as_ref().is_none_or(|key| {
        let above = |listed: &Key| listed == key.key() || is_above(listed, key.key());
        one.categories.is_empty() || one.categories.iter().any(above)
    });
    recipient && country && category
}
