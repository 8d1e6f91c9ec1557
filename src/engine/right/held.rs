//! A request in one activity: what that holds of the data, and how the right stands there.

use super::asked::RightRequest;
use super::told::{ActivityRight, RightStanding};
use super::{query, stands};
use crate::domain::activity::{Activity, ActivityRecipient};
use crate::domain::controller::Controller;
use crate::domain::key::{DataCategoryKey, TypedKey};
use crate::engine::case::Case;
use crate::engine::clock::Clock;
use crate::engine::decision::Reason;
use crate::engine::query::{DataItem, Disclosure};
use crate::engine::resolve::purposeless;
use crate::engine::rule::Fired;
use crate::engine::rules::FACT_MISSING;
use crate::engine::snapshot::{Node, Snapshot};
use crate::engine::view::{Mark, View, gap, place};

/// An item, and the place in the request that asks for it.
struct Held {
    place: usize,
    item: DataItem,
}

/// What an activity holds of the data that are asked for: the items themselves or, of a category that includes its
/// children, those that it lists. What is asked for by itself too is told there.
fn held(view: &View<'_>, activity: Node<'_, Activity>, asked: &[DataItem]) -> Vec<Held> {
    let entries = activity.body.data.iter();
    let listed: Vec<&DataCategoryKey> = entries
        .filter_map(|entry| entry.category.as_ref())
        .collect();
    let of = |place: usize, item: &DataItem, category: &DataCategoryKey| Held {
        place,
        item: DataItem {
            category: Some(category.clone()),
            ..item.clone()
        },
    };
    if asked.is_empty() {
        let item = DataItem::default();
        let all = listed.into_iter().enumerate();
        return all.map(|(place, key)| of(place, &item, key)).collect();
    }
    let by_itself = |key: &DataCategoryKey| {
        let mut asked = asked.iter().filter_map(|item| item.category.as_ref());
        asked.any(|asked| asked == key)
    };
    let mut held = Vec::new();
    for (place, item) in asked.iter().enumerate() {
        let Some(category) = &item.category else {
            continue;
        };
        if listed
            .iter()
            .any(|key| view.stands_for(*key, category.key()) == Mark::Yes)
        {
            held.push(of(place, item, category));
            continue;
        }
        let below = listed
            .iter()
            .filter(|key| view.may_cover(category, key.key()) && !by_itself(key));
        held.extend(below.map(|key| of(place, item, key)));
    }
    held
}

fn disclosed(entry: &ActivityRecipient) -> Disclosure {
    Disclosure {
        recipient: entry.recipient.clone(),
        categories: entry.categories.clone(),
        ..Disclosure::default()
    }
}

/// What the record of an activity leaves open of whether it holds the data: that it is about these people, or all that
/// it holds.
fn open(view: &View<'_>, activity: Node<'_, Activity>, asked: &RightRequest) -> Option<Fired> {
    let subject = asked.subject.as_ref();
    let subject = subject.and_then(|subject| subject.category.as_ref());
    if view.is_about(activity, subject.map(TypedKey::key)) == Mark::Unknown {
        let at = view.open_people(activity, subject.map(TypedKey::key));
        let what = "whether it is about these people";
        return Some(Fired::unstated("request.subject.category", at, what));
    }
    let mut categories = asked.data.iter().filter_map(|item| item.category.as_ref());
    let at = if asked.data.is_empty() {
        let unlisted = gap(activity.record, "data.category").is_some();
        unlisted.then(|| place(activity.record, "data"))
    } else {
        let unclear = categories.find(|key| view.lists(activity, key.key()) == Mark::Unknown);
        unclear.map(|key| view.open_data(activity, key.key()))
    };
    at.map(|at| Fired::unstated("request.data", at, "what it holds of the data"))
}

/// The request in one activity; nothing where that holds none of the data.
pub(super) fn one(
    snapshot: &Snapshot,
    asked: &RightRequest,
    controller: Node<'_, Controller>,
    activity: Node<'_, Activity>,
    clock: &Clock,
) -> Option<ActivityRight> {
    let view = View::new(snapshot, clock);
    let held = held(&view, activity, &asked.data);
    let open = open(&view, activity, asked).map(|fired| Reason::of(FACT_MISSING, fired));
    if held.is_empty() {
        return open.map(|reason| ActivityRight::undecided(reason, activity));
    }
    let purpose = activity.body.purpose.as_ref();
    // What has no purpose cannot be weighed, and is not passed over.
    let Some(purpose) = purpose.and_then(|key| snapshot.purpose(key)) else {
        return Some(ActivityRight::undecided(purposeless(activity), activity));
    };
    let (places, data): (Vec<usize>, Vec<DataItem>) =
        held.into_iter().map(|one| (one.place, one.item)).unzip();
    let mut query = query(asked, data);
    // Whom the activity names has the data, and whom those engage.
    query.recipients = activity.body.recipients.iter().map(disclosed).collect();
    let mut case = Case::of(view, &query, activity, controller, purpose);
    // Each is told by its place in the request.
    for item in &mut case.items {
        item.index = places.get(item.index).copied().unwrap_or(item.index);
    }
    let mut found = stands::stand(&case, asked)?;
    if asked.data.is_empty() {
        // No item is there to point at: it is one that should be said.
        for reason in &mut found.reasons {
            if reason.fired.fact.starts_with("processing.data[") {
                "processing.data".clone_into(&mut reason.fired.fact);
            }
        }
    }
    // Where the right is refused it does not matter what else there is.
    if let Some(reason) = open.filter(|_| found.standing != RightStanding::Refused) {
        found.standing = RightStanding::Undecided;
        found.reasons.push(reason);
    }
    Some(found)
}
