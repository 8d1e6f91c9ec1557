//! What is edited in records and questions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::snippets::{OF_QUESTIONS, OF_RECORDS, OF_TRACKER_QUESTIONS, OF_TRACKER_RECORDS};
use super::{About, Dice, Sources};
use crate::support::file;

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

/// Edits a record, and says what is otherwise in it.
pub(super) fn edit_record(
    record: &mut Value,
    kind: &str,
    sources: &Sources,
    dice: &mut Dice,
) -> Option<String> {
    let before = record.clone();
    match dice.below(8) {
        0 => record["state"] = json!(STATES[dice.below(STATES.len())]),
        1 => record["validUntil"] = json!(DAYS[dice.below(DAYS.len())]),
        2 => record["validFrom"] = json!(DAYS[dice.below(DAYS.len())]),
        3 => {
            let names: Vec<_> = sources.bodies[kind]
                .iter()
                .filter_map(Value::as_object)
                .flat_map(|body| body.keys())
                .collect();
            if !names.is_empty() {
                let name = names[dice.below(names.len())];
                let field = nested(name, &record[kind][name], dice);
                add_gap(record, &field);
            }
        }
        4 => {
            let other = dice.pick(&sources.bodies[kind]).clone();
            if let Some(fields) = other.as_object().filter(|fields| !fields.is_empty()) {
                let names: Vec<_> = fields.keys().collect();
                let name = names[dice.below(names.len())];
                record[kind][name] = fields[name].clone();
            }
        }
        5 => {
            let of_trackers: &[_] = match sources.about {
                About::Processing => &[],
                About::Trackers => OF_TRACKER_RECORDS,
            };
            let all = OF_RECORDS.iter().chain(of_trackers);
            let own: Vec<_> = all.filter(|(of, _)| *of == kind).collect();
            if !own.is_empty() {
                let over: Value = serde_json::from_str(dice.pick(&own).1).expect("a snippet");
                file::merge(&mut record[kind], &over);
            }
        }
        _ => disturb(&mut record[kind], dice),
    }
    let edited = before != *record;
    edited.then(|| format!("{kind}/{}: {}", record["key"], changes(&before, record)))
}

/// The source of a record is silent about a field.
pub(crate) fn add_gap(record: &mut Value, field: &str) {
    let gap = json!({"field": snake(field), "kind": "not_stated"});
    match record["gaps"].as_array_mut() {
        Some(gaps) => gaps.push(gap),
        None => record["gaps"] = json!([gap]),
    }
}

/// The path of a field, or of one below it where there are any.
fn nested(name: &str, value: &Value, dice: &mut Dice) -> String {
    let below = match value {
        Value::Array(entries) => entries.first(),
        other => Some(other),
    };
    let below = below.and_then(Value::as_object);
    match below {
        Some(fields) if !fields.is_empty() && dice.below(2) == 0 => {
            let names: Vec<_> = fields.keys().collect();
            format!("{}.{}", snake(name), snake(names[dice.below(names.len())]))
        }
        _ => snake(name),
    }
}

/// `dataSubjectCategories` as `data_subject_categories`.
pub(crate) fn snake(name: &str) -> String {
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
pub(super) fn edit_question(ask: &mut Value, sources: &Sources, dice: &mut Dice) {
    if dice.below(8) == 0 {
        ask["evaluationTime"] = json!(format!("{}T10:00:00Z", dice.pick(DAYS)));
        return;
    }
    match sources.about {
        About::Processing => edit_processing(ask, sources, dice),
        About::Trackers => edit_tracker(ask, sources, dice),
    }
}

fn edit_tracker(ask: &mut Value, sources: &Sources, dice: &mut Dice) {
    match dice.below(6) {
        0 => {
            let other = dice.pick(&sources.asks)["tracker"].clone();
            let fields = other.as_object().expect("a question");
            let names: Vec<_> = fields.keys().collect();
            let name = names[dice.below(names.len())];
            ask["tracker"][name] = fields[name].clone();
        }
        1..=3 => {
            let over = dice.pick(OF_TRACKER_QUESTIONS);
            let over: Value = serde_json::from_str(over).expect("a snippet");
            file::merge(&mut ask["tracker"], &over);
        }
        _ => disturb(&mut ask["tracker"], dice),
    }
}

fn edit_processing(ask: &mut Value, sources: &Sources, dice: &mut Dice) {
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

/// The paths of the facts of a question, without their places in lists.
pub(crate) fn said(value: &Value, path: &str, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = format!("{path}{}{name}", if path.is_empty() { "" } else { "." });
                let pointer = format!("{pointer}/{name}");
                found.push((path.clone(), pointer.clone()));
                said(field, &path, &pointer, found);
            }
        }
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                said(entry, path, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}
