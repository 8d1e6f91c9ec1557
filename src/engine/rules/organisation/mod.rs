//! Impact assessments, automated decisions, and the duties of the organisation.

mod assessment;
mod automated;
mod duties;

use crate::engine::rule::Rule;

pub(in crate::engine) use automated::decides;

const CHAPTER: &str = "2.11 Security, impact assessments, automated decisions, organisation";

pub(super) const RULES: &[&[Rule]] = &[assessment::RULES, automated::RULES, duties::RULES];
