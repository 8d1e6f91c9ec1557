//! Lawfulness (Art. 6): the basis of the activity, and whether it holds for this person now.

mod basis;
pub(in crate::engine) mod consent;
mod contract;
mod freedom;
mod interest;
mod law;
mod objection;

use crate::engine::rule::Rule;

pub(in crate::engine) use basis::perhaps_refused;
pub(in crate::engine::rules) use objection::is_refused_marketing;

pub(super) const CHAPTER: &str = "2.3 Lawfulness";

pub(in crate::engine) const RULES: &[&[Rule]] = &[
    basis::RULES,
    consent::RULES,
    contract::RULES,
    interest::RULES,
    objection::RULES,
    law::RULES,
];
