//! `ropa` keeps an organisation's inventory of personal data and answers, before any processing
//! takes place, whether it is permitted, on which legal basis, and under which obligations.
//!
//! The modules stand in reading order; ARCHITECTURE.md says which may use which.

pub mod domain;

pub mod engine;
pub mod registry;
pub mod rpc;
pub mod store;
pub mod wire;

pub mod cli;
pub mod clock;
pub mod config;
pub mod reference_pack;
pub mod server;
pub mod telemetry;
