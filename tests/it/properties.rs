//! What holds of every answer, whatever the inventory and the question: asked at random.

use std::collections::BTreeSet;

use ropa::domain::date::Instant;
use ropa::engine::decide::explain;
use ropa::engine::decision::{Decision, Effect, Reason};
use ropa::wire::decision::say;
use serde_json::json;

use crate::generate::edits::{add_gap, said};
use crate::generate::{
    About, Asked, Dice, Fault, Generated, Question, answer, ask_at_random, ask_cases_at_random,
};
use crate::written::{Row, compile_all};

fn codes(reasons: &[Reason]) -> BTreeSet<&'static str> {
    reasons.iter().map(|reason| reason.rule.code).collect()
}

/// A fault, unless it is as it should be.
fn unless(holds: bool, what: &str, more: impl FnOnce() -> String) -> Option<Fault> {
    (!holds).then(|| Fault {
        what: what.to_owned(),
        more: more(),
    })
}

/// A permit where there was a denial.
fn turned(what: String, before: &Decision, after: &Decision) -> Option<Fault> {
    let turned = before.effect == Effect::Deny && after.effect == Effect::Permit;
    turned.then(|| Fault {
        what,
        more: format!("denied before for {:?}", codes(&before.reasons)),
    })
}

#[test]
fn explain_says_what_check_says() {
    ask_at_random(About::Processing, 4_000, |generated, question, _| {
        let checked = say(&question.answer(&generated.snapshot));
        let Asked::Processing(asked) = &question.asked else {
            return None;
        };
        let explained = say(&explain(&generated.snapshot, asked, question.at).0);
        unless(checked == explained, "explained otherwise", || {
            format!("{checked:?} {explained:?}")
        })
    });
}

#[test]
fn the_order_of_records_does_not_matter() {
    ask_at_random(About::Processing, 1_000, |generated, question, dice| {
        let mut records = generated.records.clone();
        for at in (1..records.len()).rev() {
            records.swap(at, dice.below(at + 1));
        }
        let shuffled = compile_all(&records)?;
        let before = say(&question.answer(&generated.snapshot));
        let after = say(&question.answer(&shuffled));
        unless(before == after, "otherwise in another order", || {
            format!("{before:?} {after:?}")
        })
    });
}

#[test]
fn an_answer_stays_as_it_is_until_the_time_it_names() {
    ask_at_random(About::Processing, 4_000, |generated, question, dice| {
        let now = question.answer(&generated.snapshot);
        let until = now.valid_until?;
        let span = until.micros() - question.at.micros();
        let parts = [span / 1_000, span / 2, span - 1];
        let then = Instant::from_micros(question.at.micros() + dice.pick(&parts))?;
        let later = answer(&generated.snapshot, &question.asked, then);
        let told = |decision: &Decision| {
            (
                decision.effect,
                codes(&decision.reasons),
                codes(&decision.warnings),
                codes(&decision.grounds),
            )
        };
        unless(told(&now) == told(&later), "it changes before that", || {
            format!("{:?} at {then:?}: {:?}", told(&now), told(&later))
        })
    });
}

/// Facts whose silence states something of itself: an exceptional state that is taken not to be, what the record
/// says already, or a limit that is not there.
const SILENCE_STATES: &[&str] = &[
    "automatedDecision",
    "channel.medium",
    "consents",
    "controller",
    "rights",
    "storageCountry",
    "subject.country",
    "subject.vitalStatus",
    "subject.contract.endedOn",
    "system",
    "data.collectedForActivity",
    "data.collectedForPurpose",
    "data.deletedByUser",
    "data.events",
    "data.legalHolds",
    "data.origin",
    "data.source",
    "data.specialContent",
    "recipients",
];

/// Below those: facts without which a consent, a disclosure or a state of the person is not what it was.
const NEVER_HELPS: &[&str] = &[
    "consents.state",
    "consents.proofRecorded",
    "consents.explicit",
    "consents.informedOfRisks",
    "consents.givenBy",
    "consents.parentalVerification",
    "consents.allParties",
    "consents.purposes",
    "consents.activities",
    "recipients.recipient",
    "recipients.authorityRequest",
    "rights.restriction.exception",
    "rights.erasure.exception",
];

/// The question without one of its facts, and which.
fn unsaid(question: &Question, dice: &mut Dice) -> Option<(String, Question)> {
    let mut all = Vec::new();
    said(&question.ask["processing"], "", "/processing", &mut all);
    let within = |path: &str, listed: &[&str]| {
        listed.iter().any(|known| {
            path == *known || path.starts_with(known) && path[known.len()..].starts_with('.')
        })
    };
    all.retain(|(path, _)| within(path, NEVER_HELPS) || !within(path, SILENCE_STATES));
    if all.is_empty() {
        return None;
    }
    let (path, pointer) = dice.pick(&all).clone();
    let (above, name) = pointer.rsplit_once('/')?;
    let mut ask = question.ask.clone();
    ask.pointer_mut(above)?.as_object_mut()?.remove(name);
    Some((path, Question::read(ask)?))
}

#[test]
fn a_fact_that_is_not_said_permits_nothing() {
    ask_at_random(About::Processing, 10_000, |generated, question, dice| {
        let before = question.answer(&generated.snapshot);
        let (path, less) = unsaid(question, dice)?;
        let after = less.answer(&generated.snapshot);
        turned(format!("without {path}"), &before, &after)
    });
}

/// The snapshot with a gap on a value of a record, in place of it or beside it, and which.
fn with_gap(
    generated: &Generated<'_>,
    dice: &mut Dice,
) -> Option<(String, ropa::engine::snapshot::Snapshot)> {
    let at = match dice.below(4) {
        0 => dice.below(generated.rows.len()),
        _ => generated.near(dice),
    };
    let row = &generated.rows[at];
    let kind = row.kind();
    let mut all = Vec::new();
    said(&row.value[kind], "", &format!("/{kind}"), &mut all);
    if all.is_empty() {
        return None;
    }
    let (field, pointer) = dice.pick(&all).clone();
    // Where a rule says no more than that there is a limit, one that names the data goes before it.
    if field == "categories" && row.value[kind]["computable"] == false {
        return None;
    }
    // Of a source that is not known the person is warned, and no more; a notice that states no life promises none.
    if kind == "activity" && field.starts_with("sources")
        || kind == "notice" && field.starts_with("trackers")
    {
        return None;
    }
    let mut value = row.value.clone();
    if dice.below(2) == 0 {
        let (above, name) = pointer.rsplit_once('/')?;
        value.pointer_mut(above)?.as_object_mut()?.remove(name);
    }
    add_gap(&mut value, &field);
    let snapshot = generated.with(at, Some(Row::new(value)))?;
    Some((format!("{kind}.{field}"), snapshot))
}

#[test]
fn a_gap_on_a_value_permits_nothing() {
    ask_at_random(About::Processing, 3_000, |generated, question, dice| {
        let before = question.answer(&generated.snapshot);
        let (field, with) = with_gap(generated, dice)?;
        let after = question.answer(&with);
        turned(format!("a gap on {field}"), &before, &after)
    });
}

#[test]
fn nor_does_it_permit_what_a_case_denies() {
    for (about, enough) in [(About::Processing, 6_000), (About::Trackers, 1_000)] {
        ask_cases_at_random(about, enough, |generated, question, dice| {
            let before = question.answer(&generated.snapshot);
            if before.effect == Effect::Permit {
                return None;
            }
            let (field, with) = with_gap(generated, dice)?;
            let after = question.answer(&with);
            turned(format!("a gap on {field}"), &before, &after)
        });
    }
}

#[test]
fn a_value_beside_a_gap_is_no_value() {
    ask_at_random(About::Processing, 3_000, |generated, question, dice| {
        let at = generated.near(dice);
        let row = &generated.rows[at];
        let kind = row.kind();
        let mut fields: Vec<_> = row.value[kind].as_object()?.clone().into_iter().collect();
        // What stands in a list stands there, though there may be more.
        fields.retain(|(_, value)| !value.is_array());
        if fields.is_empty() {
            return None;
        }
        let field = &dice.pick(&fields).0;
        let mut beside = row.value.clone();
        add_gap(&mut beside, field);
        let mut instead = beside.clone();
        instead[kind].as_object_mut()?.remove(field);
        let said = |value| {
            let with = generated.with(at, Some(Row::new(value)))?;
            Some(say(&question.answer(&with)))
        };
        let (beside, instead) = (said(beside)?, said(instead)?);
        unless(beside == instead, &format!("{kind}.{field}"), || {
            format!("{beside:?} {instead:?}")
        })
    });
}

/// Kinds of records that only grant.
const GRANTS: &[&str] = &[
    "activity",
    "adequacyDecision",
    "agreement",
    "assessment",
    "dataCategory",
    "legalBasis",
    "notice",
    "transferSafeguard",
];

#[test]
fn a_record_that_grants_permits_nothing_by_its_absence() {
    ask_at_random(About::Processing, 3_000, |generated, question, dice| {
        let at = generated.near(dice);
        let row = &generated.rows[at];
        let (kind, body) = (row.kind(), &row.value[row.kind()]);
        let promises = kind == "notice" && body["undertakings"].is_array();
        // A screening may ask for more, and an assessment may say that a high risk remains.
        let screens = body["kind"] == "dpia_screening" || body["kind"] == "dpia";
        // A contract that names whom a processor engages tells of those, and does not only grant.
        let engages = kind == "agreement" && body["subprocessors"].is_array();
        if !GRANTS.contains(&kind) || promises || screens || engages {
            return None;
        }
        // What others refer to cannot be taken away; what is suspended is not there either.
        let without = generated.with(at, None).or_else(|| {
            let mut value = row.value.clone();
            value["state"] = json!("suspended");
            generated.with(at, Some(Row::new(value)))
        })?;
        let before = question.answer(&generated.snapshot);
        let after = question.answer(&without);
        turned(
            format!("without {kind} {}", row.value["key"]),
            &before,
            &after,
        )
    });
}
