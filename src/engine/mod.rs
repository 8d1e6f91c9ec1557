//! WHAT FOLLOWS. From an inventory and a question, a decision: pure, without input, output or clock.

pub mod query;
