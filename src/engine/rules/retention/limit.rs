//! How long an item may be kept, and must be: from the rules that apply and the events that happened.

use super::end::{End, end};
use crate::domain::activity::Activity;
use crate::domain::date::Date;
use crate::domain::key::{ActivityKey, DataSubjectCategoryKey, RetentionRuleKey, TypedKey};
use crate::domain::retention::{LegalHold, RetentionKind, RetentionRule};
use crate::engine::case::{Case, Item};
use crate::engine::snapshot::{Node, Number};
use crate::engine::view::{Mark, gap, is_above};

/// A retention rule, and where its clock stands for an item.
#[derive(Clone, Debug)]
pub(super) struct Limit<'a> {
    /// The rule.
    pub rule: Node<'a, RetentionRule>,
    /// Where its clock stands.
    pub end: End,
}

impl Limit<'_> {
    /// Whether its last day is past.
    pub(super) fn is_over(&self, case: &Case<'_>) -> bool {
        matches!(self.end, End::On(day) if case.view.clock.over(day))
    }

    /// How long it lasts, to compare: one that is still to begin lasts longer than any.
    pub(super) const fn lasting(&self) -> (u8, Option<Date>) {
        match self.end {
            End::On(day) => (0, Some(day)),
            _ => (1, None),
        }
    }

    /// Whether it runs, or is still to begin.
    pub(super) fn is_running(&self, case: &Case<'_>) -> bool {
        matches!(self.end, End::NotBegun)
            || matches!(self.end, End::On(day) if !case.view.clock.over(day))
    }

    /// Whether a law in force stands behind it. Without one it still forbids erasing, and permits nothing.
    pub(super) fn is_lawful(&self, case: &Case<'_>) -> bool {
        let basis = self
            .rule
            .body
            .law
            .as_ref()
            .and_then(|key| case.view.snapshot.legal_basis(key));
        basis.is_some_and(|basis| case.view.in_force(basis) && case.view.cites_law(basis.body))
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
    /// What may be a minimum, for all or for a part of what is asked: it forbids erasing, and permits
    /// nothing.
    pub(super) doubtful: Vec<Limit<'a>>,
    /// The holds it falls under.
    pub(super) holds: Vec<Node<'a, LegalHold>>,
    /// The holds that a part of what is asked falls under, or may: they forbid erasing, and no more.
    pub(super) partial: Vec<Node<'a, LegalHold>>,
}

impl<'a> Retention<'a> {
    /// Of an item in an activity.
    pub(super) fn of(case: &Case<'a>, activity: Node<'a, Activity>, item: &Item<'a>) -> Self {
        // Where an activity does not say all of its own, or a rule all that it is for, one of another may be its own too.
        let open = gap(activity.record, "retention_rules").is_some();
        let mut bound = Vec::new();
        let mut borrowed = Vec::new();
        let mut unbound = Vec::new();
        let mut vaguely = Vec::new();
        let mut floors = Vec::new();
        let mut doubtful = Vec::new();
        for (rule, reach) in rules(case, item) {
            let kind = rule.body.kind;
            let binds = of_subject(case, &rule.body.data_subject_categories, true)
                && of_controller(case, rule.body);
            if kind != Some(RetentionKind::Ceiling) && binds {
                let sure = kind.is_some() && reach == Reach::Whole;
                if sure {
                    floors.push((rule, reach));
                } else {
                    doubtful.push((rule, reach));
                }
            }
            // One that names no category, and should, may limit any.
            let blank = rule.body.categories.is_empty();
            let limits = match reach {
                Reach::Whole => caps(case, rule.body, item),
                Reach::Unclear if blank => {
                    of_subject(case, &rule.body.data_subject_categories, false)
                }
                Reach::Part | Reach::Unclear => false,
            };
            if kind == Some(RetentionKind::Floor) || !limits {
                continue;
            }
            let names = |key: &ActivityKey| key.key() == activity.key();
            let listed = |key: &RetentionRuleKey| key.key() == rule.key();
            let is_bound = rule.body.activities.iter().any(names)
                || activity.body.retention_rules.iter().any(listed);
            let of_others = !is_bound && !rule.body.activities.is_empty();
            let perhaps = open && of_others || gap(rule.record, "activities").is_some();
            if of_others && !perhaps {
                continue;
            }
            // One that says neither on which data it is nor how long gives way to any that does.
            let vague = reach == Reach::Unclear && rule.body.computable == Some(false);
            let among = match (vague, is_bound) {
                (true, _) => &mut vaguely,
                (false, true) => &mut bound,
                (false, false) if perhaps => &mut borrowed,
                (false, false) => &mut unbound,
            };
            among.push((rule, reach));
        }
        // They replace nothing, and limit beside whatever counts.
        if bound.is_empty() {
            unbound.append(&mut borrowed);
        } else {
            bound.append(&mut borrowed);
        }
        let mut by_weight = [bound, unbound, vaguely].into_iter();
        let ceilings = by_weight.find(|rules| !rules.is_empty());
        let limit = |rule: Node<'a, RetentionRule>, reach: Reach| {
            case.view.touch(rule);
            let end = match reach {
                Reach::Unclear => End::NotComputable("categories"),
                Reach::Whole | Reach::Part => end(case, rule, item),
            };
            Limit { rule, end }
        };
        let limits = |rules: Vec<(Node<'a, RetentionRule>, Reach)>| {
            let each = rules.into_iter();
            each.map(|(rule, reach)| limit(rule, reach)).collect()
        };
        let (holds, partial) = super::hold::holds(case, item);
        Self {
            ceilings: limits(ceilings.unwrap_or_default()),
            floors: limits(floors),
            doubtful: limits(doubtful),
            holds,
            partial,
        }
    }

    /// The maximum that ends when the user deletes the item.
    pub(super) fn ending_on_deletion(&self) -> Option<&Limit<'a>> {
        let ends = |limit: &&Limit<'a>| limit.rule.body.ends_on_user_deletion == Some(true);
        self.ceilings.iter().find(ends)
    }

    /// A maximum of which it is not known whether it ends so.
    pub(super) fn perhaps_ending_on_deletion(&self) -> Option<&Limit<'a>> {
        let field = "ends_on_user_deletion";
        let may_end = |limit: &&Limit<'a>| {
            let rule = limit.rule;
            Mark::of(rule.record, field, rule.body.ends_on_user_deletion) == Mark::Unknown
        };
        self.ceilings.iter().find(may_end)
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
                .any(|key| key.key() == case.purpose.key())
        };
        self.floors
            .iter()
            .filter(serves)
            .filter(|limit| limit.is_lawful(case))
            .collect()
    }
}

/// How much of an item something reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it: it is about its category, or one above.
    Whole,
    /// A part: it is about a category that is asked for with it.
    Part,
    /// Perhaps: it does not say about which categories it is.
    Unclear,
}

/// The categories that bear on an item, each with how much of it they reach.
pub(super) fn reached(case: &Case<'_>, item: &Item<'_>) -> Vec<(Number, Reach)> {
    let above = case.view.snapshot.upwards(item.category.number);
    let below = item.included.iter().map(|child| child.number);
    above
        .map(|number| (number, Reach::Whole))
        .chain(below.map(|number| (number, Reach::Part)))
        .collect()
}

/// The retention rules in force that bear on an item, in the order of their keys.
fn rules<'a>(case: &Case<'a>, item: &Item<'a>) -> Vec<(Node<'a, RetentionRule>, Reach)> {
    let mut found: Vec<(Node<'a, RetentionRule>, Reach)> = Vec::new();
    for (category, reach) in reached(case, item) {
        for rule in case.view.snapshot.retention_on(Some(category)) {
            let known = found.iter().any(|(known, _)| known.number == rule.number);
            if !known && case.view.clock.in_force(&rule.record.envelope) {
                found.push((rule, reach));
            }
        }
    }
    for rule in case.view.snapshot.retention_on(None) {
        let known = found.iter().any(|(known, _)| known.number == rule.number);
        if !known && case.view.clock.in_force(&rule.record.envelope) {
            found.push((rule, Reach::Unclear));
        }
    }
    found.sort_by_key(|(rule, _)| rule.number);
    found
}

/// Whether a maximum is about an item and its person: it reaches descendants only where a category, or a
/// group, includes its children.
fn caps(case: &Case<'_>, rule: &RetentionRule, item: &Item<'_>) -> bool {
    let mut categories = rule.categories.iter();
    categories.any(|listed| case.view.may_cover(listed, item.key()))
        && of_subject(case, &rule.data_subject_categories, false)
}

pub(super) fn of_subject(
    case: &Case<'_>,
    listed: &[DataSubjectCategoryKey],
    reaches_all: bool,
) -> bool {
    listed.is_empty()
        || case.subject.is_none_or(|subject| {
            listed.iter().any(|key| {
                if reaches_all {
                    key.key() == subject.key() || is_above(key.key(), subject.key())
                } else {
                    case.view.may_cover(key, subject.key())
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
            .filter_map(|key| case.view.snapshot.activity(key))
            .any(|activity| {
                activity
                    .body
                    .controller
                    .as_ref()
                    .is_some_and(|key| key.key() == case.controller.key())
            })
}

/// The limit of an item whose maximum is over; for a legal purpose that is the end of the minimum.
pub(super) fn over<'r, 'a>(case: &Case<'_>, retention: &'r Retention<'a>) -> Option<&'r Limit<'a>> {
    let legal = retention.legal(case);
    if !legal.is_empty() {
        let running = legal.iter().any(|limit| !limit.is_over(case));
        return if running {
            None
        } else {
            legal.into_iter().max_by_key(|limit| last(limit))
        };
    }
    retention.active().filter(|limit| limit.is_over(case))
}

pub(super) const fn last(limit: &Limit<'_>) -> Option<Date> {
    match limit.end {
        End::On(day) => Some(day),
        _ => None,
    }
}

/// Whether another activity, one of those that count, may still use an item, by the facts given.
pub(super) fn others_keep<'a>(
    case: &Case<'a>,
    item: &Item<'a>,
    counts: impl Fn(&Node<'a, Activity>) -> bool,
) -> bool {
    let others =
        case.view
            .others_holding(case.activity, item.category, case.subject, case.controller);
    let may_use = |other: &&Node<'a, Activity>| {
        if !counts(other) {
            return false;
        }
        let retention = Retention::of(case, **other, item);
        // What its user deleted ends there too, if the rule there says so.
        let deleted =
            item.said.deleted_by_user == Some(true) && retention.ending_on_deletion().is_some();
        let over = retention
            .ceilings
            .iter()
            .filter(|limit| limit.is_over(case));
        over.count() == 0 && !deleted
    };
    others.iter().filter(may_use).count() > 0
}
