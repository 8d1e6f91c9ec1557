//! Chapters that do not decide yet: whatever would need them is denied, and never passed over.

use crate::domain::activity::DpiaCriterion;
use crate::domain::basis::{Article6, AssessmentKind, AssessmentOutcome};
use crate::domain::key::{CountryKey, TypedKey};
use crate::domain::record::Record;
use crate::engine::case::{Case, Item};
use crate::engine::query::VitalStatus;
use crate::engine::rule::{Fired, Gate, Outcome, Place};
use crate::engine::view::{Mark, gap, place};

/// The chapters of the rule book that are still to come.
const MARKETING: &str = "2.4 (electronic marketing and secrecy of communications)";
const CHILDREN: &str = "2.5 (children)";
const SPECIAL: &str = "2.6 (special categories, offences, national number)";
const RECIPIENTS: &str = "2.8 (recipients)";
const TRANSFERS: &str = "2.9 (transfers)";
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
    for (index, disclosure) in case.query.recipients.iter().enumerate() {
        if let Some(recipient) = &disclosure.recipient {
            let fact = format!("processing.recipients[{index}].recipient");
            not_ready(
                RECIPIENTS,
                fact,
                format!("recipient `{}` is named", recipient.key()),
                None,
            );
        }
    }
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
        told.retain(|fired| fired.fact == "processing.subject.vital_status");
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
        abroad(case, &mut not_ready);
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
            let what = format!("`{}` bears the mark `{field}`", item.key());
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
        let what = format!("purpose `{}` is direct marketing", case.purpose.key());
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
    if let Some((Mark::Yes | Mark::Unknown, subject)) = marked {
        let what = format!("`{}` are children", subject.key());
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
        let what = "something calls for an impact assessment".to_owned();
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
        let what = "a decision is automated".to_owned();
        not_ready(
            ORGANISATION,
            "processing.automated_decision".to_owned(),
            what,
            Some(case.here("automated_decision")),
        );
    }
}

/// Systems run by a processor, and places outside the EEA.
fn abroad(case: &Case<'_>, not_ready: &mut NotReady<'_>) {
    // Of a system that is not known, nobody knows where it is, or who runs it. What is stored is judged
    // by the rules of storage.
    if !case.operations.meets(Gate::STORING)
        && let Some(key) = &case.query.system
    {
        let placed = case.systems().first().is_some_and(|system| {
            !system.body.storage_countries.is_empty()
                && gap(system.record, "storage_countries").is_none()
        });
        if !placed {
            let what = format!("it is not known where system `{}` is", key.key());
            not_ready(TRANSFERS, "processing.system".to_owned(), what, None);
        }
    }
    let mut places: Vec<(&CountryKey, Option<&Record>)> = Vec::new();
    for system in case.systems() {
        if Mark::of(
            system.record,
            "processor",
            system.body.processor.as_ref().map(|_| true),
        ) != Mark::No
        {
            let what = format!("system `{}` is run by a processor", system.key());
            not_ready(
                RECIPIENTS,
                "processing.system".to_owned(),
                what,
                Some(place(system.record, "processor")),
            );
        }
        let countries = system.body.storage_countries.iter();
        places.extend(countries.map(|country| (country, Some(system.record))));
    }
    places.extend(case.query.storage_country.iter().map(|said| (said, None)));
    for (country, record) in places {
        if !super::transfer::inside(&case.view, country) {
            not_ready(
                TRANSFERS,
                "processing.storage_country".to_owned(),
                format!("`{}` is outside the EEA", country.key()),
                record.map(|record| place(record, "storage_countries")),
            );
        }
    }
}
