//! The judge: the rule book once more, slow and obvious, from its text alone. It shares nothing with the
//! engine but the plain values of the domain and of the question. What both say must be the same.
//!
//! One file a chapter; each rule is a small function that can be read beside its row of the table.

mod adequacy;
mod candidates;
mod children;
mod communication;
mod consent;
mod contracts;
mod deceased;
mod derogations;
mod duties;
mod holding;
mod lawfulness;
mod lookup;
mod marketing;
mod matter;
mod organisation;
mod places;
mod principles;
mod random;
mod recipients;
mod resolution;
mod retention;
mod retention_clock;
mod retention_rules;
mod rights;
mod safeguards;
mod security;
mod special;
mod stated;
mod tracker_exempt;
mod tracker_life;
mod trackers;
mod transfers;
mod verdicts;

use std::collections::BTreeSet;
use std::sync::Arc;

use ropa::domain::date::Instant;
use ropa::domain::record::Record;
use ropa::engine::decision::Effect;
use ropa::wire::decision::Question;

use matter::Parameters;

/// What the judge says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) effect: Effect,
    pub(crate) reasons: BTreeSet<&'static str>,
    pub(crate) warnings: BTreeSet<&'static str>,
    pub(crate) grounds: BTreeSet<&'static str>,
    pub(crate) obligations: BTreeSet<(&'static str, Parameters)>,
    pub(crate) activity: Option<String>,
    pub(crate) valid_until: Option<Instant>,
    /// How often something denied.
    denials: usize,
    /// Whether the person said no to what may rest on consent.
    perhaps_refused: bool,
}

impl Verdict {
    /// The codes of what is to be done.
    pub(crate) fn duties(&self) -> BTreeSet<&'static str> {
        self.obligations.iter().map(|(code, _)| *code).collect()
    }

    /// What is done to a category, and by when.
    const DATED: &[&str] = &["ERASE_BY", "ERASE_NOW", "RESTRICT_TO_LEGAL_PURPOSE"];

    /// What is to be erased or kept apart, of which category and until which day.
    fn dated(&self) -> BTreeSet<(&'static str, String, String)> {
        let counts = |(code, _): &&(&'static str, Parameters)| Self::DATED.contains(code);
        let dated = self.obligations.iter().filter(counts);
        dated
            .map(|(code, said)| {
                let of = |name: &str| said.get(name).cloned().unwrap_or_default();
                (*code, of("category"), of("date"))
            })
            .collect()
    }

    /// A denial before any activity was looked at.
    fn denied(reasons: &[&'static str]) -> Self {
        Self {
            effect: Effect::Deny,
            reasons: reasons.iter().copied().collect(),
            warnings: BTreeSet::new(),
            grounds: BTreeSet::new(),
            obligations: BTreeSet::new(),
            activity: None,
            valid_until: None,
            denials: reasons.len(),
            perhaps_refused: false,
        }
    }
}

/// What the judge says to a question by an inventory, at an instant.
pub(crate) fn verdict(records: &[Arc<Record>], asked: &Question, at: Instant) -> Verdict {
    let records: Vec<_> = records.iter().map(stated::stated).collect();
    match asked {
        Question::Processing(asked) => resolution::judge(&records, asked, at),
        Question::Tracker(asked) => trackers::judge(&records, asked, at),
    }
}
