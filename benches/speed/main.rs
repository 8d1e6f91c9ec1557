//! What it costs to ask, as ratios within one run: against a smaller inventory, and against an empty call with
//! messages of the same size. `make bench` runs it and prints the table of docs/PERFORMANCE.md.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark that cannot go on says where"
)]

mod calls;
mod empty;
mod engine;
mod grown;
mod table;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    engine::measure(&mut criterion);
    calls::measure(&mut criterion);
    criterion.final_summary();
    table::print();
}
