//! When the clock of a retention rule started for an item, and its last day.

use ropa::domain::date::Date;
use ropa::domain::retention::{RetentionKind, RetentionRule, StartEvent};
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
    own_days(matter, item, event).into_iter().min()
}

/// All days that are said of an event of the item itself.
fn own_days(matter: &Matter<'_>, item: &DataItem, event: StartEvent) -> Vec<Date> {
    let said = item.events.iter().filter(|one| one.event == Some(event));
    let dates = said.filter_map(|one| match one.when {
        Some(EventTime::Date(day)) => Some(day),
        _ => None,
    });
    let all = dates.chain(item.collected_on);
    all.filter(|day| matter.rows.has_begun(*day)).collect()
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
    rule: &Row<'_, RetentionRule>,
    event: StartEvent,
) -> Event {
    let mut days = Vec::new();
    let mut not_yet = false;
    for said in item.events.iter().filter(|one| one.event == Some(event)) {
        if event == StartEvent::Other
            && (!rule.body.other_events.is_empty() || rule.silent("other_events"))
        {
            let named = said.other.as_ref();
            if !named.is_some_and(|named| rule.body.other_events.contains(named)) {
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
            // It has ended, whatever is said beside it; or it runs, as is said.
            match contract.state {
                Some(ContractState::Ended) => not_yet = false,
                Some(ContractState::InForce) => not_yet = true,
                _ => {}
            }
            let stands = matches!(
                contract.state,
                Some(ContractState::Ended | ContractState::InForce)
            );
            if let Some(day) = contract.ended_on.filter(|_| stands) {
                if matter.rows.has_begun(day) {
                    days.push(day);
                } else {
                    not_yet = true;
                }
            }
        }
    }
    // What is said twice is read to the strict side: a maximum from the first day, a minimum from the last.
    if rule.body.kind == Some(RetentionKind::Ceiling) {
        match days.into_iter().min() {
            Some(day) => Event::Happened(day),
            None if not_yet => Event::NotYet,
            None => Event::Unsaid,
        }
    } else if not_yet {
        Event::NotYet
    } else {
        days.into_iter()
            .max()
            .map_or(Event::Unsaid, Event::Happened)
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
            let days = own_days(matter, item, *event).into_iter();
            let day = if body.kind == Some(RetentionKind::Ceiling) {
                days.min()
            } else {
                days.max()
            };
            day.map_or(Event::Unsaid, Event::Happened)
        } else {
            other_event(matter, item, rule, *event)
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
    // What interrupts it while it runs starts it again; what is not said has not happened.
    let mut interruptions = Vec::new();
    for event in &body.interrupted_by {
        if is_own(*event) {
            interruptions.extend(own_days(matter, item, *event));
        } else {
            interruptions.extend(all_days(matter, item, rule, *event));
        }
    }
    interruptions.sort_unstable();
    for day in interruptions {
        if day > start && day <= start.plus(period) {
            start = day;
        }
    }
    Limit::Last(start.plus(period))
}

/// Every day on which an event happened, as far as it is said.
fn all_days(
    matter: &Matter<'_>,
    item: &DataItem,
    rule: &Row<'_, RetentionRule>,
    event: StartEvent,
) -> Vec<Date> {
    let said = item.events.iter().filter(|one| one.event == Some(event));
    let named = said.filter(|one| {
        event != StartEvent::Other
            || rule.body.other_events.is_empty() && !rule.silent("other_events")
            || one
                .other
                .as_ref()
                .is_some_and(|other| rule.body.other_events.contains(other))
    });
    let mut days: Vec<Date> = named
        .filter_map(|one| match one.when {
            Some(EventTime::Date(day)) => Some(day),
            _ => None,
        })
        .collect();
    let subject = matter.asked.subject.as_ref();
    let contract = subject.and_then(|subject| subject.contract.as_ref());
    if event == StartEvent::ContractEnd
        && let Some(contract) = contract
        && matches!(
            contract.state,
            Some(ContractState::Ended | ContractState::InForce)
        )
    {
        days.extend(contract.ended_on);
    }
    days.retain(|day| matter.rows.has_begun(*day));
    days
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
