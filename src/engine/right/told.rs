//! What is answered to a request.

use super::term::Due;
use crate::domain::activity::Activity;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{Key, RecordName};
use crate::engine::decision::Reason;
use crate::engine::rule::Obligation;
use crate::engine::snapshot::Node;

/// What is to be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightOutcome {
    /// It cannot be told: a fact is missing.
    Undecided,
    /// No activity that is asked about is concerned.
    NothingToDo,
    /// All of it is done.
    Honour,
    /// Some of it is done.
    HonourInPart,
    /// None of it is, with reasons.
    Refuse,
    /// The person is asked who they are first.
    AskIdentity,
    /// It may be refused, or a fee be asked.
    ChargeOrRefuse,
}

/// How a right stands in an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightStanding {
    /// A fact is missing.
    Undecided,
    /// It applies.
    Applies,
    /// It applies to a part of the data.
    InPart,
    /// It does not.
    Refused,
}

/// What is done with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightAction {
    /// They are erased, or made anonymous.
    Erase,
    /// They are kept apart.
    KeepApart,
    /// They are kept as they are.
    Keep,
    /// They are shown to the person.
    Show,
    /// They are given to the person, or to another, for machines to read.
    Hand,
    /// They are corrected.
    Correct,
    /// They are stored, and no more.
    Restrict,
    /// The processing stops.
    Stop,
    /// A human looks at the decision.
    Review,
    /// The directives of the person are followed.
    FollowDirective,
}

/// One category in an activity.
#[derive(Clone, Debug)]
pub struct RightAct {
    /// Its key.
    pub category: Key,
    /// What is done.
    pub action: RightAction,
    /// Until which day, where it is kept.
    pub until: Option<Date>,
    /// The provision that says so (`17(3)(b)`).
    pub provision: &'static str,
    /// The law that keeps it, if one does.
    pub law: Option<(Key, Vec<String>)>,
    /// The hold that keeps it, if one does.
    pub hold: Option<RecordName>,
}

/// A right in one activity.
#[derive(Clone, Debug)]
pub struct ActivityRight {
    /// The activity.
    pub activity: Key,
    /// Its legal basis.
    pub legal_basis: Option<Key>,
    /// How the right stands.
    pub standing: RightStanding,
    /// The provision that says so.
    pub provision: &'static str,
    /// Why it is refused, wholly or in part, or what is missing.
    pub reasons: Vec<Reason>,
    /// What is done.
    pub acts: Vec<RightAct>,
    /// The systems where.
    pub systems: Vec<Key>,
    /// The processors that must do it too.
    pub processors: Vec<Key>,
    /// The recipients to be told (Art. 19).
    pub recipients: Vec<Key>,
}

impl ActivityRight {
    /// Nothing can be said of an activity.
    pub(super) fn undecided(reason: Reason, activity: Node<'_, Activity>) -> Self {
        Self {
            activity: activity.key().clone(),
            legal_basis: None,
            standing: RightStanding::Undecided,
            provision: "",
            reasons: vec![reason],
            acts: Vec::new(),
            systems: Vec::new(),
            processors: Vec::new(),
            recipients: Vec::new(),
        }
    }
}

/// The whole answer.
#[derive(Debug)]
pub struct Resolved {
    /// What is to be done.
    pub outcome: RightOutcome,
    /// Why, where it is about the whole: identity, excess, a fact that is missing.
    pub reasons: Vec<Reason>,
    /// What went wrong, or is about to: the term, an extension, a document that is demanded of everybody.
    pub alerts: Vec<Reason>,
    /// Activity by activity.
    pub activities: Vec<ActivityRight>,
    /// What comes with it.
    pub obligations: Vec<Obligation>,
    /// When it is due.
    pub due: Option<Due>,
    /// Whether an extension that is stated counts.
    pub extension_valid: Option<bool>,
    /// The earliest instant at which time alone could change it.
    pub valid_until: Option<Instant>,
}
