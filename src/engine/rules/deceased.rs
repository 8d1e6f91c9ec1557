//! The data of the deceased (recital 27; French law 78-17, art. 84 to 86): the GDPR is not about them, directives
//! and heirs are.

use crate::engine::case::Case;
use crate::engine::query::{HeirAction, PostMortem, PostMortemDirective, VitalStatus};
use crate::engine::rule::{Fired, Gate, Outcome, Rule, RuleEffect};

const CHAPTER: &str = "2.10 State of the person's rights";

pub(super) const RULES: &[Rule] = &[
    Rule {
        gate: Gate::ALL,
        effect: RuleEffect::Permit,
        ..Rule::law(
            "2.1 Resolution",
            9,
            "SUBJECT_DECEASED",
            "The person is deceased, so the rules for the living are not looked at",
            "GDPR recital 27; LIL art. 84",
            "follow the directives of the person, or what the heirs may ask",
            |case| {
                told_if(
                    is_deceased(case) && case.is_about_people(),
                    "the person is deceased",
                )
            },
        )
    },
    Rule {
        gate: Gate::ALL,
        ..Rule::law(
            CHAPTER,
            130,
            "POST_MORTEM_DIRECTIVE",
            "A directive of the deceased forbids it",
            "LIL art. 85 I",
            "do as the directive says",
            directive,
        )
    },
    Rule {
        gate: Gate::ALL,
        ..Rule::law(
            CHAPTER,
            131,
            "POST_MORTEM_HEIRS",
            "Without a directive, only what heirs may ask for is done",
            "LIL art. 85 II",
            "state `heir_action`: settling the estate, digital goods, closing the account, opposing, updating",
            heirs,
        )
    },
];

const FACT: &str = "processing.subject.vital_status";

/// Whether the person is stated to be deceased.
pub(in crate::engine) fn is_deceased(case: &Case<'_>) -> bool {
    let subject = case.query.subject.as_ref();
    subject.is_some_and(|subject| subject.vital_status == Some(VitalStatus::Deceased))
}

/// Whether a rule, by its number in the book, is about the living alone. What the law orders to keep (72, 74) is
/// kept of the deceased too, and so is what may be ordered: 69 says that itself.
pub(in crate::engine) const fn is_for_the_living(number: u32) -> bool {
    matches!(number, 10..=45 | 53..=68 | 70 | 71 | 73 | 120..=129)
}

fn told_if(fires: bool, message: &str) -> Outcome {
    if fires {
        Outcome::Fired(vec![Fired::about(FACT, message)])
    } else {
        Outcome::NotApplicable
    }
}

fn post_mortem<'a>(case: &Case<'a>) -> Option<&'a PostMortem> {
    case.query.subject.as_ref()?.post_mortem.as_ref()
}

fn directive(case: &Case<'_>) -> Outcome {
    if !is_deceased(case) || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let fact = "processing.subject.post_mortem.directive";
    match post_mortem(case).and_then(|said| said.directive) {
        None => Outcome::FactMissing(vec![Fired::missing(fact, "what the person directed")]),
        Some(PostMortemDirective::ForbidsThis) => {
            let message = "the person directed that this is not to be done";
            Outcome::Fired(vec![Fired::about(fact, message)])
        }
        Some(PostMortemDirective::AllowsThis | PostMortemDirective::None) => Outcome::Satisfied,
    }
}

fn heirs(case: &Case<'_>) -> Outcome {
    let said = post_mortem(case);
    let none = said.and_then(|said| said.directive) == Some(PostMortemDirective::None);
    if !is_deceased(case) || !none || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let message = match said.and_then(|said| said.heir_action) {
        // Who opposes it does not ask for it.
        Some(HeirAction::Oppose) if !case.operations.within(Gate::ERASING) => "the heirs oppose it",
        Some(_) => return Outcome::Satisfied,
        None => "there is no directive, and it is not said what the heirs ask for",
    };
    Outcome::Fired(vec![Fired::about(
        "processing.subject.post_mortem.heir_action",
        message,
    )])
}
