//! Inventories and questions at random: those of the cases after edits, a field dropped, turned or taken from
//! elsewhere, a gap, a state, a term. The same seed makes the same edits.

pub(crate) mod edits;
mod snippets;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::thread::{available_parallelism, scope};

use ropa::domain::date::Instant;
use ropa::domain::record::Record;
use ropa::engine::decide::{decide, tracker};
use ropa::engine::decision::Decision;
use ropa::engine::snapshot::Snapshot;
pub(crate) use ropa::wire::decision::Question as Asked;
use ropa_proto::v1 as pb;
use serde_json::Value;

use crate::written::{Case, Row, cases, compile_all, read_ask};

/// A sequence of numbers that looks random (xorshift).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % (end.max(1) as u64)).expect("small")
    }

    pub(crate) fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// All that is written: the inventories to begin with, and what to take fields from.
pub(crate) struct Sources {
    about: About,
    groups: Vec<Group>,
    /// Bodies by kind.
    bodies: BTreeMap<String, Vec<Value>>,
    asks: Vec<Value>,
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Processing,
    Trackers,
}

impl About {
    /// The field of a question that says it.
    const fn field(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Trackers => "tracker",
        }
    }
}

/// What the engine decides.
pub(crate) fn answer(snapshot: &Snapshot, asked: &Asked, at: Instant) -> Decision {
    match asked {
        Asked::Processing(asked) => decide(snapshot, asked, at),
        Asked::Tracker(asked) => tracker::decide(snapshot, asked, at),
    }
}

/// The cases of one inventory, about what is asked.
struct Group {
    cases: Vec<&'static Case>,
    records: Vec<Arc<Record>>,
    /// For each case, where the records stand that its answer rests on.
    near: Vec<OnceLock<Vec<usize>>>,
}

impl Group {
    fn near(&self, case: usize) -> &[usize] {
        let near = || {
            let snapshot = compile_all(&self.records).expect("an inventory");
            let (asked, at) = self.cases[case].asked();
            let names = answer(&snapshot, &asked, at).records;
            let places = self.records.iter().enumerate();
            let near = places.filter(|(_, record)| names.contains(&record.name));
            near.map(|(at, _)| at).collect()
        };
        self.near[case].get_or_init(near)
    }
}

impl Sources {
    pub(crate) fn new(about: About) -> Self {
        let mut groups = Vec::new();
        let mut bodies: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut asks = Vec::new();
        for group in cases() {
            for row in &group[0].rows {
                let body = row.value[row.kind()].clone();
                bodies.entry(row.kind().to_owned()).or_default().push(body);
            }
            let all = group.iter();
            let cases: Vec<_> = all
                .filter(|case| case.ask[about.field()].is_object())
                .collect();
            asks.extend(cases.iter().map(|case| case.ask.clone()));
            if !cases.is_empty() {
                groups.push(Group {
                    near: cases.iter().map(|_| OnceLock::new()).collect(),
                    cases,
                    records: group[0].records(),
                });
            }
        }
        Self {
            about,
            groups,
            bodies,
            asks,
        }
    }
}

/// An inventory at random.
pub(crate) struct Generated<'s> {
    sources: &'s Sources,
    group: &'s Group,
    /// The case that the edits are about.
    case: usize,
    pub(crate) rows: Vec<Arc<Row>>,
    pub(crate) records: Vec<Arc<Record>>,
    pub(crate) snapshot: Snapshot,
    /// How it was made.
    told: String,
}

/// A question at random.
pub(crate) struct Question {
    pub(crate) asked: Asked,
    pub(crate) at: Instant,
    /// As it is written.
    pub(crate) ask: Value,
}

impl Question {
    /// As it is written; nothing where it cannot be read.
    pub(crate) fn read(ask: Value) -> Option<Self> {
        let (asked, at) = read_ask(&ask)?;
        Some(Self { asked, at, ask })
    }

    /// What the engine decides.
    pub(crate) fn answer(&self, snapshot: &Snapshot) -> Decision {
        answer(snapshot, &self.asked, self.at)
    }
}

impl<'s> Generated<'s> {
    /// An inventory, edited or as it stands in a case; nothing where the edits made one that cannot be.
    pub(crate) fn new(
        sources: &'s Sources,
        seed: u64,
        dice: &mut Dice,
        edited: bool,
    ) -> Option<Self> {
        let group = dice.pick(&sources.groups);
        let case = dice.below(group.cases.len());
        let mut rows = group.cases[case].rows.clone();
        let mut records = group.records.clone();
        let mut told = Vec::new();
        let edits = if edited { 1 + dice.below(3) } else { 0 };
        for _ in 0..edits {
            let near = group.near(case);
            let at = match dice.below(4) {
                0 => dice.below(rows.len()),
                _ if near.is_empty() => dice.below(rows.len()),
                _ => *dice.pick(near),
            };
            let mut value = rows[at].value.clone();
            told.extend(edits::edit_record(
                &mut value,
                rows[at].kind(),
                sources,
                dice,
            ));
            rows[at] = Arc::new(Row::new(value));
            records[at] = rows[at].record()?;
        }
        // Trackers stand on little: sometimes a record is laid beside theirs.
        if sources.about == About::Trackers && dice.below(3) == 0 {
            let more = dice.pick(snippets::OF_TRACKER_INVENTORIES);
            let row = Row::new(serde_json::from_str(more).expect("a snippet"));
            if rows
                .iter()
                .all(|known| known.value["key"] != row.value["key"])
            {
                records.push(row.record()?);
                told.push(format!("and {more}"));
                rows.push(Arc::new(row));
            }
        }
        let snapshot = compile_all(&records)?;
        let first = &group.cases[case].name;
        let told = format!("seed {seed}, {first}\n  edits {told:?}");
        Some(Self {
            sources,
            group,
            case,
            rows,
            records,
            snapshot,
            told,
        })
    }

    /// Its records, as they are sent; nothing where one cannot be.
    pub(crate) fn said(&self) -> Option<Vec<pb::Record>> {
        self.rows.iter().map(|row| row.said()).collect()
    }

    /// The place of a record that an answer may rest on.
    pub(crate) fn near(&self, dice: &mut Dice) -> usize {
        match self.group.near(self.case) {
            [] => dice.below(self.rows.len()),
            near => *dice.pick(near),
        }
    }

    /// The snapshot with another record in a place, or none; nothing where it cannot be.
    pub(crate) fn with(&self, at: usize, other: Option<Row>) -> Option<Snapshot> {
        let mut records = self.records.clone();
        match other {
            Some(row) => records[at] = row.record()?,
            None => drop(records.remove(at)),
        }
        compile_all(&records)
    }

    /// The question of the case that it was made from.
    fn own_question(&self) -> Option<Question> {
        Question::read(self.group.cases[self.case].ask.clone())
    }

    /// A question about it; nothing where the edits made one that cannot be read.
    pub(crate) fn question(&self, dice: &mut Dice) -> Option<Question> {
        let case = match dice.below(3) {
            0 => dice.below(self.group.cases.len()),
            _ => self.case,
        };
        let mut ask = self.group.cases[case].ask.clone();
        for _ in 0..dice.below(3) {
            edits::edit_question(&mut ask, self.sources, dice);
        }
        Question::read(ask)
    }

    /// How it was made and what was asked, for those who read what went wrong.
    pub(crate) fn tell(&self, question: &Question) -> String {
        format!("{}\n  asked {}", self.told, question.ask)
    }
}

/// A number that the environment says, or another.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// What is wrong with an answer.
pub(crate) struct Fault {
    /// In short: the same is shown once.
    pub(crate) what: String,
    /// What helps to see why.
    pub(crate) more: String,
}

/// Asks at random until enough was asked, on all processors: `JUDGE_QUESTIONS`, or `enough`, from the seed
/// `JUDGE_SEED` on. A fault that is told of a question fails the
/// test.
pub(crate) fn ask_at_random(
    about: About,
    enough: u64,
    tell: impl Fn(&Generated<'_>, &Question, &mut Dice) -> Option<Fault> + Sync,
) {
    walk(about, enough, true, tell);
}

/// The same of the cases as they are written: one thing is at stake in each.
pub(crate) fn ask_cases_at_random(
    about: About,
    enough: u64,
    tell: impl Fn(&Generated<'_>, &Question, &mut Dice) -> Option<Fault> + Sync,
) {
    walk(about, enough, false, tell);
}

fn walk(
    about: About,
    enough: u64,
    edited: bool,
    tell: impl Fn(&Generated<'_>, &Question, &mut Dice) -> Option<Fault> + Sync,
) {
    let sources = Sources::new(about);
    let enough = number("JUDGE_QUESTIONS", enough);
    let first = number("JUDGE_SEED", 1);
    // Of many inventories some questions each, of more questions no more inventories than that takes.
    let of_each = (enough / 200).clamp(1, 40);
    let processors = available_parallelism().map_or(1, |all| all.get() as u64);
    let step = usize::try_from(processors).expect("few");
    let work = |own: u64| {
        let (mut asked, mut wrong) = (0, BTreeMap::new());
        for seed in (first + own..).step_by(step) {
            let mut dice = Dice::new(seed);
            let Some(generated) = Generated::new(&sources, seed, &mut dice, edited) else {
                continue;
            };
            for _ in 0..of_each {
                let question = if edited {
                    generated.question(&mut dice)
                } else {
                    generated.own_question()
                };
                let Some(question) = question else {
                    continue;
                };
                asked += 1;
                let Some(fault) = tell(&generated, &question, &mut dice) else {
                    continue;
                };
                // The same fault is shown once.
                let example = || format!("{}\n  {}", fault.more, generated.tell(&question));
                wrong.entry(fault.what).or_insert_with(example);
            }
            if asked * processors >= enough || wrong.len() >= 20 {
                break;
            }
        }
        (asked, wrong)
    };
    let (mut asked, mut wrong) = (0, BTreeMap::new());
    scope(|scope| {
        let workers: Vec<_> = (0..processors)
            .map(|own| scope.spawn(move || work(own)))
            .collect();
        for worker in workers {
            let (some, faults): (u64, BTreeMap<String, String>) = worker.join().expect("a worker");
            asked += some;
            wrong.extend(faults);
        }
    });
    println!("{asked} questions from seed {first}");
    assert!(
        asked >= enough || !wrong.is_empty(),
        "only {asked} were asked"
    );
    let shown: Vec<_> = wrong
        .iter()
        .map(|(told, example)| format!("{told}\n  {example}"))
        .collect();
    assert!(wrong.is_empty(), "of {asked}:\n{}", shown.join("\n"));
}
