//! What a rule is: its place in the rule book, and how it judges.

use super::case::{Case, Tracking};
use super::facts::{Fact, facts};
use super::query::Operation;
use crate::domain::date::Date;
use crate::domain::key::{Key, Kind, RecipientKey, TypedKey};
use crate::domain::policy::Severity;

/// One rule of the rule book.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its code in reasons.
    pub code: &'static str,
    /// Its number in the rule book; 0 for the product's own.
    pub number: u32,
    /// The chapter of the rule book.
    pub chapter: &'static str,
    /// What it says, in short.
    pub title: &'static str,
    /// Its source in law.
    pub citation: &'static str,
    /// How binding the source is.
    pub level: Level,
    /// What it does when it fires.
    pub effect: RuleEffect,
    /// The operations it judges.
    pub gate: Gate,
    /// The first day it is law; before that it is not evaluated.
    pub in_force_from: Date,
    /// What to do about it.
    pub next_step: &'static str,
    /// Who judges by it.
    pub judge: Judge,
}

impl Rule {
    /// A rule of law that denies processing: what most rules are. What one does otherwise is written over it.
    pub(super) const fn law(
        chapter: &'static str,
        number: u32,
        code: &'static str,
        title: &'static str,
        citation: &'static str,
        next_step: &'static str,
        judge: fn(&Case<'_>) -> Outcome,
    ) -> Self {
        Self {
            code,
            number,
            chapter,
            title,
            citation,
            level: Level::Law,
            effect: RuleEffect::Deny,
            gate: Gate::PROCESSING,
            in_force_from: GDPR,
            next_step,
            judge: Judge::Processing(judge),
        }
    }
}

impl Rule {
    /// The facts of questions that it reads.
    pub fn facts(&self) -> impl Iterator<Item = &'static Fact> {
        let number = self.number;
        facts().filter(move |fact| fact.read_by.contains(&number))
    }

    /// What may raise it.
    pub fn raised_by(&self) -> Vec<&'static str> {
        let of_tracker = matches!(self.judge, Judge::Tracker(_)) || self.number == 144;
        let of_request = matches!(self.judge, Judge::Right);
        let of_breach = matches!(self.judge, Judge::Breach);
        let what_is_asked = matches!(self.judge, Judge::Resolution) && !of_tracker;
        let tracked = matches!(self.number, 0..=4 | 20 | 53..=57);
        // The activity need not be in force to keep data, or to owe a person an answer.
        let resolved = what_is_asked && self.number != 4;
        [
            ("Check", !(of_tracker || of_request || of_breach)),
            ("Check of a tracker", of_tracker || tracked),
            (
                "ComputeRetention",
                resolved || matches!(self.number, 0 | 68..=71 | 74),
            ),
            (
                "ResolveRight",
                resolved || of_request || matches!(self.number, 0 | 68 | 69 | 72 | 74),
            ),
            ("AssessBreach", of_breach),
        ]
        .into_iter()
        .filter_map(|(who, may)| may.then_some(who))
        .collect()
    }

    /// Whether a policy record may set how severe it is: rules of policy, and the life of trackers, which is
    /// guidance that the exemption hangs on.
    pub const fn is_settable(&self) -> bool {
        matches!(self.level, Level::Policy) || self.number == 150
    }
}

/// The day the GDPR began to apply (Art. 99(2)).
pub(super) const GDPR: Date = Date::of(2018, 5, 25);

/// Who judges by a rule.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    /// What a question names is looked up before there is a case; this says what was not found.
    Resolution,
    /// Other rules raise it: by itself it has nothing to say.
    OtherRules,
    /// It judges each candidate of a check of processing.
    Processing(fn(&Case<'_>) -> Outcome),
    /// It is raised when a person's right is resolved.
    Right,
    /// It is raised when the duties of a breach are told.
    Breach,
    /// It judges what is done with a tracker.
    Tracker(for<'a> fn(&Case<'a>, Tracking<'a>) -> Outcome),
}

/// How binding a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Law.
    Law,
    /// Guidance of authorities.
    Guidance,
    /// Policy of the product: its severity can be set by a record.
    Policy,
    /// Policy of the product that makes it fail closed: nothing changes it.
    Guard,
}

/// What a rule does when it fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleEffect {
    /// It denies.
    Deny,
    /// It warns.
    Warn,
    /// It carries a permit.
    Permit,
    /// It is told in the working alone: it is about the organisation, and no matter of the processing.
    Note,
}

impl From<Severity> for RuleEffect {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Deny => Self::Deny,
            Severity::Warning => Self::Warn,
        }
    }
}

/// A set of operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gate(u16);

impl Gate {
    /// Data are obtained.
    pub const COLLECTING: Self = Self::of(&[Operation::Collect, Operation::RecordCommunication]);
    /// Data are kept.
    pub const STORING: Self = Self::of(&[Operation::Store]);
    /// Data are made use of.
    pub const USING: Self = Self::of(&[Operation::Use, Operation::Disclose, Operation::Transfer]);
    /// Data are given away.
    pub const DISCLOSING: Self = Self::of(&[Operation::Disclose, Operation::Transfer]);
    /// Data cease to be personal.
    pub const ERASING: Self = Self::of(&[Operation::Erase, Operation::Anonymise]);
    /// Everything.
    pub const ALL: Self = Self::COLLECTING
        .and(Self::STORING)
        .and(Self::USING)
        .and(Self::ERASING);
    /// Everything but ending it.
    pub const PROCESSING: Self = Self::COLLECTING.and(Self::STORING).and(Self::USING);
    /// What is done with data that are there.
    pub const EXISTING: Self = Self::STORING.and(Self::USING);

    /// These operations.
    pub const fn of(operations: &[Operation]) -> Self {
        let mut set = 0;
        let mut rest = operations;
        while let [first, others @ ..] = rest {
            set |= 1 << (*first as u16);
            rest = others;
        }
        Self(set)
    }

    /// The operations of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they share an operation.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all operations of this are in the other.
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

/// What came of a rule.
#[derive(Clone, Debug, Default)]
pub enum Outcome {
    /// It has nothing to say here.
    #[default]
    NotApplicable,
    /// It was looked at and is met.
    Satisfied,
    /// It fired, once for each thing it is about.
    Fired(Vec<Fired>),
    /// It is met under obligations.
    Obliges(Vec<Obligation>),
    /// A fact or a statement that it needs is not there.
    FactMissing(Vec<Fired>),
}

impl Outcome {
    /// Fired if there is something to tell, else met.
    pub fn told(fired: Vec<Fired>) -> Self {
        if fired.is_empty() {
            Self::Satisfied
        } else {
            Self::Fired(fired)
        }
    }

    /// What is told; without it, what is missing; and else whether there was anything to look at.
    pub fn told_or_missing(told: Vec<Fired>, missing: Vec<Fired>, any: bool) -> Self {
        if !told.is_empty() {
            Self::Fired(told)
        } else if !missing.is_empty() {
            Self::FactMissing(missing)
        } else if any {
            Self::Satisfied
        } else {
            Self::NotApplicable
        }
    }
}

/// One firing of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// The fact of the question.
    pub fact: String,
    /// The places in the inventory.
    pub at: Vec<Place>,
    /// What is the matter.
    pub message: String,
    /// A key that is not registered: the nearest ones are looked for when the answer is told.
    pub unknown: Option<(Kind, Key)>,
    /// Keys to take in the place of one that does not serve.
    pub suggestions: Vec<String>,
    /// What to do, where that is not what the rule says.
    pub next_step: Option<String>,
    /// The category it is about, if one.
    pub category: Option<String>,
    /// The recipient it is about, if one.
    pub recipient: Option<Key>,
    /// What comes with it.
    pub obligations: Vec<Obligation>,
    /// This firing denies or warns, whatever the rule does by default.
    pub severity: Option<RuleEffect>,
    /// No policy record changes that.
    pub fixed: bool,
}

impl Fired {
    /// About a fact of the question.
    pub fn about(fact: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            fact: fact.into(),
            message: message.into(),
            ..Self::default()
        }
    }

    /// About a fact that was not said.
    pub fn missing(fact: impl Into<String>, undecided: &'static str) -> Self {
        let fact = fact.into();
        let message = format!("`{fact}` is not said, so {undecided} cannot be decided");
        Self::about(fact, message)
    }

    /// About a statement of a record that is missing.
    pub fn unstated(fact: impl Into<String>, place: Place, undecided: &'static str) -> Self {
        let Place { record, field, .. } = &place;
        let message =
            format!("`{record}` does not state `{field}`, so {undecided} cannot be decided");
        let next_step = format!("state `{field}` in `{record}`");
        Self::about(fact, message).at(place).but(next_step)
    }

    /// Points at a place in the inventory.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.at.push(place);
        self
    }

    /// Is about one category.
    #[must_use]
    pub fn of(mut self, category: &str) -> Self {
        self.category = Some(category.to_owned());
        self
    }

    /// Is about one recipient.
    #[must_use]
    pub fn with_recipient(mut self, recipient: &RecipientKey) -> Self {
        self.recipient = Some(recipient.key().clone());
        self
    }

    /// Brings an obligation.
    #[must_use]
    pub fn with(mut self, obligation: Obligation) -> Self {
        self.obligations.push(obligation);
        self
    }

    /// With a next step of its own.
    #[must_use]
    pub fn but(mut self, next_step: String) -> Self {
        self.next_step = Some(next_step);
        self
    }

    /// As severe as it is, whatever a policy record says of the rule.
    #[must_use]
    pub const fn beyond_policy(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Denies or warns, whatever the rule does by default.
    #[must_use]
    pub const fn as_severe_as(mut self, severity: RuleEffect) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// A place in the inventory that had a part in a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the record.
    pub record: String,
    /// The field of its body or envelope.
    pub field: String,
    /// The kind of gap there, if there is one.
    pub gap: Option<&'static str>,
    /// What is known about the gap.
    pub note: String,
}

impl Place {
    /// A record as a whole.
    pub fn of<K: TypedKey>(key: &K) -> Self {
        Self {
            record: format!("{}/{}", K::KIND.collection(), key.key()),
            field: String::new(),
            gap: None,
            note: String::new(),
        }
    }
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// Its code.
    pub code: &'static str,
    /// Its parameters.
    pub parameters: Vec<(&'static str, String)>,
    /// Whether the permit hangs on it.
    pub blocking: bool,
    /// The categories it is about; empty means all.
    pub categories: Vec<String>,
    /// The recipients it is about; empty means all.
    pub recipients: Vec<String>,
}

impl Obligation {
    /// Of a code; whether it blocks stands in the catalogue.
    pub fn new(code: &'static str) -> Self {
        let blocking = super::catalogue::obligation(code).is_none_or(|known| known.blocking);
        Self {
            code,
            parameters: Vec::new(),
            blocking,
            categories: Vec::new(),
            recipients: Vec::new(),
        }
    }

    /// With a parameter, if there is a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.parameters.push((name, value));
        }
        self
    }

    /// About one category.
    #[must_use]
    pub fn of(mut self, category: &str) -> Self {
        self.categories.push(category.to_owned());
        self
    }

    /// About one recipient.
    #[must_use]
    pub fn to(mut self, recipient: &str) -> Self {
        self.recipients.push(recipient.to_owned());
        self
    }

    /// As one that does, or does not, block here.
    #[must_use]
    pub const fn as_blocking(mut self) -> Self {
        self.blocking = true;
        self
    }
}
