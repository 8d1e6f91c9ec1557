//! Special categories, offences, the national number (Art. 9, 10, 87): forbidden, but for a ground of their own.

use crate::domain::basis::{Article9, Article10, BasisArticle, LegalBasis};
use crate::domain::category::SpecialCategory;
use crate::domain::key::TypedKey;
use crate::domain::transfer::Country;
use crate::engine::case::{Case, Item};
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, Outcome, Place, Rule, RuleEffect};
use crate::engine::rules::lawfulness::consent::unless_explicit;
use crate::engine::rules::recipient::Role;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, place};

const CHAPTER: &str = "2.6 Special categories, offences, national number";

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        58,
        "SPECIAL_CATEGORY_PROHIBITED",
        "Special categories are forbidden without a ground of Art. 9(2)",
        "GDPR art. 9(1); LIL art. 6; C-184/20",
        "record a ground of Art. 9(2) as the `condition` of the category in the activity, or leave the data out",
        prohibited,
    ),
    Rule::law(
        CHAPTER,
        59,
        "EXPLICIT_CONSENT_REQUIRED",
        "The ground is explicit consent, and there is none that counts",
        "GDPR art. 9(2)(a)",
        "ask for explicit consent of scope SPECIAL_CATEGORY, and state `explicit`",
        explicit_consent,
    ),
    Rule::law(
        CHAPTER,
        60,
        "SPECIAL_CATEGORY_LAW_UNCITED",
        "The ground needs law of the Union or a Member State, or a professional bound to secrecy",
        "GDPR art. 9(2)(b), (g), (h), (i), (j), 9(3)",
        "cite the law in the ground; for care, state `professional_secrecy`",
        law_uncited,
    ),
    Rule::law(
        CHAPTER,
        61,
        "SPECIAL_CATEGORY_NONPROFIT_SCOPE",
        "The ground is that of a not-for-profit body, for its members, and not outside of it",
        "GDPR art. 9(2)(d)",
        "find another ground of Art. 9(2), or do not disclose the data outside of the body",
        beyond_the_body,
    ),
    Rule::law(
        CHAPTER,
        62,
        "SPECIAL_CATEGORY_NOT_MANIFESTLY_PUBLIC",
        "The ground is that the person made the data public, and that is not shown",
        "GDPR art. 9(2)(e); C-252/21",
        "state `published_by_subject`, and record in the ground how it is known",
        not_public,
    ),
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            63,
            "ART6_AND_ART9_BOTH",
            "A ground of Art. 9(2) comes on top of a basis of Art. 6(1), and there is none",
            "GDPR art. 6(1), 9(2); C-667/21",
            "assign a legal basis of Art. 6(1) as well",
            both,
        )
    },
    Rule::law(
        CHAPTER,
        64,
        "CRIMINAL_DATA_NOT_AUTHORISED",
        "Data on offences need the control of official authority, or a law that authorises it",
        "GDPR art. 10; LIL art. 46",
        "cite the law in a ground of Art. 10, as the `condition` of the category in the activity",
        criminal,
    ),
    Rule::law(
        CHAPTER,
        65,
        "NATIONAL_ID_RESTRICTED",
        "The national number serves listed purposes alone",
        "GDPR art. 87; LIL art. 30; decree 2019-341",
        "leave the number out, or state the text that allows it as the purpose's `national_number_ground`",
        national_number,
    ),
];

/// Whether an item holds special categories: by its category, one above it or one asked for with it, or by what was
/// found in its content.
pub(in crate::engine) fn is_special<'a>(case: &Case<'a>, item: &Item<'a>) -> (Mark, Option<Place>) {
    if !item.said.special_content.is_empty() {
        return (Mark::Yes, None);
    }
    let said = |category: &crate::domain::category::DataCategory| {
        category.special_category.map(|_: SpecialCategory| true)
    };
    let (mark, at) = case.item_mark(item, "special_category", said);
    (mark, Some(place(at.record, "special_category")))
}

/// The ground that the activity records for an item, if it is in force.
pub(super) fn condition<'a>(case: &Case<'a>, item: &Item<'a>) -> Option<Node<'a, LegalBasis>> {
    let key = item.entry?.condition.as_ref()?;
    let found = case.view.snapshot.legal_basis(key)?;
    case.view.in_force(found).then_some(found)
}

/// The letter of Art. 9(2) that an item rests on.
pub(in crate::engine) fn letter<'a>(case: &Case<'a>, item: &Item<'a>) -> Option<Article9> {
    match condition(case, item)?.body.article {
        Some(BasisArticle::Article9(letter)) => Some(letter),
        _ => None,
    }
}

fn fact(item: &Item<'_>) -> String {
    let found = !item.said.special_content.is_empty();
    item.fact(if found { "special_content" } else { "category" })
}

fn prohibited(case: &Case<'_>) -> Outcome {
    let (mut told, mut missing, mut any) = (Vec::new(), Vec::new(), false);
    for item in case.personal() {
        let (mark, at) = is_special(case, item);
        any |= mark != Mark::No;
        if mark == Mark::No || letter(case, item).is_some() {
            continue;
        }
        if let (Mark::Unknown, Some(at)) = (mark, &at) {
            let undecided = "whether they are of a special category";
            missing.push(Fired::unstated(fact(item), at.clone(), undecided));
            continue;
        }
        let message = format!(
            "`{}` is of a special category, and activity `{}` records no ground of Art. 9(2) for it",
            item.key(),
            case.activity.key()
        );
        let mut fired = Fired::about(fact(item), message).of(item.key().as_str());
        fired.at.extend(at);
        told.push(fired.at(case.here("data")));
    }
    Outcome::told_or_missing(told, missing, any)
}

/// What is wrong with the ground of each item that holds, or may hold, special categories and rests on one of these
/// letters.
fn each<'a>(
    case: &Case<'a>,
    letters: &[Article9],
    wrong: impl Fn(&Item<'a>, Node<'a, LegalBasis>) -> Option<Fired>,
) -> Outcome {
    let (mut told, mut any) = (Vec::new(), false);
    for item in case.personal() {
        let relied = letter(case, item).is_some_and(|letter| letters.contains(&letter));
        if !relied || is_special(case, item).0 == Mark::No {
            continue;
        }
        any = true;
        let Some(ground) = condition(case, item) else {
            continue;
        };
        told.extend(wrong(item, ground).map(|fired| fired.of(item.key().as_str())));
    }
    Outcome::told_or_missing(told, Vec::new(), any)
}

/// The state of the person, if its law bars consent to special categories, or may.
pub(super) fn barring<'a>(case: &Case<'a>) -> Option<Node<'a, Country>> {
    let subject = case.query.subject.as_ref();
    let country = subject.and_then(|subject| subject.country.as_ref());
    let state = country.and_then(|country| case.view.state_of(country))?;
    let bars = state.body.bars_special_consent;
    let mark = Mark::of(state.record, "bars_special_consent", bars);
    (mark != Mark::No).then_some(state)
}

fn explicit_consent(case: &Case<'_>) -> Outcome {
    each(case, &[Article9::A], |item, ground| {
        if let Some(state) = barring(case) {
            let message = format!("the law of `{}` bars consent to this", state.key());
            let fired = Fired::about("processing.subject.country", message);
            return Some(fired.at(place(state.record, "bars_special_consent")));
        }
        let at = place(ground.record, "article_9");
        let what = format!("the consent to `{}`", item.key());
        unless_explicit(case, ConsentScope::SpecialCategory, &what).map(|fired| fired.at(at))
    })
}

fn law_uncited(case: &Case<'_>) -> Outcome {
    let letters = [
        Article9::B,
        Article9::G,
        Article9::H,
        Article9::I,
        Article9::J,
    ];
    each(case, &letters, |item, ground| {
        let for_health = ground.body.article == Some(BasisArticle::Article9(Article9::H));
        // Care rests on law or on a contract with a professional; bound to secrecy it must be (art. 9(3)).
        let (met, field, what) = if for_health {
            let secret = ground.body.professional_secrecy == Some(true);
            (
                secret,
                "professional_secrecy",
                "does not state a professional bound to secrecy",
            )
        } else {
            let cited = case.view.cites_law(ground.body);
            (
                cited,
                "laws",
                "cites no law of the Union or a Member State in force",
            )
        };
        (!met).then(|| {
            let message = format!("ground `{}` of `{}` {what}", ground.key(), item.key());
            Fired::about(fact(item), message).at(place(ground.record, field))
        })
    })
}

fn beyond_the_body(case: &Case<'_>) -> Outcome {
    each(case, &[Article9::D], |item, ground| {
        let told = |message: String, at: Place| Some(Fired::about(fact(item), message).at(at));
        if case.controller.body.not_for_profit != Some(true) {
            let message = format!(
                "controller `{}` is not recorded as a not-for-profit body",
                case.controller.key()
            );
            return told(message, place(case.controller.record, "not_for_profit"));
        }
        if ground.body.member_body != Some(true) {
            let message = format!("ground `{}` is not stated to be for members", ground.key());
            return told(message, place(ground.record, "member_body"));
        }
        // Who is named gets the data, whatever else is done with them. Staff and processors act for the body.
        let outside = case
            .receivers()
            .iter()
            .find(|receiver| !matches!(receiver.role, Role::Internal | Role::Processor))?;
        let message = format!("recipient `{}` is outside of the body", outside.key.key());
        Some(Fired::about(outside.fact.clone(), message).at(place(ground.record, "article_9")))
    })
}

fn not_public(case: &Case<'_>) -> Outcome {
    each(case, &[Article9::E], |item, ground| {
        if item.said.published_by_subject != Some(true) {
            let message = format!(
                "it is not stated that the person made `{}` public",
                item.key()
            );
            let fired = Fired::about(item.fact("published_by_subject"), message);
            return Some(fired.at(place(ground.record, "article_9")));
        }
        ground.body.public_evidence.is_empty().then(|| {
            let message = format!(
                "ground `{}` does not say how it is known that the person made them public",
                ground.key()
            );
            Fired::about(fact(item), message).at(place(ground.record, "public_evidence"))
        })
    })
}

fn both(case: &Case<'_>) -> Outcome {
    if case.letter().is_some() {
        return Outcome::NotApplicable;
    }
    let told = case.personal().filter(|item| letter(case, item).is_some());
    let told = told.map(|item| {
        let message = format!(
            "`{}` has a ground of Art. 9(2), and no basis of Art. 6(1)",
            item.key()
        );
        Fired::about(item.fact("category"), message)
            .at(case.here("legal_basis"))
            .of(item.key().as_str())
    });
    let told: Vec<Fired> = told.collect();
    let any = !told.is_empty();
    Outcome::told_or_missing(told, Vec::new(), any)
}

fn criminal<'a>(case: &Case<'a>) -> Outcome {
    let official = case.controller.body.official_authority == Some(true);
    let authorised = |item: &Item<'a>| {
        condition(case, item).is_some_and(|ground| match ground.body.article {
            Some(BasisArticle::Article10(Article10::AuthorisedByLaw)) => {
                case.view.cites_law(ground.body)
            }
            _ => false,
        })
    };
    let (mut told, mut missing, mut any) = (Vec::new(), Vec::new(), false);
    for item in case.personal() {
        let (mark, at) = case.item_mark(item, "criminal", |category| category.criminal);
        any |= mark != Mark::No;
        if mark == Mark::No || official || authorised(item) {
            continue;
        }
        let at = place(at.record, "criminal");
        if mark == Mark::Unknown {
            let undecided = "whether they are about offences";
            missing.push(Fired::unstated(item.fact("category"), at, undecided));
            continue;
        }
        let message = format!(
            "`{}` is about offences, and neither official authority nor a cited law carries it",
            item.key()
        );
        told.push(
            Fired::about(item.fact("category"), message)
                .at(at)
                .at(case.here("data"))
                .of(item.key().as_str()),
        );
    }
    Outcome::told_or_missing(told, missing, any)
}

fn national_number(case: &Case<'_>) -> Outcome {
    let allowed = !case.purpose.body.national_number_ground.is_empty();
    let (mut told, mut missing, mut any) = (Vec::new(), Vec::new(), false);
    for item in case.personal() {
        let said = |category: &crate::domain::category::DataCategory| category.national_number;
        let (mark, at) = case.item_mark(item, "national_number", said);
        any |= mark != Mark::No;
        if mark == Mark::No || allowed {
            continue;
        }
        let at = place(at.record, "national_number");
        if mark == Mark::Unknown {
            let undecided = "whether they hold the national number";
            missing.push(Fired::unstated(item.fact("category"), at, undecided));
            continue;
        }
        let message = format!(
            "`{}` holds the national number, and purpose `{}` states no text that allows it",
            item.key(),
            case.purpose.key()
        );
        told.push(
            Fired::about(item.fact("category"), message)
                .at(at)
                .at(place(case.purpose.record, "national_number_ground"))
                .of(item.key().as_str()),
        );
    }
    Outcome::told_or_missing(told, missing, any)
}
