//! WHAT FOLLOWS. From an inventory and a question, a decision: pure, without input, output or clock.

pub mod compile;
pub mod query;
pub mod snapshot;
pub mod suggest;

mod attach;
pub mod breach;
mod case;
pub mod catalogue;
mod clock;
mod holding;
mod place;
mod resolve;
pub mod right;
pub mod rule;
mod rules;
mod view;

pub mod decide;
pub mod decision;
pub mod facts;
mod judge;
pub mod keeping;
pub mod lookup;
