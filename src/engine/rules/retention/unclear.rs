//! What cannot be told of how long an item may be kept, and what rules do not agree about.

use super::deletion::is_deleted;
use super::end::{End, is_own};
use super::limit::{Limit, Retention};
use super::{each, kept};
use crate::domain::retention::StartEvent;
use crate::engine::case::{Case, Item};
use crate::engine::rule::{Fired, Gate, Outcome};
use crate::engine::rules::is_deceased;
use crate::engine::view::place;

pub(super) fn facts_missing(case: &Case<'_>) -> Outcome {
    // Of the deceased, nothing but what keeps their data from being erased.
    let using = case.operations.meets(Gate::EXISTING) && !is_deceased(case);
    let erasing = case.operations.meets(Gate::ERASING);
    let mut told = Vec::new();
    for (item, retention) in kept(case) {
        let using = using && !is_deleted(case, item, retention);
        // To erase, what may be a minimum must be known; to use, the maximums; for both, the minimums.
        let beside = [
            (using, &retention.ceilings),
            (erasing, &retention.doubtful),
            (using || erasing, &retention.floors),
        ];
        let limits = beside.into_iter().filter(|(counts, _)| *counts);
        let limits = limits.flat_map(|(_, limits)| limits);
        told.extend(limits.filter_map(|limit| unknown(item, limit)));
    }
    Outcome::told(told)
}

/// Why the end of a limit cannot be told, if it cannot.
pub(super) fn unknown(item: &Item<'_>, limit: &Limit<'_>) -> Option<Fired> {
    let fired = match &limit.end {
        End::Unsaid(event) => {
            let fact = item.fact(if is_own(*event) {
                "collected_on"
            } else {
                "events"
            });
            let message = format!(
                "rule `{}` on `{}` starts with {}, and it is not said when that was",
                limit.rule.key(),
                item.key(),
                event.as_str()
            );
            let next = match event {
                StartEvent::ContractEnd => {
                    "say how the contract stands in `subject.contract`".to_owned()
                }
                event if is_own(*event) => format!("say the day in `{fact}`"),
                event => {
                    let event = event.as_str().to_lowercase();
                    format!(
                        "say the day in `{fact}`, as `{{event: {event}, date: YYYY-MM-DD}}`, or `not_yet: true`"
                    )
                }
            };
            Fired::about(fact, message)
                .at(place(limit.rule.record, "start_events"))
                .but(next)
        }
        End::NotComputable(field) => {
            let message = format!(
                "rule `{}` cannot be computed: its `{field}` is not stated",
                limit.rule.key()
            );
            let fired = Fired::about(item.fact("category"), message);
            let next = format!("state `{field}` of `{}`", limit.rule.record.name);
            fired.at(place(limit.rule.record, field)).but(next)
        }
        End::On(_) | End::NotBegun => return None,
    };
    Some(fired.of(item.key().as_str()))
}

pub(super) fn conflict(case: &Case<'_>) -> Outcome {
    each(case, differing)
}

/// Maximums that end on different days.
pub(super) fn differing(item: &Item<'_>, retention: &Retention<'_>) -> Option<Fired> {
    let mut known = retention
        .ceilings
        .iter()
        .filter(|limit| !limit.is_unknown());
    let first = known.next()?;
    let other = known
        .find(|limit| limit.end != first.end || limit.rule.body.period != first.rule.body.period)?;
    let message = format!(
        "rules `{}` and `{}` give `{}` different limits",
        first.rule.key(),
        other.rule.key(),
        item.key()
    );
    Some(
        Fired::about(item.fact("category"), message)
            .at(place(first.rule.record, "period"))
            .at(place(other.rule.record, "period")),
    )
}
