//! Objections (Art. 21): to legitimate interests and public tasks, and, always, to direct marketing.

use super::CHAPTER;
use crate::domain::basis::Article6;
use crate::engine::case::Case;
use crate::engine::query::{MarketingObjectionState, ObjectionState};
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::rules::is_deceased;
use crate::engine::view::{Mark, place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SUBJECT_OBJECTED",
        number: 38,
        chapter: CHAPTER,
        title: "The person objected",
        citation: "GDPR art. 21(1), 18(1)(b), 17(1)(c)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "stop, or record compelling grounds that override the objection",
        judge: Judge::Processing(objected),
    },
    Rule {
        code: "OBJECTION_OVERRIDDEN",
        number: 39,
        chapter: CHAPTER,
        title: "Compelling grounds or legal claims override the objection",
        citation: "GDPR art. 21(1), 12(3), 12(4)",
        level: Level::Law,
        effect: RuleEffect::Permit,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "keep the grounds on record, and tell the person the outcome",
        judge: Judge::Processing(overridden),
    },
    Rule {
        code: "DIRECT_MARKETING_OBJECTED",
        number: 40,
        chapter: CHAPTER,
        title: "The person objected to direct marketing",
        citation: "GDPR art. 21(2), 21(3)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "stop, and keep the address in a suppression list only",
        judge: Judge::Processing(marketing),
    },
];

const FACT: &str = "processing.rights.objection";

/// The objection as it stands at the decision; `None` where the rules do not reach.
#[expect(
    clippy::option_option,
    reason = "whether the rules reach, and whether the state is said, are two things"
)]
fn standing(case: &Case<'_>) -> Option<Option<ObjectionState>> {
    if !matches!(case.letter(), Some(Article6::E | Article6::F)) || !case.is_about_people() {
        return None;
    }
    let objection = case
        .query
        .rights
        .as_ref()
        .and_then(|rights| rights.objection.as_ref());
    let state = objection.and_then(|objection| objection.state);
    let recorded = objection.and_then(|objection| objection.recorded_time);
    if state.is_some_and(|state| state != ObjectionState::None)
        && recorded.is_some_and(|time| !case.view.clock.come(time))
    {
        return Some(Some(ObjectionState::None));
    }
    Some(state)
}

fn objected(case: &Case<'_>) -> Outcome {
    let Some(state) = standing(case) else {
        return Outcome::NotApplicable;
    };
    match state {
        None if case.view.requires_person_state() => {
            Outcome::FactMissing(vec![Fired::missing(FACT, "whether the person objected")])
        }
        None => {
            case.assume(FACT);
            Outcome::Satisfied
        }
        Some(
            ObjectionState::None
            | ObjectionState::OverriddenCompelling
            | ObjectionState::OverriddenLegalClaim,
        ) => Outcome::Satisfied,
        // While the grounds are examined the data are restricted: kept, and no more.
        Some(ObjectionState::GroundsUnderReview) if case.only_stores() => Outcome::Obliges(vec![
            Obligation::new("RESTRICTED_USE_ONLY").with("exception", "GROUNDS_UNDER_REVIEW"),
        ]),
        Some(ObjectionState::Recorded | ObjectionState::GroundsUnderReview) => {
            let fired = Fired::about(
                FACT,
                "the person objected, and no overriding grounds are recorded",
            );
            Outcome::told(vec![
                fired
                    .at(case.here("legal_basis"))
                    .with(Obligation::new("STOP_PROCESSING")),
            ])
        }
    }
}

fn overridden(case: &Case<'_>) -> Outcome {
    match standing(case) {
        Some(Some(ObjectionState::OverriddenCompelling | ObjectionState::OverriddenLegalClaim)) => {
            let fired = Fired::about(FACT, "the objection is overridden, as the caller states");
            Outcome::told(vec![
                fired
                    .with(Obligation::new("RECORD_COMPELLING_GROUNDS"))
                    .with(Obligation::new("INFORM_OUTCOME")),
            ])
        }
        _ => Outcome::NotApplicable,
    }
}

/// Whether the person objected to direct marketing, and that is what this is.
pub(in crate::engine::rules) fn is_refused_marketing(case: &Case<'_>) -> bool {
    !is_deceased(case) && matches!(marketing(case), Outcome::Fired(_))
}

fn marketing(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let (mark, purpose) = case.view.direct_marketing(case.purpose);
    match mark {
        Mark::No => return Outcome::NotApplicable,
        Mark::Unknown => {
            return Outcome::FactMissing(vec![Fired::unstated(
                "processing.activity",
                place(purpose.record, "direct_marketing"),
                "whether it is direct marketing",
            )]);
        }
        Mark::Yes => {}
    }
    let rights = case.query.rights.as_ref();
    let marketing = rights.and_then(|rights| rights.marketing_objection.as_ref());
    let told = |fact: &str| {
        let fired = Fired::about(fact, "the person objected to direct marketing")
            .at(place(purpose.record, "direct_marketing"));
        Outcome::told(vec![
            fired
                .with(Obligation::new("STOP_PROCESSING"))
                .with(Obligation::new("KEEP_SUPPRESSION_ENTRY")),
        ])
    };
    let fact = "processing.rights.marketing_objection";
    let general = rights
        .and_then(|rights| rights.objection.as_ref())
        .filter(|objection| {
            objection
                .state
                .is_some_and(|state| state != ObjectionState::None)
                && objection
                    .recorded_time
                    .is_none_or(|time| case.view.clock.come(time))
        });
    match marketing.and_then(|objection| objection.state) {
        Some(MarketingObjectionState::Recorded)
            if marketing
                .and_then(|objection| objection.recorded_time)
                .is_none_or(|time| case.view.clock.come(time)) =>
        {
            told(fact)
        }
        // Any objection stops direct marketing, whatever grounds override it elsewhere.
        _ if general.is_some() => told(FACT),
        Some(_) => Outcome::Satisfied,
        None if case.view.requires_person_state() => Outcome::FactMissing(vec![Fired::missing(
            fact,
            "whether the person objected to direct marketing",
        )]),
        None => {
            case.assume(fact);
            Outcome::Satisfied
        }
    }
}
