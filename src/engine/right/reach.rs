//! Where a request is carried out: in which systems, by whom, and who is told of it.

use crate::domain::key::{Key, TypedKey};
use crate::domain::record::Record;
use crate::domain::system::System;
use crate::engine::case::Case;
use crate::engine::decision::Reason;
use crate::engine::rule::Fired;
use crate::engine::rules::{self, FACT_MISSING, Role};
use crate::engine::snapshot::Node;
use crate::engine::view::{gap, place};

/// Where a request is carried out.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The systems.
    pub systems: Vec<Key>,
    /// Who acts on behalf of the controller, to any depth.
    pub processors: Vec<Key>,
    /// The recipients to be told.
    pub recipients: Vec<Key>,
    /// What the record leaves open of it: there may be more.
    pub open: Vec<Reason>,
}

/// Where something is done in an activity, and who is told of it where somebody is to be.
pub(super) fn reach(case: &Case<'_>, is_told: bool) -> Reach {
    let systems = holding(case);
    let mut open = Vec::new();
    let mut note = |record: &Record, field: &str, undecided: &'static str| {
        if gap(record, field).is_some() {
            let at = place(record, field);
            let fired = Fired::unstated("request.right", at, undecided);
            open.push(Reason::of(FACT_MISSING, fired));
        }
    };
    note(case.activity.record, "systems", "where all of it is done");
    for system in &systems {
        note(system.record, "processor", "who runs the system");
    }
    note(case.activity.record, "recipients", "who else has the data");
    let recipients = if is_told {
        rules::who_has(case).into_iter().cloned().collect()
    } else {
        Vec::new()
    };
    Reach {
        processors: processors(case, &systems),
        systems: systems.iter().map(|system| system.key().clone()).collect(),
        recipients,
        open,
    }
}

/// The systems that hold the data: also one that nothing new is put into.
fn holding<'a>(case: &Case<'a>) -> Vec<Node<'a, System>> {
    let listed = case.activity.body.systems.iter();
    let known = listed.filter_map(|key| case.view.snapshot.system(key));
    known
        .filter(|system| system.record.envelope.may_hold_data())
        .collect()
}

/// Who acts on behalf of the controller: of the activity, of its systems, and whom those engage.
fn processors(case: &Case<'_>, systems: &[Node<'_, System>]) -> Vec<Key> {
    let listed = case.activity.body.recipients.iter().filter_map(|entry| {
        let key = entry.recipient.as_ref()?;
        let known = case.view.snapshot.recipient(key)?;
        (rules::role(case, known, Some(entry)) == Role::Processor).then_some(key)
    });
    let running = systems.iter();
    let running = running.filter_map(|system| system.body.processor.as_ref());
    let engaged = case.links().iter();
    let engaged = engaged
        .filter(|link| link.role == Role::Processor)
        .map(|link| link.key);
    let all = listed.chain(running).chain(engaged);
    let mut keys: Vec<Key> = all.map(|key| key.key().clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}
