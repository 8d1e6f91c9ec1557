//! WHAT FOLLOWS. From an inventory and a question, a decision: pure, without input, output or clock.

pub mod query;
pub mod snapshot;
pub mod compile;
mod suggest;

pub mod rule;
pub mod catalogue;
mod clock;
mod case;
mod resolve;
mod rules;
mod attach;

pub mod decision;
pub mod decide;
