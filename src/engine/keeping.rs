//! How long data may be kept, and must be: activity by activity, whatever is done with them.

use jiff::tz::TimeZone;

use super::case::Case;
use super::catalogue;
use super::clock::Clock;
use super::decision::Reason;
use super::query::{DataItem, Operation, Processing, Subject, Target};
use super::resolve::{controller, purposeless, resolve, unzoned};
use super::rule::Fired;
use super::rules::{Bound, PURPOSE_UNREGISTERED, Standing, standing};
use super::snapshot::{Node, Snapshot};
use super::view::View;
use crate::domain::activity::Activity;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{ActivityKey, ControllerKey, Key, RecordName, TypedKey};
use crate::domain::record::State as RecordState;
use crate::domain::retention::StartEvent;
use crate::domain::shape::{Text, record};

pub use super::rules::State;

record! {
    /// What is kept, of whom, and for which activity if not for all.
    pub struct Keeping {
        /// Who decides. Key of `controllers`; may be left out where the inventory has one active controller.
        controller: Option<ControllerKey>,
        /// Only for this activity. Key of `activities`; left out, all that hold the data.
        activity: Option<ActivityKey>,
        /// The data, one item a category. At least one.
        data: Vec<DataItem>,
        /// The person, as one of a group.
        subject: Option<Subject>,
    }
}

/// The whole answer.
#[derive(Debug)]
pub struct Kept {
    /// What did not resolve; then nothing else is told.
    pub reasons: Vec<Reason>,
    /// The items, in the order asked.
    pub items: Vec<KeptItem>,
    /// The earliest instant at which time alone could change it.
    pub valid_until: Option<Instant>,
}

/// One item, in each activity.
#[derive(Debug)]
pub struct KeptItem {
    /// Its category.
    pub category: Key,
    /// What may be done with it in the activity that may do most.
    pub state: State,
    /// The activities that hold it, in the order of their keys.
    pub activities: Vec<KeptFor>,
}

/// One item in one activity.
#[derive(Debug)]
pub struct KeptFor {
    /// The activity.
    pub activity: Key,
    /// What may be done with it.
    pub state: State,
    /// What bounds that.
    pub by: Option<KeptBy>,
    /// What keeps it apart afterwards.
    pub then: Option<KeptBy>,
    /// The holds it falls under.
    pub holds: Vec<RecordName>,
    /// Why it cannot be told, and what rules do not agree about.
    pub told: Vec<Reason>,
}

/// A rule that bounds a state.
#[derive(Debug)]
pub struct KeptBy {
    /// The rule.
    pub rule: Key,
    /// Its start events.
    pub events: Vec<StartEvent>,
    /// The day it is counted from, and whether an event began it again.
    pub from: Option<(Date, bool)>,
    /// Its period.
    pub period: String,
    /// Its last day.
    pub until: Option<Date>,
    /// The basis that cites the law, and the texts.
    pub law: Option<(Key, Vec<String>)>,
}

/// Computes it, as long as there is time: nothing where that runs out.
pub fn keep(
    snapshot: &Snapshot,
    asked: &Keeping,
    at: Instant,
    in_time: impl Fn() -> bool,
) -> Option<Kept> {
    let query = |activity: Option<&ActivityKey>, data: Vec<DataItem>| Processing {
        controller: asked.controller.clone(),
        target: activity.cloned().map(Target::Activity),
        operations: vec![Operation::Erase],
        data,
        subject: asked.subject.clone(),
        ..Processing::default()
    };
    let whole = query(asked.activity.as_ref(), asked.data.clone());
    let chosen = controller(snapshot, &whole, at);
    let zone = chosen.and_then(|chosen| snapshot.zone(chosen));
    let clock = Clock::new(at, zone.cloned().unwrap_or(TimeZone::UTC));
    let mut resolved = resolve(snapshot, &whole, chosen, &clock);
    if let Some(controller) = resolved.controller {
        resolved.reasons.extend(unzoned(snapshot, controller));
    }
    // No activity is needed: all are meant.
    resolved
        .reasons
        .retain(|reason| asked.activity.is_some() || reason.fired.fact != "processing.activity");
    let (true, Some(controller)) = (resolved.reasons.is_empty(), resolved.controller) else {
        return Some(Kept {
            reasons: resolved.reasons,
            items: Vec::new(),
            valid_until: clock.next(),
        });
    };
    let (mut items, mut reasons) = (Vec::new(), Vec::new());
    for (index, item) in asked.data.iter().enumerate() {
        let mut activities = Vec::new();
        for activity in holding(snapshot, asked, item, controller.key(), &clock) {
            if !in_time() {
                return None;
            }
            let purpose = activity.body.purpose.as_ref();
            // What has no purpose cannot be weighed, and is not passed over.
            let Some(purpose) = purpose.and_then(|key| snapshot.purpose(key)) else {
                activities.push(KeptFor::not_computable(activity));
                continue;
            };
            let query = query(None, vec![item.clone()]);
            let view = View::new(snapshot, &clock);
            let mut case = Case::of(view, &query, activity, controller, purpose);
            // It is told by its place in the question.
            for found in &mut case.items {
                found.index = index;
            }
            if let Some(found) = case.items.first() {
                activities.push(told(&case, standing(&case, found)));
            }
        }
        let Some(category) = &item.category else {
            continue;
        };
        if activities.is_empty() {
            let message = format!("no activity holds `{}` of these people", category.key());
            let fact = format!("processing.data[{index}].category");
            reasons.push(Reason::of(
                PURPOSE_UNREGISTERED,
                Fired::about(fact, message),
            ));
        }
        let state = activities.iter().map(|one| one.state).max();
        items.push(KeptItem {
            category: category.key().clone(),
            // What no activity holds, nobody may keep; nobody may say so either.
            state: state.unwrap_or(State::NotComputable),
            activities,
        });
    }
    Some(Kept {
        reasons,
        items,
        valid_until: clock.next(),
    })
}

/// The activities that hold an item, whether they still run or not: data outlive what they were collected for. In the
/// order of their keys.
fn holding<'a>(
    snapshot: &'a Snapshot,
    asked: &Keeping,
    item: &DataItem,
    controller: &Key,
    clock: &'a Clock,
) -> Vec<Node<'a, Activity>> {
    let category = item
        .category
        .as_ref()
        .and_then(|key| snapshot.data_category(key));
    let Some(category) = category else {
        return Vec::new();
    };
    let view = View::new(snapshot, clock);
    let subject = asked
        .subject
        .as_ref()
        .and_then(|subject| subject.category.as_ref());
    let own = |activity: &Node<'a, Activity>| {
        let of = activity.body.controller.as_ref();
        let named = asked.activity.as_ref();
        // One that is named is looked at whatever its state.
        named.map_or(
            activity.record.envelope.state != RecordState::Draft,
            |key| key.key() == activity.key(),
        ) && of.is_some_and(|key| key.key() == controller)
    };
    view.holding(category, subject.map(TypedKey::key), own)
}

impl KeptFor {
    /// Of an activity without a purpose nothing can be told.
    fn not_computable(activity: Node<'_, Activity>) -> Self {
        Self {
            activity: activity.key().clone(),
            state: State::NotComputable,
            told: vec![purposeless(activity)],
            by: None,
            then: None,
            holds: Vec::new(),
        }
    }
}

fn told(case: &Case<'_>, standing: Standing<'_>) -> KeptFor {
    let by = |bound: Bound<'_>| KeptBy {
        rule: bound.rule.key().clone(),
        events: bound.rule.body.start_events.clone(),
        from: bound.from,
        period: bound
            .rule
            .body
            .period
            .as_ref()
            .map(Text::text)
            .unwrap_or_default(),
        until: bound.until,
        law: bound
            .law
            .map(|basis| (basis.key().clone(), case.view.citations(basis.body))),
    };
    let told = standing.told.into_iter();
    KeptFor {
        activity: case.activity.key().clone(),
        state: standing.state,
        told: told
            .filter_map(|(code, fired)| catalogue::reason(code, fired))
            .collect(),
        by: standing.by.map(by),
        then: standing.then.map(by),
        holds: standing
            .holds
            .iter()
            .map(|hold| hold.record.name.clone())
            .collect(),
    }
}
