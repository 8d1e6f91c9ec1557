//! The content of communications (Directive 2002/58/EC art. 5): recorded, listened to or read only as those
//! concerned agreed, or as law orders; and not behind their backs.

use super::{CHAPTER, is_of_kind, is_ordered_by_law, serves};
use crate::domain::category::CommunicationData;
use crate::domain::purpose::CommunicationsUse;
use crate::engine::case::Case;
use crate::engine::query::{ConsentScope, CorrespondentInformed, Operation};
use crate::engine::rule::{Fired, Gate, Obligation, Outcome, Place, Rule, RuleEffect};
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::rules::transparency::notice_key;
use crate::engine::view::Mark;

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        49,
        "COMMUNICATION_CONFIDENTIALITY",
        "The content of a communication is secret, unless all concerned agreed or law orders it",
        "Directive 2002/58/EC art. 5(1), 5(2); CPCE L32-3; Code penal 226-1, 226-15",
        "obtain the consent of all parties, of scope COMMUNICATION_CONTENT; or record the law that orders it",
        confidential,
    ),
    Rule::law(
        CHAPTER,
        52,
        "CORRESPONDENT_NOT_INFORMED",
        "The other side was not told that the communication is recorded or read",
        "GDPR art. 13, 14; CNIL, recording of calls",
        "tell the other side before it begins",
        informed,
    ),
];

/// Where the content of a communication comes in.
enum Content {
    /// Nowhere.
    None,
    /// A category does not say whether it is content.
    Unknown(Place),
    /// Here: a fact of the question, and the category that says so.
    At(String, Option<Place>),
}

/// What these rules are about: recording a communication, and whatever is done with its content. Conveying a
/// message, or delivering it, is not; nor what law orders.
fn content(case: &Case<'_>) -> Content {
    if !case.is_about_people() || is_ordered_by_law(case) {
        return Content::None;
    }
    if serves(case, &[CommunicationsUse::Transmission]).0 == Mark::Yes {
        return Content::None;
    }
    if case
        .operations
        .meets(Gate::of(&[Operation::RecordCommunication]))
    {
        return Content::At("processing.operations".to_owned(), None);
    }
    let mut unknown = None;
    for item in case.personal() {
        match is_of_kind(case, item, CommunicationData::Content) {
            (Mark::Yes, at) => return Content::At(item.fact("category"), Some(at)),
            (Mark::Unknown, at) => unknown = unknown.or(Some(at)),
            (Mark::No, _) => {}
        }
    }
    unknown.map_or(Content::None, Content::Unknown)
}

fn confidential(case: &Case<'_>) -> Outcome {
    let (fact, at) = match content(case) {
        Content::None => return Outcome::NotApplicable,
        Content::Unknown(at) => return unclear(at),
        Content::At(fact, at) => (fact, at),
    };
    let message = match examine(case, ConsentScope::CommunicationContent, None) {
        None => {
            let consent = case.consent(ConsentScope::CommunicationContent);
            if consent.is_some_and(|(_, consent)| consent.all_parties == Some(true)) {
                return Outcome::Satisfied;
            }
            "it is not stated that all parties to the communication agreed".to_owned()
        }
        Some(found) => found.fired.message,
    };
    let mut fired = Fired::about(fact, message);
    fired.at.extend(at);
    if case.activity.body.commercial_evidence == Some(true) {
        // Evidence of a transaction may be recorded where law authorises it (art. 5(2)).
        let next = "record the law that authorises the evidence as the activity's `communication_law`, or obtain \
                    the consent of all parties";
        fired = fired
            .at(case.here("commercial_evidence"))
            .but(next.to_owned());
    }
    Outcome::told(vec![fired])
}

fn informed(case: &Case<'_>) -> Outcome {
    // Where it is not known whether it is content, rule 49 asks.
    let Content::At(..) = content(case) else {
        return Outcome::NotApplicable;
    };
    let said = case.query.communication.as_ref();
    let mut told = Vec::new();
    let fact = "processing.communication.correspondent_informed";
    match said.and_then(|said| said.correspondent_informed) {
        Some(CorrespondentInformed::Informed | CorrespondentInformed::NotYetStarted) => {}
        Some(CorrespondentInformed::NotInformed) => {
            told.push(Fired::about(fact, "the other side was not told"));
        }
        None => told.push(Fired::about(
            fact,
            "it is not said whether the other side was told",
        )),
    }
    let staff = said.and_then(|said| said.staff_informed);
    let to_tell = said.and_then(|said| said.correspondent_informed)
        == Some(CorrespondentInformed::NotYetStarted);
    let obligation = || Obligation::new("INFORM_CORRESPONDENT").with("notice", notice_key(case));
    if staff != Some(true) {
        let message = "it is not stated that the staff were told";
        let mut fired = Fired::about("processing.communication.staff_informed", message)
            .as_severe_as(RuleEffect::Warn)
            .but("tell the staff beforehand, and state it".to_owned());
        if to_tell {
            fired = fired.with(obligation());
        }
        told.push(fired);
    } else if to_tell {
        return Outcome::Obliges(vec![obligation()]);
    }
    Outcome::told(told)
}

fn unclear(at: Place) -> Outcome {
    let undecided = "whether it is the content of a communication";
    Outcome::FactMissing(vec![Fired::unstated("processing.data", at, undecided)])
}
