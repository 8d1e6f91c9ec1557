//! Storage limitation: how long data may be kept, and must be.

mod deletion;
mod end;
mod erase_by;
mod hold;
mod limit;
mod state;
mod unclear;

use deletion::{is_deleted, user_deleted};
pub(in crate::engine) use erase_by::attachments;

pub(in crate::engine::rules) use end::collected;
use end::{End, is_own};
use hold::{for_claim, held};
pub(in crate::engine) use limit::Retention;
use limit::{Limit, last, others_keep, over};
pub use state::State;
pub(in crate::engine) use state::{Bound, Standing, standing};
use unclear::{conflict, facts_missing};

use crate::engine::case::{Case, Item};
use crate::engine::rule::{Fired, Gate, Level, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::view::place;

const CHAPTER: &str = "2.7 Storage limitation";

/// A rule about data that are there.
const fn existing(rule: Rule) -> Rule {
    Rule {
        gate: Gate::EXISTING,
        ..rule
    }
}

pub(super) const RULES: &[Rule] = &[
    existing(Rule::law(
        CHAPTER,
        66,
        "RETENTION_EXPIRED",
        "The data have been kept longer than their maximum period",
        "GDPR art. 5(1)(e), 17(1)(a)",
        "erase or anonymise the data",
        expired,
    )),
    Rule {
        effect: RuleEffect::Permit,
        ..existing(Rule::law(
            CHAPTER,
            67,
            "RETENTION_ERASE_BY",
            "The data are within their maximum period",
            "GDPR art. 5(1)(e), 25(2)",
            "erase by the date of the obligation",
            within,
        ))
    },
    Rule {
        effect: RuleEffect::Warn,
        ..existing(Rule::law(
            CHAPTER,
            68,
            "RETENTION_RULE_MISSING",
            "No retention rule covers the category in this activity",
            "GDPR art. 5(1)(e), 13(2)(a), 30(1)(f)",
            "register a retention rule, or the criteria",
            rule_missing,
        ))
    },
    Rule {
        level: Level::Guard,
        gate: Gate::EXISTING.and(Gate::ERASING),
        ..Rule::law(
            CHAPTER,
            69,
            "RETENTION_FACTS_MISSING",
            "It is not known since when the data are kept, or for how long they may be",
            "GDPR art. 5(2), 5(1)(e)",
            "say the day of the event, or close the gap in the rule",
            facts_missing,
        )
    },
    Rule {
        level: Level::Policy,
        effect: RuleEffect::Warn,
        ..existing(Rule::law(
            CHAPTER,
            70,
            "RETENTION_CONFLICT",
            "Two retention rules give different limits; the shorter counts",
            "GDPR art. 5(1)(e)",
            "keep one rule",
            conflict,
        ))
    },
    existing(Rule::law(
        CHAPTER,
        71,
        "RETENTION_USER_DELETED",
        "The user deleted the item",
        "GDPR art. 5(1)(a), 17",
        "erase the item",
        user_deleted,
    )),
    Rule {
        gate: Gate::ERASING,
        ..Rule::law(
            CHAPTER,
            72,
            "LEGAL_RETENTION_RUNNING",
            "A law requires that the data are kept",
            "GDPR art. 17(3)(b), 6(1)(c)",
            "keep the data apart for the legal purpose, and tell the person",
            legal_retention,
        )
    },
    existing(Rule::law(
        CHAPTER,
        73,
        "RETENTION_ARCHIVE_PURPOSE_ONLY",
        "The active period is over, and the data are kept for a legal purpose alone",
        "GDPR art. 5(1)(b), 5(1)(e)",
        "use them for the legal purpose alone",
        archive_only,
    )),
    Rule {
        gate: Gate::USING.and(Gate::ERASING),
        ..Rule::law(
            CHAPTER,
            74,
            "RETENTION_LEGAL_CLAIM_HOLD",
            "The data are held for a legal claim",
            "GDPR art. 17(3)(e)",
            "use them for the claim alone, until the hold is lifted",
            held,
        )
    },
];

/// The personal items, each with how long it is kept for the activity.
fn kept<'c, 'a>(case: &'c Case<'a>) -> impl Iterator<Item = (&'c Item<'a>, &'c Retention<'a>)> {
    let of = |item| Retention::of(case, case.activity, item);
    let retention = case
        .retention
        .get_or_init(|| case.personal().map(of).collect());
    case.personal().zip(retention)
}

fn each<'a>(
    case: &Case<'a>,
    judge: impl Fn(&Item<'a>, &Retention<'a>) -> Option<Fired>,
) -> Outcome {
    let judged = kept(case)
        .filter_map(|(item, retention)| Some(judge(item, retention)?.of(item.key().as_str())));
    Outcome::told(judged.collect())
}

fn kept_by_law(case: &Case<'_>, retention: &Retention<'_>) -> bool {
    let keeps = |limit: &Limit<'_>| limit.is_running(case) && limit.is_lawful(case);
    retention.floors.iter().any(keeps)
}

/// Whether something keeps an item whose consent is withdrawn: a minimum or a hold, or what may be one, or another
/// activity on another basis. Then nobody is told to erase it now.
pub(in crate::engine) fn is_kept<'a>(case: &Case<'a>, item: &Item<'a>) -> bool {
    let kept = kept(case).find(|(kept, _)| kept.index == item.index);
    let basis = &case.activity.body.legal_basis;
    kept.is_some_and(|(_, retention)| keeps(case, retention))
        || others_keep(case, item, |other| other.body.legal_basis != *basis)
}

fn keeps(case: &Case<'_>, retention: &Retention<'_>) -> bool {
    let mut minimums = retention.floors.iter().chain(&retention.doubtful);
    minimums.any(|limit| limit.is_running(case) || limit.is_unknown())
        || !retention.holds.is_empty()
        || !retention.partial.is_empty()
}

fn erase_now<'a>(
    case: &Case<'a>,
    item: &Item<'a>,
    retention: &Retention<'_>,
    fired: Fired,
) -> Fired {
    if keeps(case, retention) || others_keep(case, item, |_| true) {
        fired
    } else {
        fired.with(Obligation::new("ERASE_NOW").of(item.key().as_str()))
    }
}

fn expired(case: &Case<'_>) -> Outcome {
    each(case, |item, retention| {
        // An item that its user deleted is judged by that.
        if is_deleted(case, item, retention) {
            return None;
        }
        let limit = over(case, retention)?;
        if kept_by_law(case, retention) || !retention.holds.is_empty() {
            return None;
        }
        let day = last(limit)?;
        let message = format!("`{}` could be kept until {day}", item.key());
        let fired =
            Fired::about(start_fact(item, limit), message).at(place(limit.rule.record, "period"));
        Some(erase_now(case, item, retention, fired))
    })
}

fn start_fact(item: &Item<'_>, limit: &Limit<'_>) -> String {
    let own = limit
        .rule
        .body
        .start_events
        .iter()
        .any(|event| is_own(*event));
    item.fact(if own { "collected_on" } else { "events" })
}

/// Told by its obligation, and not as a ground of its own.
fn within(case: &Case<'_>) -> Outcome {
    let applies = kept(case).any(|(_, retention)| {
        over(case, retention).is_none() && maximum(case, retention).is_some()
    });
    if applies {
        Outcome::Satisfied
    } else {
        Outcome::NotApplicable
    }
}

/// The limit that counts now: for a legal purpose the last of its minimums, else the shortest maximum.
fn maximum<'r, 'a>(case: &Case<'_>, retention: &'r Retention<'a>) -> Option<&'r Limit<'a>> {
    let legal = retention.legal(case);
    if legal.is_empty() {
        return retention.active();
    }
    legal
        .into_iter()
        .filter(|limit| !limit.is_unknown())
        .max_by_key(|limit| limit.lasting())
}

fn rule_missing(case: &Case<'_>) -> Outcome {
    each(case, |item, retention| {
        let covered = !retention.ceilings.is_empty() || !retention.legal(case).is_empty();
        (!covered).then(|| uncovered(case, item))
    })
}

fn uncovered(case: &Case<'_>, item: &Item<'_>) -> Fired {
    let message = format!(
        "no retention rule covers `{}` in activity `{}`",
        item.key(),
        case.activity.key()
    );
    Fired::about(item.fact("category"), message).at(case.here("retention_rules"))
}

fn legal_retention(case: &Case<'_>) -> Outcome {
    each(case, |item, retention| {
        let mut minimums = retention.floors.iter().chain(&retention.doubtful);
        let floor = minimums.find(|limit| limit.is_running(case))?;
        let until = match floor.end {
            End::On(day) => format!("until {day}"),
            _ => "and its period has not begun".to_owned(),
        };
        let message = format!(
            "rule `{}` requires that `{}` is kept, {until}",
            floor.rule.key(),
            item.key()
        );
        let category = item.key().as_str();
        Some(
            Fired::about(item.fact("category"), message)
                .at(place(floor.rule.record, "law"))
                .with(
                    Obligation::new("RESTRICT_TO_LEGAL_PURPOSE")
                        .of(category)
                        .with("purpose", floor.archive_purposes()),
                )
                .with(Obligation::new("INFORM_REFUSAL").of(category)),
        )
    })
}

fn archive_only(case: &Case<'_>) -> Outcome {
    each(case, |item, retention| {
        if is_deleted(case, item, retention) || for_claim(case, retention) {
            return None;
        }
        let limit = over(case, retention)?;
        let floor = retention
            .floors
            .iter()
            .find(|floor| floor.is_running(case) && floor.is_lawful(case))?;
        let day = last(limit)?;
        let message = format!(
            "the active period of `{}` ended on {day}; rule `{}` keeps it for its legal purpose",
            item.key(),
            floor.rule.key()
        );
        Some(
            Fired::about("processing.activity", message)
                .at(place(limit.rule.record, "period"))
                .at(place(floor.rule.record, "archive_purposes")),
        )
    })
}
