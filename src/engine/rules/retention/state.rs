//! What may be done with an item now, by how long it may be kept, and must be.

use super::deletion::{deleted, is_deleted};
use super::end::counted_from;
use super::hold::unregistered;
use super::limit::{Limit, Retention, last};
use super::unclear::{differing, unknown};
use super::uncovered;
use crate::domain::basis::LegalBasis;
use crate::domain::date::Date;
use crate::domain::retention::{LegalHold, RetentionRule};
use crate::engine::case::{Case, Item};
use crate::engine::rule::Fired;
use crate::engine::snapshot::Node;

/// What may be done with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is to be erased, or made anonymous.
    Erase,
    /// It is kept apart, for what keeps it alone.
    Restrict,
    /// It cannot be told.
    NotComputable,
    /// It may be used.
    Use,
}

/// What bounds a state: a rule and where its clock stands.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Bound<'a> {
    /// The rule.
    pub rule: Node<'a, RetentionRule>,
    /// The day it is counted from, once its event happened; and whether another event began it again.
    pub from: Option<(Date, bool)>,
    /// Its last day; none before its event happened.
    pub until: Option<Date>,
    /// For a minimum: the basis that cites the law that orders it, if that is in force.
    pub law: Option<Node<'a, LegalBasis>>,
}

/// How an item stands in one activity.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Standing<'a> {
    /// What may be done with it.
    pub state: State,
    /// What bounds that.
    pub by: Option<Bound<'a>>,
    /// What comes after, if that is no more than erasing.
    pub then: Option<Bound<'a>>,
    /// The minimum that forbids erasing it now, if one does.
    pub floor: Option<Bound<'a>>,
    /// The holds that it falls under, wholly or in part.
    pub holds: Vec<Node<'a, LegalHold>>,
    /// Why it cannot be told, and what rules do not agree about: a code, and what it is about.
    pub told: Vec<(&'static str, Fired)>,
}

/// How an item stands in the activity of a case.
pub(in crate::engine) fn standing<'a>(case: &Case<'a>, item: &Item<'a>) -> Standing<'a> {
    let retention = Retention::of(case, case.activity, item);
    let mut told = unclear(case, item, &retention);
    told.extend(differing(item, &retention).map(|fired| ("RETENTION_CONFLICT", fired)));
    let bound = |limit: &Limit<'a>| bound(case, limit, item);
    // What may be a minimum forbids erasing as one that is.
    let floor = longest(case, retention.floors.iter().chain(&retention.doubtful)).map(bound);
    let mut holds = retention.holds.clone();
    holds.extend(retention.partial.iter().copied());
    let is_deleted = is_deleted(case, item, &retention);
    if is_deleted {
        told.push(("RETENTION_USER_DELETED", deleted(item, &retention)));
    }
    let over = is_deleted || retention.ceilings.iter().any(|limit| limit.is_over(case));
    let unclear_maximum = retention.ceilings.iter().any(Limit::is_unknown);
    // As a check has it: of a rule whose clock is not known, also of a minimum, nothing is permitted.
    let unclear_minimum = retention.floors.iter().any(Limit::is_unknown);
    let unclear_end = retention.ceilings.is_empty() || unclear_maximum || unclear_minimum;
    let active = retention.active().map(bound);
    let forbids = floor.clone();
    // For a legal purpose the minimum is the maximum.
    let legal = retention.legal(case);
    let legal = longest(case, legal.into_iter()).map(bound);
    let later = |until: &Option<Bound<'a>>, floor: Option<Bound<'a>>| {
        let ends = until.as_ref().and_then(|bound| bound.until);
        floor.filter(|floor| match (floor.until, ends) {
            (Some(floor), Some(ends)) => floor > ends,
            _ => true,
        })
    };
    let before = told.len();
    told.extend(unregistered(case, item).map(|fired| ("RETENTION_LEGAL_CLAIM_HOLD", fired)));
    let unknown_hold = told.len() > before;
    let for_law = legal.is_some() && !is_deleted;
    let (state, by, then) = if for_law && !unclear_maximum {
        (State::Use, legal, None)
    } else if for_law || !over && unclear_end {
        (State::NotComputable, None, floor)
    } else if !over {
        (State::Use, active.clone(), later(&active, floor))
    } else if floor.is_some() {
        (State::Restrict, floor, None)
    } else if !holds.is_empty() {
        (State::Restrict, None, None)
    } else if retention
        .doubtful
        .iter()
        .chain(&retention.floors)
        .any(Limit::is_unknown)
        || unknown_hold
    {
        (State::NotComputable, None, None)
    } else {
        (State::Erase, active, None)
    };
    Standing {
        state,
        by,
        then,
        floor: forbids,
        holds,
        told,
    }
}

fn bound<'a>(case: &Case<'a>, limit: &Limit<'a>, item: &Item<'a>) -> Bound<'a> {
    let law = limit.rule.body.law.as_ref();
    let law = law.and_then(|key| case.view.snapshot.legal_basis(key));
    Bound {
        rule: limit.rule,
        from: counted_from(case, limit.rule, item),
        until: last(limit),
        law: law.filter(|basis| case.view.in_force(*basis)),
    }
}

/// The minimum that runs longest; one that is still to begin runs longer than any.
fn longest<'r, 'a>(
    case: &Case<'_>,
    floors: impl Iterator<Item = &'r Limit<'a>>,
) -> Option<&'r Limit<'a>>
where
    'a: 'r,
{
    let running = floors.filter(|limit| limit.is_running(case));
    running.max_by_key(|limit| limit.lasting())
}

/// Why it cannot be told.
fn unclear(
    case: &Case<'_>,
    item: &Item<'_>,
    retention: &Retention<'_>,
) -> Vec<(&'static str, Fired)> {
    let mut told = Vec::new();
    if retention.ceilings.is_empty() {
        told.push(("RETENTION_RULE_MISSING", uncovered(case, item)));
    }
    let all = retention
        .ceilings
        .iter()
        .chain(&retention.floors)
        .chain(&retention.doubtful);
    let mut seen = Vec::new();
    for limit in all.filter(|limit| limit.is_unknown()) {
        if !seen.contains(&limit.rule.number) {
            seen.push(limit.rule.number);
            told.extend(unknown(item, limit).map(|fired| ("RETENTION_FACTS_MISSING", fired)));
        }
    }
    told
}
