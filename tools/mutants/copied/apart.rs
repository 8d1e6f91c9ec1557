//! What no case noticed is asked questions at random, beside the code as it is written: that shows what a case
//! would have to ask, or that there may be no such question.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ropa::engine::decide::{explain, tracker};
use ropa::engine::snapshot::Snapshot;
use ropa::mutant;
use ropa::wire::decision::{say, say_trace};
use ropa_proto::v1 as pb;

use crate::generate::{About, Asked, Dice, Generated, Question, Sources};

/// How much a difference weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// None was found.
    Nothing,
    /// Another outcome of a rule, which changes nothing of what is told.
    Works,
    /// The same codes, with other places, words, parameters or another day.
    Tells,
    /// Another effect, or other codes.
    Decides,
}

impl Weight {
    /// As a heading.
    pub(crate) const fn said(self) -> &'static str {
        match self {
            Self::Decides => "A question at random is decided otherwise: a case is missing.",
            Self::Tells => "A question at random is told otherwise, with the same codes.",
            Self::Works => "A rule comes out otherwise, and nothing of it is told.",
            Self::Nothing => "No question at random shows a difference.",
        }
    }
}

/// A question that tells a mutant from the code as it is written.
pub(crate) struct Apart {
    pub(crate) weight: Weight,
    pub(crate) example: String,
    /// How often it was looked at since.
    looked: usize,
}

/// After so many looks at one that is told apart by little, nobody looks for more.
const ENOUGH: usize = 40;

/// A decision, and the working beside it.
type Answer = (pb::Decision, Vec<pb::CandidateTrace>);

fn answer(question: &Question, snapshot: &Snapshot) -> Answer {
    let (decision, traces) = match &question.asked {
        Asked::Processing(said) => explain(snapshot, said, question.at),
        Asked::Tracker(said) => tracker::explain(snapshot, said, question.at),
    };
    (say(&decision), traces.iter().map(say_trace).collect())
}

fn number(name: &str, default: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Of the survivors those that answer some question otherwise, and how.
pub(crate) fn told_apart(survived: &[usize]) -> BTreeMap<usize, Apart> {
    let mut apart: BTreeMap<usize, Apart> = BTreeMap::new();
    let enough = number("MUTANTS_QUESTIONS", 6000);
    for (about, enough) in [(About::Processing, enough), (About::Trackers, enough / 4)] {
        let sources = Sources::new(about);
        let mut asked = 0;
        for seed in number("MUTANTS_SEED", 1).. {
            if asked >= enough {
                break;
            }
            let mut dice = Dice::new(seed);
            let Some(generated) = Generated::new(&sources, seed, &mut dice) else {
                continue;
            };
            for _ in 0..4 {
                if let Some(question) = generated.question(&mut dice) {
                    asked += 1;
                    ask(&generated, &question, survived, &mut apart);
                }
            }
        }
    }
    apart
}

/// Asks one question of all survivors that it reaches.
fn ask(
    generated: &Generated<'_>,
    question: &Question,
    survived: &[usize],
    apart: &mut BTreeMap<usize, Apart>,
) {
    let mut own = None;
    let reached = mutant::reached_by(|| own = Some(answer(question, &generated.snapshot)));
    let own = own.expect("an answer");
    for number in survived {
        if reached.binary_search(number).is_err() {
            continue;
        }
        let known = apart.get_mut(number).map_or(Weight::Nothing, |known| {
            known.looked += 1;
            if known.looked > ENOUGH {
                Weight::Decides
            } else {
                known.weight
            }
        });
        if known == Weight::Decides {
            continue;
        }
        mutant::choose(*number);
        let asking = AssertUnwindSafe(|| answer(question, &generated.snapshot));
        let other = catch_unwind(asking);
        mutant::choose_none();
        let (weight, told) = match &other {
            Ok(other) => differs(&own, other),
            Err(_) => (Weight::Decides, "it panics".to_owned()),
        };
        if weight > known {
            let example = format!("{told}\n  {}", generated.tell(question));
            let example = example
                .lines()
                .map(|line| format!("      {line}"))
                .collect::<Vec<_>>()
                .join("\n");
            let looked = apart.get(number).map_or(0, |known| known.looked);
            apart.insert(
                *number,
                Apart {
                    weight,
                    example,
                    looked,
                },
            );
        }
    }
}

/// How two answers differ.
fn differs((own, working): &Answer, (other, others): &Answer) -> (Weight, String) {
    let parted: Vec<String> = codes(own)
        .into_iter()
        .zip(codes(other))
        .filter(|(own, other)| own != other)
        .map(|(own, other)| format!("[{own}] to [{other}]"))
        .collect();
    if !parted.is_empty() {
        return (Weight::Decides, parted.join("; "));
    }
    let fields = [
        ("until", own.valid_until_time != other.valid_until_time),
        ("obligations", own.obligations != other.obligations),
        ("reasons", own.reasons != other.reasons),
        ("warnings", own.warnings != other.warnings),
        ("grounds", own.grounds != other.grounds),
        ("subset", own.permitted_subset != other.permitted_subset),
        ("candidates", own.candidates != other.candidates),
        ("records", own.records != other.records),
    ];
    let fields = fields.iter().filter(|(_, parted)| *parted);
    let fields: Vec<&str> = fields.map(|(name, _)| *name).collect();
    if !fields.is_empty() {
        return (Weight::Tells, format!("other {}", fields.join(", ")));
    }
    if working == others {
        (Weight::Nothing, String::new())
    } else {
        (Weight::Works, "another outcome".to_owned())
    }
}

/// The effect, and the codes of all that is told.
fn codes(decision: &pb::Decision) -> [String; 6] {
    let sorted = |mut codes: Vec<&str>| {
        codes.sort_unstable();
        codes.dedup();
        codes.join(" ")
    };
    let of = |reasons: &[pb::Reason]| sorted(reasons.iter().map(|one| one.code.as_str()).collect());
    let duties = decision.obligations.iter().map(|one| one.code.as_str());
    [
        format!("{:?}", decision.effect()),
        of(&decision.reasons),
        of(&decision.warnings),
        of(&decision.grounds),
        sorted(duties.collect()),
        decision.activity.clone(),
    ]
}
