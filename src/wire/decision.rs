//! An answer, as it is said.

use prost_types::Timestamp;
use ropa_proto::v1 as pb;

use super::limits::QUESTION_ITEMS;
use super::shape::SayOne;
use super::violation::{Reader, Violation, read};
use crate::domain::date::Instant;
use crate::domain::key::Key;
use crate::engine::decision::{Decision, Effect, Reason, RuleOutcome, Trace};
use crate::engine::query::{Consent, DataItem, Processing, TrackerUse};
use crate::engine::rule::{Level, Obligation};
use crate::wire::shape::ReadOne;

/// The first day of the GDPR, in microseconds since 1970 UTC: what was before cannot be asked.
const FIRST_INSTANT: i64 = 1_527_199_200_000_000;

/// What is asked.
#[derive(Clone, Debug)]
pub enum Question {
    /// A processing of personal data.
    Processing(Box<Processing>),
    /// A tracker.
    Tracker(Box<TrackerUse>),
}

/// Reads what is asked.
pub fn read_question(
    processing: Option<pb::Processing>,
    tracker: Option<pb::TrackerUse>,
) -> Result<Question, Vec<Violation>> {
    read(|reader| match (processing, tracker) {
        (Some(said), _) => reader.field("processing", |reader| {
            bounded(&said, reader)?;
            let processing = Processing::read_one(said, reader)?;
            check(&processing, reader);
            Some(Question::Processing(Box::new(processing)))
        }),
        (None, Some(said)) => reader
            .field("tracker", |reader| TrackerUse::read_one(said, reader))
            .map(Box::new)
            .map(Question::Tracker),
        (None, None) => {
            reader.refuse_field("processing", "must be said: `processing` or `tracker`");
            None
        }
    })
}

/// Reads a question that leaves out what is looked for.
pub fn read_lookup(said: Option<pb::Processing>) -> Result<Processing, Vec<Violation>> {
    read(|reader| {
        reader.field("processing", |reader| {
            let said = said.unwrap_or_default();
            bounded(&said, reader)?;
            let processing = Processing::read_one(said, reader)?;
            check(&processing, reader);
            Some(processing)
        })
    })
}

/// A question is small: what is longer is not read at all.
fn bounded(said: &pb::Processing, reader: &mut Reader) -> Option<()> {
    let refused = reader.refused();
    for (name, count) in [
        ("data", said.data.len()),
        ("recipients", said.recipients.len()),
        ("consents", said.consents.len()),
    ] {
        few(name, count, reader);
    }
    (reader.refused() == refused).then_some(())
}

pub(super) fn few(name: &'static str, count: usize, reader: &mut Reader) -> Option<()> {
    if count <= QUESTION_ITEMS {
        return Some(());
    }
    reader.refuse_field(
        name,
        format!("holds too many items: at most {QUESTION_ITEMS}"),
    );
    None
}

/// What cannot be meant: the same thing twice, or an entry that says nothing.
fn check(said: &Processing, reader: &mut Reader) {
    check_items(&said.data, reader);
    check_rights(said, reader);
    check_consents(&said.consents, reader);
}

/// One consent a scope.
pub(super) fn check_consents(consents: &[Consent], reader: &mut Reader) {
    for (index, consent) in consents.iter().enumerate() {
        let twice = |other: &Consent| consent.scope.is_some() && other.scope == consent.scope;
        if consent.scope.is_none() || consents.iter().take(index).any(twice) {
            reader.element("consents", index, |reader| {
                reader.refuse_field("scope", "must be said, and only once in a question");
            });
        }
    }
}

/// One item a category, and events that say what and when.
pub(super) fn check_items(data: &[DataItem], reader: &mut Reader) {
    for (index, item) in data.iter().enumerate() {
        let earlier = data.iter().take(index);
        if item.category.is_some() && earlier.clone().any(|other| other.category == item.category) {
            reader.element("data", index, |reader| {
                let message = "stands in the question twice: one item a category";
                reader.refuse_field("category", message);
            });
        }
        for (place, event) in item.events.iter().enumerate() {
            if event.event.is_none() || event.when.is_none() {
                reader.element("data", index, |reader| {
                    reader.element("events", place, |reader| {
                        reader.refuse("must say `event`, and `date` or `not_yet`");
                    });
                });
            }
        }
    }
}

/// What is said about a right that was exercised says whether it was: half a statement is none.
fn check_rights(said: &Processing, reader: &mut Reader) {
    let Some(rights) = &said.rights else { return };
    let half = [
        (
            "objection",
            rights
                .objection
                .as_ref()
                .is_some_and(|said| said.state.is_none() && said.recorded_time.is_some()),
        ),
        (
            "marketing_objection",
            rights
                .marketing_objection
                .as_ref()
                .is_some_and(|said| said.state.is_none() && said.recorded_time.is_some()),
        ),
        (
            "restriction",
            rights
                .restriction
                .as_ref()
                .is_some_and(|said| said.state.is_none() && said.exception.is_some()),
        ),
        (
            "erasure",
            rights.erasure.as_ref().is_some_and(|said| {
                said.state.is_none() && (said.exception.is_some() || !said.categories.is_empty())
            }),
        ),
    ];
    reader.field("rights", |reader| {
        for (name, half) in half {
            if half {
                reader.field(name, |reader| {
                    reader.refuse_field("state", "must be said beside what else is said of it");
                });
            }
        }
    });
}

/// Reads the instant of the evaluation; now, if none is said.
pub fn read_instant(said: Option<Timestamp>, now: Instant) -> Result<Instant, Vec<Violation>> {
    let Some(said) = said else { return Ok(now) };
    read(|reader| {
        reader.field("evaluation_time", |reader| {
            let instant = Instant::read_one(said, reader)?;
            if instant.micros() < FIRST_INSTANT {
                reader.refuse("is before 2018-05-25, when the GDPR began to apply");
            }
            Some(instant)
        })
    })
}

/// Says a decision.
pub fn say(decision: &Decision) -> pb::Decision {
    let key = |key: &Option<Key>| key.as_ref().map(ToString::to_string).unwrap_or_default();
    let subset =
        !(decision.permitted_categories.is_empty() && decision.permitted_recipients.is_empty());
    pb::Decision {
        effect: effect(decision.effect),
        reasons: decision.reasons.iter().map(reason).collect(),
        warnings: decision.warnings.iter().map(reason).collect(),
        grounds: decision.grounds.iter().map(reason).collect(),
        obligations: decision.obligations.iter().map(obligation).collect(),
        evaluated_time: Some(decision.evaluated.say_one()),
        valid_until_time: decision.valid_until.map(|until| until.say_one()),
        activity: key(&decision.activity),
        legal_basis: key(&decision.legal_basis),
        records: decision.records.iter().map(ToString::to_string).collect(),
        candidates: decision
            .candidates
            .iter()
            .map(|candidate| pb::Candidate {
                activity: candidate.activity.to_string(),
                effect: effect(candidate.effect),
                codes: candidate
                    .codes
                    .iter()
                    .map(|code| (*code).to_owned())
                    .collect(),
            })
            .collect(),
        permitted_subset: subset.then(|| pb::PermittedSubset {
            categories: decision.permitted_categories.clone(),
            recipients: decision.permitted_recipients.clone(),
        }),
    }
}

const fn effect(effect: Effect) -> i32 {
    match effect {
        Effect::Permit => pb::Effect::Permit as i32,
        Effect::Deny => pb::Effect::Deny as i32,
    }
}

/// The level of a rule, as it is said.
pub const fn level(level: Level) -> i32 {
    match level {
        Level::Law => pb::Level::Law as i32,
        Level::Guidance => pb::Level::Guidance as i32,
        Level::Policy | Level::Guard => pb::Level::Policy as i32,
    }
}

/// Says one rule that fired.
pub fn reason(reason: &Reason) -> pb::Reason {
    let Reason {
        rule,
        fired,
        by_policy,
    } = reason;
    pb::Reason {
        code: rule.code.to_owned(),
        fact: fired.fact.clone(),
        at: fired
            .at
            .iter()
            .map(|place| pb::RecordField {
                record: place.record.clone(),
                field: place.field.clone(),
                gap: place.gap.unwrap_or_default().to_owned(),
                gap_note: place.note.clone(),
            })
            .collect(),
        citation: rule.citation.to_owned(),
        level: level(rule.level),
        message: fired.message.clone(),
        next_step: fired
            .next_step
            .clone()
            .unwrap_or_else(|| rule.next_step.to_owned()),
        suggestions: fired.suggestions.clone(),
        by_policy: *by_policy,
    }
}

/// A reason of rules about processing, where the facts are those of another question.
pub fn reason_within(question: &str, told: &Reason) -> pb::Reason {
    let mut said = reason(told);
    if let Some(fact) = said.fact.strip_prefix("processing.") {
        said.fact = format!("{question}.{fact}");
    }
    let (here, there) = ("`processing.", format!("`{question}."));
    said.message = said.message.replace(here, &there);
    said.next_step = said.next_step.replace(here, &there);
    said
}

pub(super) fn obligation(obligation: &Obligation) -> pb::Obligation {
    pb::Obligation {
        code: obligation.code.to_owned(),
        parameters: obligation
            .parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        blocking: obligation.blocking,
        categories: obligation.categories.clone(),
        recipients: obligation.recipients.clone(),
    }
}

/// Says the working of a decision.
pub fn say_trace(trace: &Trace) -> pb::CandidateTrace {
    let outcome = |outcome| match outcome {
        RuleOutcome::NotApplicable => pb::RuleOutcome::NotApplicable,
        RuleOutcome::Satisfied => pb::RuleOutcome::Satisfied,
        RuleOutcome::Fired => pb::RuleOutcome::Fired,
        RuleOutcome::FactMissing => pb::RuleOutcome::FactMissing,
    };
    pb::CandidateTrace {
        activity: trace
            .activity
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        rules: trace
            .rules
            .iter()
            .map(|(code, came)| pb::RuleTrace {
                code: (*code).to_owned(),
                outcome: outcome(*came) as i32,
            })
            .collect(),
    }
}
