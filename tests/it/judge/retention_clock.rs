//! When the clock of a retention rule started for an item, and its last day.

use ropa::domain::date::Date;
use ropa::domain::retention::{RetentionRule, StartEvent};
use ropa::domain::shape::Text;
use ropa::engine::query::{ContractState, DataItem, EventTime};

use super::lookup::Row;
use super::matter::Matter;

/// What a rule says of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// Its last day.
    Last(Date),
    /// The clock stands at zero: what starts it has not happened.
    NotStarted {
        events: Vec<StartEvent>,
        period: String,
    },
    /// The rule has no figure, or a fact is missing.
    Unknown,
}

/// What is known of an event.
enum Event {
    Happened(Date),
    NotYet,
    Unsaid,
}

/// The day an item was collected: the earlier of what is said. A day to come is no statement.
pub(super) fn collected(matter: &Matter<'_>, item: &DataItem) -> Option<Date> {
    own_event(matter, item, StartEvent::Collection)
}

fn own_event(matter: &Matter<'_>, item: &DataItem, event: StartEvent) -> Option<Date> {
    let said = item.events.iter().filter(|one| one.event == Some(event));
    let dates = said.filter_map(|one| match one.when {
        Some(EventTime::Date(day)) => Some(day),
        _ => None,
    });
    dates
        .chain(item.collected_on)
        .filter(|day| matter.rows.has_begun(*day))
        .min()
}

/// Whether an event is one of the item itself.
pub(super) fn is_own(event: StartEvent) -> bool {
    matches!(
        event,
        StartEvent::Collection
            | StartEvent::Recording
            | StartEvent::Communication
            | StartEvent::Record
    )
}

/// What is known of an event that is not the item's own.
fn other_event(
    matter: &Matter<'_>,
    item: &DataItem,
    rule: &RetentionRule,
    event: StartEvent,
) -> Event {
    let mut days = Vec::new();
    let mut not_yet = false;
    for said in item.events.iter().filter(|one| one.event == Some(event)) {
        if event == StartEvent::Other && !rule.other_events.is_empty() {
            let named = said.other.as_ref();
            if !named.is_some_and(|named| rule.other_events.contains(named)) {
                continue;
            }
        }
        match said.when {
            Some(EventTime::Date(day)) => {
                if matter.rows.has_begun(day) {
                    days.push(day);
                } else {
                    not_yet = true;
                }
            }
            Some(EventTime::NotYet(true)) => not_yet = true,
            Some(EventTime::NotYet(false)) | None => {}
        }
    }
    if event == StartEvent::ContractEnd {
        let subject = matter.asked.subject.as_ref();
        if let Some(contract) = subject.and_then(|subject| subject.contract.as_ref()) {
            match (contract.state, contract.ended_on) {
                (Some(ContractState::Ended), Some(day)) => {
                    // Of two days the earlier counts.
                    if matter.rows.has_begun(day) {
                        days.push(day);
                    } else {
                        not_yet = true;
                    }
                }
                // It has ended, whatever is said beside it, and nobody says when.
                (Some(ContractState::Ended), None) => not_yet = false,
                // One whose last day is past has ended too, unless another day is said.
                (Some(ContractState::InForce), Some(day))
                    if matter.rows.has_begun(day) && days.is_empty() =>
                {
                    days = vec![day];
                }
                (Some(ContractState::InForce), Some(day)) if matter.rows.has_begun(day) => {}
                (Some(ContractState::InForce), _) => not_yet = true,
                _ => {}
            }
        }
    }
    match days.into_iter().min() {
        Some(day) => Event::Happened(day),
        None if not_yet => Event::NotYet,
        None => Event::Unsaid,
    }
}

/// The limit that a rule sets an item that is there.
pub(super) fn limit(matter: &Matter<'_>, item: &DataItem, rule: &Row<'_, RetentionRule>) -> Limit {
    let body = rule.body;
    let Some(period) = body.period.as_ref().filter(|_| is_computable(rule)) else {
        return Limit::Unknown;
    };
    let mut start: Option<Date> = None;
    for event in &body.start_events {
        let known = if is_own(*event) {
            own_event(matter, item, *event).map_or(Event::Unsaid, Event::Happened)
        } else {
            other_event(matter, item, body, *event)
        };
        match known {
            Event::Happened(day) => start = Some(start.map_or(day, |start| start.min(day))),
            Event::NotYet => {}
            Event::Unsaid => return Limit::Unknown,
        }
    }
    let Some(mut start) = start else {
        return Limit::NotStarted {
            events: body.start_events.clone(),
            period: period.text(),
        };
    };
    // What interrupts it starts it again; what is not said has not happened.
    for event in &body.interrupted_by {
        let day = if is_own(*event) {
            own_event(matter, item, *event)
        } else {
            latest(matter, item, body, *event)
        };
        start = day.map_or(start, |day| start.max(day));
    }
    Limit::Last(start.plus(period))
}

/// The last time an event happened.
fn latest(
    matter: &Matter<'_>,
    item: &DataItem,
    rule: &RetentionRule,
    event: StartEvent,
) -> Option<Date> {
    let said = item.events.iter().filter(|one| one.event == Some(event));
    let named = said.filter(|one| {
        event != StartEvent::Other
            || rule.other_events.is_empty()
            || one
                .other
                .as_ref()
                .is_some_and(|other| rule.other_events.contains(other))
    });
    let days = named.filter_map(|one| match one.when {
        Some(EventTime::Date(day)) => Some(day),
        _ => None,
    });
    let mut last = days.filter(|day| matter.rows.has_begun(*day)).max();
    if event == StartEvent::ContractEnd
        && let Event::Happened(day) = other_event(matter, item, rule, event)
    {
        last = last.max(Some(day));
    }
    last
}

/// Whether a rule has all that makes a last day.
pub(super) fn is_computable(rule: &Row<'_, RetentionRule>) -> bool {
    rule.body.computable != Some(false)
        && rule.body.kind.is_some()
        && rule.body.period.is_some()
        && !rule.body.start_events.is_empty()
        && !(rule.body.categories.is_empty() && rule.silent("categories"))
        && !["start_events", "period", "kind", "computable"]
            .iter()
            .any(|field| rule.silent(field))
}
