//! Chapter 2.7: how long data are used, kept for the law, and then erased.

use ropa::domain::activity::Activity;
use ropa::domain::date::Date;
use ropa::domain::notice::UndertakingKind;
use ropa::domain::retention::{LegalHold, RetentionRule};
use ropa::domain::shape::Text;
use ropa::engine::query::{DataItem, Operation};

use super::holding::{may_be_about, may_hold};
use super::lawfulness::category_text;
use super::lookup::Row;
use super::matter::{
    COLLECTING, DISCLOSING, ERASING, Matter, STORING, USING, person_state_required,
};
use super::retention_clock::{Limit, is_computable, is_own, limit};
use super::retention_rules::{
    ceilings, floors, floors_below, has_law, holds, holds_below, may_be_a_minimum,
};

pub(super) fn judge(matter: &Matter<'_>) {
    for item in &matter.items {
        if matter.existing() && matter.deceased() {
            held_only(matter, item);
        } else if matter.existing() {
            existing(matter, item);
        } else if matter.asks(COLLECTING) && !matter.deceased() {
            erase_by_from_now(matter, item);
        }
        if matter.asks(ERASING) {
            erasing(matter, item);
        }
    }
}

/// Whether a limit has not passed.
fn runs(matter: &Matter<'_>, limit: &Limit) -> bool {
    match limit {
        Limit::Last(day) => !matter.rows.is_over(*day),
        Limit::NotStarted { .. } => true,
        Limit::Unknown => false,
    }
}

// Data that are there.

/// 66 to 71, 73, and 74 after the active period.
fn existing(matter: &Matter<'_>, item: &DataItem) {
    let ceilings = ceilings(matter, item, &matter.activity);
    let floors = floors(matter, item);
    // 68. RETENTION_RULE_MISSING: nothing limits the use for this purpose.
    let purpose = matter.purpose_key();
    let archives = |rule: &Row<'_, RetentionRule>| {
        rule.body.archive_purposes.contains(&purpose) && has_law(matter, rule.body)
    };
    if ceilings.is_empty() && !floors.iter().any(archives) {
        matter.warn("RETENTION_RULE_MISSING");
    }
    if user_deleted(matter, item, &ceilings) {
        return;
    }
    let limits: Vec<_> = ceilings
        .iter()
        .map(|rule| limit(matter, item, rule))
        .collect();
    let minima: Vec<_> = floors
        .iter()
        .map(|rule| limit(matter, item, rule))
        .collect();
    // 69. RETENTION_FACTS_MISSING. What is known to be over is over all the same.
    let unknown = limits.contains(&Limit::Unknown) || minima.contains(&Limit::Unknown);
    if unknown {
        matter.deny("RETENTION_FACTS_MISSING");
    }
    let limits: Vec<_> = limits
        .into_iter()
        .filter(|limit| *limit != Limit::Unknown)
        .collect();
    // 70. RETENTION_CONFLICT.
    if limits.iter().any(|one| Some(one) != limits.first()) {
        matter.warn_by_policy("RETENTION_CONFLICT");
    }
    let active = shortest(&limits);
    let is_active = active.is_none_or(|limit| runs(matter, limit));
    // For the legal purpose itself the last day of the minimum is the maximum.
    let lawful: Vec<_> = floors
        .iter()
        .zip(&minima)
        .filter(|(rule, _)| has_law(matter, rule.body))
        .collect();
    let for_purpose: Vec<_> = lawful
        .iter()
        .filter(|(rule, _)| rule.body.archive_purposes.contains(&purpose))
        .map(|(_, limit)| *limit)
        .collect();
    let archive = longest(&for_purpose);
    let held = holds(matter, item);
    // A minimum that is the maximum and is over is over, whatever else is not known.
    let ended = archive.is_some_and(|limit| !runs(matter, limit))
        && !for_purpose.iter().any(|limit| **limit == Limit::Unknown);
    if unknown && !ended && (is_active || !for_purpose.is_empty()) {
        return;
    }
    if is_active && (active.is_some() || archive.is_none()) {
        let minimum: Vec<_> = lawful.iter().map(|(_, limit)| *limit).collect();
        within(
            matter,
            item,
            active,
            archive,
            longest(&minimum),
            !held.is_empty(),
        );
    } else if archive.is_some_and(|limit| runs(matter, limit)) {
        erase_by(matter, item, archive, !held.is_empty());
        if active.is_some() {
            restrict(matter, item);
            if matter.asks(DISCLOSING) {
                matter.oblige("LOG_DISCLOSURE", &[]);
            }
        }
    } else {
        over(
            matter,
            item,
            &held,
            lawful.iter().any(|(_, limit)| runs(matter, limit)),
        );
    }
}

/// Of the deceased, only 74 is looked at.
fn held_only(matter: &Matter<'_>, item: &DataItem) {
    let ceilings = ceilings(matter, item, &matter.activity);
    let limits: Vec<_> = ceilings
        .iter()
        .map(|rule| limit(matter, item, rule))
        .collect();
    // One of which it is not known what it is on may be on these.
    let mut held = holds(matter, item);
    let unclear = holds_below(matter, item).into_iter();
    held.extend(unclear.filter(|hold| hold.silent("categories")));
    let is_active = shortest(&limits).is_none_or(|limit| runs(matter, limit));
    if !held.is_empty() && !is_active {
        over(matter, item, &held, false);
    }
}

/// 71. RETENTION_USER_DELETED. It goes before the end of the period.
fn user_deleted(matter: &Matter<'_>, item: &DataItem, rules: &[Row<'_, RetentionRule>]) -> bool {
    let ends = rules
        .iter()
        .any(|rule| rule.body.ends_on_user_deletion == Some(true))
        || !super::principles::undertakings(matter, UndertakingKind::NothingAfterDeletion)
            .is_empty();
    if ends && item.deleted_by_user.is_none() && person_state_required(matter.rows) {
        matter.deny("FACT_MISSING");
    }
    if item.deleted_by_user != Some(true) {
        return false;
    }
    // Where a rule may end with that, nobody knows that the data may stay.
    if !ends {
        if rules
            .iter()
            .any(|rule| rule.silent("ends_on_user_deletion"))
        {
            matter.deny("FACT_MISSING");
        }
        return false;
    }
    matter.deny("RETENTION_USER_DELETED");
    erase_now(matter, item);
    true
}

/// 67. RETENTION_ERASE_BY, told by its obligation.
fn within(
    matter: &Matter<'_>,
    item: &DataItem,
    active: Option<&Limit>,
    archive: Option<&Limit>,
    minimum: Option<&Limit>,
    held: bool,
) {
    erase_by(matter, item, archive.or(active), held);
    // Between the active limit and a longer legal minimum only the legal purpose.
    if let (Some(Limit::Last(_)), Some(minimum)) = (active, minimum)
        && archive.is_none()
        && is_longer(minimum, active.expect("just matched"))
    {
        restrict(matter, item);
    }
}

fn restrict(matter: &Matter<'_>, item: &DataItem) {
    matter.oblige(
        "RESTRICT_TO_LEGAL_PURPOSE",
        &[("category", category_text(item))],
    );
}

/// The last day, or before the event that starts the clock the event and the period.
fn erase_by(matter: &Matter<'_>, item: &DataItem, limit: Option<&Limit>, held: bool) {
    if held || matter.deceased() {
        return;
    }
    let category = ("category", category_text(item));
    match limit {
        Some(Limit::Last(day)) => {
            matter.oblige("ERASE_BY", &[category, ("date", day.to_string())]);
        }
        Some(Limit::NotStarted { events, period }) => {
            let event = events.first().map(Text::text).unwrap_or_default();
            matter.oblige(
                "ERASE_BY",
                &[category, ("event", event), ("period", period.clone())],
            );
        }
        Some(Limit::Unknown) | None => {}
    }
}

/// 66. RETENTION_EXPIRED, 73. RETENTION_ARCHIVE_PURPOSE_ONLY, 74. RETENTION_LEGAL_CLAIM_HOLD.
fn over(matter: &Matter<'_>, item: &DataItem, held: &[Row<'_, LegalHold>], minimum_runs: bool) {
    if !held.is_empty() {
        let claim = held
            .iter()
            .any(|hold| hold.body.claim_purpose.as_ref() == Some(&matter.purpose_key()));
        if matter.asks(USING) && !claim {
            matter.deny("RETENTION_LEGAL_CLAIM_HOLD");
        }
    } else if minimum_runs {
        matter.deny("RETENTION_ARCHIVE_PURPOSE_ONLY");
    } else {
        matter.deny("RETENTION_EXPIRED");
        erase_now(matter, item);
    }
}

/// ERASE_NOW, where no activity, minimum or hold keeps the item.
fn erase_now(matter: &Matter<'_>, item: &DataItem) {
    if !kept_elsewhere(matter, item, false) {
        matter.oblige_denied("ERASE_NOW", &[("category", category_text(item))]);
    }
}

/// Whether another activity, a minimum or a hold keeps an item by the facts given. For a consent that was
/// withdrawn, the other activity must rest on something else.
pub(super) fn kept_elsewhere(matter: &Matter<'_>, item: &DataItem, after_consent: bool) -> bool {
    if !holds_below(matter, item).is_empty() || may_be_a_minimum(matter, item) {
        return true;
    }
    let floors = floors_below(matter, item);
    if floors.iter().any(|rule| {
        let limit = limit(matter, item, rule);
        limit == Limit::Unknown || runs(matter, &limit)
    }) {
        return true;
    }
    let activities = matter.rows.current::<Activity>();
    activities.iter().any(|other| {
        let of = other.body.controller.as_ref();
        let ours = of.map_or(other.silent("controller"), |key| matter.is_controller(key));
        let rests = other.body.legal_basis.is_some() || other.silent("legal_basis");
        if !ours || !rests || other.key() == matter.activity.key() {
            return false;
        }
        let lists = may_hold(matter.rows, other, Matter::category(item));
        let group = matter.group.as_ref();
        let people = group.is_none_or(|group| may_be_about(matter.rows, other, group));
        let rests = !after_consent || other.body.legal_basis != matter.activity.body.legal_basis;
        let ceilings = ceilings(matter, item, other);
        let limits: Vec<_> = ceilings
            .iter()
            .map(|rule| limit(matter, item, rule))
            .collect();
        let is_over =
            |limit: &Limit| matches!(limit, Limit::Last(day) if matter.rows.is_over(*day));
        let still = !limits.iter().any(is_over);
        // What its user deleted ends there too, if the rule there says so.
        let deleted = item.deleted_by_user == Some(true)
            && ceilings
                .iter()
                .any(|rule| rule.body.ends_on_user_deletion == Some(true));
        lists && people && rests && still && !deleted
    })
}

/// The shortest of several limits: a day before a clock that stands still.
fn shortest(limits: &[Limit]) -> Option<&Limit> {
    let days = limits
        .iter()
        .filter(|limit| matches!(limit, Limit::Last(_)));
    let first = days.min_by_key(|limit| match limit {
        Limit::Last(day) => *day,
        _ => Date::of(9999, 1, 1),
    });
    first.or_else(|| {
        limits.iter().min_by_key(|limit| match limit {
            Limit::NotStarted { period, .. } => {
                Date::of(2001, 1, 1).plus(&super::principles::period(period))
            }
            _ => Date::of(9999, 1, 1),
        })
    })
}

/// The longest of several limits: a clock that stands still before any day.
fn longest<'l>(limits: &[&'l Limit]) -> Option<&'l Limit> {
    let mut longest: Option<&Limit> = None;
    for limit in limits {
        if longest.is_none_or(|so_far| is_longer(limit, so_far)) {
            longest = Some(limit);
        }
    }
    longest
}

fn is_longer(one: &Limit, other: &Limit) -> bool {
    match (one, other) {
        (Limit::Last(one), Limit::Last(other)) => one > other,
        (Limit::NotStarted { .. }, Limit::Last(_)) => true,
        (Limit::NotStarted { period: one, .. }, Limit::NotStarted { period: other, .. }) => {
            let one = super::principles::period(one);
            one.exceeds(&super::principles::period(other))
        }
        _ => false,
    }
}

// Data that are collected.

/// ERASE_BY on collection: from now where the rule starts with the item, else event and period.
fn erase_by_from_now(matter: &Matter<'_>, item: &DataItem) {
    let held = !holds(matter, item).is_empty();
    let ceilings = ceilings(matter, item, &matter.activity);
    let purpose = matter.purpose_key();
    let mut floors = floors(matter, item);
    floors
        .retain(|rule| rule.body.archive_purposes.contains(&purpose) && has_law(matter, rule.body));
    let rules = ceilings
        .iter()
        .chain(&floors)
        .filter(|rule| is_computable(rule));
    let limits: Vec<_> = rules
        .map(|rule| {
            let period = rule.body.period.as_ref().expect("computable");
            if rule.body.start_events.iter().any(|event| is_own(*event)) {
                Limit::Last(matter.rows.counted_from().plus(period))
            } else {
                Limit::NotStarted {
                    events: rule.body.start_events.clone(),
                    period: period.text(),
                }
            }
        })
        .collect();
    let limit = if floors.is_empty() {
        shortest(&limits)
    } else {
        longest(&limits.iter().collect::<Vec<_>>())
    };
    erase_by(matter, item, limit, held);
}

// Data that are to go.

/// 72. LEGAL_RETENTION_RUNNING and 74, and 69 where a minimum may cover the item.
fn erasing(matter: &Matter<'_>, item: &DataItem) {
    let mut unknown = may_be_a_minimum(matter, item);
    let mut running = false;
    for rule in floors_below(matter, item) {
        let limit = limit(matter, item, &rule);
        unknown |= limit == Limit::Unknown;
        running |= runs(matter, &limit);
    }
    if running {
        matter.deny("LEGAL_RETENTION_RUNNING");
        matter.oblige_denied(
            "RESTRICT_TO_LEGAL_PURPOSE",
            &[("category", category_text(item))],
        );
        matter.oblige_denied("INFORM_REFUSAL", &[("category", category_text(item))]);
    }
    if unknown {
        // What may have to be kept is kept of the deceased too: 72 is never lifted.
        matter.deny("RETENTION_FACTS_MISSING");
    }
    let named = item.legal_holds.iter();
    let unregistered = named
        .clone()
        .any(|key| matter.rows.known::<LegalHold>(key).is_none());
    if unregistered || !holds_below(matter, item).is_empty() {
        matter.deny("RETENTION_LEGAL_CLAIM_HOLD");
    }
}

/// Whether only keeping is asked for, of what there is.
pub(super) fn only_stores(matter: &Matter<'_>) -> bool {
    let keeps = |one: &Operation| STORING.contains(one) || ERASING.contains(one);
    matter.asks(STORING) && matter.asked.operations.iter().all(keeps)
}
