//! Legal holds (Art. 17(3)(e)): data that are kept for a claim.

use super::limit::{Limit, Reach, Retention, of_subject, over, reached};
use super::{each, kept};
use crate::domain::key::{LegalHoldKey, TypedKey};
use crate::domain::retention::{HoldScope, LegalHold};
use crate::engine::case::{Case, Item};
use crate::engine::rule::{Fired, Gate, Outcome};
use crate::engine::rules::is_deceased;
use crate::engine::snapshot::Node;
use crate::engine::view::{gap, place};

/// The holds that an item falls under: those that reach all of it, and those that reach a part.
pub(super) fn holds<'a>(
    case: &Case<'a>,
    item: &Item<'a>,
) -> (Vec<Node<'a, LegalHold>>, Vec<Node<'a, LegalHold>>) {
    let snapshot = case.view.snapshot;
    // A hold on no category is on all; one whose list may hold more may be on any.
    let everywhere = snapshot.holds_on(None).map(|hold| {
        let listed = !hold.body.categories.is_empty() || gap(hold.record, "categories").is_some();
        (hold, if listed { Reach::Unclear } else { Reach::Whole })
    });
    let on_categories = reached(case, item).into_iter().flat_map(|(number, reach)| {
        snapshot
            .holds_on(Some(number))
            .map(move |hold| (hold, reach))
    });
    let stated = on_categories
        .chain(everywhere)
        .filter(|(hold, _)| holds_item(case, hold.body, item, hold.key().as_str()));
    // One that the caller names may be on the item, whatever else it says of itself: that forbids, and permits nothing.
    let named = item.said.legal_holds.iter();
    let named = named
        .filter_map(|key| snapshot.legal_hold(key))
        .map(|hold| (hold, Reach::Unclear));
    let mut whole: Vec<Node<'a, LegalHold>> = Vec::new();
    let mut part: Vec<Node<'a, LegalHold>> = Vec::new();
    for (hold, reach) in stated.chain(named) {
        if !case.view.in_force(hold) {
            continue;
        }
        let known =
            |holds: &[Node<'a, LegalHold>]| holds.iter().any(|one| one.number == hold.number);
        match reach {
            Reach::Whole if !known(&whole) => whole.push(hold),
            Reach::Part | Reach::Unclear if !known(&whole) && !known(&part) => part.push(hold),
            _ => {}
        }
    }
    whole.sort_by_key(|hold| hold.number);
    part.sort_by_key(|hold| hold.number);
    (whole, part)
}

/// Whether a hold on the category of an item is on the item too.
fn holds_item(case: &Case<'_>, hold: &LegalHold, item: &Item<'_>, key: &str) -> bool {
    let activity = hold.activities.is_empty()
        || hold
            .activities
            .iter()
            .any(|held| held.key() == case.activity.key());
    let mut named = item.said.legal_holds.iter();
    let listed =
        hold.scope != Some(HoldScope::Listed) || named.any(|named| named.key().as_str() == key);
    listed
        && activity
        && on_system(case, hold)
        && of_subject(case, &hold.data_subject_categories, true)
}

/// Whether a hold is on a system of the question. Where it is not known which systems hold the data, it
/// may be any.
fn on_system(case: &Case<'_>, hold: &LegalHold) -> bool {
    let listed = &case.activity.body.systems;
    hold.systems.is_empty()
        || match &case.query.system {
            Some(named) => hold.systems.contains(named),
            None => {
                listed.is_empty()
                    || case.here("systems").gap.is_some()
                    || listed.iter().any(|key| hold.systems.contains(key))
            }
        }
}

pub(super) fn held(case: &Case<'_>) -> Outcome {
    if case.operations.meets(Gate::ERASING) {
        return forbids_erasing(case);
    }
    each(case, |item, retention| {
        // Of the deceased nobody asks how long: a hold of which it is not known what it is on may be on these.
        let mut partial = retention.partial.iter().filter(|_| is_deceased(case));
        let perhaps = || partial.find(|hold| gap(hold.record, "categories").is_some());
        let hold = retention.holds.first().or_else(perhaps)?;
        let legal = retention
            .legal(case)
            .iter()
            .any(|limit| limit.is_running(case));
        if legal || for_claim(case, retention) {
            return None;
        }
        // Of the deceased nobody asks when the period began: one that cannot be told may be over.
        let may_be_over = is_deceased(case) && retention.ceilings.iter().any(Limit::is_unknown);
        if over(case, retention).is_none() && !may_be_over {
            return None;
        }
        let message = format!(
            "the active period of `{}` is over, and hold `{}` keeps it for its claim alone",
            item.key(),
            hold.key()
        );
        Some(
            Fired::about(item.fact("legal_holds"), message).at(place(hold.record, "claim_purpose")),
        )
    })
}

fn forbids_erasing(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for (item, retention) in kept(case) {
        let fact = item.fact("legal_holds");
        let category = item.key().as_str();
        if let Some(hold) = retention.holds.first() {
            let message = format!("`{category}` falls under hold `{}`", hold.key());
            told.push(
                Fired::about(fact.clone(), message)
                    .at(place(hold.record, "scope"))
                    .of(category),
            );
        } else if let Some(hold) = retention.partial.first() {
            let message = format!(
                "a part of `{category}`, or all, falls under hold `{}`",
                hold.key()
            );
            told.push(
                Fired::about(fact.clone(), message)
                    .at(place(hold.record, "categories"))
                    .of(category),
            );
        }
        told.extend(unregistered(case, item));
    }
    Outcome::told(told)
}

/// The holds that the caller names for an item, and that nobody registered.
pub(super) fn unregistered(case: &Case<'_>, item: &Item<'_>) -> impl Iterator<Item = Fired> {
    let snapshot = case.view.snapshot;
    let named = item.said.legal_holds.iter();
    let unknown = named.filter(move |named| snapshot.legal_hold(named).is_none());
    unknown.map(|named| {
        let message = format!("hold `{}` is named, and is not registered", named.key());
        let mut fired = Fired::about(item.fact("legal_holds"), message).of(item.key().as_str());
        fired.unknown = Some((LegalHoldKey::KIND, named.key().clone()));
        fired.but("name a registered hold, or register this one".to_owned())
    })
}

/// Whether the case serves a claim that a hold is for.
pub(super) fn for_claim(case: &Case<'_>, retention: &Retention<'_>) -> bool {
    retention.holds.iter().any(|hold| {
        let claim = hold.body.claim_purpose.as_ref();
        claim.is_some_and(|key| key.key() == case.purpose.key())
    })
}
