//! A person's request, as it is asked and told.

use ropa_proto::v1 as pb;

use super::decision::{check_consents, check_items, few, obligation, reason_within};
use super::shape::{ReadOne, SayOne, message};
use super::violation::{Violation, read};
use crate::domain::date::Instant;
use crate::domain::key::Key;
use crate::domain::notice::SubjectRight;
use crate::domain::shape::Words;
use crate::engine::decision::Reason;
use crate::engine::right::{
    ActivityRight, Extension, Identity, Resolved, RightAct, RightAction, RightOutcome,
    RightRequest, RightStanding, is_resolved,
};

message!(RightRequest {
    controller,
    right,
    subject,
    received_on,
    answered_on,
    identity,
    manifestly_unfounded,
    excessive,
    shown,
    extension,
    activities,
    data,
    consents,
    objection,
    provided_by_subject,
    automated_means
});
message!(Identity {
    doubt,
    verified,
    document_demanded
});
message!(Extension {
    notified_on,
    reasons_given,
    months
});

/// Reads what is asked.
pub fn read_request(said: Option<pb::RightRequest>) -> Result<RightRequest, Vec<Violation>> {
    read(|reader| {
        reader.field("request", |reader| {
            let said = said.unwrap_or_default();
            few("activities", said.activities.len(), reader)?;
            few("data", said.data.len(), reader)?;
            few("consents", said.consents.len(), reader)?;
            let request = RightRequest::read_one(said, reader)?;
            check_items(&request.data, reader);
            check_consents(&request.consents, reader);
            if request.right.is_some_and(|right| !is_resolved(right)) {
                let known = SubjectRight::ALL
                    .iter()
                    .filter(|right| is_resolved(**right));
                let known: Vec<_> = known.map(|right| right.as_str()).collect();
                let message = format!(
                    "is no right that is resolved here: say one of {}",
                    known.join(", ")
                );
                reader.refuse_field("right", message);
            }
            Some(request)
        })
    })
}

/// Says what came of it.
pub fn say_resolved(
    resolved: &Resolved,
    at: Instant,
    snapshot: pb::SnapshotInfo,
) -> pb::ResolveRightResponse {
    let due = resolved.due;
    pb::ResolveRightResponse {
        outcome: match resolved.outcome {
            RightOutcome::Undecided => pb::RightOutcome::Unspecified,
            RightOutcome::NothingToDo => pb::RightOutcome::NothingToDo,
            RightOutcome::Honour => pb::RightOutcome::Honour,
            RightOutcome::HonourInPart => pb::RightOutcome::HonourInPart,
            RightOutcome::Refuse => pb::RightOutcome::Refuse,
            RightOutcome::AskIdentity => pb::RightOutcome::AskIdentity,
            RightOutcome::ChargeOrRefuse => pb::RightOutcome::ChargeOrRefuse,
        }
        .into(),
        reasons: resolved.reasons.iter().map(here).collect(),
        alerts: resolved.alerts.iter().map(here).collect(),
        activities: resolved.activities.iter().map(say_activity).collect(),
        obligations: resolved.obligations.iter().map(obligation).collect(),
        due_on: due.map(|due| due.on.to_string()).unwrap_or_default(),
        extended_due_on: due
            .map(|due| due.extended_on.to_string())
            .unwrap_or_default(),
        extension_valid: resolved.extension_valid,
        evaluated_time: Some(at.say_one()),
        valid_until_time: resolved.valid_until.map(|until| until.say_one()),
        snapshot: Some(snapshot),
    }
}

/// A reason whose fact is one of this question.
fn here(told: &Reason) -> pb::Reason {
    reason_within("request", told)
}

fn words(keys: &[Key]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

fn say_activity(right: &ActivityRight) -> pb::ActivityRight {
    let ActivityRight {
        activity,
        legal_basis,
        standing,
        provision,
        reasons,
        acts,
        systems,
        processors,
        recipients,
    } = right;
    pb::ActivityRight {
        activity: activity.to_string(),
        legal_basis: legal_basis
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        standing: match standing {
            RightStanding::Undecided => pb::RightStanding::Unspecified,
            RightStanding::Applies => pb::RightStanding::Applies,
            RightStanding::InPart => pb::RightStanding::AppliesInPart,
            RightStanding::Refused => pb::RightStanding::Refused,
        }
        .into(),
        provision: (*provision).to_owned(),
        reasons: reasons.iter().map(here).collect(),
        acts: acts.iter().map(say_act).collect(),
        systems: words(systems),
        processors: words(processors),
        recipients: words(recipients),
    }
}

fn say_act(act: &RightAct) -> pb::RightAct {
    let RightAct {
        category,
        action,
        until,
        provision,
        law,
        hold,
    } = act;
    let (law, texts) = law
        .clone()
        .map_or_else(Default::default, |(key, texts)| (key.to_string(), texts));
    pb::RightAct {
        category: category.to_string(),
        action: match action {
            RightAction::Erase => pb::RightAction::Erase,
            RightAction::KeepApart => pb::RightAction::KeepApart,
            RightAction::Keep => pb::RightAction::Keep,
            RightAction::Show => pb::RightAction::Show,
            RightAction::Hand => pb::RightAction::HandOver,
            RightAction::Correct => pb::RightAction::Correct,
            RightAction::Restrict => pb::RightAction::Restrict,
            RightAction::Stop => pb::RightAction::Stop,
            RightAction::Review => pb::RightAction::Review,
            RightAction::FollowDirective => pb::RightAction::FollowDirective,
        }
        .into(),
        until: until.map(|day| day.to_string()).unwrap_or_default(),
        provision: (*provision).to_owned(),
        law,
        texts,
        hold: hold.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}
