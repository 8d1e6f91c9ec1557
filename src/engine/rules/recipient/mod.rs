//! Recipients: who gets data, as what, and under which contract.

mod agreement;
mod authority;
mod chain;
mod controller;
mod processor;
mod receiver;
mod sale;
mod subprocessor;

use crate::engine::rule::Rule;

pub(in crate::engine) use chain::Link;
pub(in crate::engine) use chain::links;
pub(in crate::engine) use controller::disclosure_bases;
pub(in crate::engine) use processor::{contract, disclosed};
pub(in crate::engine) use receiver::Receiver;
pub(in crate::engine::rules) use receiver::registered;
pub(in crate::engine) use receiver::{Role, role};

const CHAPTER: &str = "2.8 Recipients, processors, joint control";

pub(super) const RULES: &[&[Rule]] = &[
    sale::RULES,
    receiver::RULES,
    processor::RULES,
    controller::RULES,
    authority::RULES,
];
