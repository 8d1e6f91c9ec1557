//! The rule book: every rule is there once, is told truly, and can be raised.

use std::collections::{BTreeMap, BTreeSet};

use ropa::cli::rules::page;
use ropa::domain::date::Instant;
use ropa::engine::breach::{Breach, Concerned, Risk, duties};
use ropa::engine::catalogue::{rule, rules};
use ropa::engine::decide::{explain, tracker};
use ropa::engine::decision::RuleOutcome;
use ropa::engine::facts::facts;
use ropa::engine::rule::{Judge, RuleEffect};
use ropa::wire::decision::Question;
use ropa::wire::descriptor;

use crate::support::file;
use crate::written::cases;

#[test]
fn every_number_of_the_book_is_one_rule() {
    let mut numbers: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for rule in rules() {
        numbers.entry(rule.number).or_default().push(rule.code);
    }
    for number in 1..=160 {
        let codes = numbers.get(&number).map_or(0, Vec::len);
        assert_eq!(codes, 1, "rule {number}: {:?}", numbers.get(&number));
    }
    assert_eq!(
        numbers.get(&0),
        Some(&vec!["FACT_MISSING"]),
        "the product's own"
    );
    let codes: BTreeSet<&str> = rules().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), rules().count(), "a code stands for one rule");
}

/// Made by `ropa rules --format markdown > docs/RULES.md`.
#[test]
fn the_page_of_the_rules_says_what_the_rules_say() {
    let written = std::fs::read_to_string(file::path("docs/RULES.md")).unwrap();
    assert_eq!(written.trim_end(), page().trim_end());
}

#[test]
fn each_fact_is_one_of_a_question_and_is_read_by_rules_there_are() {
    let known: BTreeSet<u32> = rules().map(|rule| rule.number).collect();
    for fact in facts() {
        assert!(!fact.read_by.is_empty(), "{} is read by nobody", fact.path);
        for number in fact.read_by {
            assert!(
                known.contains(number),
                "{}: there is no rule {number}",
                fact.path
            );
        }
        let (question, path) = fact.path.split_once('.').unwrap();
        let mut message = match question {
            "processing" => descriptor::message("Processing"),
            "tracker" => descriptor::message("TrackerUse"),
            "request" => descriptor::message("RightRequest"),
            // Its RPC is still to come.
            "breach" => continue,
            other => panic!("{other} is no question"),
        };
        for step in path.split('.') {
            let within = message
                .take()
                .unwrap_or_else(|| panic!("{} goes too deep", fact.path));
            // One of several fields: the fact is which of them is said.
            if within.oneofs().any(|one| one.name() == step) {
                continue;
            }
            let field = descriptor::field(&within, step.trim_end_matches("[]"));
            let field = field.unwrap_or_else(|| panic!("{} is no fact: `{step}`", fact.path));
            assert_eq!(
                field.is_list(),
                step.ends_with("[]") || path.ends_with(step) && field.is_list(),
                "{}",
                fact.path
            );
            message = field.kind().as_message().cloned();
        }
    }
}

/// What is told by an obligation, or by being met, fires nowhere.
pub(crate) const TOLD_OTHERWISE: [&str; 2] = ["RETENTION_ERASE_BY", "TRANSFER_NOT_APPLICABLE"];

/// What became of each rule over all cases: whether it fired, and whether it was looked at and did not.
#[test]
fn each_rule_is_raised_by_a_case_and_not_by_another() {
    let (mut fired, mut quiet) = (BTreeSet::new(), BTreeSet::new());
    let mut warned = BTreeSet::new();
    for group in cases() {
        let snapshot = group[0].snapshot();
        for case in group {
            let (read, at) = case.asked();
            let (decision, traces) = match read {
                Question::Processing(said) => explain(&snapshot, &said, at),
                Question::Tracker(said) => tracker::explain(&snapshot, &said, at),
            };
            fired.extend(decision.reasons.iter().map(|reason| reason.rule.code));
            warned.extend(decision.warnings.iter().map(|reason| reason.rule.code));
            for (code, outcome) in traces.iter().flat_map(|trace| &trace.rules) {
                match outcome {
                    RuleOutcome::Fired => fired.insert(*code),
                    RuleOutcome::Satisfied | RuleOutcome::NotApplicable => quiet.insert(*code),
                    RuleOutcome::FactMissing => false,
                };
            }
        }
    }
    let mut wanting = Vec::new();
    for rule in rules() {
        let by_check = matches!(
            rule.judge,
            Judge::Processing(_) | Judge::Tracker(_) | Judge::Resolution
        );
        if !by_check || TOLD_OTHERWISE.contains(&rule.code) {
            continue;
        }
        if !fired.contains(rule.code) {
            wanting.push(format!("no case raises {}", rule.code));
        }
        let unresolved = matches!(rule.judge, Judge::Resolution);
        if !unresolved && !quiet.contains(rule.code) {
            wanting.push(format!("every case raises {}", rule.code));
        }
        let noted = rule.effect == RuleEffect::Note;
        assert!(
            !noted || !warned.contains(rule.code),
            "{} is told in a decision",
            rule.code
        );
    }
    assert!(fired.contains("FACT_MISSING"));
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

#[test]
fn the_duties_of_a_breach_have_their_terms() {
    let all = cases();
    let with_limits = all
        .iter()
        .find(|group| group[0].name.starts_with("completed"));
    let snapshot = with_limits.expect("the example")[0].snapshot();
    let hour =
        |hours: i64| Instant::from_micros((1_780_000_000 + hours * 3_600) * 1_000_000).unwrap();
    let breach = Breach {
        concerned: Concerned::Controller,
        detected: Some(hour(0)),
        aware: Some(hour(2)),
        risk: Some(Risk::High),
        communications_service: true,
        excepted: false,
        notified: vec![hour(20)],
    };
    let told = |breach: &Breach, at| {
        let duties = duties(&snapshot, breach, at);
        let told: Vec<_> = duties
            .iter()
            .map(|duty| (duty.rule.code, duty.due, duty.met))
            .collect();
        told
    };
    let telecom = "BREACH_NOTIFY_AUTHORITY_TELECOM";
    assert_eq!(
        told(&breach, hour(30)),
        [
            ("BREACH_NOTIFY_AUTHORITY", Some(hour(74)), Some(true)),
            (telecom, Some(hour(24)), Some(true)),
            (telecom, Some(hour(92)), None),
            ("BREACH_COMMUNICATE_SUBJECTS", None, None),
            ("BREACH_REGISTER", None, None),
        ]
    );
    let silent = Breach {
        notified: Vec::new(),
        risk: None,
        communications_service: false,
        ..breach.clone()
    };
    assert_eq!(
        told(&silent, hour(74))[0],
        ("BREACH_NOTIFY_AUTHORITY", Some(hour(74)), None)
    );
    assert_eq!(told(&silent, hour(75))[0].2, Some(false));
    let unlikely = Breach {
        risk: Some(Risk::Unlikely),
        ..silent.clone()
    };
    assert_eq!(told(&unlikely, hour(75)), [("BREACH_REGISTER", None, None)]);
    let processor = Breach {
        concerned: Concerned::Processor,
        ..silent
    };
    assert_eq!(told(&processor, hour(75))[0].0, "BREACH_PROCESSOR_NOTIFY");
    assert!(
        rule("BREACH_PROCESSOR_NOTIFY").is_some_and(|rule| rule.raised_by() == ["AssessBreach"])
    );
}
