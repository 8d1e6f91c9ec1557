//! The judge against the cases.

use std::collections::BTreeSet;

use ropa::domain::date::Instant;
use ropa::engine::decision::Effect;
use serde_json::Value;

use super::{Verdict, verdict};
use crate::generate::answer;
use crate::written::{cases, compile_all};

/// What a verdict says otherwise than a case wants.
fn differs(verdict: &Verdict, want: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let effect = if verdict.effect == Effect::Permit {
        "permit"
    } else {
        "deny"
    };
    if want["effect"] != effect {
        wrong.push(format!("effect {effect}"));
    }
    let fields = [
        ("reasons", verdict.reasons.clone()),
        ("warnings", verdict.warnings.clone()),
        ("grounds", verdict.grounds.clone()),
        ("obligations", verdict.duties()),
    ];
    for (field, got) in fields {
        let wanted = want[field].as_array().into_iter().flatten();
        let wanted: BTreeSet<_> = wanted.map(|code| code.as_str().unwrap()).collect();
        if got != wanted {
            wrong.push(format!("{field} {got:?} instead of {wanted:?}"));
        }
    }
    if let Some(until) = want["validUntil"].as_str() {
        let until: jiff::Timestamp = until.parse().unwrap();
        if verdict.valid_until.map(Instant::micros) != Some(until.as_microsecond()) {
            wrong.push(format!(
                "valid until {:?} instead of {until}",
                verdict.valid_until
            ));
        }
    }
    if let Some(activity) = want["activity"].as_str()
        && verdict.activity.as_deref() != Some(activity)
    {
        wrong.push(format!("activity {:?}", verdict.activity));
    }
    wrong
}

#[test]
fn the_judge_agrees_with_every_case() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for group in cases() {
        let records = group[0].records();
        for case in group {
            let (said, at) = case.asked();
            asked += 1;
            let found = differs(&verdict(&records, &said, at), &case.want);
            if !found.is_empty() {
                wrong.push(format!("{}: {}", case.name, found.join("; ")));
            }
        }
    }
    assert!(asked > 400, "only {asked} questions were found");
    assert!(
        wrong.is_empty(),
        "{} of {asked} verdicts differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Until the time that the engine names, the judge does not change its mind.
#[test]
fn an_answer_holds_as_long_as_it_says() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for group in cases() {
        let records = group[0].records();
        let snapshot = compile_all(&records).expect("an inventory");
        for case in group {
            let (said, at) = case.asked();
            let decision = answer(&snapshot, &said, at);
            let Some(until) = decision.valid_until else {
                continue;
            };
            asked += 1;
            let last = Instant::from_micros(until.micros() - 1).expect("an instant");
            let then = verdict(&records, &said, last);
            if then.effect != decision.effect {
                wrong.push(format!(
                    "{}: {:?} before {until:?}",
                    case.name, then.reasons
                ));
            }
        }
    }
    assert!(asked > 100, "only {asked} answers have an end");
    assert!(
        wrong.is_empty(),
        "{} of {asked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
