//! What the catalogue says of a rule, who raises it and which facts it reads, is what is seen of it over all cases.

use std::collections::{BTreeMap, BTreeSet};

use ropa::domain::date::{Date, Instant};
use ropa::domain::key::ActivityKey;
use ropa::domain::notice::SubjectRight;
use ropa::domain::shape::Words;
use ropa::engine::catalogue::rules;
use ropa::engine::decide::{explain, tracker};
use ropa::engine::decision::{Decision, Reason, RuleOutcome, Trace};
use ropa::engine::facts::facts;
use ropa::engine::keeping::{Keeping, keep};
use ropa::engine::query::{ObjectionState, Processing, Target};
use ropa::engine::right::{Extension, Identity, RightRequest, answer};
use ropa::engine::snapshot::Snapshot;
use ropa::wire::decision::Question;

use crate::book::TOLD_OTHERWISE;
use crate::generate::edits::{said, snake};
use crate::written::{cases, read_ask};

fn codes(reasons: &[Reason]) -> impl Iterator<Item = &'static str> {
    reasons.iter().map(|reason| reason.rule.code)
}

/// A question as it is answered, with the working.
fn worked(snapshot: &Snapshot, question: &Question, at: Instant) -> (Decision, Vec<Trace>) {
    match question {
        Question::Processing(said) => explain(snapshot, said, at),
        Question::Tracker(said) => tracker::explain(snapshot, said, at),
    }
}

/// The codes of what is kept of the data of a question.
fn of_keeping(snapshot: &Snapshot, said: &Processing, at: Instant) -> BTreeSet<&'static str> {
    let asked = Keeping {
        controller: said.controller.clone(),
        activity: None,
        data: said.data.clone(),
        subject: said.subject.clone(),
    };
    let kept = keep(snapshot, &asked, at, || true).expect("there is time");
    let items = kept.items.iter().flat_map(|item| &item.activities);
    let told = items.flat_map(|one| codes(&one.told));
    told.chain(codes(&kept.reasons)).collect()
}

/// The activity that a question names.
fn activity(said: &Processing) -> Option<ActivityKey> {
    match &said.target {
        Some(Target::Activity(key)) => Some(key.clone()),
        _ => None,
    }
}

/// The codes of each right of the person of a question, asked for in several ways.
fn of_rights(snapshot: &Snapshot, said: &Processing, at: Instant) -> BTreeSet<&'static str> {
    let day = at.day(&jiff::tz::TimeZone::UTC);
    let plain = RightRequest {
        controller: said.controller.clone(),
        subject: said.subject.clone(),
        received_on: Some(day),
        data: said.data.clone(),
        consents: said.consents.clone(),
        ..RightRequest::default()
    };
    let mut asked = Vec::new();
    for right in SubjectRight::ALL {
        asked.push(RightRequest {
            right: Some(*right),
            ..plain.clone()
        });
    }
    asked.push(RightRequest {
        right: Some(SubjectRight::Erasure),
        objection: Some(ObjectionState::Recorded),
        data: Vec::new(),
        ..plain.clone()
    });
    asked.push(RightRequest {
        right: Some(SubjectRight::Access),
        received_on: Some(Date::of(2018, 5, 25)),
        extension: Some(Extension::default()),
        ..plain.clone()
    });
    asked.push(RightRequest {
        right: Some(SubjectRight::Access),
        identity: Some(Identity {
            doubt: Some(true),
            ..Identity::default()
        }),
        ..plain.clone()
    });
    asked.push(RightRequest {
        right: Some(SubjectRight::Access),
        excessive: Some(true),
        activities: activity(said).into_iter().collect(),
        ..plain
    });
    let mut told = BTreeSet::new();
    for one in &asked {
        let resolved = answer(snapshot, one, at, || true).expect("there is time");
        told.extend(codes(&resolved.reasons));
        told.extend(codes(&resolved.alerts));
        for activity in &resolved.activities {
            told.extend(codes(&activity.reasons));
        }
    }
    told
}

#[test]
fn who_raises_a_rule_is_who_is_said_to() {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut see = |code: &'static str, by: &'static str| {
        seen.entry(code).or_default().insert(by);
    };
    for group in cases() {
        let snapshot = group[0].snapshot();
        for case in group {
            let (question, at) = case.asked();
            let (decision, traces) = worked(&snapshot, &question, at);
            let by = match &question {
                Question::Processing(_) => "Check",
                Question::Tracker(_) => "Check of a tracker",
            };
            for reasons in [&decision.reasons, &decision.warnings, &decision.grounds] {
                codes(reasons).for_each(|code| see(code, by));
            }
            // What is told by an obligation, by being met, or in the working alone.
            for (code, outcome) in traces.iter().flat_map(|trace| &trace.rules) {
                if *outcome == RuleOutcome::Fired {
                    see(code, by);
                }
            }
            if let Question::Processing(said) = &question {
                for code in of_keeping(&snapshot, said, at) {
                    see(code, "ComputeRetention");
                }
                for code in of_rights(&snapshot, said, at) {
                    see(code, "ResolveRight");
                }
            }
        }
    }
    for code in TOLD_OTHERWISE {
        seen.entry(code).or_default().insert("Check");
    }
    let mut wrong = Vec::new();
    for rule in rules() {
        let said: BTreeSet<&str> = rule.raised_by().into_iter().collect();
        let none = BTreeSet::new();
        let seen = seen.get(rule.code).unwrap_or(&none);
        if said != *seen && !said.contains("AssessBreach") {
            wrong.push(format!("{} says {said:?}, and {seen:?} do", rule.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What each rule made of a question.
fn by_rule(decision: &Decision, traces: &[Trace]) -> BTreeMap<&'static str, Vec<String>> {
    let mut told: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (code, outcome) in traces.iter().flat_map(|trace| &trace.rules) {
        told.entry(code).or_default().push(format!("{outcome:?}"));
    }
    // Grounds are told of a permit alone, whatever decides that.
    for reasons in [&decision.reasons, &decision.warnings] {
        for reason in reasons {
            let fired = &reason.fired;
            let said = format!("{} {} {:?}", fired.fact, fired.message, fired.severity);
            told.entry(reason.rule.code).or_default().push(said);
        }
    }
    told
}

/// Facts that say what is asked: without them another question is asked.
const ASKED: &[&str] = &[
    "processing.activity",
    "processing.purpose",
    "processing.controller",
    "processing.operations",
    "processing.data",
    "processing.data.category",
    "processing.subject",
    "processing.subject.category",
    "processing.recipients",
    "processing.recipients.recipient",
    "tracker.tracker",
    "tracker.controller",
    "tracker.access",
];

/// Facts that are stated in one of several ways.
const ONE_OF: &[(&str, &str)] = &[
    ("collected_for_activity", "collected_for"),
    ("collected_for_purpose", "collected_for"),
];

/// The path of a fact, as the catalogue has it.
fn listed(kind: &str, path: &str) -> String {
    let path = format!("{kind}.{}", snake(path));
    let known = ONE_OF.iter().find(|(one, _)| path.ends_with(one));
    known.map_or(path.clone(), |(one, of)| path.replace(one, of))
}

#[test]
fn a_rule_that_answers_otherwise_without_a_fact_reads_it() {
    let number: BTreeMap<&str, u32> = rules().map(|rule| (rule.code, rule.number)).collect();
    let mut read: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for group in cases() {
        let snapshot = group[0].snapshot();
        for case in group {
            let (question, at) = case.asked();
            let kind = match question {
                Question::Processing(_) => "processing",
                Question::Tracker(_) => "tracker",
            };
            let (decision, traces) = worked(&snapshot, &question, at);
            let before = by_rule(&decision, &traces);
            let carried = decision.activity.clone();
            let mut paths = Vec::new();
            said(&case.ask[kind], "", &format!("/{kind}"), &mut paths);
            for (path, place) in paths {
                let path = listed(kind, &path);
                if ASKED.contains(&path.as_str()) {
                    continue;
                }
                let mut ask = case.ask.clone();
                let (above, name) = place.rsplit_once('/').unwrap();
                let above = ask.pointer_mut(above).unwrap();
                above.as_object_mut().unwrap().remove(name);
                let Some((question, at)) = read_ask(&ask) else {
                    continue;
                };
                let (decision, traces) = worked(&snapshot, &question, at);
                // Another activity of the purpose answers: its rules are others.
                if decision.activity != carried {
                    continue;
                }
                let after = by_rule(&decision, &traces);
                let read = read.entry(path).or_default();
                for code in before.keys().chain(after.keys()) {
                    // That a fact is missing is said for another rule.
                    if *code != "FACT_MISSING" && before.get(code) != after.get(code) {
                        read.insert(number[code]);
                    }
                }
            }
        }
    }
    let mut wrong = Vec::new();
    for (path, numbers) in &read {
        // A fact that is part of one that is listed is read with it, and one that has parts by who reads those.
        let is_part = |part: &str, whole: &str| {
            part == whole
                || part
                    .strip_prefix(whole)
                    .is_some_and(|rest| rest.starts_with('.'))
        };
        let claimed: BTreeSet<u32> = facts()
            .filter(|fact| {
                let listed = fact.path.replace("[]", "");
                is_part(path, &listed) || is_part(&listed, path)
            })
            .flat_map(|fact| fact.read_by.iter().copied())
            .collect();
        let unsaid: Vec<_> = numbers.difference(&claimed).collect();
        if !unsaid.is_empty() {
            wrong.push(format!("{path} is also read by {unsaid:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
