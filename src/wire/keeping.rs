//! How long data may be kept, as it is asked and told.

use ropa_proto::v1 as pb;

use super::decision::{check_items, few, reason_within};
use super::shape::{ReadOne, SayOne};
use super::violation::{Violation, read};
use crate::domain::date::Instant;
use crate::engine::decision::Reason;
use crate::engine::keeping::{Keeping, Kept, KeptBy, KeptFor, KeptItem, State};

/// Reads what is asked.
pub fn read_keeping(said: Option<pb::Keeping>) -> Result<Keeping, Vec<Violation>> {
    read(|reader| {
        reader.field("keeping", |reader| {
            let said = said.unwrap_or_default();
            few("data", said.data.len(), reader)?;
            let keeping = Keeping::read_one(said, reader)?;
            check_items(&keeping.data, reader);
            Some(keeping)
        })
    })
}

/// Says what was computed.
pub fn say_kept(
    kept: &Kept,
    at: Instant,
    snapshot: pb::SnapshotInfo,
) -> pb::ComputeRetentionResponse {
    pb::ComputeRetentionResponse {
        items: kept.items.iter().map(say_item).collect(),
        reasons: kept.reasons.iter().map(here).collect(),
        evaluated_time: Some(at.say_one()),
        valid_until_time: kept.valid_until.map(|until| until.say_one()),
        snapshot: Some(snapshot),
    }
}

/// A reason whose fact is one of this question.
fn here(told: &Reason) -> pb::Reason {
    reason_within("keeping", told)
}

fn say_item(item: &KeptItem) -> pb::ItemRetention {
    pb::ItemRetention {
        category: item.category.to_string(),
        state: say_state(item.state).into(),
        activities: item.activities.iter().map(say_activity).collect(),
    }
}

fn say_activity(kept: &KeptFor) -> pb::ActivityRetention {
    let KeptFor {
        activity,
        state,
        by,
        then,
        holds,
        told,
    } = kept;
    pb::ActivityRetention {
        activity: activity.to_string(),
        state: say_state(*state).into(),
        by: by.as_ref().map(say_by),
        then: then.as_ref().map(say_by),
        holds: holds.iter().map(ToString::to_string).collect(),
        reasons: told.iter().map(here).collect(),
    }
}

const fn say_state(state: State) -> pb::RetentionState {
    match state {
        State::Use => pb::RetentionState::Use,
        State::Restrict => pb::RetentionState::Restrict,
        State::Erase => pb::RetentionState::Erase,
        State::NotComputable => pb::RetentionState::NotComputable,
    }
}

fn say_by(by: &KeptBy) -> pb::RetentionBound {
    let KeptBy {
        rule,
        events,
        from,
        period,
        until,
        law,
    } = by;
    let (law, texts) = law
        .clone()
        .map_or_else(Default::default, |(key, texts)| (key.to_string(), texts));
    pb::RetentionBound {
        rule: rule.to_string(),
        start_events: events.iter().map(SayOne::say_one).collect(),
        from: from.map(|(day, _)| day.to_string()).unwrap_or_default(),
        interrupted: from.is_some_and(|(_, again)| again),
        period: period.clone(),
        until: until.map(|day| day.to_string()).unwrap_or_default(),
        law,
        texts,
    }
}
