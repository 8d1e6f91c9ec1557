//! Chapters that do not decide yet: whatever would need them is denied, and never passed over.

use crate::domain::activity::DpiaCriterion;
use crate::domain::basis::{Article6, AssessmentKind, AssessmentOutcome};
use crate::engine::case::{Case, Item};
use crate::engine::query::VitalStatus;
use crate::engine::rule::{Fired, Gate, Outcome, Place};
use crate::engine::view::{Mark, gap, place};

/// The chapters of the rule book that are still to come.
const MARKETING: &str = "2.4 (electronic marketing and secrecy of communications)";
const CHILDREN: &str = "2.5 (children)";
const SPECIAL: &str = "2.6 (special categories, offences, national number)";
const POST_MORTEM: &str = "2.10 (post-mortem)";
const ORGANISATION: &str = "2.11 (impact assessments and automated decisions)";

pub(super) fn judge(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut not_ready = |chapter: &str, fact: String, what: String, at: Option<Place>| {
        let mut fired = Fired::about(
            fact,
            format!("{what}: chapter {chapter} does not decide yet"),
        );
        fired.at.extend(at);
        told.push(fired);
    };
    let deceased = case
        .query
        .subject
        .as_ref()
        .is_some_and(|subject| subject.vital_status == Some(VitalStatus::Deceased));
    if deceased {
        not_ready(
            POST_MORTEM,
            "processing.subject.vital_status".to_owned(),
            "the person is deceased".to_owned(),
            None,
        );
    }
    if case.operations.within(Gate::ERASING) {
        return if told.is_empty() {
            Outcome::NotApplicable
        } else {
            Outcome::Fired(told)
        };
    }
    for item in case.personal() {
        categories(item, case, &mut not_ready);
    }
    if case.is_about_people() {
        marketing(case, &mut not_ready);
        children(case, &mut not_ready);
        organisation(case, &mut not_ready);
    }
    if told.is_empty() {
        Outcome::NotApplicable
    } else {
        Outcome::Fired(told)
    }
}

type NotReady<'f> = dyn FnMut(&str, String, String, Option<Place>) + 'f;

/// Whether a category bears a mark itself.
type Marked = fn(&crate::domain::category::DataCategory) -> bool;

/// Marks of a category or of one above it; a gap on a mark counts as the mark.
fn categories<'a>(item: &Item<'a>, case: &Case<'a>, not_ready: &mut NotReady<'_>) {
    let marks: [(&str, &str, Marked); 4] = [
        (SPECIAL, "special_category", |category| {
            category.special_category.is_some()
        }),
        (SPECIAL, "criminal", |category| {
            category.criminal == Some(true)
        }),
        (SPECIAL, "national_number", |category| {
            category.national_number == Some(true)
        }),
        (MARKETING, "communication", |category| {
            category.communication.is_some()
        }),
    ];
    for (chapter, field, marked) in marks {
        let (mark, at) = case.item_mark(item, field, |category| marked(category).then_some(true));
        if mark != Mark::No {
            let what = match mark {
                Mark::Unknown => format!(
                    "it is not clear whether `{}` bears the mark `{field}`",
                    item.key()
                ),
                _ => format!("`{}` bears the mark `{field}`", item.key()),
            };
            not_ready(
                chapter,
                item.fact("category"),
                what,
                Some(place(at.record, field)),
            );
        }
    }
    if !item.said.special_content.is_empty() {
        not_ready(
            SPECIAL,
            item.fact("special_content"),
            "special categories are in the content".to_owned(),
            None,
        );
    }
}

fn marketing(case: &Case<'_>, not_ready: &mut NotReady<'_>) {
    let (mark, at) = case.view.direct_marketing(case.purpose);
    if mark != Mark::No {
        let what = match mark {
            Mark::Unknown => format!(
                "it is not clear whether purpose `{}` is direct marketing",
                case.purpose.key()
            ),
            _ => format!("purpose `{}` is direct marketing", case.purpose.key()),
        };
        not_ready(
            MARKETING,
            "processing.activity".to_owned(),
            what,
            Some(place(at.record, "direct_marketing")),
        );
    }
    if case.operations.meets(Gate::of(&[
        crate::engine::query::Operation::RecordCommunication,
    ])) {
        not_ready(
            MARKETING,
            "processing.operations".to_owned(),
            "a communication is recorded".to_owned(),
            None,
        );
    }
}

/// Whether a consent says that a child, or a parent, gave it.
fn of_child(consent: &crate::engine::query::Consent) -> bool {
    use crate::engine::query::ConsentGiver::{Parent, SubjectAndParent};
    consent.subject_age_years.is_some_and(|age| age < 18)
        || matches!(consent.given_by, Some(Parent | SubjectAndParent))
        || consent.parental_verification.is_some()
}

fn children(case: &Case<'_>, not_ready: &mut NotReady<'_>) {
    let age = case
        .query
        .subject
        .as_ref()
        .and_then(|subject| subject.age_years);
    if age.is_some_and(|age| age < 18) {
        not_ready(
            CHILDREN,
            "processing.subject.age_years".to_owned(),
            "the person is a child".to_owned(),
            None,
        );
    }
    if let Some(index) = case.query.consents.iter().position(of_child) {
        let fact = format!("processing.consents[{index}].given_by");
        not_ready(
            CHILDREN,
            fact,
            "the consent is that of a child".to_owned(),
            None,
        );
    }
    let marked = case.subject_mark("children", |subject| subject.children);
    if let Some((mark @ (Mark::Yes | Mark::Unknown), subject)) = marked {
        let what = match mark {
            Mark::Unknown => format!("it is not clear whether `{}` are children", subject.key()),
            _ => format!("`{}` are children", subject.key()),
        };
        not_ready(
            CHILDREN,
            "processing.subject.category".to_owned(),
            what,
            Some(place(subject.record, "children")),
        );
    }
    let offered = Mark::of(
        case.activity.record,
        "offered_to_children",
        case.activity.body.offered_to_children,
    );
    if offered != Mark::No && case.letter() == Some(Article6::A) {
        let what = "it is offered to children on consent".to_owned();
        not_ready(
            CHILDREN,
            "processing.activity".to_owned(),
            what,
            Some(case.here("offered_to_children")),
        );
    }
}

fn organisation(case: &Case<'_>, not_ready: &mut NotReady<'_>) {
    let activity = case.activity.body;
    let fact = || "processing.activity".to_owned();
    let exempt_only = activity
        .dpia_triggers
        .iter()
        .all(|trigger| trigger.criterion == Some(DpiaCriterion::NationalExempt));
    if !exempt_only || gap(case.activity.record, "dpia_triggers").is_some() {
        let what = if exempt_only {
            "it is not clear whether something calls for an impact assessment"
        } else {
            "something calls for an impact assessment"
        };
        let what = what.to_owned();
        not_ready(ORGANISATION, fact(), what, Some(case.here("dpia_triggers")));
    }
    let assessed = activity
        .assessments
        .iter()
        .filter_map(|key| case.view.snapshot.assessment(key))
        .find(|found| {
            found.body.kind == Some(AssessmentKind::Dpia)
                || found.body.kind == Some(AssessmentKind::DpiaScreening)
                    && found.body.outcome != Some(AssessmentOutcome::NotRequired)
        });
    if let Some(found) = assessed {
        let what = format!("impact assessment `{}` has a part in it", found.key());
        not_ready(
            ORGANISATION,
            fact(),
            what,
            Some(place(found.record, "kind")),
        );
    }
    let automated = case.query.automated_decision.as_ref();
    let asked = automated.is_some_and(|said| {
        said.solely_automated == Some(true) || said.significant_effect == Some(true)
    });
    let recorded = activity
        .automated_decision
        .as_ref()
        .is_some_and(|automated| {
            automated.solely_automated != Some(false)
                || gap(case.activity.record, "automated_decision").is_some()
        });
    if asked
        || recorded
        || activity.automated_decision.is_none()
            && gap(case.activity.record, "automated_decision").is_some()
    {
        let what = if asked || recorded {
            "a decision is automated"
        } else {
            "it is not clear whether a decision is automated"
        };
        let what = what.to_owned();
        not_ready(
            ORGANISATION,
            "processing.automated_decision".to_owned(),
            what,
            Some(case.here("automated_decision")),
        );
    }
}
