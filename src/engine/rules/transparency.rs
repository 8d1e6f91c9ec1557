//! Principles (Art. 5): what people are told, who may act, where data come from.

use super::purpose::CHAPTER;
use crate::domain::activity::SourceLawfulness;
use crate::domain::basis::Article6;
use crate::domain::key::{Kind, TypedKey};
use crate::engine::case::{Case, Item, place};
use crate::engine::rule::{Fired, Gate, Level, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::snapshot::Node;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "NOTICE_MISSING",
        number: 15,
        chapter: CHAPTER,
        title: "No notice in force tells these people about the activity",
        citation: "GDPR art. 5(1)(a), 12 to 14",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::COLLECTING,
        next_step: "publish a notice for the activity and the group of people, and register it",
        judge: notice_missing,
    },
    Rule {
        code: "NOTICE_INCOMPLETE",
        number: 16,
        chapter: CHAPTER,
        title: "The notice lacks a mandatory item",
        citation: "GDPR art. 13(1), 13(2), 14(1), 14(2)",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::COLLECTING,
        next_step: "add the missing items to the notice",
        judge: notice_incomplete,
    },
    Rule {
        code: "ACCESS_NOT_AUTHORISED",
        number: 18,
        chapter: CHAPTER,
        title: "The role of the requester is not authorised for the activity",
        citation: "GDPR art. 29, 32(4), 5(1)(f)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        next_step: "have an authorised role do it, and say `requester_role`",
        judge: not_authorised,
    },
    Rule {
        code: "DATA_SOURCE_UNLAWFUL",
        number: 19,
        chapter: CHAPTER,
        title: "The data come from a source that may not give them, or that is not known",
        citation: "GDPR art. 5(1)(a), 14(2)(f)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        next_step: "do not use data of this source; establish where they come from",
        judge: source_unlawful,
    },
];

/// The notices in force that tell these people about the activity.
fn covering<'a>(case: &Case<'a>) -> Vec<Node<'a, crate::domain::notice::Notice>> {
    case.snapshot
        .of_kind(Kind::Notice)
        .iter()
        .filter_map(Node::<crate::domain::notice::Notice>::of)
        // A notice that does not say from when has not been given.
        .filter(|notice| {
            notice.record.envelope.valid_from.is_some() && case.in_force(notice.record)
        })
        .filter(|notice| {
            notice
                .body
                .controller
                .as_ref()
                .is_none_or(|key| key.key() == case.controller.key())
        })
        .filter(|notice| {
            notice
                .body
                .activities
                .iter()
                .any(|key| key.key() == case.activity.key())
        })
        .filter(|notice| {
            case.subject.is_some_and(|subject| {
                notice
                    .body
                    .data_subject_categories
                    .iter()
                    .any(|listed| case.covers(listed, subject.key()))
            })
        })
        .collect()
}

pub(super) fn notice_key(case: &Case<'_>) -> String {
    covering(case)
        .first()
        .map(|notice| notice.key().to_string())
        .unwrap_or_default()
}

/// Whether the data come from others: then people are told within a month, and not at once. The
/// record says so; the caller can only say that they come from the person all the same.
fn is_indirect(case: &Case<'_>, item: &Item<'_>) -> bool {
    use crate::engine::query::Origin;
    let recorded = !case.activity.body.sources.is_empty()
        || case
            .subject
            .is_some_and(|subject| subject.body.indirect_source == Some(true));
    recorded
        && !matches!(
            item.said.origin,
            Some(Origin::FromSubject | Origin::Observed | Origin::Derived)
        )
}

/// Whether all that is asked for comes from others.
fn all_indirect(case: &Case<'_>) -> bool {
    case.personal().next().is_some() && case.personal().all(|item| is_indirect(case, item))
}

fn notice_missing(case: &Case<'_>) -> Outcome {
    if case.subject.is_none() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let indirect = all_indirect(case);
    // What excuses data from others does not excuse data from the person.
    let exempt = case
        .activity
        .body
        .notice_exemption
        .as_ref()
        .is_some_and(|exemption| {
            exemption.article.starts_with("13(4)")
                || indirect && exemption.article.starts_with("14(5)(")
        });
    if exempt || !covering(case).is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!(
        "no notice in force covers activity `{}` for these people",
        case.activity.key()
    );
    let fired = Fired::about("processing.activity", message).at(case.here("notice_exemption"));
    if !indirect {
        return Outcome::told(vec![fired]);
    }
    let month = <crate::domain::date::Period as crate::domain::shape::Text>::parse("P1M");
    let date = month
        .map(|month| case.clock.today().plus(&month).to_string())
        .unwrap_or_default();
    // The permit form of the rule: its obligation, and not its code.
    Outcome::Obliges(vec![Obligation::new("INFORM_SUBJECT").with("date", date)])
}

/// The items that every notice must have, by article.
const MANDATORY: &[&str] = &["13(1)(a)", "13(1)(c)", "13(2)(a)", "13(2)(b)", "13(2)(d)"];
const MANDATORY_INDIRECT: &[&str] = &["14(1)(a)", "14(1)(c)", "14(2)(a)", "14(2)(c)", "14(2)(e)"];

fn notice_incomplete(case: &Case<'_>) -> Outcome {
    let covering = covering(case);
    let Some(notice) = covering.first() else {
        return Outcome::NotApplicable;
    };
    let indirect = all_indirect(case);
    let mandatory = if indirect {
        MANDATORY_INDIRECT
    } else {
        MANDATORY
    };
    let said = |article: &&&str| {
        !covering.iter().any(|notice| {
            notice
                .body
                .items
                .iter()
                .any(|item| item.article == **article)
        })
    };
    // Consent can be withdrawn, and people must know.
    let withdrawal = if indirect { "14(2)(d)" } else { "13(2)(c)" };
    let of_consent = (case.letter() == Some(Article6::A)).then_some(&withdrawal);
    let missing: Vec<&str> = mandatory
        .iter()
        .chain(of_consent)
        .filter(said)
        .copied()
        .collect();
    if missing.is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!("notice `{}` lacks {}", notice.key(), missing.join(", "));
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(place(notice.record, "items")),
    ])
}

fn not_authorised(case: &Case<'_>) -> Outcome {
    let roles = &case.activity.body.authorised_roles;
    if roles.is_empty() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let fact = "processing.requester_role";
    let message = match &case.query.requester_role {
        Some(role) if roles.contains(role) => return Outcome::Satisfied,
        Some(role) => format!("role `{}` is not one of the activity's", role.as_str()),
        None => "the role of the requester is not said, and the activity lists roles".to_owned(),
    };
    Outcome::told(vec![
        Fired::about(fact, message).at(case.here("authorised_roles")),
    ])
}

fn source_unlawful(case: &Case<'_>) -> Outcome {
    let sources = &case.activity.body.sources;
    if sources.is_empty() {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    for item in case.personal() {
        let listed = item.said.source.as_ref().and_then(|said| {
            sources
                .iter()
                .find(|source| source.recipient.as_ref() == Some(said))
        });
        let lawfulness = match (listed, &item.said.source) {
            (Some(source), _) => source.lawfulness,
            (None, Some(_)) => Some(SourceLawfulness::Unknown),
            (None, None)
                if sources
                    .iter()
                    .all(|source| source.lawfulness == Some(SourceLawfulness::Unlawful)) =>
            {
                Some(SourceLawfulness::Unlawful)
            }
            (None, None)
                if sources
                    .iter()
                    .any(|source| source.lawfulness == Some(SourceLawfulness::Unknown)) =>
            {
                Some(SourceLawfulness::Unknown)
            }
            (None, None) => Some(SourceLawfulness::Lawful),
        };
        let fired = |message: &str| {
            Fired::about(item.fact("source"), message)
                .at(case.here("sources"))
                .of(item.key().as_str())
        };
        match lawfulness {
            Some(SourceLawfulness::Unlawful) => {
                told.push(fired("the source may not give the data"));
            }
            Some(SourceLawfulness::Unknown) => {
                told.push(
                    fired("it is not known whether the source may give the data")
                        .as_severe_as(RuleEffect::Warn),
                );
            }
            Some(SourceLawfulness::Lawful) | None => {}
        }
    }
    Outcome::told(told)
}
