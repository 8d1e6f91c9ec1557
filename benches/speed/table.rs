//! The table: what was measured, and the ratios that count.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::calls::BATCH;
use crate::engine::SIZES;

/// What criterion found, in nanoseconds; nothing if this run left it out.
fn found(name: &str) -> Option<f64> {
    let text = std::fs::read_to_string(folder().join(name).join("new/estimates.json")).ok()?;
    let read: Value = serde_json::from_str(&text).ok()?;
    read["median"]["point_estimate"].as_f64()
}

fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    target.unwrap_or_else(beside).join("criterion")
}

fn shown(nanoseconds: f64) -> String {
    match nanoseconds {
        small if small < 1e3 => format!("{small:.0} ns"),
        small if small < 1e6 => format!("{:.2} µs", small / 1e3),
        large => format!("{:.2} ms", large / 1e6),
    }
}

fn row(what: &str, name: &str, beside: &[(&str, &str, f64)]) {
    let Some(time) = found(name) else { return };
    let ratios: Vec<String> = beside
        .iter()
        .filter_map(|(other, words, factor)| {
            Some(format!("{:.2} {words}", factor * time / found(other)?))
        })
        .collect();
    println!("| {what} | {} | {} |", shown(time), ratios.join(", "));
}

/// Prints it.
#[expect(clippy::cast_precision_loss, reason = "the number is a hundred")]
pub(crate) fn print() {
    println!("\n| what | median | ratio |\n|---|---|---|");
    for (what, name) in [
        ("a decision in process", "decide"),
        ("a decision over a chain of four recipients", "chain"),
        ("a snapshot built", "compile"),
    ] {
        for size in SIZES {
            let smallest = format!("{name}/{}", SIZES[0]);
            let beside = [(smallest.as_str(), "of the smallest", 1.0)];
            let beside = if size == SIZES[0] { &[][..] } else { &beside };
            row(
                &format!("{what}, {size} activities"),
                &format!("{name}/{size}"),
                beside,
            );
        }
    }
    let batched = BATCH as f64;
    for (how, words) in [("one", "one after the other"), ("many", "sixteen at once")] {
        let (empty, check) = (format!("empty/{how}"), format!("check/{how}"));
        let (empty_batch, batch) = (format!("empty-batch/{how}"), format!("batch/{how}"));
        row(&format!("an empty call, {words}"), &empty, &[]);
        row(
            &format!("a check, {words}"),
            &check,
            &[(&empty, "of the empty call", 1.0)],
        );
        row(
            &format!("an empty call as large as a batch, {words}"),
            &empty_batch,
            &[],
        );
        row(
            &format!("a batch of {BATCH}, {words}"),
            &batch,
            &[
                (&empty_batch, "of the empty call", 1.0),
                (&check, "of a check for each item", 1.0 / batched),
            ],
        );
    }
}
