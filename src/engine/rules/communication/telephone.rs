//! Canvassing by telephone: consent first, since and where the law asks for it.

use super::CHAPTER;
use crate::domain::date::Date;
use crate::domain::key::TypedKey;
use crate::domain::transfer::{CallRegime, Country, LiveCallRegime};
use crate::engine::case::Case;
use crate::engine::query::{Capacity, ConsentScope, Medium};
use crate::engine::rule::{Fired, Outcome, Rule};
use crate::engine::rules::fault::Fault;
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, is_open, place};

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

/// Whether a state asks for consent first: by the regime that began last, the stricter of two that began together.
/// Each day on which one begins bounds the answer.
fn regime(case: &Case<'_>, state: Node<'_, Country>) -> Mark {
    let regimes = state.body.live_call_regime.iter();
    let begun = |one: &&LiveCallRegime| one.from.is_none_or(|from| case.view.clock.begun(from));
    let begun: Vec<_> = regimes.filter(begun).collect();
    let last = begun.iter().map(|one| one.from).max();
    let mut counting = begun.iter().filter(|one| Some(one.from) == last);
    if counting.any(|one| one.regime == Some(CallRegime::OptIn)) {
        Mark::Yes
    } else if is_open(state.record, "live_call_regime") {
        Mark::Unknown
    } else {
        Mark::No
    }
}

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
    let fact = "processing.subject.country";
    let Some(state) = case.view.state_of(country) else {
        let message = format!(
            "nothing is registered of `{}`, so whether a call needs consent cannot be decided",
            country.key()
        );
        return Outcome::FactMissing(vec![Fired::about(fact, message)]);
    };
    match regime(case, state) {
        Mark::Yes => {}
        Mark::No if case.view.is_settled(country) => return Outcome::NotApplicable,
        Mark::No | Mark::Unknown => {
            let at = place(state.record, "live_call_regime");
            let undecided = "whether a call needs consent";
            return Outcome::FactMissing(vec![Fired::unstated(fact, at, undecided)]);
        }
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
        Some(_) if mark == Mark::Unknown => {
            let at = place(purpose.record, "direct_marketing");
            let undecided = "whether it is direct marketing";
            Outcome::FactMissing(vec![Fired::unstated("processing.activity", at, undecided)])
        }
        Some(found) => Outcome::told(vec![
            Fired::about(found.fired.fact, found.fired.message)
                .at(place(purpose.record, "direct_marketing"))
                .at(place(state.record, "live_call_regime")),
        ]),
    }
}
