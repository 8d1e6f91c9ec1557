//! What the service does, seen from outside.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod api;
mod book;
mod bounds;
mod cases;
mod client;
mod clients;
mod comfort;
mod consistency;
mod deploy;
mod durability;
mod files;
mod form;
mod generate;
mod held;
mod held_back;
mod history;
mod house;
mod judge;
mod keeping;
mod lines;
mod logs;
mod lookup;
mod meaningless;
mod notice;
mod observed;
mod observed_rules;
mod outage;
mod properties;
mod reference;
mod refusals;
mod register;
mod rights;
mod shutdown;
mod store;
mod support;
mod walks;
mod want;
mod wire;
mod words;
mod written;
