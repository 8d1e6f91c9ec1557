//! Each mutant walks through the cases that reach it, until one of them wants something else.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::time::SystemTime;

use ropa::domain::date::Instant;
use ropa::engine::decide::explain;
use ropa::engine::snapshot::Snapshot;
use ropa::mutant;
use ropa::wire::decision::say;
use serde_json::Value;

use crate::apart::{self, Weight};
use crate::generate::{Asked, answer};
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

/// Those that the environment names in `MUTANTS`, or all.
fn asked_for() -> Vec<usize> {
    let named = std::env::var("MUTANTS").unwrap_or_default();
    let named: Vec<usize> = named
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    if named.is_empty() {
        (1..=mutant::ALL.len()).collect()
    } else {
        named
    }
}

#[test]
fn the_cases_notice_every_mutant() {
    let begun = SystemTime::now();
    let seconds = || begun.elapsed().unwrap().as_secs();
    let (snapshots, all) = ready();
    let mut reached_by: Vec<Vec<usize>> = vec![Vec::new(); mutant::ALL.len() + 1];
    for (index, ready) in all.iter().enumerate() {
        let mut met = false;
        for reached in mutant::reached_by(|| met = ready.is_met(&snapshots)) {
            reached_by[reached].push(index);
        }
        assert!(met, "{} as it is written", ready.name);
    }
    println!("{} cases after {} s", all.len(), seconds());
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let asked_for = asked_for();
    let mut kills = vec![0_usize; all.len()];
    let mut survived = Vec::new();
    for number in &asked_for {
        let mut order = reached_by[*number].clone();
        order.sort_by_key(|index| std::cmp::Reverse(kills[*index]));
        let killer = order.into_iter().find(|index| {
            mutant::choose(*number);
            !all[*index].is_met(&snapshots)
        });
        mutant::choose_none();
        match killer {
            Some(index) => kills[index] += 1,
            None => survived.push(*number),
        }
    }
    println!("walked after {} s", seconds());
    let apart = apart::told_apart(&survived);
    set_hook(hook);
    for weight in [
        Weight::Decides,
        Weight::Tells,
        Weight::Works,
        Weight::Nothing,
    ] {
        let mut of_weight = 0;
        println!("\n{}", weight.said());
        for number in &survived {
            let found = apart.get(number);
            if found.map_or(Weight::Nothing, |found| found.weight) != weight {
                continue;
            }
            of_weight += 1;
            let (place, changed) = mutant::ALL[number - 1];
            let cases = reached_by[*number].len();
            println!("{number:>5} {place}: {changed} ({cases} cases reach it)");
            if let Some(found) = found {
                println!("{}", found.example);
            }
        }
        println!("{of_weight} of them");
    }
    println!(
        "\n{} mutants, {} noticed by a case, {} not; {} s",
        asked_for.len(),
        asked_for.len() - survived.len(),
        survived.len(),
        seconds()
    );
}
