//! Principles (Art. 5): purpose limitation and minimisation.

use crate::domain::activity::{Activity, CollectedFor};
use crate::domain::basis::{Article6, Assessment, AssessmentKind, AssessmentOutcome};
use crate::domain::key::{PurposeKey, TypedKey};
use crate::engine::case::{Case, Item};
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::rules::communication::{OptedIn, opted_in};
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, of_entries, place};

pub(super) const CHAPTER: &str = "2.2 Principles";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "PURPOSE_INCOMPATIBLE",
        number: 10,
        chapter: CHAPTER,
        title: "The data were collected for another purpose, and nothing allows the further use",
        citation: "GDPR art. 5(1)(b), 6(4)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::EXISTING,
        in_force_from: GDPR,
        next_step: "assess compatibility and record it, ask for consent, or collect anew",
        judge: Judge::Processing(incompatible),
    },
    Rule {
        code: "PURPOSE_FURTHER_USE",
        number: 11,
        chapter: CHAPTER,
        title: "A further use that is compatible, or research with safeguards",
        citation: "GDPR art. 6(4), 5(1)(b), 13(3), 14(4), 89(1)",
        level: Level::Law,
        effect: RuleEffect::Permit,
        gate: Gate::EXISTING,
        in_force_from: GDPR,
        next_step: "inform the person beforehand",
        judge: Judge::Processing(further_use),
    },
    Rule {
        code: "CATEGORY_NOT_NECESSARY",
        number: 12,
        chapter: CHAPTER,
        title: "The activity does not list the data category",
        citation: "GDPR art. 5(1)(c), 25(2)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "leave the category out, or list it in the activity if the purpose needs it",
        judge: Judge::Processing(not_necessary),
    },
    Rule {
        code: "CATEGORY_LINK_MISSING",
        number: 13,
        chapter: CHAPTER,
        title: "The activity lists no data category at all",
        citation: "GDPR art. 5(1)(c), 30(1)(c)",
        level: Level::Guard,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "list the categories that the activity needs",
        judge: Judge::Processing(link_missing),
    },
];

/// What a further use rests on.
enum Further {
    /// It is none: the data were collected for this.
    Same,
    /// It is allowed, without more to be told.
    Allowed,
    /// It is compatible: people must be told.
    Compatible(Fired),
    /// Nothing allows it.
    Nothing(Fired),
}

/// What an item was collected for, if not for this activity: as the question says, else the activity.
fn collected_for<'a>(item: &Item<'a>) -> Option<&'a CollectedFor> {
    let recorded = || item.entry.and_then(|entry| entry.collected_for.as_ref());
    item.said.collected_for.as_ref().or_else(recorded)
}

/// The purpose of collection, and its activity where one is named. An activity that is not known has no
/// purpose that could be the same.
fn origin<'a>(
    case: &Case<'a>,
    said: &CollectedFor,
) -> Option<(PurposeKey, Option<Node<'a, Activity>>)> {
    match said {
        CollectedFor::CollectedForPurpose(key) => Some((key.clone(), None)),
        CollectedFor::CollectedForActivity(key) => {
            let activity = case.view.snapshot.activity(key);
            let purpose = activity.and_then(|activity| activity.body.purpose.clone());
            Some((purpose?, activity))
        }
    }
}

fn further<'a>(case: &Case<'a>, item: &Item<'a>) -> Further {
    let fact = item.fact("collected_for");
    let here = case.here("data");
    let Some(said) = collected_for(item) else {
        let silent = of_entries(case.activity.record, "data.collected_for");
        if item.entry.is_none() || !silent {
            return Further::Same;
        }
        let at = case.here("data.collected_for");
        let fired = Fired::unstated(fact, at, "whether the data were collected for this");
        return Further::Nothing(fired.of(item.key().as_str()));
    };
    let origin = origin(case, said);
    let own = case.purpose.key();
    // What was collected for the activity's purpose serves the one below it that is asked, said or not.
    let serves = |purpose: &PurposeKey| {
        purpose.key() == own || case.activity.body.purpose.as_ref() == Some(purpose)
    };
    if origin.as_ref().is_some_and(|(purpose, _)| serves(purpose)) {
        return Further::Same;
    }
    if let Some(basis) = case.basis
        && matches!(case.letter(), Some(Article6::C | Article6::E))
        && case.view.cites_law(basis.body)
    {
        return Further::Allowed;
    }
    // One's own customers may be addressed about similar products: their contact details were given for that too.
    let contact = || {
        let marked = case.item_mark(item, "contact_detail", |category| category.contact_detail);
        marked.0 == Mark::Yes
    };
    if opted_in(case) == Some(OptedIn::Customer) && contact() {
        return Further::Allowed;
    }
    // On a basis of consent, a consent that is valid for this purpose is the consent that is asked for.
    let consented = examine(case, ConsentScope::FurtherUse, None).is_none()
        || case.letter() == Some(Article6::A)
            && examine(case, ConsentScope::Processing, case.basis).is_none();
    if consented {
        return Further::Allowed;
    }
    let Some((purpose, activity)) = origin else {
        let fired = Fired::about(
            fact,
            "the activity of collection is not registered, or serves no purpose",
        );
        return Further::Nothing(fired.at(here).of(item.key().as_str()));
    };
    let told = |message: String| {
        Fired::about(fact.clone(), message)
            .at(here.clone())
            .of(item.key().as_str())
    };
    if collected_on_consent(case, &purpose, activity) {
        return Further::Nothing(told(format!(
            "collected on consent for `{}`: only a new consent allows the further use",
            purpose.key()
        )));
    }
    match assessment(case, &purpose) {
        Some((found, AssessmentOutcome::Incompatible)) => {
            let message = format!(
                "assessment `{}` found `{own}` incompatible with `{}`",
                found.key(),
                purpose.key()
            );
            return Further::Nothing(told(message).at(place(found.record, "outcome")));
        }
        Some((found, _)) => {
            let message = format!(
                "`{own}` is compatible with `{}` by assessment `{}`",
                purpose.key(),
                found.key()
            );
            return Further::Compatible(told(message).at(place(found.record, "outcome")));
        }
        None => {}
    }
    let research = case.purpose.body.research_kind.is_some();
    if research && case.activity.body.research_safeguards == Some(true) {
        let message = format!(
            "`{own}` is archiving, research or statistics under the safeguards of Art. 89(1)"
        );
        return Further::Compatible(told(message).at(case.here("research_safeguards")));
    }
    Further::Nothing(told(format!(
        "collected for `{}`, and nothing allows the further use for `{own}`",
        purpose.key()
    )))
}

/// Whether the activity that collected the data, or one that serves that purpose, relies on consent.
fn collected_on_consent(
    case: &Case<'_>,
    purpose: &PurposeKey,
    activity: Option<Node<'_, Activity>>,
) -> bool {
    let on_consent = |activity: Node<'_, Activity>| {
        activity
            .body
            .legal_basis
            .as_ref()
            .and_then(|key| case.view.snapshot.legal_basis(key))
            .is_some_and(|basis| {
                basis.body.article
                    == Some(crate::domain::basis::BasisArticle::Article6(Article6::A))
            })
    };
    match activity {
        Some(activity) => on_consent(activity),
        None => activities_for(case, purpose).any(on_consent),
    }
}

fn activities_for<'a>(
    case: &Case<'a>,
    purpose: &PurposeKey,
) -> impl Iterator<Item = Node<'a, Activity>> {
    let snapshot = case.view.snapshot;
    let found = snapshot.purpose(purpose).into_iter();
    found.flat_map(|purpose| snapshot.activities_for(purpose.number))
}

/// The compatibility assessment that counts; one that found incompatibility goes before the others.
fn assessment<'a>(
    case: &Case<'a>,
    from: &PurposeKey,
) -> Option<(Node<'a, Assessment>, AssessmentOutcome)> {
    let from = case.view.snapshot.purpose(from)?;
    let counting = case
        .view
        .snapshot
        .compatibility(from.number, case.purpose.number)
        .filter(|found| found.body.kind == Some(AssessmentKind::Compatibility))
        .filter(|found| case.view.in_force(*found))
        .filter(|found| {
            let assessed = found.body.assessed_on;
            assessed.is_some_and(|day| case.view.clock.begun(day))
        });
    let mut positive = None;
    let mut negative = None;
    for found in counting {
        match found.body.outcome {
            Some(outcome @ AssessmentOutcome::Incompatible) => {
                negative = negative.or(Some((found, outcome)));
            }
            Some(outcome @ AssessmentOutcome::Compatible) => {
                positive = positive.or(Some((found, outcome)));
            }
            _ => {}
        }
    }
    negative.or(positive)
}

fn incompatible(case: &Case<'_>) -> Outcome {
    Outcome::told(
        case.personal()
            .filter_map(|item| match further(case, item) {
                Further::Nothing(fired) => Some(fired),
                _ => None,
            })
            .collect(),
    )
}

fn further_use(case: &Case<'_>) -> Outcome {
    let fired: Vec<Fired> = case
        .personal()
        .filter_map(|item| match further(case, item) {
            Further::Compatible(fired) => {
                let obligation = Obligation::new("INFORM_NEW_PURPOSE")
                    .with("notice", super::transparency::notice_key(case))
                    .of(item.key().as_str());
                Some(fired.with(obligation))
            }
            _ => None,
        })
        .collect();
    if fired.is_empty() {
        Outcome::NotApplicable
    } else {
        Outcome::Fired(fired)
    }
}

fn not_necessary(case: &Case<'_>) -> Outcome {
    if case.activity.body.data.is_empty() {
        return Outcome::NotApplicable;
    }
    Outcome::told(
        case.personal()
            .filter(|item| item.entry.is_none())
            .map(|item| {
                let message = format!(
                    "activity `{}` does not list `{}`",
                    case.activity.key(),
                    item.key()
                );
                Fired::about(item.fact("category"), message)
                    .at(case.here("data"))
                    .of(item.key().as_str())
            })
            .collect(),
    )
}

fn link_missing(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    if !case.activity.body.data.is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!(
        "activity `{}` lists no data categories",
        case.activity.key()
    );
    Outcome::told(vec![
        Fired::about("processing.data", message).at(case.here("data")),
    ])
}
