//! Direct marketing by electronic means (Directive 2002/58/EC art. 13): consent first, or one's own customers.

use super::CHAPTER;
use crate::domain::basis::Article6;
use crate::engine::case::{Case, Item};
use crate::engine::query::{Capacity, ConsentScope, Medium, Origin};
use crate::engine::rule::{Fired, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::rules::is_deceased;
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::rules::lawfulness::is_refused_marketing;
use crate::engine::view::{Mark, place};

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        46,
        "EMARKETING_CONSENT_REQUIRED",
        "Direct marketing by electronic means needs consent, whatever the basis",
        "Directive 2002/58/EC art. 13; CPCE L34-5",
        "ask for consent of scope ELECTRONIC_MARKETING; or state the facts of `marketing` that let one's own \
         customers be addressed",
        consent_required,
    ),
    Rule {
        effect: RuleEffect::Permit,
        ..Rule::law(
            CHAPTER,
            47,
            "EMARKETING_SOFT_OPT_IN",
            "One's own customers, similar products, and a refusal that is free and simple",
            "Directive 2002/58/EC art. 13(2); CPCE L34-5 para. 4",
            "say who sends it, and offer the refusal in each message",
            soft_opt_in,
        )
    },
];

const FACT: &str = "processing.marketing";

/// What is marketed to the person by electronic means.
enum Marketing {
    /// Nothing.
    None,
    /// The purpose does not say whether it is direct marketing.
    Unknown(Fired),
    /// It is; the place that says so.
    Electronic(crate::engine::rule::Place),
}

fn marketing(case: &Case<'_>) -> Marketing {
    if !case.is_about_people() || !is_by_electronic_means(case) {
        return Marketing::None;
    }
    let (mark, purpose) = case.view.direct_marketing(case.purpose);
    let at = place(purpose.record, "direct_marketing");
    match mark {
        Mark::No => Marketing::None,
        Mark::Unknown => Marketing::Unknown(Fired::unstated(
            "processing.activity",
            at,
            "whether it is direct marketing",
        )),
        Mark::Yes => Marketing::Electronic(at),
    }
}

/// Every medium but letters and calls by a human; where none is said, the strictest.
fn is_by_electronic_means(case: &Case<'_>) -> bool {
    let channel = case.query.channel.as_ref();
    let medium = channel.and_then(|channel| channel.medium);
    !matches!(medium, Some(Medium::Post | Medium::LiveCall))
}

/// Whether people are addressed for direct marketing by electronic means.
pub(in crate::engine) fn is_electronic(case: &Case<'_>) -> bool {
    matches!(marketing(case), Marketing::Electronic(_))
}

/// Whether the rules on electronic marketing speak: on the basis of consent those on consent do, without a basis
/// nothing can be sent, and who refused is not asked again. Of the deceased no other rule speaks.
fn speaks(case: &Case<'_>) -> bool {
    let rests = case.letter().is_some_and(|letter| letter != Article6::A);
    (rests || is_deceased(case)) && !is_refused_marketing(case)
}

fn consent_required(case: &Case<'_>) -> Outcome {
    let at = match marketing(case) {
        Marketing::None => return Outcome::NotApplicable,
        Marketing::Unknown(fired) => return Outcome::FactMissing(vec![fired]),
        Marketing::Electronic(at) => at,
    };
    if !speaks(case) {
        return Outcome::NotApplicable;
    }
    if opted_in(case).is_some() {
        return Outcome::Satisfied;
    }
    let Some(found) = examine(case, ConsentScope::ElectronicMarketing, None) else {
        return Outcome::Satisfied;
    };
    let message = format!(
        "{}, and it is not an offer to one's own customers: {}",
        found.fired.message,
        lacking(case)
    );
    Outcome::told(vec![Fired::about(found.fired.fact, message).at(at)])
}

/// How the person comes to be addressed without consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum OptedIn {
    /// As one's own customer.
    Customer,
    /// In the job, on a matter of the job.
    Professional,
}

/// Whether the facts let the person be addressed without consent.
pub(in crate::engine) fn opted_in(case: &Case<'_>) -> Option<OptedIn> {
    if !is_electronic(case) || !speaks(case) {
        return None;
    }
    let said = case.query.marketing.as_ref()?;
    // Who refused, or withdrew, is not addressed as a customer instead.
    let chosen = examine(case, ConsentScope::ElectronicMarketing, None);
    if chosen.is_some_and(|fault| fault.is_refusal()) {
        return None;
    }
    let may_refuse =
        said.opt_out_offered_at_collection == Some(true) && said.opt_out_in_message == Some(true);
    if !may_refuse {
        return None;
    }
    let capacity = case
        .query
        .subject
        .as_ref()
        .and_then(|subject| subject.capacity);
    if capacity == Some(Capacity::Professional) && said.professional_matter == Some(true) {
        return Some(OptedIn::Professional);
    }
    let own = said.details_obtained_at_sale == Some(true)
        && said.similar_own_product == Some(true)
        && has_contact_details_of_the_person(case);
    own.then_some(OptedIn::Customer)
}

/// Whether contact details are asked for, and all of them came from the person. Other data address nobody.
fn has_contact_details_of_the_person<'a>(case: &Case<'a>) -> bool {
    let mark = |item: &Item<'a>| {
        let (mark, _) = case.item_mark(item, "contact_detail", |category| category.contact_detail);
        mark
    };
    // What may be one must have come from the person too, and makes nobody a customer.
    let mut may_be = case.personal().filter(|item| mark(item) != Mark::No);
    case.personal().any(|item| mark(item) == Mark::Yes)
        && may_be.all(|item| item.said.origin == Some(Origin::FromSubject))
}

/// What keeps the person from being one's own customer.
fn lacking(case: &Case<'_>) -> String {
    let said = case.query.marketing.as_ref();
    let stated = |fact: fn(&crate::engine::query::Marketing) -> Option<bool>| {
        said.and_then(fact) == Some(true)
    };
    let facts = [
        (
            stated(|said| said.details_obtained_at_sale),
            "`details_obtained_at_sale`",
        ),
        (
            stated(|said| said.similar_own_product),
            "`similar_own_product`",
        ),
        (
            stated(|said| said.opt_out_offered_at_collection),
            "`opt_out_offered_at_collection`",
        ),
        (
            stated(|said| said.opt_out_in_message),
            "`opt_out_in_message`",
        ),
        (
            has_contact_details_of_the_person(case),
            "`origin` FROM_SUBJECT of the contact details",
        ),
    ];
    let unsaid: Vec<&str> = facts
        .into_iter()
        .filter_map(|(said, name)| (!said).then_some(name))
        .collect();
    format!("{} not stated", unsaid.join(", "))
}

fn soft_opt_in(case: &Case<'_>) -> Outcome {
    let Some(opted) = opted_in(case) else {
        return Outcome::NotApplicable;
    };
    // With consent there is nothing to be carried.
    if examine(case, ConsentScope::ElectronicMarketing, None).is_none() {
        return Outcome::NotApplicable;
    }
    let message = match opted {
        OptedIn::Customer => "one's own customer is addressed about similar products",
        OptedIn::Professional => "a professional is addressed on a matter of the job",
    };
    Outcome::told(vec![
        Fired::about(FACT, message)
            .with(Obligation::new("OFFER_UNSUBSCRIBE"))
            .with(Obligation::new("IDENTIFY_SENDER")),
    ])
}
