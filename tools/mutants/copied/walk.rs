//! Each mutant walks through the cases that reach it, until one of them wants something else.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::time::SystemTime;

use ropa::domain::date::Instant;
use ropa::engine::decide::{explain, tracker};
use ropa::engine::decision::Decision;
use ropa::engine::snapshot::Snapshot;
use ropa::mutant;
use ropa::wire::decision::say;
use ropa_proto::v1 as pb;
use serde_json::Value;

use crate::generate::{About, Asked, Dice, Generated, Sources, answer};
use crate::want::{noted, told};
use crate::written::cases;

/// A case, ready to be asked again and again.
struct Ready {
    snapshot: usize,
    name: &'static str,
    asked: Asked,
    at: Instant,
    want: &'static Value,
}

impl Ready {
    /// Whether what the case wants is answered.
    fn is_met(&self, snapshots: &[Snapshot]) -> bool {
        let snapshot = &snapshots[self.snapshot];
        let met = || {
            let (decision, traces) = match &self.asked {
                Asked::Processing(said) if self.want["noted"].is_array() => {
                    explain(snapshot, said, self.at)
                }
                asked => (answer(snapshot, asked, self.at), Vec::new()),
            };
            noted(&traces, self.want).is_none() && told(&say(&decision), self.want).is_none()
        };
        catch_unwind(AssertUnwindSafe(met)).unwrap_or(false)
    }
}

fn ready() -> (Vec<Snapshot>, Vec<Ready>) {
    let (mut snapshots, mut all) = (Vec::new(), Vec::new());
    for group in cases() {
        for case in group {
            let (asked, at) = case.asked();
            all.push(Ready {
                snapshot: snapshots.len(),
                name: &case.name,
                asked,
                at,
                want: &case.want,
            });
        }
        snapshots.push(group[0].snapshot());
    }
    (snapshots, all)
}

fn number(name: &str, default: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn the_cases_notice_every_mutant() {
    let begun = SystemTime::now();
    let seconds = || begun.elapsed().unwrap().as_secs_f64();
    let (snapshots, all) = ready();
    println!("{} cases, read after {:.0} s", all.len(), seconds());
    let mut reached_by: Vec<Vec<usize>> = vec![Vec::new(); mutant::ALL.len() + 1];
    for (index, ready) in all.iter().enumerate() {
        let mut met = false;
        for reached in mutant::reached_by(|| met = ready.is_met(&snapshots)) {
            reached_by[reached].push(index);
        }
        assert!(met, "{} as it is written", ready.name);
    }
    println!("reached after {:.0} s", seconds());
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let mut kills = vec![0_usize; all.len()];
    let mut survived = Vec::new();
    for number in 1..=mutant::ALL.len() {
        let mut order = reached_by[number].clone();
        order.sort_by_key(|index| std::cmp::Reverse(kills[*index]));
        mutant::choose(number);
        let killer = order.into_iter().find(|index| {
            mutant::choose(number);
            !all[*index].is_met(&snapshots)
        });
        mutant::choose_none();
        match killer {
            Some(index) => kills[index] += 1,
            None => survived.push(number),
        }
    }
    println!("walked after {:.0} s", seconds());
    let apart = told_apart(&survived);
    set_hook(hook);
    for number in &survived {
        let (place, changed) = mutant::ALL[number - 1];
        let cases = reached_by[*number].len();
        println!("{number:>5} {place}: {changed} ({cases} cases reach it)");
        if let Some(example) = apart.get(number) {
            println!("      {example}");
        }
    }
    println!(
        "{} mutants, {} killed, {} survived, of which questions at random told {} apart; {:.0} s",
        mutant::ALL.len(),
        mutant::ALL.len() - survived.len(),
        survived.len(),
        apart.len(),
        seconds()
    );
}

/// Of the survivors those that answer some question at random otherwise than the code as it is written, and how.
fn told_apart(survived: &[usize]) -> BTreeMap<usize, String> {
    let mut apart: BTreeMap<usize, String> = BTreeMap::new();
    for (about, enough) in [
        (About::Processing, number("MUTANTS_QUESTIONS", 4000)),
        (About::Trackers, number("MUTANTS_QUESTIONS", 4000) / 4),
    ] {
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
                let Some(question) = generated.question(&mut dice) else {
                    continue;
                };
                asked += 1;
                let mut own = None;
                let reached =
                    mutant::reached_by(|| own = Some(say(&question.answer(&generated.snapshot))));
                let own = own.expect("an answer");
                for number in survived {
                    if apart.contains_key(number) || reached.binary_search(number).is_err() {
                        continue;
                    }
                    mutant::choose(*number);
                    let other = catch_unwind(AssertUnwindSafe(|| {
                        say(&question.answer(&generated.snapshot))
                    }));
                    mutant::choose_none();
                    let told = match &other {
                        Ok(other) => differs(&own, other),
                        Err(_) => Some("it panics".to_owned()),
                    };
                    if let Some(told) = told {
                        let example = format!("{told}\n        {}", generated.tell(&question));
                        apart.insert(*number, example.replace("\n  ", "\n        "));
                    }
                }
            }
        }
    }
    apart
}

/// How two answers differ in what a case can want.
fn differs(own: &pb::Decision, other: &pb::Decision) -> Option<String> {
    if own == other {
        return None;
    }
    let codes = |decision: &pb::Decision| {
        let of = |reasons: &[pb::Reason]| {
            let mut codes: Vec<_> = reasons.iter().map(|one| one.code.clone()).collect();
            codes.sort();
            codes.dedup();
            codes.join(" ")
        };
        let duties = decision.obligations.iter().map(|one| one.code.clone());
        let mut duties: Vec<_> = duties.collect();
        duties.sort();
        duties.dedup();
        [
            format!("{:?}", decision.effect()),
            of(&decision.reasons),
            of(&decision.warnings),
            of(&decision.grounds),
            duties.join(" "),
            decision.activity.clone(),
        ]
    };
    let parted: Vec<String> = codes(own)
        .into_iter()
        .zip(codes(other))
        .filter(|(own, other)| own != other)
        .map(|(own, other)| format!("[{own}] to [{other}]"))
        .collect();
    if !parted.is_empty() {
        return Some(parted.join("; "));
    }
    let fields = [
        (
            "valid_until",
            own.valid_until_time != other.valid_until_time,
        ),
        ("obligations", own.obligations != other.obligations),
        ("reasons", own.reasons != other.reasons),
        ("warnings", own.warnings != other.warnings),
        ("grounds", own.grounds != other.grounds),
        ("subset", own.permitted_subset != other.permitted_subset),
        ("candidates", own.candidates != other.candidates),
        ("records", own.records != other.records),
    ];
    let fields: Vec<&str> = fields
        .iter()
        .filter(|(_, parted)| *parted)
        .map(|(name, _)| *name)
        .collect();
    Some(format!("only details: {}", fields.join(", ")))
}
