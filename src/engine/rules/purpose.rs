//! Principles (Art. 5): purpose limitation, minimisation, transparency, access, source.

use crate::domain::activity::{Activity, CollectedFor, SourceLawfulness};
use crate::domain::basis::{Article6, Assessment, AssessmentKind, AssessmentOutcome};
use crate::domain::key::{Key, Kind, PurposeKey, TypedKey};
use crate::domain::purpose::Purpose;
use crate::engine::case::{Case, Item, gap, is_above, place};
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, Gate, Level, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::snapshot::Node;

const CHAPTER: &str = "2.2 Principles";

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
        next_step: "assess compatibility and record it, ask for consent, or collect anew",
        judge: incompatible,
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
        next_step: "inform the person beforehand",
        judge: further_use,
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
        next_step: "leave the category out, or list it in the activity if the purpose needs it",
        judge: not_necessary,
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
        next_step: "list the categories that the activity needs",
        judge: link_missing,
    },
    Rule {
        code: "NOTICE_MISSING",
        number: 15,
        chapter: CHAPTER,
        title: "No notice in force tells these people about the activity",
        citation: "GDPR art. 5(1)(a), 12 to 14",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::COLLECTING,
        next_step: "publish a notice for the activity and the group of people, and register it",
        judge: notice_missing,
    },
    Rule {
        code: "NOTICE_INCOMPLETE",
        number: 16,
        chapter: CHAPTER,
        title: "The notice lacks a mandatory item",
        citation: "GDPR art. 13(1), 13(2), 14(1), 14(2)",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::COLLECTING,
        next_step: "add the missing items to the notice",
        judge: notice_incomplete,
    },
    Rule {
        code: "ACCESS_NOT_AUTHORISED",
        number: 18,
        chapter: CHAPTER,
        title: "The role of the requester is not authorised for the activity",
        citation: "GDPR art. 29, 32(4), 5(1)(f)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        next_step: "have an authorised role do it, and say `requester_role`",
        judge: not_authorised,
    },
    Rule {
        code: "DATA_SOURCE_UNLAWFUL",
        number: 19,
        chapter: CHAPTER,
        title: "The data come from a source that may not give them, or that is not known",
        citation: "GDPR art. 5(1)(a), 14(2)(f)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        next_step: "do not use data of this source; establish where they come from",
        judge: source_unlawful,
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

/// The purpose an item was collected for: of the question, else of the activity, else the activity's own.
fn origin<'a>(
    case: &Case<'a>,
    item: &Item<'a>,
) -> Option<(PurposeKey, Option<Node<'a, Activity>>)> {
    let said = item
        .said
        .collected_for
        .as_ref()
        .or_else(|| item.entry.and_then(|entry| entry.collected_for.as_ref()))?;
    match said {
        CollectedFor::CollectedForPurpose(key) => Some((key.clone(), None)),
        CollectedFor::CollectedForActivity(key) => {
            let activity = case.snapshot.activity(key);
            let purpose = activity.and_then(|activity| activity.body.purpose.clone());
            // An activity that is not known has no purpose that could be the same.
            Some((purpose?, activity))
        }
    }
}

fn further(case: &Case<'_>, item: &Item<'_>) -> Further {
    let said = item
        .said
        .collected_for
        .as_ref()
        .or_else(|| item.entry.and_then(|entry| entry.collected_for.as_ref()));
    if said.is_none() {
        return Further::Same;
    }
    let fact = item.fact("collected_for");
    let here = case.here("data");
    let Some((purpose, activity)) = origin(case, item) else {
        let fired = Fired::about(
            fact,
            "the activity of collection is not registered, or serves no purpose",
        );
        return Further::Nothing(fired.at(here).of(item.key().as_str()));
    };
    let own = case.purpose.key();
    if purpose.key() == own || covers(case, &purpose, own) {
        return Further::Same;
    }
    if let Some(basis) = case.basis
        && matches!(case.letter(), Some(Article6::C | Article6::E))
        && !case.laws_of(basis.body).is_empty()
    {
        return Further::Allowed;
    }
    // On a basis of consent, a consent that is valid for this purpose is the consent that is asked for.
    let consented = examine(case, ConsentScope::FurtherUse, None).is_none()
        || case.letter() == Some(Article6::A)
            && examine(case, ConsentScope::Processing, case.basis).is_none();
    if consented {
        return Further::Allowed;
    }
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
    match assessment(case, purpose.key(), own) {
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
    let research = case.purpose.body.research_kind.is_some()
        && gap(case.purpose.record, "research_kind").is_none();
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

fn covers(case: &Case<'_>, above: &PurposeKey, below: &Key) -> bool {
    is_above(above.key(), below) && case.covers_purpose(above, below)
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
            .and_then(|key| case.snapshot.legal_basis(key))
            .is_some_and(|basis| {
                basis.body.article
                    == Some(crate::domain::basis::BasisArticle::Article6(Article6::A))
            })
    };
    match activity {
        Some(activity) => on_consent(activity),
        None => case
            .snapshot
            .activities_of(purpose.key())
            .iter()
            .filter_map(Node::<Activity>::of)
            .any(on_consent),
    }
}

/// The compatibility assessment that counts; one that found incompatibility goes before the others.
fn assessment<'a>(
    case: &Case<'a>,
    from: &Key,
    to: &Key,
) -> Option<(Node<'a, Assessment>, AssessmentOutcome)> {
    let mut positive = None;
    for record in case.snapshot.of_kind(Kind::Assessment) {
        let Some(found) = Node::<Assessment>::of(record) else {
            continue;
        };
        let fits = found.body.kind == Some(AssessmentKind::Compatibility)
            && found
                .body
                .from_purpose
                .as_ref()
                .is_some_and(|key| key.key() == from)
            && found
                .body
                .to_purpose
                .as_ref()
                .is_some_and(|key| key.key() == to);
        if !fits
            || !case.in_force(record)
            || !found
                .body
                .assessed_on
                .is_some_and(|day| case.clock.begun(day))
        {
            continue;
        }
        match found.body.outcome {
            Some(AssessmentOutcome::Incompatible) => {
                return Some((found, AssessmentOutcome::Incompatible));
            }
            Some(AssessmentOutcome::Compatible) => {
                positive = Some((found, AssessmentOutcome::Compatible))
            }
            _ => {}
        }
    }
    positive
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
                    .with("notice", notice_key(case))
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

/// The notices in force that tell these people about the activity.
fn covering<'a>(case: &Case<'a>) -> Vec<Node<'a, crate::domain::notice::Notice>> {
    case.snapshot
        .of_kind(Kind::Notice)
        .iter()
        .filter_map(Node::<crate::domain::notice::Notice>::of)
        // A notice that does not say from when has not been given.
        .filter(|notice| {
            notice.record.envelope.valid_from.is_some() && case.in_force(notice.record)
        })
        .filter(|notice| {
            notice
                .body
                .controller
                .as_ref()
                .is_none_or(|key| key.key() == case.controller.key())
        })
        .filter(|notice| {
            notice
                .body
                .activities
                .iter()
                .any(|key| key.key() == case.activity.key())
        })
        .filter(|notice| {
            case.subject.is_some_and(|subject| {
                notice
                    .body
                    .data_subject_categories
                    .iter()
                    .any(|listed| case.covers_subject(listed, subject.key()))
            })
        })
        .collect()
}

fn notice_key(case: &Case<'_>) -> String {
    covering(case)
        .first()
        .map(|notice| notice.key().to_string())
        .unwrap_or_default()
}

/// Whether the data come from others: then people are told within a month, and not at once. The
/// record says so; the caller can only say that they come from the person all the same.
fn is_indirect(case: &Case<'_>, item: &Item<'_>) -> bool {
    use crate::engine::query::Origin;
    let recorded = !case.activity.body.sources.is_empty()
        || case
            .subject
            .is_some_and(|subject| subject.body.indirect_source == Some(true));
    recorded
        && !matches!(
            item.said.origin,
            Some(Origin::FromSubject | Origin::Observed | Origin::Derived)
        )
}

fn notice_missing(case: &Case<'_>) -> Outcome {
    if case.subject.is_none() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    if case
        .activity
        .body
        .notice_exemption
        .as_ref()
        .is_some_and(|exemption| !exemption.article.is_empty())
        || !covering(case).is_empty()
    {
        return Outcome::Satisfied;
    }
    let indirect =
        case.personal().next().is_some() && case.personal().all(|item| is_indirect(case, item));
    let message = format!(
        "no notice in force covers activity `{}` for these people",
        case.activity.key()
    );
    let fired = Fired::about("processing.activity", message).at(case.here("notice_exemption"));
    if !indirect {
        return Outcome::told(vec![fired]);
    }
    let month = <crate::domain::date::Period as crate::domain::shape::Text>::parse("P1M");
    let date = month
        .map(|month| case.clock.today().plus(&month).to_string())
        .unwrap_or_default();
    let fired = fired.as_severe_as(RuleEffect::Warn);
    Outcome::told(vec![
        fired.with(Obligation::new("INFORM_SUBJECT").with("date", date)),
    ])
}

/// The items that every notice must have, by article.
const MANDATORY: &[&str] = &["13(1)(a)", "13(1)(c)", "13(2)(a)", "13(2)(b)", "13(2)(d)"];
const MANDATORY_INDIRECT: &[&str] = &["14(1)(a)", "14(1)(c)", "14(2)(a)", "14(2)(c)", "14(2)(e)"];

fn notice_incomplete(case: &Case<'_>) -> Outcome {
    let covering = covering(case);
    let Some(notice) = covering.first() else {
        return Outcome::NotApplicable;
    };
    let indirect =
        case.personal().next().is_some() && case.personal().all(|item| is_indirect(case, item));
    let mandatory = if indirect {
        MANDATORY_INDIRECT
    } else {
        MANDATORY
    };
    let said = |article: &&&str| {
        !covering.iter().any(|notice| {
            notice
                .body
                .items
                .iter()
                .any(|item| item.article == **article)
        })
    };
    let missing: Vec<&str> = mandatory.iter().filter(said).copied().collect();
    if missing.is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!("notice `{}` lacks {}", notice.key(), missing.join(", "));
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(place(notice.record, "items")),
    ])
}

fn not_authorised(case: &Case<'_>) -> Outcome {
    let roles = &case.activity.body.authorised_roles;
    if roles.is_empty() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let fact = "processing.requester_role";
    let message = match &case.query.requester_role {
        Some(role) if roles.contains(role) => return Outcome::Satisfied,
        Some(role) => format!("role `{}` is not one of the activity's", role.as_str()),
        None => "the role of the requester is not said, and the activity lists roles".to_owned(),
    };
    Outcome::told(vec![
        Fired::about(fact, message).at(case.here("authorised_roles")),
    ])
}

fn source_unlawful(case: &Case<'_>) -> Outcome {
    let sources = &case.activity.body.sources;
    if sources.is_empty() {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    for item in case.personal() {
        let listed = item.said.source.as_ref().and_then(|said| {
            sources
                .iter()
                .find(|source| source.recipient.as_ref() == Some(said))
        });
        let lawfulness = match (listed, &item.said.source) {
            (Some(source), _) => source.lawfulness,
            (None, Some(_)) => Some(SourceLawfulness::Unknown),
            (None, None)
                if sources
                    .iter()
                    .all(|source| source.lawfulness == Some(SourceLawfulness::Unlawful)) =>
            {
                Some(SourceLawfulness::Unlawful)
            }
            (None, None)
                if sources
                    .iter()
                    .any(|source| source.lawfulness == Some(SourceLawfulness::Unknown)) =>
            {
                Some(SourceLawfulness::Unknown)
            }
            (None, None) => Some(SourceLawfulness::Lawful),
        };
        let fired = |message: &str| {
            Fired::about(item.fact("source"), message)
                .at(case.here("sources"))
                .of(item.key().as_str())
        };
        match lawfulness {
            Some(SourceLawfulness::Unlawful) => {
                told.push(fired("the source may not give the data"))
            }
            Some(SourceLawfulness::Unknown) => {
                told.push(
                    fired("it is not known whether the source may give the data")
                        .as_severe_as(RuleEffect::Warn),
                );
            }
            Some(SourceLawfulness::Lawful) | None => {}
        }
    }
    Outcome::told(told)
}

/// The purpose of a case, for those who compare it.
pub(super) fn is_purpose(case: &Case<'_>, key: &PurposeKey) -> bool {
    let own: &Node<'_, Purpose> = &case.purpose;
    own.key() == key.key()
}
