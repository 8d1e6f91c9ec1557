//! The obligations that come with a permit: until when the data may be kept, and what is kept apart
//! after that.

use super::end::{End, is_own};
use super::limit::{Limit, Retention, last};
use super::{kept, maximum};
use crate::engine::case::{Case, Item};
use crate::engine::rule::{Gate, Obligation};

/// The obligations that come with a permit: until when, and what is kept apart then.
pub(in crate::engine) fn attachments(case: &Case<'_>) -> Vec<Obligation> {
    let mut obligations = Vec::new();
    for (item, retention) in kept(case) {
        let category = item.key().as_str();
        if case.operations.meets(Gate::COLLECTING) && !case.operations.meets(Gate::EXISTING) {
            obligations.extend(
                retention
                    .holds
                    .is_empty()
                    .then(|| from_now(case, item, retention))
                    .flatten(),
            );
            continue;
        }
        let Some(limit) = maximum(case, retention) else {
            continue;
        };
        let legal = !retention.legal(case).is_empty();
        if retention.holds.is_empty() {
            let by = Obligation::new("ERASE_BY")
                .of(category)
                .with("category", category);
            obligations.push(match limit.end {
                End::On(day) => by.with("date", day.to_string()),
                _ => after_event(by, limit),
            });
        }
        let apart = |limit: &Limit<'_>| {
            Obligation::new("RESTRICT_TO_LEGAL_PURPOSE")
                .as_blocking()
                .of(category)
                .with("purpose", limit.archive_purposes())
        };
        if legal {
            if retention
                .active()
                .is_some_and(|active| active.is_over(case))
            {
                obligations.push(apart(limit));
            }
        } else if let End::On(day) = limit.end {
            let mut floors = retention.floors.iter();
            let longer = floors.find(|floor| {
                let outlasts = match floor.end {
                    End::On(until) => until > day,
                    End::NotBegun => true,
                    _ => false,
                };
                outlasts && floor.is_lawful(case)
            });
            if let (Some(floor), Some(from)) = (longer, day.tomorrow()) {
                obligations.push(apart(floor).with("from", from.to_string()));
            }
        }
    }
    obligations
}

/// For data that are being collected: counted from now where the rule starts with them.
fn from_now(case: &Case<'_>, item: &Item<'_>, retention: &Retention<'_>) -> Option<Obligation> {
    let category = item.key().as_str();
    let by = || {
        Obligation::new("ERASE_BY")
            .of(category)
            .with("category", category)
    };
    // For a legal purpose the longest counts, the minimums among them; else the shortest maximum.
    let legal = retention.legal(case);
    let is_legal = !legal.is_empty();
    let computable = retention
        .ceilings
        .iter()
        .chain(legal)
        .filter(|limit| !matches!(limit.end, End::NotComputable(_)));
    let starts_with_it = |limit: &&Limit<'_>| {
        let mut events = limit.rule.body.start_events.iter();
        events.any(|event| is_own(*event))
    };
    if is_legal {
        // A clock that stands still lasts longer than any day.
        let standing = computable.clone().filter(|limit| !starts_with_it(limit));
        let longest = standing.reduce(|one, other| {
            let periods = (&one.rule.body.period, &other.rule.body.period);
            let longer = matches!(periods, (Some(one), Some(other)) if other.exceeds(one));
            if longer { other } else { one }
        });
        if let Some(limit) = longest {
            return Some(after_event(by(), limit));
        }
    }
    let dated = computable
        .clone()
        .filter(starts_with_it)
        .filter_map(|limit| {
            limit
                .rule
                .body
                .period
                .as_ref()
                .map(|period| case.view.clock.today().plus(period))
        });
    let dated = if is_legal { dated.max() } else { dated.min() };
    match dated {
        Some(day) => Some(by().with("date", day.to_string())),
        None => computable
            .min_by_key(|limit| last(limit))
            .map(|limit| after_event(by(), limit)),
    }
}

fn after_event(obligation: Obligation, limit: &Limit<'_>) -> Obligation {
    let events: Vec<&str> = limit
        .rule
        .body
        .start_events
        .iter()
        .map(|event| event.as_str())
        .collect();
    let period = limit
        .rule
        .body
        .period
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    obligation
        .with("event", events.join(","))
        .with("period", period)
}
