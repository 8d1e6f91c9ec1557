//! The judge against the engine, on the inventories and questions of the cases after edits at random: a
//! field dropped, turned or taken from elsewhere, a gap, a state, a term. The same seed makes the same edits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ropa::domain::inventory::Inventory;
use ropa::domain::record::Record;
use ropa::domain::retention::RetentionKind;
use ropa::engine::compile::compile;
use ropa::engine::decide::decide;
use ropa::engine::decision::Decision;
use ropa::engine::query::Processing;
use serde_json::{Value, json};

use super::snippets::{OF_QUESTIONS, OF_RECORDS};
use super::{Verdict, judge};
use crate::cases::{self, Written};
use crate::support::file;

/// A sequence of numbers that looks random (xorshift).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % (end.max(1) as u64)).expect("small")
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// All that is written, to take fields from.
struct Sources {
    cases: Vec<Vec<Written>>,
    /// Bodies by kind.
    bodies: BTreeMap<String, Vec<Value>>,
    asks: Vec<Value>,
}

fn kind(record: &Value) -> String {
    cases::kind(record).expect("a body").to_owned()
}

impl Sources {
    fn new() -> Self {
        let cases = cases::written();
        let mut bodies: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut asks = Vec::new();
        for group in &cases {
            for record in &group[0].records {
                let kind = kind(record);
                bodies
                    .entry(kind.clone())
                    .or_default()
                    .push(record[&kind].clone());
            }
            asks.extend(group.iter().map(|case| case.ask.clone()));
        }
        Self {
            cases,
            bodies,
            asks,
        }
    }
}

/// Changes something in a value: drops a field or an entry, turns a truth, moves a day.
fn disturb(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let names: Vec<_> = fields.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            let inner = fields.get_mut(&name).expect("it is there");
            let deep = inner.is_object() || inner.is_array() || inner.is_boolean() || is_day(inner);
            if deep && dice.below(3) > 0 {
                disturb(inner, dice);
            } else {
                fields.remove(&name);
            }
        }
        Value::Array(entries) if !entries.is_empty() => {
            let at = dice.below(entries.len());
            if entries[at].is_object() && dice.below(2) == 0 {
                disturb(&mut entries[at], dice);
            } else {
                entries.remove(at);
            }
        }
        Value::Bool(truth) => *truth = !*truth,
        Value::String(_) if is_day(value) => {
            *value = Value::from(DAYS[dice.below(DAYS.len())]);
        }
        _ => {}
    }
}

const STATES: &[&str] = &["draft", "active", "suspended", "retired"];

const DAYS: &[&str] = &[
    "2018-06-01",
    "2020-07-16",
    "2023-01-01",
    "2025-06-01",
    "2026-05-31",
    "2026-06-01",
    "2026-06-02",
    "2026-09-01",
    "2030-01-01",
];

fn is_day(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-'
}

/// Edits one record of those that matter to the question most of the time.
fn edit_record(records: &mut [Value], sources: &Sources, dice: &mut Dice) -> String {
    // Reference rows are many, and rarely matter.
    let at = loop {
        let at = dice.below(records.len());
        let reference = ["country", "limit", "transferTool", "adequacyDecision"];
        if !reference.contains(&kind(&records[at]).as_str()) || dice.below(8) == 0 {
            break at;
        }
    };
    let record = &mut records[at];
    let kind = kind(record);
    let before = record.clone();
    match dice.below(8) {
        0 => record["state"] = json!(STATES[dice.below(STATES.len())]),
        1 => record["validUntil"] = json!(DAYS[dice.below(DAYS.len())]),
        2 => record["validFrom"] = json!(DAYS[dice.below(DAYS.len())]),
        3 => {
            let names: Vec<_> = sources.bodies[&kind]
                .iter()
                .filter_map(Value::as_object)
                .flat_map(|body| body.keys())
                .collect();
            if !names.is_empty() {
                let field = snake(names[dice.below(names.len())]);
                let gap = json!({"field": field, "kind": "not_stated"});
                match record["gaps"].as_array_mut() {
                    Some(gaps) => gaps.push(gap),
                    None => record["gaps"] = json!([gap]),
                }
            }
        }
        4 => {
            let other = dice.pick(&sources.bodies[&kind]).clone();
            if let Some(fields) = other.as_object().filter(|fields| !fields.is_empty()) {
                let names: Vec<_> = fields.keys().collect();
                let name = names[dice.below(names.len())];
                record[&kind][name] = fields[name].clone();
            }
        }
        5 => {
            let own: Vec<_> = OF_RECORDS.iter().filter(|(of, _)| *of == kind).collect();
            if !own.is_empty() {
                let over: Value = serde_json::from_str(dice.pick(&own).1).expect("a snippet");
                file::merge(&mut record[&kind], &over);
            }
        }
        _ => disturb(&mut record[&kind], dice),
    }
    if before == *record {
        return String::new();
    }
    format!("{kind}/{}: {}", record["key"], changes(&before, record))
}

/// `dataSubjectCategories` as `data_subject_categories`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// What is otherwise in a value, for those who read a disagreement.
fn changes(before: &Value, after: &Value) -> String {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            let of = |name: &&String| {
                let (one, other) = (before.get(*name), after.get(*name));
                let nothing = Value::Null;
                (one != other).then(|| {
                    let (one, other) = (one.unwrap_or(&nothing), other.unwrap_or(&nothing));
                    format!("{name}: {}", changes(one, other))
                })
            };
            let told: Vec<_> = names.iter().filter_map(of).collect();
            format!("{{{}}}", told.join(", "))
        }
        _ => format!("{before} -> {after}"),
    }
}

/// Edits the question: a field dropped, disturbed or taken from another question, or a snippet laid on it.
fn edit_question(ask: &mut Value, sources: &Sources, dice: &mut Dice) {
    match dice.below(6) {
        0 | 1 => {
            let other = dice.pick(&sources.asks).clone();
            if let Some(fields) = other["processing"].as_object() {
                let names: Vec<_> = fields.keys().collect();
                let name = names[dice.below(names.len())];
                if name == "activity" || name == "purpose" {
                    let asked = ask["processing"].as_object_mut().expect("a question");
                    asked.remove("activity");
                    asked.remove("purpose");
                }
                ask["processing"][name] = fields[name].clone();
            }
        }
        2 => {
            let over: Value = serde_json::from_str(OF_QUESTIONS[dice.below(OF_QUESTIONS.len())])
                .expect("a snippet");
            file::merge(&mut ask["processing"], &over);
        }
        3 => {
            let all = [
                "collect",
                "store",
                "use",
                "disclose",
                "transfer",
                "record_communication",
                "erase",
                "anonymise",
            ];
            let mut some = vec![all[dice.below(all.len())]];
            if dice.below(3) == 0 {
                some.push(all[dice.below(all.len())]);
                some.dedup();
            }
            ask["processing"]["operations"] = json!(some);
        }
        _ => disturb(&mut ask["processing"], dice),
    }
}

/// Where an answer and a verdict part.
fn parts(asked: &Processing, decision: &Decision, verdict: &Verdict) -> Vec<String> {
    // Open: whether recipients are told of an erasure that is asked together with something else.
    let mixed = asked.operations.len() > 1;
    let codes = |reasons: &[ropa::engine::decision::Reason]| {
        reasons
            .iter()
            .map(|reason| reason.rule.code)
            .collect::<BTreeSet<_>>()
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
        let open = |code: &&&str| !(mixed && **code == "NOTIFY_RECIPIENTS");
        let only_said: Vec<_> = said.difference(&judged).filter(open).collect();
        let only_judged: Vec<_> = judged.difference(&said).filter(open).collect();
        if !only_said.is_empty() || !only_judged.is_empty() {
            parted.push(format!(
                "{field} engine {only_said:?} judge {only_judged:?}"
            ));
        }
    }
    parted
}

/// What the rule book and the engine do not read alike yet; each line is to go when it is settled.
fn is_open(records: &[Arc<Record>], asked: &Processing) -> bool {
    use ropa::domain::record::{Body, State};
    use ropa::engine::query::Operation;
    records.iter().any(|record| match &record.body {
        // An entry of a list that does not say what it is, is one that once covered.
        Body::Recipient(one) => {
            one.listings.iter().any(|entry| entry.status.is_none())
                // A link of a chain imports, though it is no entity of its own.
                || (one.separate_entity == Some(false) && !asked.recipients.is_empty())
        }
        // A minimum that may be of more data than it lists: the engine looks at those listed.
        Body::RetentionRule(rule) => {
            let gaps = &record.envelope.gaps;
            let open = gaps
                .iter()
                .any(|gap| gap.field == "categories" || gap.field == "*");
            rule.kind == Some(RetentionKind::Floor) && !rule.categories.is_empty() && open
        }
        // What is suspended or a draft is known when it is to be erased.
        Body::DataCategory(_) | Body::DataSubjectCategory(_) | Body::Purpose(_) => {
            let erases = asked
                .operations
                .iter()
                .any(|one| matches!(one, Operation::Erase | Operation::Anonymise));
            let state = record.envelope.state;
            erases && matches!(state, State::Draft | State::Suspended)
        }
        _ => false,
    })
}

/// One round: what was edited and where they part; nothing where it cannot be asked.
fn round(seed: u64, sources: &Sources) -> Option<(String, Vec<String>)> {
    let mut dice = Dice::new(seed);
    let group = dice.pick(&sources.cases);
    let case = dice.pick(group);
    let (mut records, mut ask) = (case.records.clone(), case.ask.clone());
    ask["processing"].as_object()?;
    let mut edits = Vec::new();
    for _ in 0..dice.below(4) {
        edits.push(edit_record(&mut records, sources, &mut dice));
    }
    for _ in 0..dice.below(3) {
        edit_question(&mut ask, sources, &mut dice);
    }
    let read = cases::read_records(&records)?;
    let (said, at) = cases::read_ask(&ask)?;
    if is_open(&read, &said) {
        return None;
    }
    let mut inventory = Inventory::default();
    for record in &read {
        inventory.put(record.clone(), 1);
    }
    let snapshot = compile(inventory).ok()?;
    let decision = decide(&snapshot, &said, at);
    let verdict = judge(&read, &said, at);
    // What is told beside a controller that is not known is open too.
    if verdict.reasons.contains("CONTROLLER_UNKNOWN") {
        return None;
    }
    let told = format!(
        "seed {seed}, {}\n  edits {edits:?}\n  asked {}",
        case.name, ask
    );
    Some((told, parts(&said, &decision, &verdict)))
}

#[test]
fn the_judge_and_the_engine_agree() {
    let number = |name: &str, default: u64| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let sources = Sources::new();
    let first = number("JUDGE_SEED", 1);
    let (mut asked, mut wrong) = (0, Vec::new());
    for seed in first..first + number("JUDGE_ROUNDS", 400) {
        let Some((told, parted)) = round(seed, &sources) else {
            continue;
        };
        asked += 1;
        if !parted.is_empty() {
            wrong.push(format!("{}\n  {told}", parted.join("; ")));
        }
    }
    assert!(asked > 0, "nothing could be asked");
    assert!(
        wrong.is_empty(),
        "{} of {asked} answers part:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
