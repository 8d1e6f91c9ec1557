//! How long an item may be kept, and must be: from the rules that apply and the events that happened.

use crate::domain::activity::Activity;
use crate::domain::date::Date;
use crate::domain::key::{Kind, TypedKey};
use crate::domain::retention::{HoldScope, LegalHold, RetentionKind, RetentionRule, StartEvent};
use crate::engine::case::{Case, Item, gap, is_above};
use crate::engine::query::{ContractState, EventTime};
use crate::engine::snapshot::Node;

/// A retention rule, and where its clock stands for an item.
#[derive(Clone, Debug)]
pub(super) struct Limit<'a> {
    /// The rule.
    pub rule: Node<'a, RetentionRule>,
    /// Where its clock stands.
    pub end: End,
}

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

impl Limit<'_> {
    /// Whether its last day is past.
    pub(super) fn is_over(&self, case: &Case<'_>) -> bool {
        matches!(self.end, End::On(day) if case.clock.over(day))
    }

    /// Whether it runs, or is still to begin.
    pub(super) fn is_running(&self, case: &Case<'_>) -> bool {
        matches!(self.end, End::NotBegun)
            || matches!(self.end, End::On(day) if !case.clock.over(day))
    }

    /// Whether a law in force stands behind it. Without one it still forbids erasing, and permits nothing.
    pub(super) fn is_lawful(&self, case: &Case<'_>) -> bool {
        let basis = self
            .rule
            .body
            .law
            .as_ref()
            .and_then(|key| case.snapshot.legal_basis(key));
        basis.is_some_and(|basis| {
            case.in_force(basis.record) && !case.laws_of(basis.body).is_empty()
        })
    }

    /// The purposes it keeps data for, in obligations.
    pub(super) fn archive_purposes(&self) -> String {
        let purposes = self.rule.body.archive_purposes.iter();
        purposes
            .map(|key| key.key().as_str())
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Whether it cannot be told.
    pub(super) const fn is_unknown(&self) -> bool {
        matches!(self.end, End::Unsaid(_) | End::NotComputable(_))
    }
}

/// All that bears on how long an item is kept for one activity.
#[derive(Debug)]
pub(in crate::engine) struct Retention<'a> {
    /// The maximum periods that apply to the activity.
    pub(super) ceilings: Vec<Limit<'a>>,
    /// The minimum periods of law that run for it, whatever the activity.
    pub(super) floors: Vec<Limit<'a>>,
    /// The holds it falls under.
    pub(super) holds: Vec<Node<'a, LegalHold>>,
}

impl<'a> Retention<'a> {
    /// Of an item in an activity.
    pub(super) fn of(case: &Case<'a>, activity: Node<'a, Activity>, item: &Item<'a>) -> Self {
        let mut bound = Vec::new();
        let mut unbound = Vec::new();
        let mut floors = Vec::new();
        for rule in rules(case) {
            let is_floor =
                rule.body.kind == Some(RetentionKind::Floor) && gap(rule.record, "kind").is_none();
            if !reaches(case, rule.body, item, is_floor) {
                continue;
            }
            if is_floor {
                if of_controller(case, rule.body) {
                    floors.push(rule);
                }
                continue;
            }
            let named = rule
                .body
                .activities
                .iter()
                .any(|key| key.key() == activity.key())
                || activity
                    .body
                    .retention_rules
                    .iter()
                    .any(|key| key.key() == rule.key());
            if named {
                bound.push(rule);
            } else if rule.body.activities.is_empty() {
                unbound.push(rule);
            }
        }
        let ceilings = if bound.is_empty() { unbound } else { bound };
        let limits = |rules: Vec<Node<'a, RetentionRule>>| {
            rules
                .into_iter()
                .map(|rule| {
                    case.touch(rule.record);
                    Limit {
                        rule,
                        end: end(case, rule, item),
                    }
                })
                .collect()
        };
        Self {
            ceilings: limits(ceilings),
            floors: limits(floors),
            holds: holds(case, item),
        }
    }

    /// The maximum that ends when the user deletes the item.
    pub(super) fn ending_on_deletion(&self) -> Option<&Limit<'a>> {
        let ends = |limit: &&Limit<'a>| limit.rule.body.ends_on_user_deletion == Some(true);
        self.ceilings.iter().find(ends)
    }

    /// The shortest maximum that is known.
    pub(super) fn active(&self) -> Option<&Limit<'a>> {
        let known = self.ceilings.iter().filter(|limit| !limit.is_unknown());
        known.min_by_key(|limit| match limit.end {
            End::On(day) => (0, Some(day)),
            _ => (1, None),
        })
    }

    /// The minimums whose purpose is that of the case.
    pub(super) fn legal(&self, case: &Case<'_>) -> Vec<&Limit<'a>> {
        let serves = |limit: &&Limit<'a>| {
            limit
                .rule
                .body
                .archive_purposes
                .iter()
                .any(|key| super::super::purpose::is_purpose(case, key))
        };
        self.floors
            .iter()
            .filter(serves)
            .filter(|limit| limit.is_lawful(case))
            .collect()
    }
}

fn rules<'a>(case: &Case<'a>) -> Vec<Node<'a, RetentionRule>> {
    let all = case
        .snapshot
        .of_kind(Kind::RetentionRule)
        .iter()
        .filter_map(Node::<RetentionRule>::of);
    all.filter(|rule| case.clock.in_force(&rule.record.envelope))
        .collect()
}

/// Whether a rule is about an item and its person. Minimums reach all descendants of their categories,
/// maximums only where a category includes its children.
fn reaches(case: &Case<'_>, rule: &RetentionRule, item: &Item<'_>, is_floor: bool) -> bool {
    let category = rule.categories.iter().any(|listed| {
        if is_floor {
            listed.key() == item.key() || is_above(listed.key(), item.key())
        } else {
            case.covers(listed, item.key())
        }
    });
    category && of_subject(case, &rule.data_subject_categories, is_floor)
}

fn of_subject(
    case: &Case<'_>,
    listed: &[crate::domain::key::DataSubjectCategoryKey],
    reaches_all: bool,
) -> bool {
    listed.is_empty()
        || case.subject.is_none_or(|subject| {
            listed.iter().any(|key| {
                if reaches_all {
                    key.key() == subject.key() || is_above(key.key(), subject.key())
                } else {
                    case.covers(key, subject.key())
                }
            })
        })
}

/// A minimum binds the controllers of the activities it is bound to; bound to none, all.
fn of_controller(case: &Case<'_>, rule: &RetentionRule) -> bool {
    rule.activities.is_empty()
        || rule
            .activities
            .iter()
            .filter_map(|key| case.snapshot.activity(key))
            .any(|activity| {
                activity
                    .body
                    .controller
                    .as_ref()
                    .is_some_and(|key| key.key() == case.controller.key())
            })
}

/// Where the clock of a rule stands for an item.
fn end(case: &Case<'_>, rule: Node<'_, RetentionRule>, item: &Item<'_>) -> End {
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
    let mut start: Option<Date> = None;
    for event in &rule.body.start_events {
        match happened(case, item, *event) {
            Happened::On(day) => start = Some(start.map_or(day, |known| known.min(day))),
            Happened::NotYet => {}
            Happened::Unsaid => return End::Unsaid(*event),
        }
    }
    let Some(mut start) = start else {
        return End::NotBegun;
    };
    for event in &rule.body.interrupted_by {
        // An interrupting event that is not said has not happened.
        if let Happened::On(day) = happened(case, item, *event) {
            start = start.max(day);
        }
    }
    End::On(start.plus(period))
}

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

fn happened(case: &Case<'_>, item: &Item<'_>, event: StartEvent) -> Happened {
    let on = |day: Date| {
        if case.clock.begun(day) {
            Happened::On(day)
        } else {
            Happened::NotYet
        }
    };
    let said = item
        .said
        .events
        .iter()
        .filter(|said| said.event == Some(event))
        .map(|said| match said.when {
            Some(EventTime::Date(day)) => on(day),
            // "Not yet" said with a false is no statement.
            Some(EventTime::NotYet(true)) => Happened::NotYet,
            _ => Happened::Unsaid,
        });
    let mut first: Option<Happened> = None;
    for one in said {
        first = match (first, one) {
            (Some(Happened::On(known)), Happened::On(day)) => Some(Happened::On(known.min(day))),
            (Some(Happened::On(known)), _) => Some(Happened::On(known)),
            (_, one) => Some(one),
        };
    }
    if is_own(event) {
        // What is there was collected: "not yet", and a day to come, are no statement about it.
        let said = match first {
            Some(Happened::On(day)) => Some(day),
            None => None,
            Some(Happened::NotYet | Happened::Unsaid) => return Happened::Unsaid,
        };
        let earlier = match (said, item.said.collected_on) {
            (Some(said), Some(collected)) => Some(said.min(collected)),
            (said, collected) => said.or(collected),
        };
        return match earlier {
            Some(day) if case.clock.begun(day) => Happened::On(day),
            _ => Happened::Unsaid,
        };
    }
    let contract = case
        .query
        .subject
        .as_ref()
        .and_then(|subject| subject.contract.as_ref());
    if event == StartEvent::ContractEnd
        && let Some((Some(ContractState::Ended), Some(day))) =
            contract.map(|contract| (contract.state, contract.ended_on))
        && case.clock.begun(day)
    {
        // A contract that ended has ended, whatever else is said.
        return match first {
            Some(Happened::On(said)) => Happened::On(said.min(day)),
            _ => Happened::On(day),
        };
    }
    if let Some(first) = first {
        return first;
    }
    if event == StartEvent::ContractEnd
        && let Some(contract) = contract
    {
        return match (contract.state, contract.ended_on) {
            (Some(ContractState::Ended | ContractState::InForce), Some(day)) => on(day),
            (Some(ContractState::InForce | ContractState::PreContractRequest), None) => {
                Happened::NotYet
            }
            _ => Happened::Unsaid,
        };
    }
    Happened::Unsaid
}

fn holds<'a>(case: &Case<'a>, item: &Item<'a>) -> Vec<Node<'a, LegalHold>> {
    let all = case
        .snapshot
        .of_kind(Kind::LegalHold)
        .iter()
        .filter_map(Node::<LegalHold>::of);
    all.filter(|hold| case.clock.in_force(&hold.record.envelope))
        .filter(|hold| {
            let body = hold.body;
            let categories = &body.categories;
            let reached = categories.is_empty()
                || categories
                    .iter()
                    .any(|key| key.key() == item.key() || is_above(key.key(), item.key()));
            let activity = body.activities.is_empty()
                || body
                    .activities
                    .iter()
                    .any(|key| key.key() == case.activity.key());
            let system = body.systems.is_empty()
                || case.query.system.as_ref().map_or_else(
                    || {
                        case.activity
                            .body
                            .systems
                            .iter()
                            .any(|key| body.systems.contains(key))
                    },
                    |key| body.systems.contains(key),
                );
            let listed = body.scope != Some(HoldScope::Listed)
                || item
                    .said
                    .legal_holds
                    .iter()
                    .any(|key| key.key() == hold.key());
            reached
                && activity
                && system
                && listed
                && of_subject(case, &body.data_subject_categories, true)
        })
        .inspect(|hold| case.touch(hold.record))
        .collect()
}

/// Whether another activity may still use an item, by the facts given.
pub(super) fn others_keep<'a>(case: &Case<'a>, item: &Item<'a>) -> bool {
    case.snapshot
        .of_kind(Kind::Activity)
        .iter()
        .filter_map(Node::<Activity>::of)
        .any(|other| {
            if other.key() == case.activity.key()
                || other.body.legal_basis.is_none()
                || !case.clock.in_force(&other.record.envelope)
            {
                return false;
            }
            let lists = other.body.data.iter().any(|entry| {
                entry
                    .category
                    .as_ref()
                    .is_some_and(|key| case.covers(key, item.key()))
            });
            let people = case.subject.is_some_and(|subject| {
                other
                    .body
                    .data_subject_categories
                    .iter()
                    .any(|key| case.covers(key, subject.key()))
            });
            lists && people && {
                let retention = Retention::of(case, other, item);
                retention.ceilings.is_empty()
                    || !retention.ceilings.iter().any(|limit| limit.is_over(case))
            }
        })
}
