//! Duties of the controller as a whole: told in the working and in findings, and no part of a decision.

use super::CHAPTER;
use crate::domain::activity::{ControllerRole, Frequency};
use crate::domain::controller::DpoGround;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Outcome, Rule, RuleEffect};
use crate::engine::view::{Mark, gap, place};

pub(super) const RULES: &[Rule] = &[
    noted(Rule::law(
        CHAPTER,
        141,
        "REPRESENTATIVE_MISSING",
        "A controller outside of the Union has no representative in it",
        "GDPR art. 27",
        "designate a representative, and record it",
        representative,
    )),
    noted(Rule::law(
        CHAPTER,
        142,
        "DPO_MISSING",
        "A data protection officer is mandatory, and none is recorded",
        "GDPR art. 37(1), 37(7); WP243",
        "designate a data protection officer, and record how to reach the officer",
        officer,
    )),
    noted(Rule::law(
        CHAPTER,
        143,
        "RECORD_INCOMPLETE",
        "The record of processing lacks something that it must hold",
        "GDPR art. 30(1), 30(2); C-60/22",
        "complete the record",
        incomplete,
    )),
];

const fn noted(rule: Rule) -> Rule {
    Rule {
        effect: RuleEffect::Note,
        ..rule
    }
}

const FACT: &str = "processing.controller";

fn representative(case: &Case<'_>) -> Outcome {
    let body = case.controller.body;
    let inside = body
        .country
        .as_ref()
        .is_none_or(|country| case.view.is_inside(country));
    let exempt = body.public_authority == Some(true)
        || case.activity.body.frequency == Some(Frequency::Occasional);
    if inside || exempt {
        return Outcome::NotApplicable;
    }
    if !body.representative.is_empty() {
        return Outcome::Satisfied;
    }
    let message = format!(
        "controller `{}` records no representative",
        case.controller.key()
    );
    Outcome::Fired(vec![
        Fired::about(FACT, message).at(place(case.controller.record, "representative")),
    ])
}

fn officer(case: &Case<'_>) -> Outcome {
    let record = case.controller.record;
    let body = case.controller.body;
    let dpo = body.dpo.as_ref();
    let ground = dpo.and_then(|dpo| dpo.mandatory_ground);
    let stated = matches!(
        ground,
        Some(
            DpoGround::PublicAuthority
                | DpoGround::LargeScaleMonitoring
                | DpoGround::LargeScaleSpecialData
        )
    );
    let authority = Mark::of(record, "public_authority", body.public_authority) == Mark::Yes;
    // Running a network for telecommunications is monitoring on a large scale (WP243).
    let operator = body.electronic_communications_operator.is_some();
    if !stated && !authority && !operator {
        return Outcome::NotApplicable;
    }
    if dpo.is_some_and(|dpo| !dpo.contact.is_empty()) {
        return Outcome::Satisfied;
    }
    let message = format!("controller `{}` records no officer", case.controller.key());
    Outcome::Fired(vec![Fired::about(FACT, message).at(place(record, "dpo"))])
}

/// The fields of Art. 30 that are absent, or of which the source is silent.
fn incomplete(case: &Case<'_>) -> Outcome {
    let controller = case.controller;
    let activity = case.activity;
    let processor = activity.body.controller_role == Some(ControllerRole::Processor);
    let of_controller = [
        ("legal_name", controller.body.legal_name.is_empty()),
        ("address", controller.body.address.is_empty()),
    ];
    let of_activity = [
        ("purpose", activity.body.purpose.is_none()),
        (
            "data_subject_categories",
            activity.body.data_subject_categories.is_empty(),
        ),
        ("data", activity.body.data.is_empty()),
        ("recipients", false),
        (
            "on_behalf_of",
            processor && activity.body.on_behalf_of.is_empty(),
        ),
    ];
    let mut told = Vec::new();
    let mut note = |record, field: &str, absent: bool| {
        if absent || gap(record, field).is_some() {
            let at = place(record, field);
            let message = format!("`{}` does not state `{field}`", at.record);
            told.push(Fired::about(FACT, message).at(at));
        }
    };
    for (field, absent) in of_controller {
        note(controller.record, field, absent);
    }
    for (field, absent) in of_activity {
        note(activity.record, field, absent);
    }
    Outcome::told(told)
}
