//! What can come of a decision: every rule and every obligation, in one place.

use super::decision::Reason;
use super::rule::{Fired, Rule};
use super::rules;

/// The policy that asks for the state of people to be stated.
pub const REQUIRE_PERSON_STATE: &str = "REQUIRE_PERSON_STATE";

/// All rules, in the order of the book.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::CHAPTERS.iter().copied().flatten().copied().flatten()
}

/// A rule by its code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}

/// A reason of the rule of this code, if there is one.
pub(super) fn reason(code: &str, fired: Fired) -> Option<Reason> {
    rule(code).map(|rule| Reason::of(rule, fired))
}

/// Whether a policy record may name it.
pub fn is_settable(code: &str) -> bool {
    code == REQUIRE_PERSON_STATE || rule(code).is_some_and(Rule::is_settable)
}

/// What may have to be done.
#[derive(Clone, Copy, Debug)]
pub struct KnownObligation {
    /// Its code.
    pub code: &'static str,
    /// What is to be done.
    pub title: &'static str,
    /// Whether it must be done before or with the operation.
    pub blocking: bool,
}

/// An obligation by its code.
pub fn obligation(code: &str) -> Option<&'static KnownObligation> {
    OBLIGATIONS.iter().find(|known| known.code == code)
}

const fn known(code: &'static str, blocking: bool, title: &'static str) -> KnownObligation {
    KnownObligation {
        code,
        title,
        blocking,
    }
}

/// All obligations.
pub const OBLIGATIONS: &[KnownObligation] = &[
    known(
        "ERASE_BY",
        false,
        "erase by the date, or so long after the event",
    ),
    known("ERASE_NOW", false, "erase or anonymise now"),
    known(
        "STOP_PROCESSING",
        false,
        "stop this processing of this person's data",
    ),
    known(
        "KEEP_SUPPRESSION_ENTRY",
        false,
        "keep what is needed to remember the refusal, and nothing else",
    ),
    known(
        "INFORM_REFUSAL",
        false,
        "tell the person that, why, and where to complain",
    ),
    known(
        "RESTRICT_TO_LEGAL_PURPOSE",
        false,
        "keep apart, for the legal purpose alone",
    ),
    known(
        "RECORD_CONSENT",
        true,
        "record who agreed, when, how and to which text",
    ),
    known(
        "OFFER_WITHDRAWAL",
        true,
        "offer a withdrawal as easy as the consent",
    ),
    known("OFFER_OBJECTION", true, "offer the right to object"),
    known(
        "OFFER_UNSUBSCRIBE",
        true,
        "offer a free and simple way to refuse more",
    ),
    known("IDENTIFY_SENDER", true, "say on whose behalf it is sent"),
    known("INFORM_SUBJECT", false, "inform the person by the date"),
    known(
        "INFORM_NEW_PURPOSE",
        true,
        "inform the person of the new purpose beforehand",
    ),
    known(
        "INFORM_CORRESPONDENT",
        true,
        "tell the other side before the communication is recorded",
    ),
    known("INFORM_TRACKER", true, "tell people of the tracker"),
    known(
        "INFORM_LOGIC",
        true,
        "tell people of the logic of the decision",
    ),
    known(
        "INFORM_BEFORE_LIFTING",
        true,
        "tell the person before the restriction is lifted",
    ),
    known(
        "CHILD_CLEAR_LANGUAGE",
        true,
        "say it in language that a child understands",
    ),
    known(
        "VERIFY_PARENTAL_RESPONSIBILITY",
        true,
        "verify with reasonable efforts that a holder of parental responsibility agreed",
    ),
    known(
        "PROVIDE_HUMAN_REVIEW",
        true,
        "let a human look at the decision who can change it",
    ),
    known(
        "EXPIRE_TRACKER_BY",
        true,
        "let the tracker end by the date, or after so long",
    ),
    known("INFORM_OUTCOME", false, "tell the person the outcome"),
    known(
        "RECORD_COMPELLING_GROUNDS",
        false,
        "record the grounds that override the objection",
    ),
    known(
        "NOTIFY_RECIPIENTS",
        false,
        "tell the recipients of the rectification, erasure or restriction",
    ),
    known(
        "RESTRICTED_USE_ONLY",
        true,
        "use within the exception to the restriction alone",
    ),
    known("LOG_DISCLOSURE", true, "record the disclosure"),
    known(
        "LIMIT_TO_INSTRUCTIONS",
        true,
        "let the processor use the data on instructions alone",
    ),
    known("INFORM_TRANSFER", false, "tell people of the transfer"),
    known(
        "RECORD_TRANSFER",
        false,
        "record the transfer, and what it rests on",
    ),
    known(
        "MAKE_SAFEGUARD_COPY_AVAILABLE",
        false,
        "give people a copy of the safeguard who ask for it",
    ),
    known(
        "APPLY_SUPPLEMENTARY_MEASURES",
        true,
        "apply the measures that the assessment of the country asks for",
    ),
    known(
        "NOTIFY_AUTHORITY",
        false,
        "tell the supervisory authority of the transfer",
    ),
    known(
        "DOCUMENT_SAFEGUARDS",
        false,
        "document the assessment and the safeguards of the transfer",
    ),
    known(
        "KEEP_ANONYMITY_EVIDENCE",
        true,
        "keep the evidence that the data are anonymous",
    ),
];
