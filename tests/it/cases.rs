//! The cases of tests/cases, each asked thrice: of the engine, over gRPC, and by the command line.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use ropa::domain::date::Instant;
use ropa::domain::inventory::Inventory;
use ropa::domain::record::Record;
use ropa::engine::compile::compile;
use ropa::engine::decide::{decide, explain, tracker};
use ropa::engine::query::Processing;
use ropa::engine::snapshot::Snapshot;
use ropa::wire::decision::{Question as Asked, read_instant, read_question, say};
use ropa::wire::document;
use ropa::wire::shape::ReadOne;
use ropa::wire::violation::read;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use serde_json::{Value, json};

use crate::support::{Service, file, run};
use crate::want::{noted, told};

/// One question of a case file, whole.
pub(crate) struct Case {
    pub(crate) name: String,
    records: Vec<Value>,
    ask: Value,
    pub(crate) want: Value,
}

/// All questions, those of one inventory together.
pub(crate) fn cases() -> BTreeMap<String, Vec<Case>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(file::path("tests/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for path in files
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name != "base.yaml"))
    {
        let content = file::yaml(path);
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut common = Vec::new();
        let beneath = content["with"].as_array().into_iter().flatten();
        for beside in beneath.chain([&content["base"]]) {
            let beside = file::yaml(&path.with_file_name(beside.as_str().expect("a file")));
            lay(&mut common, &beside["records"]);
        }
        lay(&mut common, &content["records"]);
        for question in content["questions"].as_array().expect("questions") {
            let mut records = common.clone();
            lay(&mut records, &question["records"]);
            let mut ask = content["defaults"].clone();
            if question["ask"].is_object() {
                file::merge(&mut ask, &question["ask"]);
            }
            let name = format!("{stem}: {}", question["name"].as_str().expect("a name"));
            let inventory = serde_json::to_string(&records).unwrap();
            cases.entry(inventory).or_default().push(Case {
                name,
                records,
                ask,
                want: question["want"].clone(),
            });
        }
    }
    cases
}

/// Lays records on those of the same kind and key.
fn lay(records: &mut Vec<Value>, over: &Value) {
    for record in over.as_array().into_iter().flatten() {
        let same = records
            .iter_mut()
            .find(|known| known["key"] == record["key"] && kind(known) == kind(record));
        match same {
            Some(known) => file::merge(known, record),
            None => records.push(record.clone()),
        }
    }
}

/// The kind of a written record: the one of its fields that holds a body.
pub(crate) fn kind(record: &Value) -> Option<&str> {
    let mut fields = record.as_object().expect("a record").keys();
    let kind = fields.find(|name| KINDS.contains(&name.as_str()));
    kind.map(String::as_str)
}

const KINDS: &[&str] = &[
    "controller",
    "dataCategory",
    "dataSubjectCategory",
    "purpose",
    "legalBasis",
    "assessment",
    "activity",
    "recipient",
    "agreement",
    "transferSafeguard",
    "transferTool",
    "adequacyDecision",
    "country",
    "retentionRule",
    "legalHold",
    "securityMeasure",
    "system",
    "tracker",
    "notice",
    "policy",
    "limit",
];

pub(crate) fn records(case: &Case) -> Vec<pb::Record> {
    let text = json!({ "records": case.records }).to_string();
    let read = document::read::<pb::Inventory>("Inventory", &text);
    read.unwrap_or_else(|faults| panic!("{}: {faults:?}", case.name))
        .message
        .records
}

pub(crate) fn question(case: &Case) -> pb::CheckRequest {
    let read = document::read::<pb::CheckRequest>("CheckRequest", &case.ask.to_string());
    read.unwrap_or_else(|faults| panic!("{}: {faults:?}", case.name))
        .message
}

/// The question of a case, and when it is asked, as the engine reads them.
pub(crate) fn asked_of(case: &Case) -> (Asked, Instant) {
    let asked = question(case);
    let read = match asked.question {
        Some(pb::check_request::Question::Processing(said)) => read_question(Some(said), None),
        Some(pb::check_request::Question::Tracker(said)) => read_question(None, Some(said)),
        None => panic!("{} asks nothing", case.name),
    };
    let read = read.unwrap_or_else(|wrong| panic!("{}: {wrong:?}", case.name));
    let at = read_instant(asked.evaluation_time, Instant::EPOCH).unwrap();
    (read, at)
}

pub(crate) fn snapshot(case: &Case) -> Snapshot {
    let mut inventory = Inventory::default();
    for said in records(case) {
        let record = read(|reader| Record::read_one(said, reader))
            .unwrap_or_else(|wrong| panic!("{}: {wrong:?}", case.name));
        inventory.put(Arc::new(record), 1);
    }
    compile(inventory).unwrap_or_else(|issues| panic!("{}: {issues:?}", case.name))
}

/// An inventory and a question about it, as they are written.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) records: Vec<Value>,
    pub(crate) ask: Value,
    pub(crate) want: Value,
}

/// All cases, those of one inventory together.
pub(crate) fn written() -> Vec<Vec<Written>> {
    let write = |case: &Case| Written {
        name: case.name.clone(),
        records: case.records.clone(),
        ask: case.ask.clone(),
        want: case.want.clone(),
    };
    cases()
        .values()
        .map(|group| group.iter().map(write).collect())
        .collect()
}

/// Written records, as the domain has them; nothing where they cannot be read.
pub(crate) fn read_records(written: &[Value]) -> Option<Vec<Arc<Record>>> {
    let text = json!({ "records": written }).to_string();
    let said = document::read::<pb::Inventory>("Inventory", &text)
        .ok()?
        .message;
    let read = |said| {
        read(|reader| Record::read_one(said, reader))
            .ok()
            .map(Arc::new)
    };
    said.records.into_iter().map(read).collect()
}

/// A written question about processing and its instant, as the engine reads it; nothing where it cannot be
/// read, or is about a tracker.
pub(crate) fn read_ask(written: &Value) -> Option<(Processing, Instant)> {
    let read = document::read::<pb::CheckRequest>("CheckRequest", &written.to_string());
    let pb::CheckRequest {
        question,
        evaluation_time,
        ..
    } = read.ok()?.message;
    let at = read_instant(evaluation_time, Instant::EPOCH).ok()?;
    match question? {
        pb::check_request::Question::Processing(said) => match read_question(Some(said), None) {
            Ok(Asked::Processing(said)) => Some((*said, at)),
            _ => None,
        },
        pb::check_request::Question::Tracker(_) => None,
    }
}

fn finish(asked: usize, wrong: &[String]) {
    assert!(asked > 400, "only {asked} questions were found");
    assert!(
        wrong.is_empty(),
        "{} of {asked} answers are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_engine_answers_every_case() {
    let (mut asked, mut wrong) = (0, Vec::new());
    for group in cases().values() {
        let snapshot = snapshot(&group[0]);
        for case in group {
            asked += 1;
            let (read, at) = asked_of(case);
            let decision = match read {
                Asked::Processing(said) => {
                    if case.want["noted"].is_array() {
                        let (_, traces) = explain(&snapshot, &said, at);
                        let told = noted(&traces, &case.want);
                        wrong.extend(told.map(|told| format!("{}: {told}", case.name)));
                    }
                    decide(&snapshot, &said, at)
                }
                Asked::Tracker(said) => tracker::decide(&snapshot, &said, at),
            };
            if let Some(told) = told(&say(&decision), &case.want) {
                wrong.push(format!("{}: {told}", case.name));
            }
        }
    }
    finish(asked, &wrong);
}

#[test]
fn the_service_answers_every_case() {
    run(async {
        let (mut asked, mut wrong) = (0, Vec::new());
        for group in cases().values() {
            let service = Service::start().await;
            service
                .import(records(&group[0]))
                .await
                .unwrap_or_else(|status| panic!("{}: {status}", group[0].name));
            let mut client = DecisionServiceClient::new(service.channel.clone());
            for case in group {
                asked += 1;
                let answer = client
                    .check(question(case))
                    .await
                    .unwrap_or_else(|status| panic!("{}: {status}", case.name))
                    .into_inner();
                if let Some(told) = told(&answer.decision.unwrap(), &case.want) {
                    wrong.push(format!("{}: {told}", case.name));
                }
            }
            drop(client);
            service.stop().await;
        }
        finish(asked, &wrong);
    });
}

#[test]
fn the_command_line_answers_every_case() {
    run(async {
        let (mut asked, mut wrong) = (0, Vec::new());
        for group in cases().values() {
            let service = Service::start().await;
            service
                .import(records(&group[0]))
                .await
                .unwrap_or_else(|status| panic!("{}: {status}", group[0].name));
            for case in group {
                asked += 1;
                let mut file = tempfile::NamedTempFile::new().unwrap();
                std::io::Write::write_all(&mut file, case.ask.to_string().as_bytes()).unwrap();
                let (path, server) = (file.path().to_owned(), service.address.clone());
                let output = tokio::task::spawn_blocking(move || {
                    Command::new(env!("CARGO_BIN_EXE_ropa"))
                        .args(["check", "--format", "json", "--server", &server, "--file"])
                        .arg(path)
                        .output()
                        .unwrap()
                })
                .await
                .unwrap();
                let read = document::read::<pb::CheckResponse>(
                    "CheckResponse",
                    &String::from_utf8_lossy(&output.stdout),
                );
                let answer = read.unwrap_or_else(|faults| {
                    panic!(
                        "{}: {faults:?} {}",
                        case.name,
                        String::from_utf8_lossy(&output.stderr)
                    )
                });
                let exit = if case.want["effect"] == "permit" {
                    0
                } else {
                    2
                };
                if output.status.code() != Some(exit) {
                    wrong.push(format!("{}: exit {:?}", case.name, output.status.code()));
                }
                if let Some(told) = told(&answer.message.decision.unwrap(), &case.want) {
                    wrong.push(format!("{}: {told}", case.name));
                }
            }
            service.stop().await;
        }
        finish(asked, &wrong);
    });
}
