//! Impact assessments (Art. 35, 36): where one is required, before the processing.

use std::collections::BTreeSet;

use super::CHAPTER;
use crate::domain::activity::DpiaCriterion;
use crate::domain::basis::{Assessment, AssessmentKind, AssessmentOutcome, ConsultationOutcome};
use crate::domain::date::Date;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Level, Outcome, Place, Rule, RuleEffect};
use crate::engine::rules::special::is_special;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, is_open, place};

pub(super) const RULES: &[Rule] = &[
    Rule::law(
        CHAPTER,
        134,
        "DPIA_MISSING",
        "An impact assessment is required, and there is none",
        "GDPR art. 35(1), 35(3), 35(4)",
        "assess the impact before the processing, and record it as an assessment of the activity",
        missing,
    ),
    Rule {
        level: Level::Guidance,
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            135,
            "DPIA_SCREENING_MISSING",
            "Two or more criteria are met, and nobody recorded whether an impact assessment is required",
            "WP248 rev.01; CNIL 2018-326",
            "assess the impact, or record a screening that says why not",
            screening_missing,
        )
    },
    Rule::law(
        CHAPTER,
        136,
        "DPIA_PRIOR_CONSULTATION_REQUIRED",
        "A high risk remains, and the authority was not consulted or may still answer",
        "GDPR art. 36(1), 36(2)",
        "consult the supervisory authority, and wait for its answer or the end of its time",
        consultation,
    ),
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            137,
            "DPIA_REVIEW_DUE",
            "The impact assessment is due for review",
            "GDPR art. 35(11)",
            "look at the impact again",
            review_due,
        )
    },
];

/// The assessments of the activity that are of a kind, in force, and came to an end; and those of which the source
/// does not say enough to rule that out.
fn possible<'a>(case: &Case<'a>, kind: AssessmentKind) -> Vec<Node<'a, Assessment>> {
    let is = |record, field, holds| Mark::stated(record, field, holds) != Mark::No;
    let listed = case.activity.body.assessments.iter();
    listed
        .filter_map(|key| case.view.snapshot.assessment(key))
        .filter(|found| is(found.record, "kind", found.body.kind == Some(kind)))
        .filter(|found| is(found.record, "outcome", found.body.outcome.is_some()))
        .filter(|found| case.view.in_force(*found))
        .filter(|found| {
            let assessed = found.body.assessed_on;
            let begun = assessed.is_some_and(|day| case.view.clock.begun(day));
            is(found.record, "assessed_on", begun)
        })
        .collect()
}

/// The field of an assessment whose silence leaves open whether it counts.
fn unclear(found: &Node<'_, Assessment>) -> Option<&'static str> {
    let fields = ["kind", "assessed_on", "outcome"];
    fields
        .into_iter()
        .find(|field| gap(found.record, field).is_some())
}

/// The assessments of the activity of a kind that count.
fn done<'a>(case: &Case<'a>, kind: AssessmentKind) -> Vec<Node<'a, Assessment>> {
    let mut done = possible(case, kind);
    done.retain(|found| unclear(found).is_none());
    done
}

/// What calls for an assessment whatever a screening says: a case of Art. 35(3), or an item of the authority's list.
const fn requires(criterion: DpiaCriterion) -> bool {
    use DpiaCriterion::{Art353A, Art353B, Art353C, NationalList};
    matches!(criterion, Art353A | Art353B | Art353C | NationalList)
}

fn criteria(case: &Case<'_>) -> BTreeSet<DpiaCriterion> {
    let triggers = case.activity.body.dpia_triggers.iter();
    triggers.filter_map(|trigger| trigger.criterion).collect()
}

fn screened_as_required<'a>(case: &Case<'a>) -> Option<Node<'a, Assessment>> {
    let required = Some(AssessmentOutcome::Required);
    done(case, AssessmentKind::DpiaScreening)
        .into_iter()
        .find(|found| found.body.outcome == required)
}

/// Where the record is silent about whether an impact assessment is required.
fn undecided(case: &Case<'_>) -> Option<Place> {
    // Also where it is not said of one which it is.
    if is_open(case.activity.record, "dpia_triggers") {
        return Some(case.here("dpia_triggers.criterion"));
    }
    // A screening that may count, and may say yes.
    let screenings = possible(case, AssessmentKind::DpiaScreening);
    screenings.iter().find_map(|found| {
        let field = unclear(found)?;
        let yes = found.body.outcome == Some(AssessmentOutcome::Required);
        let may = Mark::stated(found.record, "outcome", yes) != Mark::No;
        may.then(|| place(found.record, field))
    })
}

fn missing(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let screening = screened_as_required(case);
    let required = criteria(case).into_iter().find(|one| requires(*one));
    let undecided = undecided(case);
    if required.is_none() && screening.is_none() && undecided.is_none() {
        return Outcome::NotApplicable;
    }
    if !done(case, AssessmentKind::Dpia).is_empty() {
        return Outcome::Satisfied;
    }
    let fact = "processing.activity";
    let (why, at) = match (required, screening) {
        (Some(criterion), _) => (
            format!("{} requires an impact assessment", criterion.as_str()),
            case.here("dpia_triggers"),
        ),
        (None, Some(screening)) => {
            let why = format!(
                "screening `{}` requires an impact assessment",
                screening.key()
            );
            (why, place(screening.record, "outcome"))
        }
        (None, None) => {
            let what = "whether an impact assessment is required";
            let at = undecided.unwrap_or_else(|| case.here("dpia_triggers"));
            return Outcome::FactMissing(vec![Fired::unstated(fact, at, what)]);
        }
    };
    let message = format!(
        "{why}, and activity `{}` has none that counts",
        case.activity.key()
    );
    Outcome::Fired(vec![
        Fired::about(fact, message)
            .at(at)
            .at(case.here("assessments")),
    ])
}

fn screening_missing(case: &Case<'_>) -> Outcome {
    use DpiaCriterion::{
        NationalExempt, Wp2481, Wp2482, Wp2483, Wp2484, Wp2485, Wp2486, Wp2487, Wp2488, Wp2489,
    };
    let marked = criteria(case);
    let known = [
        Wp2481, Wp2482, Wp2483, Wp2484, Wp2485, Wp2486, Wp2487, Wp2488, Wp2489,
    ];
    let mut met: BTreeSet<DpiaCriterion> = marked
        .iter()
        .copied()
        .filter(|one| known.contains(one))
        .collect();
    // What the data and the people bear counts as well.
    if case.personal().any(|item| {
        let personal = case.item_mark(item, "highly_personal", |category| category.highly_personal);
        let criminal = case.item_mark(item, "criminal", |category| category.criminal);
        let of_communications = case.item_mark(item, "communication", |category| {
            category.communication.map(|_| true)
        });
        [personal.0, criminal.0, of_communications.0].contains(&Mark::Yes)
            || is_special(case, item).0 == Mark::Yes
    }) {
        met.insert(Wp2484);
    }
    let vulnerable = case.subject_mark("vulnerable", |subject| subject.vulnerable);
    let children = case.subject_mark("children", |subject| subject.children);
    if [vulnerable, children]
        .iter()
        .any(|mark| matches!(mark, Some((Mark::Yes, _))))
    {
        met.insert(Wp2487);
    }
    if met.len() < 2 || marked.contains(&NationalExempt) || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let screened = !done(case, AssessmentKind::DpiaScreening).is_empty();
    let assessed = !done(case, AssessmentKind::Dpia).is_empty();
    if screened || assessed || matches!(missing(case), Outcome::Fired(_) | Outcome::FactMissing(_))
    {
        return Outcome::Satisfied;
    }
    let message = format!(
        "{} criteria are met, and no screening is recorded",
        met.len()
    );
    Outcome::Fired(vec![
        Fired::about("processing.activity", message).at(case.here("dpia_triggers")),
    ])
}

fn consultation(case: &Case<'_>) -> Outcome {
    let unlisted = gap(case.activity.record, "assessments").is_some();
    let possible = possible(case, AssessmentKind::Dpia);
    if possible.is_empty() && !unlisted || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let unstated = |at: Place| {
        let what = "whether the authority must be consulted";
        Fired::unstated("processing.activity", at, what)
    };
    let mut told = Vec::new();
    // A list that may hold more may hold one that leaves a high risk.
    let mut missing: Vec<_> = unlisted
        .then(|| unstated(case.here("assessments")))
        .into_iter()
        .collect();
    for found in possible {
        let body = found.body;
        let high = body.outcome == Some(AssessmentOutcome::ResidualHighRisk);
        let residual = Mark::of(found.record, "residual_high_risk", body.residual_high_risk)
            .max(Mark::stated(found.record, "outcome", high));
        let unclear = unclear(&found);
        match (residual, unclear) {
            (Mark::No, _) => {}
            (Mark::Yes, None) => told.extend(unconsulted(case, found).map(|(why, field)| {
                let message = format!("assessment `{}` leaves a high risk: {why}", found.key());
                Fired::about("processing.activity", message).at(place(found.record, field))
            })),
            (Mark::Unknown | Mark::Yes, unclear) => {
                let field = unclear.unwrap_or("residual_high_risk");
                missing.push(unstated(place(found.record, field)));
            }
        }
    }
    if told.is_empty() && !missing.is_empty() {
        return Outcome::FactMissing(missing);
    }
    Outcome::told(told)
}

/// What keeps a high risk from being taken: no question to the authority, its no, or its time.
fn unconsulted(case: &Case<'_>, found: Node<'_, Assessment>) -> Option<(String, &'static str)> {
    let field = "consultation";
    let asked = found.body.consultation.as_ref();
    let clock = case.view.clock;
    let Some(day) = asked
        .and_then(|asked| asked.asked_on)
        .filter(|day| clock.begun(*day))
    else {
        return Some(("the authority was not consulted".to_owned(), field));
    };
    let asked = asked?;
    let answered = asked.answered_on.is_some_and(|day| clock.begun(day));
    let silent = |field| gap(found.record, field).is_some();
    if silent("consultation.outcome") {
        return Some(("it is not known what the authority said".to_owned(), field));
    }
    let extended = asked.extended == Some(true) || silent("consultation.extended");
    match asked.outcome {
        // A no is a no, whatever day it bears.
        Some(ConsultationOutcome::Prohibited) => {
            Some(("the authority prohibited it".to_owned(), field))
        }
        Some(ConsultationOutcome::NoObjection | ConsultationOutcome::Advice) if answered => None,
        _ => match last_day(case, day, extended) {
            Some(last) if clock.over(last) => None,
            Some(last) => Some((format!("the authority may answer until {last}"), field)),
            None => Some((
                "no limit for the authority's answer is registered".to_owned(),
                field,
            )),
        },
    }
}

/// The last day of the authority's time.
fn last_day(case: &Case<'_>, asked: Date, extended: bool) -> Option<Date> {
    let first = asked.plus(case.limit("PRIOR_CONSULTATION")?);
    if extended {
        Some(first.plus(case.limit("PRIOR_CONSULTATION_EXTENSION")?))
    } else {
        Some(first)
    }
}

fn review_due(case: &Case<'_>) -> Outcome {
    let done = done(case, AssessmentKind::Dpia);
    if done.is_empty() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    for found in done {
        let changed = Mark::of(found.record, "changed_since", found.body.changed_since) != Mark::No;
        let usual = case.limit("DPIA_REVIEW");
        let by_guidance = found
            .body
            .assessed_on
            .zip(usual)
            .map(|(day, period)| day.plus(period));
        let due = found.body.review_on.or(by_guidance);
        let overdue = due.is_some_and(|day| case.view.clock.over(day));
        if changed || overdue {
            let (why, field) = if changed {
                ("what it is about changed", "changed_since")
            } else {
                ("its day of review is over", "review_on")
            };
            let message = format!("assessment `{}` is due for review: {why}", found.key());
            told.push(Fired::about("processing.activity", message).at(place(found.record, field)));
        }
    }
    Outcome::told(told)
}
