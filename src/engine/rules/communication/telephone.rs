//! Canvassing by telephone: consent first, since and where the law asks for it.

use super::CHAPTER;
use crate::domain::date::Date;
use crate::domain::transfer::CallRegime;
use crate::engine::case::Case;
use crate::engine::query::{Capacity, ConsentScope, Medium};
use crate::engine::rule::{Fired, Outcome, Rule};
use crate::engine::rules::fault::Fault;
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::view::{Mark, place};

pub(super) const RULES: &[Rule] = &[Rule {
    in_force_from: Date::of(2026, 8, 11),
    ..Rule::law(
        CHAPTER,
        48,
        "PHONE_MARKETING_CONSENT_REQUIRED",
        "Canvassing a consumer by telephone needs consent",
        "Code de la consommation L223-1, as amended by law 2025-594 of 30 June 2025, art. 13",
        "ask for consent of scope TELEPHONE_MARKETING first; or state that it is a related offer in a running \
         contract",
        consent_required,
    )
}];

fn consent_required(case: &Case<'_>) -> Outcome {
    let medium = case
        .query
        .channel
        .as_ref()
        .and_then(|channel| channel.medium);
    if medium != Some(Medium::LiveCall) || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let (mark, purpose) = case.view.direct_marketing(case.purpose);
    if mark == Mark::No {
        return Outcome::NotApplicable;
    }
    let subject = case.query.subject.as_ref();
    let capacity = subject.and_then(|subject| subject.capacity);
    // Not said is read as a consumer.
    if capacity.is_some_and(|capacity| capacity != Capacity::Consumer) {
        return Outcome::NotApplicable;
    }
    let Some(country) = subject.and_then(|subject| subject.country.as_ref()) else {
        let fact = "processing.subject.country";
        let undecided = "whether a call needs consent";
        return Outcome::FactMissing(vec![Fired::missing(fact, undecided)]);
    };
    let Some(state) = case.view.state_of(country) else {
        return Outcome::NotApplicable;
    };
    // The regime that began last counts; each day on which one begins bounds the answer.
    let begun = state
        .body
        .live_call_regime
        .iter()
        .filter(|regime| regime.from.is_none_or(|from| case.view.clock.begun(from)));
    let regime = begun
        .max_by_key(|regime| regime.from)
        .and_then(|regime| regime.regime);
    if regime != Some(CallRegime::OptIn) {
        return Outcome::NotApplicable;
    }
    if mark == Mark::Unknown {
        let at = place(purpose.record, "direct_marketing");
        let undecided = "whether it is direct marketing";
        return Outcome::FactMissing(vec![Fired::unstated("processing.activity", at, undecided)]);
    }
    let related = case
        .query
        .marketing
        .as_ref()
        .is_some_and(|said| said.running_contract_offer == Some(true));
    let found = examine(case, ConsentScope::TelephoneMarketing, None);
    // Who refused, or withdrew, is not called as a customer instead.
    let refused = found.as_ref().is_some_and(Fault::is_refusal);
    if case.contract_runs() && related && !refused {
        return Outcome::Satisfied;
    }
    match found {
        None => Outcome::Satisfied,
        Some(found) => Outcome::told(vec![
            Fired::about(found.fired.fact, found.fired.message)
                .at(place(purpose.record, "direct_marketing"))
                .at(place(state.record, "live_call_regime")),
        ]),
    }
}
