//! The case files of tests/cases, as they are written and as they are read: inventories, questions about them
//! and what is wanted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use ropa::domain::date::Instant;
use ropa::domain::inventory::Inventory;
use ropa::domain::record::Record;
use ropa::engine::compile::compile;
use ropa::engine::snapshot::Snapshot;
use ropa::wire::decision::{Question, read_instant, read_question};
use ropa::wire::document;
use ropa::wire::shape::ReadOne;
use ropa::wire::violation::read;
use ropa_proto::v1 as pb;
use serde_json::{Value, json};

use crate::support::file;

/// A record as it is written; it is read once, however many inventories hold it.
pub(crate) struct Row {
    pub(crate) value: Value,
    record: OnceLock<Option<Arc<Record>>>,
}

impl Row {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            record: OnceLock::new(),
        }
    }

    /// As the domain has it; nothing where it cannot be read.
    pub(crate) fn record(&self) -> Option<Arc<Record>> {
        let read = || {
            let said = self.said()?;
            let record = read(|reader| Record::read_one(said, reader)).ok()?;
            Some(Arc::new(record))
        };
        self.record.get_or_init(read).clone()
    }

    /// As it is sent; nothing where it cannot be.
    pub(crate) fn said(&self) -> Option<pb::Record> {
        let text = json!({ "records": [self.value] }).to_string();
        let read = document::read::<pb::Inventory>("Inventory", &text);
        read.ok()?.message.records.pop()
    }

    /// Its kind: the one of its fields that holds a body.
    pub(crate) fn kind(&self) -> &str {
        let mut fields = self.value.as_object().expect("a record").keys();
        let kind = fields.find(|name| KINDS.contains(&name.as_str()));
        kind.unwrap_or_else(|| panic!("a body: {}", self.value))
    }
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

/// One question of a case file, whole.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) rows: Vec<Arc<Row>>,
    pub(crate) ask: Value,
    pub(crate) want: Value,
}

impl Case {
    /// The records of the inventory, as they are sent.
    pub(crate) fn said(&self) -> Vec<pb::Record> {
        let said = |row: &Arc<Row>| {
            let said = row.said();
            said.unwrap_or_else(|| panic!("{}: {}", self.name, row.value))
        };
        self.rows.iter().map(said).collect()
    }

    /// The records of the inventory, as the domain has them.
    pub(crate) fn records(&self) -> Vec<Arc<Record>> {
        let record = |row: &Arc<Row>| {
            let record = row.record();
            record.unwrap_or_else(|| panic!("{}: {}", self.name, row.value))
        };
        self.rows.iter().map(record).collect()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        compile_all(&self.records()).unwrap_or_else(|| panic!("{}: its records", self.name))
    }

    /// The question, as it is sent.
    pub(crate) fn request(&self) -> pb::CheckRequest {
        let read = document::read::<pb::CheckRequest>("CheckRequest", &self.ask.to_string());
        read.unwrap_or_else(|faults| panic!("{}: {faults:?}", self.name))
            .message
    }

    /// The question and when it is asked, as the engine reads them.
    pub(crate) fn asked(&self) -> (Question, Instant) {
        read_ask(&self.ask).unwrap_or_else(|| panic!("{} asks nothing", self.name))
    }
}

/// A written question, as it is sent; nothing where it cannot be read.
pub(crate) fn check_request(written: &Value) -> Option<pb::CheckRequest> {
    let read = document::read::<pb::CheckRequest>("CheckRequest", &written.to_string());
    Some(read.ok()?.message)
}

/// A written question and its instant, as the engine reads them; nothing where they cannot be read.
pub(crate) fn read_ask(written: &Value) -> Option<(Question, Instant)> {
    let pb::CheckRequest {
        question,
        evaluation_time,
        ..
    } = check_request(written)?;
    let at = read_instant(evaluation_time, Instant::EPOCH).ok()?;
    let read = match question? {
        pb::check_request::Question::Processing(said) => read_question(Some(said), None),
        pb::check_request::Question::Tracker(said) => read_question(None, Some(said)),
    };
    Some((read.ok()?, at))
}

/// The snapshot of some records; nothing where they do not fit together.
pub(crate) fn compile_all(records: &[Arc<Record>]) -> Option<Snapshot> {
    let mut inventory = Inventory::default();
    for record in records {
        inventory.put(record.clone(), 1);
    }
    compile(inventory).ok()
}

/// All cases, those of one inventory together.
pub(crate) fn cases() -> &'static [Vec<Case>] {
    static CASES: LazyLock<Vec<Vec<Case>>> = LazyLock::new(|| {
        let entries = std::fs::read_dir(file::path("tests/cases")).expect("the folder");
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
        files.retain(|path| path.file_name().is_some_and(|name| name != "base.yaml"));
        files.sort();
        let mut read = Files::default();
        files
            .iter()
            .flat_map(|path| of_file(path, &mut read))
            .collect()
    });
    &CASES
}

/// Files that others stand on, each read once.
#[derive(Default)]
struct Files(BTreeMap<PathBuf, Vec<Arc<Row>>>);

impl Files {
    fn rows(&mut self, path: &Path) -> &[Arc<Row>] {
        let read = || {
            let mut rows = Vec::new();
            lay(&mut rows, &file::yaml(path)["records"]);
            rows
        };
        self.0.entry(path.to_owned()).or_insert_with(read)
    }
}

/// The questions of a file, those of one inventory together.
fn of_file(path: &Path, files: &mut Files) -> Vec<Vec<Case>> {
    let content = file::yaml(path);
    let stem = path.file_stem().expect("a name").to_string_lossy();
    let mut common = Vec::new();
    let beneath = content["with"].as_array().into_iter().flatten();
    for beside in beneath.chain([&content["base"]]) {
        let beside = path.with_file_name(beside.as_str().expect("a file"));
        for row in files.rows(&beside) {
            lay_row(&mut common, row);
        }
    }
    lay(&mut common, &content["records"]);
    let mut groups: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for question in content["questions"].as_array().expect("questions") {
        let group = groups.entry(question["records"].to_string()).or_default();
        let rows = group.first().map_or_else(
            || {
                let mut rows = common.clone();
                lay(&mut rows, &question["records"]);
                rows
            },
            |first| first.rows.clone(),
        );
        let mut ask = content["defaults"].clone();
        if question["ask"].is_object() {
            file::merge(&mut ask, &question["ask"]);
        }
        group.push(Case {
            name: format!("{stem}: {}", question["name"].as_str().expect("a name")),
            rows,
            ask,
            want: question["want"].clone(),
        });
    }
    groups.into_values().collect()
}

/// Lays records on those of the same kind and key.
fn lay(rows: &mut Vec<Arc<Row>>, over: &Value) {
    for record in over.as_array().into_iter().flatten() {
        lay_row(rows, &Arc::new(Row::new(record.clone())));
    }
}

fn lay_row(rows: &mut Vec<Arc<Row>>, over: &Arc<Row>) {
    let same = rows
        .iter_mut()
        .find(|known| known.value["key"] == over.value["key"] && known.kind() == over.kind());
    match same {
        Some(known) => {
            let mut value = known.value.clone();
            file::merge(&mut value, &over.value);
            *known = Arc::new(Row::new(value));
        }
        None => rows.push(over.clone()),
    }
}
