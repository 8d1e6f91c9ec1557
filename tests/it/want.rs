//! What a case wants, beside what was answered.

use std::collections::BTreeSet;

use ropa::engine::catalogue::rule;
use ropa::engine::decision::{RuleOutcome, Trace};
use ropa::engine::rule::RuleEffect;
use ropa::wire::document;
use ropa_proto::v1 as pb;
use serde_json::Value;

/// What a case wants, and what a decision says, in the same words.
pub(crate) fn told(decision: &pb::Decision, want: &Value) -> Option<String> {
    let codes = |codes: Vec<&String>| codes.into_iter().cloned().collect::<BTreeSet<_>>();
    let wanted = |field: &str| {
        want[field]
            .as_array()
            .into_iter()
            .flatten()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect::<BTreeSet<_>>()
    };
    let effect = if decision.effect() == pb::Effect::Permit {
        "permit"
    } else {
        "deny"
    };
    let mut wrong = Vec::new();
    if want["effect"] != effect {
        wrong.push(format!("effect {effect}"));
    }
    let got = [
        (
            "reasons",
            codes(decision.reasons.iter().map(|reason| &reason.code).collect()),
        ),
        (
            "warnings",
            codes(
                decision
                    .warnings
                    .iter()
                    .map(|reason| &reason.code)
                    .collect(),
            ),
        ),
        (
            "grounds",
            codes(decision.grounds.iter().map(|reason| &reason.code).collect()),
        ),
        (
            "obligations",
            codes(
                decision
                    .obligations
                    .iter()
                    .map(|obligation| &obligation.code)
                    .collect(),
            ),
        ),
    ];
    for (field, got) in got {
        let wanted = wanted(field);
        if got != wanted {
            wrong.push(format!("{field} {got:?} instead of {wanted:?}"));
        }
    }
    if let Some(until) = want["validUntil"].as_str() {
        let got = decision.valid_until_time.map(|time| {
            jiff::Timestamp::new(time.seconds, time.nanos)
                .unwrap()
                .to_string()
        });
        let wanted: jiff::Timestamp = until.parse().unwrap();
        if got != Some(wanted.to_string()) {
            wrong.push(format!("valid until {got:?} instead of {until}"));
        }
    }
    wrong.extend(closer(decision, &want["also"]));
    if let Some(activity) = want["activity"].as_str()
        && decision.activity != activity
    {
        wrong.push(format!("activity {}", decision.activity));
    }
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

/// What a case looks at more closely: each of these must be among what is told, with at least what is said
/// of it; the categories and recipients that alone would pass are told exactly.
fn closer(decision: &pb::Decision, also: &Value) -> Vec<String> {
    let said = document::json("Decision", decision).expect("a decision");
    let among = |list: &Value, wanted: &Value| {
        let mut all = list.as_array().into_iter().flatten();
        all.any(|one| holds(one, wanted))
    };
    let mut wrong = Vec::new();
    for list in [
        "reasons",
        "warnings",
        "grounds",
        "obligations",
        "candidates",
    ] {
        for wanted in also[list].as_array().into_iter().flatten() {
            if !among(&said[list], wanted) {
                wrong.push(format!("no {wanted} among {list}: {}", said[list]));
            }
        }
    }
    for wanted in also["records"].as_array().into_iter().flatten() {
        if !among(&said["records"], wanted) {
            wrong.push(format!("{wanted} had no part in it: {}", said["records"]));
        }
    }
    let alone = &also["permittedSubset"];
    if !alone.is_null() && said["permittedSubset"] != *alone {
        wrong.push(format!("alone would pass {}", said["permittedSubset"]));
    }
    wrong
}

/// Whether a value has all that is wanted of it: of a message its fields, of a list its items in order.
fn holds(said: &Value, wanted: &Value) -> bool {
    match (said, wanted) {
        (Value::Object(said), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| holds(said.get(name).unwrap_or(&Value::Null), wanted)),
        (Value::Array(said), Value::Array(wanted)) => {
            said.len() == wanted.len()
                && said
                    .iter()
                    .zip(wanted)
                    .all(|(said, wanted)| holds(said, wanted))
        }
        _ => said == wanted,
    }
}

/// What a case wants to be noted in the working beside the decision, and what is.
pub(crate) fn noted(traces: &[Trace], want: &Value) -> Option<String> {
    let wanted: BTreeSet<&str> = want["noted"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let fired = traces.iter().flat_map(|trace| &trace.rules);
    let noted: BTreeSet<&str> = fired
        .filter(|(_, outcome)| *outcome == RuleOutcome::Fired)
        .map(|(code, _)| *code)
        .filter(|code| rule(code).is_some_and(|rule| rule.effect == RuleEffect::Note))
        .collect();
    (noted != wanted).then(|| format!("noted {noted:?} instead of {wanted:?}"))
}
