//! Where the clock of a retention rule stands: from the events that happened to an item.

use crate::domain::date::Date;
use crate::domain::retention::{RetentionKind, RetentionRule, StartEvent};
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
    let mut start: Option<Date> = None;
    for event in &rule.body.start_events {
        let said = statements(case, rule, item, *event);
        match meant(rule, &said) {
            Happened::On(day) => start = Some(start.map_or(day, |known| known.min(day))),
            Happened::NotYet => {}
            Happened::Unsaid => return Err(*event),
        }
    }
    let Some(first) = start else {
        return Ok(None);
    };
    let last = interrupted(case, rule, item, first);
    Ok(Some((last, last > first)))
}

/// The day that a period counts from which began on another and was interrupted since. An interrupting event that is not
/// said has not happened, and a period that was over is not interrupted.
fn interrupted(
    case: &Case<'_>,
    rule: Node<'_, RetentionRule>,
    item: &Item<'_>,
    first: Date,
) -> Date {
    let events = rule.body.interrupted_by.iter();
    let mut days: Vec<Date> = events
        .flat_map(|event| statements(case, rule, item, *event))
        .filter_map(|said| match said {
            Happened::On(day) => Some(day),
            Happened::NotYet | Happened::Unsaid => None,
        })
        .collect();
    days.sort_unstable();
    let runs_on = |from: Date, day: Date| match &rule.body.period {
        Some(period) => day <= from.plus(period),
        None => true,
    };
    days.into_iter().fold(first, |from, day| {
        if day > from && runs_on(from, day) {
            day
        } else {
            from
        }
    })
}

/// What several statements about an event come to: for a maximum the earliest counts, for what may be a minimum the
/// latest.
fn meant(rule: Node<'_, RetentionRule>, said: &[Happened]) -> Happened {
    let days = || said.iter().filter(|said| matches!(said, Happened::On(_)));
    let not_yet = said.contains(&Happened::NotYet);
    let found = if rule.body.kind == Some(RetentionKind::Ceiling) {
        days()
            .min()
            .copied()
            .or(not_yet.then_some(Happened::NotYet))
    } else if not_yet {
        Some(Happened::NotYet)
    } else {
        days().max().copied()
    };
    found.unwrap_or(Happened::Unsaid)
}

/// Whether a stated event is the one of a rule; other events have a key of their own.
fn is_meant(rule: Node<'_, RetentionRule>, said: &DatedEvent, event: StartEvent) -> bool {
    let others = &rule.body.other_events;
    let other = || said.other.as_ref().is_some_and(|key| others.contains(key));
    // A list that is empty because its source is silent is no "any".
    let any = || others.is_empty() && gap(rule.record, "other_events").is_none();
    said.event == Some(event) && (event != StartEvent::Other || any() || other())
}

/// What is said of an event.
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

/// The days that are said of an event of the item itself; what is there was collected, so "not yet" and a day to come are
/// no statement about it.
fn own(case: &Case<'_>, item: &Item<'_>, event: StartEvent) -> Vec<Date> {
    let said = item.said.events.iter();
    let said = said
        .filter(|said| said.event == Some(event))
        .filter_map(|said| match said.when {
            Some(EventTime::Date(day)) => Some(day),
            _ => None,
        });
    let begun = |day: &Date| case.view.clock.begun(*day);
    said.chain(item.said.collected_on).filter(begun).collect()
}

/// The day an item was collected, if that is said; the earliest of several.
pub(in crate::engine::rules) fn collected(case: &Case<'_>, item: &Item<'_>) -> Option<Date> {
    own(case, item, StartEvent::Collection).into_iter().min()
}

/// All that is said of an event, by the item and by the contract.
fn statements(
    case: &Case<'_>,
    rule: Node<'_, RetentionRule>,
    item: &Item<'_>,
    event: StartEvent,
) -> Vec<Happened> {
    if is_own(event) {
        let days = own(case, item, event).into_iter();
        return days.map(Happened::On).collect();
    }
    let on = |day: Date| {
        if case.view.clock.begun(day) {
            Happened::On(day)
        } else {
            Happened::NotYet
        }
    };
    let said = item.said.events.iter();
    let said = said.filter(|said| is_meant(rule, said, event));
    let mut said: Vec<Happened> = said
        .filter_map(|said| match said.when {
            Some(EventTime::Date(day)) => Some(on(day)),
            // "Not yet" said with a false is no statement.
            Some(EventTime::NotYet(true)) => Some(Happened::NotYet),
            _ => None,
        })
        .collect();
    let subject = case.query.subject.as_ref();
    let contract = subject.and_then(|subject| subject.contract.as_ref());
    if event == StartEvent::ContractEnd
        && let Some(contract) = contract
    {
        let ended = contract.ended_on.map(on);
        match contract.state {
            Some(ContractState::Ended) => {
                // A contract that ended has ended, whatever else is said.
                said.retain(|said| *said != Happened::NotYet);
                said.extend(ended);
            }
            Some(ContractState::InForce) => {
                said.push(Happened::NotYet);
                said.extend(ended);
            }
            _ => {}
        }
    }
    said
}
