//! The judge and the engine, on inventories and questions at random.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use ropa::domain::date::{Date, Instant};
use ropa::domain::key::Key;
use ropa::engine::decision::{Decision, Effect, Reason};

use super::{Verdict, verdict};
use crate::generate::{About, Fault, ask_at_random};

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
    let (said, judged) = (decision.activity.as_ref(), verdict.activity.as_deref());
    if decision.effect == Effect::Permit && said.map(Key::as_str) != judged {
        parted.push(format!("activity {said:?}/{judged:?}"));
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

/// The last moment for which an answer says that it holds; of one that holds for ever, one that is far away.
fn last(decision: &Decision) -> Option<Instant> {
    let until = decision.valid_until.map(Instant::micros);
    let far = Instant::start_of(Date::of(2300, 1, 1), &TimeZone::UTC)?.micros();
    Instant::from_micros(until.unwrap_or(far) - 1)
}

/// What an answer says against, and warns of, in words.
fn messages(decision: &Decision) -> String {
    let told = decision.reasons.iter().chain(&decision.warnings);
    let told = told.map(|reason| format!("{}: {}", reason.rule.code, reason.fired.message));
    told.collect::<Vec<_>>().join("; ")
}

/// Where the judge changes its mind before the engine says that it would.
fn changed(verdict: &Verdict, then: &Verdict) -> Option<String> {
    let of = |verdict: &Verdict| {
        let Verdict {
            effect,
            reasons,
            warnings,
            grounds,
            ..
        } = verdict;
        (*effect, reasons.clone(), warnings.clone(), grounds.clone())
    };
    (of(verdict) != of(then)).then(|| format!("it is otherwise before that: {:?}", of(then)))
}

fn compare(about: About, enough: u64) {
    ask_at_random(about, enough, |generated, question, dice| {
        let decision = question.answer(&generated.snapshot);
        let judged = |at| verdict(&generated.records, &question.asked, at);
        let verdict = judged(question.at);
        let mut parted = parts(&decision, &verdict);
        // To judge twice takes twice as long.
        if dice.below(4) == 0 {
            parted.extend(last(&decision).and_then(|last| changed(&verdict, &judged(last))));
        }
        (!parted.is_empty()).then(|| Fault {
            what: parted.join("; "),
            more: format!(
                "judge {:?} {:?}\n  engine {}",
                verdict.reasons,
                verdict.warnings,
                messages(&decision)
            ),
        })
    });
}

#[test]
fn the_judge_and_the_engine_agree() {
    compare(About::Processing, 100_000);
}

#[test]
fn they_agree_about_trackers() {
    compare(About::Trackers, 20_000);
}
