//! In process: building a snapshot, and deciding from it.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion};
use ropa::domain::date::Instant;
use ropa::engine::compile::compile;
use ropa::engine::decide::decide;
use ropa::engine::decision::Effect;
use ropa::engine::query::Processing;
use ropa::wire::decision::{Question, read_instant, read_question};
use ropa_proto::v1 as pb;

use crate::grown;

/// The sizes, in activities: the example three, twenty-five and two hundred and fifty times over.
pub(crate) const SIZES: [usize; 3] = [120, 1_000, 10_000];

fn question(said: pb::Processing) -> Processing {
    match read_question(Some(said), None) {
        Ok(Question::Processing(processing)) => *processing,
        other => panic!("{other:?}"),
    }
}

/// Measures.
pub(crate) fn measure(criterion: &mut Criterion) {
    let at = read_instant(Some(grown::AT), Instant::EPOCH).unwrap();
    for activities in SIZES {
        let inventory = grown::inventory(activities);
        let mut group = criterion.benchmark_group("compile");
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(5));
        group.bench_function(BenchmarkId::from_parameter(activities), |bencher| {
            bencher.iter_batched(
                || inventory.clone(),
                |inventory| compile(inventory).unwrap(),
                BatchSize::PerIteration,
            );
        });
        group.finish();
        let snapshot = compile(inventory).unwrap();
        for (name, asked) in [("decide", grown::plain()), ("chain", grown::chained())] {
            let asked = question(asked);
            let decision = decide(&snapshot, &asked, at);
            assert_eq!(decision.effect, Effect::Permit, "{name}");
            let mut group = criterion.benchmark_group(name);
            group.bench_function(BenchmarkId::from_parameter(activities), |bencher| {
                bencher.iter(|| decide(black_box(&snapshot), black_box(&asked), at));
            });
            group.finish();
        }
    }
}
