//! Where the clock of a retention rule stands: from the events that happened to an item.

use crate::domain::date::Date;
use crate::domain::key::Tag;
use crate::domain::retention::{RetentionRule, StartEvent};
use crate::engine::case::{Case, Item};
use crate::engine::query::{ContractState, DatedEvent, EventTime};
use crate::engine::snapshot::Node;
use crate::engine::view::gap;

/// Where the clock of a rule stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It runs until this day, included.
    On(Date),
    /// Its event has not happened: it has not begun.
    NotBegun,
    /// It is not said when, or whether, its event happened.
    Unsaid(StartEvent),
    /// The rule does not say what is needed to compute it; the field that is to blame.
    NotComputable(&'static str),
}

/// Where the clock of a rule stands for an item.
pub(super) fn end(case: &Case<'_>, rule: Node<'_, RetentionRule>, item: &Item<'_>) -> End {
    let blank = |field: &'static str, absent: bool| {
        (absent || gap(rule.record, field).is_some()).then_some(field)
    };
    let lacking = blank("kind", rule.body.kind.is_none())
        .or_else(|| blank("period", rule.body.period.is_none()))
        .or_else(|| blank("start_events", rule.body.start_events.is_empty()))
        .or_else(|| blank("computable", rule.body.computable == Some(false)));
    let (None, Some(period)) = (lacking, &rule.body.period) else {
        return End::NotComputable(lacking.unwrap_or("period"));
    };
    match start(case, rule, item) {
        Ok(Some((start, _))) => End::On(start.plus(period)),
        Ok(None) => End::NotBegun,
        Err(event) => End::Unsaid(event),
    }
}

/// The day that a rule counts from for an item, and whether an event began it again; none before its event happened,
/// or where that is not said.
pub(super) fn counted_from(
    case: &Case<'_>,
    rule: Node<'_, RetentionRule>,
    item: &Item<'_>,
) -> Option<(Date, bool)> {
    start(case, rule, item).ok().flatten()
}

/// The same; or the event of which it is not said when it was.
fn start(
    case: &Case<'_>,
    rule: Node<'_, RetentionRule>,
    item: &Item<'_>,
) -> Result<Option<(Date, bool)>, StartEvent> {
    let others = &rule.body.other_events;
    let mut start: Option<Date> = None;
    for event in &rule.body.start_events {
        match happened(case, item, *event, others) {
            Happened::On(day) => start = Some(start.map_or(day, |known| known.min(day))),
            Happened::NotYet => {}
            Happened::Unsaid => return Err(*event),
        }
    }
    let Some(first) = start else {
        return Ok(None);
    };
    let mut last = first;
    for event in &rule.body.interrupted_by {
        // An interrupting event that is not said has not happened.
        if let Happened::On(day) = happened(case, item, *event, others) {
            last = last.max(day);
        }
    }
    Ok(Some((last, last > first)))
}

/// Whether a stated event is the one of a rule; other events have a key of their own.
fn is_meant(said: &DatedEvent, event: StartEvent, others: &[Tag]) -> bool {
    let other = || said.other.as_ref().is_some_and(|key| others.contains(key));
    said.event == Some(event) && (event != StartEvent::Other || others.is_empty() || other())
}

/// What is known of an event. Of several statements the first of these counts, and of days the earliest; in whatever order
/// they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happened {
    On(Date),
    NotYet,
    Unsaid,
}

/// Whether the event starts with the item itself: then the day of collection stands for it.
pub(super) const fn is_own(event: StartEvent) -> bool {
    matches!(
        event,
        StartEvent::Collection
            | StartEvent::Recording
            | StartEvent::Communication
            | StartEvent::Record
    )
}

/// The day of an event of the item itself, the earliest that is said; what is there was collected, so "not yet" and a
/// day to come are no statement about it.
fn own(case: &Case<'_>, item: &Item<'_>, event: StartEvent) -> Option<Date> {
    let said = item.said.events.iter();
    let said = said
        .filter(|said| said.event == Some(event))
        .filter_map(|said| match said.when {
            Some(EventTime::Date(day)) => Some(day),
            _ => None,
        });
    let begun = |day: &Date| case.view.clock.begun(*day);
    said.chain(item.said.collected_on).filter(begun).min()
}

/// The day an item was collected, if that is said.
pub(in crate::engine::rules) fn collected(case: &Case<'_>, item: &Item<'_>) -> Option<Date> {
    own(case, item, StartEvent::Collection)
}

fn happened(case: &Case<'_>, item: &Item<'_>, event: StartEvent, others: &[Tag]) -> Happened {
    if is_own(event) {
        return own(case, item, event).map_or(Happened::Unsaid, Happened::On);
    }
    let on = |day: Date| {
        if case.view.clock.begun(day) {
            Happened::On(day)
        } else {
            Happened::NotYet
        }
    };
    let said = item
        .said
        .events
        .iter()
        .filter(|said| is_meant(said, event, others))
        .map(|said| match said.when {
            Some(EventTime::Date(day)) => on(day),
            // "Not yet" said with a false is no statement.
            Some(EventTime::NotYet(true)) => Happened::NotYet,
            _ => Happened::Unsaid,
        });
    let first = said.min();
    let contract = case
        .query
        .subject
        .as_ref()
        .and_then(|subject| subject.contract.as_ref());
    if event == StartEvent::ContractEnd
        && let Some((Some(ContractState::Ended), ended)) =
            contract.map(|contract| (contract.state, contract.ended_on))
    {
        // A contract that ended has ended, whatever else is said.
        let said = first.filter(|said| matches!(said, Happened::On(_)));
        let known = ended.map(on).into_iter().chain(said);
        return known.min().unwrap_or(Happened::Unsaid);
    }
    if let Some(first) = first {
        return first;
    }
    if event == StartEvent::ContractEnd
        && let Some(contract) = contract
    {
        return match (contract.state, contract.ended_on) {
            (Some(ContractState::InForce), Some(day)) => on(day),
            (Some(ContractState::InForce), None) => Happened::NotYet,
            _ => Happened::Unsaid,
        };
    }
    Happened::Unsaid
}
