//! An answer: what was decided, why, under which obligations, and for how long.

use super::rule::{Fired, Obligation, Rule};
use crate::domain::date::Instant;
use crate::domain::key::{Key, RecordName};

/// Whether processing is permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is, under the obligations.
    Permit,
    /// It is not.
    Deny,
}

/// A rule that fired.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The rule.
    pub rule: &'static Rule,
    /// What it is about.
    pub fired: Fired,
    /// Whether a policy record made it what it is.
    pub by_policy: bool,
}

impl Reason {
    /// A rule fired, and no policy had a part in it.
    pub(super) const fn of(rule: &'static Rule, fired: Fired) -> Self {
        Self {
            rule,
            fired,
            by_policy: false,
        }
    }
}

/// An activity that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its key.
    pub activity: Key,
    /// What it alone would answer.
    pub effect: Effect,
    /// The codes that deny.
    pub codes: Vec<&'static str>,
}

/// The whole answer.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Whether it is permitted.
    pub effect: Effect,
    /// The rules that deny.
    pub reasons: Vec<Reason>,
    /// The rules that warn.
    pub warnings: Vec<Reason>,
    /// With a permit: the rules that carry it.
    pub grounds: Vec<Reason>,
    /// What is to be done.
    pub obligations: Vec<Obligation>,
    /// The instant of the decision.
    pub evaluated: Instant,
    /// The earliest instant at which time alone could change it.
    pub valid_until: Option<Instant>,
    /// The activity that decided.
    pub activity: Option<Key>,
    /// Its legal basis.
    pub legal_basis: Option<Key>,
    /// The records that took part.
    pub records: Vec<RecordName>,
    /// The activities that were looked at, when a purpose was asked.
    pub candidates: Vec<Candidate>,
    /// Categories that alone would pass.
    pub permitted_categories: Vec<String>,
    /// Recipients that alone would pass.
    pub permitted_recipients: Vec<String>,
}

impl Decision {
    /// A denial at an instant, with everything else still to be said.
    pub(super) const fn deny(at: Instant) -> Self {
        Self {
            effect: Effect::Deny,
            reasons: Vec::new(),
            warnings: Vec::new(),
            grounds: Vec::new(),
            obligations: Vec::new(),
            evaluated: at,
            valid_until: None,
            activity: None,
            legal_basis: None,
            records: Vec::new(),
            candidates: Vec::new(),
            permitted_categories: Vec::new(),
            permitted_recipients: Vec::new(),
        }
    }
}

/// What came of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It had nothing to say.
    NotApplicable,
    /// It is met.
    Satisfied,
    /// It fired.
    Fired,
    /// A fact it needs was not there.
    FactMissing,
}

/// The working of one candidate.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The activity; `None` for what was looked at before one was found.
    pub activity: Option<Key>,
    /// The rules, in the order of the book.
    pub rules: Vec<(&'static str, RuleOutcome)>,
    /// Facts that were taken as "no".
    pub assumed: Vec<String>,
}
