//! The judge and the engine, on inventories and questions at random.

use std::collections::BTreeSet;

use ropa::engine::decide::decide;
use ropa::engine::decision::{Decision, Reason};

use super::{Verdict, judge};
use crate::generate::{Fault, ask_at_random};

/// Where an answer and a verdict part.
fn parts(decision: &Decision, verdict: &Verdict) -> Vec<String> {
    let codes = |reasons: &[Reason]| {
        let codes = reasons.iter().map(|reason| reason.rule.code);
        codes.collect::<BTreeSet<_>>()
    };
    let duties: BTreeSet<_> = decision.obligations.iter().map(|one| one.code).collect();
    let mut parted = Vec::new();
    if decision.effect != verdict.effect {
        parted.push(format!("{:?}/{:?}", decision.effect, verdict.effect));
    }
    for (field, said, judged) in [
        ("reasons", codes(&decision.reasons), verdict.reasons.clone()),
        (
            "warnings",
            codes(&decision.warnings),
            verdict.warnings.clone(),
        ),
        ("grounds", codes(&decision.grounds), verdict.grounds.clone()),
        ("obligations", duties, verdict.duties()),
    ] {
        if said != judged {
            let only_said: Vec<_> = said.difference(&judged).collect();
            let only_judged: Vec<_> = judged.difference(&said).collect();
            parted.push(format!(
                "{field} engine {only_said:?} judge {only_judged:?}"
            ));
        }
    }
    let (said, judged) = (dated(decision), verdict.dated());
    if said != judged {
        parted.push(format!("to do: engine {said:?} judge {judged:?}"));
    }
    parted
}

/// What is to be erased or kept apart, of which category and until which day.
fn dated(decision: &Decision) -> BTreeSet<(&'static str, String, String)> {
    let mut dated = BTreeSet::new();
    for one in &decision.obligations {
        let said = |name: &str| {
            let found = one.parameters.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        if Verdict::DATED.contains(&one.code) {
            for category in &one.categories {
                dated.insert((one.code, category.clone(), said("date")));
            }
        }
    }
    dated
}

#[test]
fn the_judge_and_the_engine_agree() {
    ask_at_random(100_000, |generated, question, _| {
        let decision = decide(&generated.snapshot, &question.asked, question.at);
        let verdict = judge(&generated.records, &question.asked, question.at);
        let parted = parts(&decision, &verdict);
        (!parted.is_empty()).then(|| Fault {
            what: parted.join("; "),
            more: format!("judge {:?} {:?}", verdict.reasons, verdict.warnings),
        })
    });
}
