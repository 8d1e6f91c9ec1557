//! How long data may be kept, and must be: activity by activity, whatever is done with them.

use jiff::tz::TimeZone;

use super::case::Case;
use super::catalogue;
use super::clock::Clock;
use super::decision::Reason;
use super::query::{DataItem, Operation, Processing, Subject, Target};
use super::resolve::{belongs, controller, purposeless, resolve, unzoned};
use super::rule::Fired;
use super::rules::{Bound, FACT_MISSING, PURPOSE_UNREGISTERED, Standing, standing};
use super::snapshot::{Node, Snapshot};
use super::suggest::suggest;
use super::view::{Mark, View, includes_children};
use crate::domain::activity::Activity;
use crate::domain::category::DataCategory;
use crate::domain::controller::Controller;
use crate::domain::date::{Date, Instant};
use crate::domain::key::{ActivityKey, ControllerKey, DataCategoryKey, Key, RecordName, TypedKey};
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
    let whole = Processing {
        target: asked.activity.clone().map(Target::Activity),
        ..query(asked, asked.data.clone())
    };
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
    suggest(snapshot, &mut resolved.reasons);
    let (true, Some(controller)) = (resolved.reasons.is_empty(), resolved.controller) else {
        return Some(Kept {
            reasons: resolved.reasons,
            items: Vec::new(),
            valid_until: clock.next(),
        });
    };
    let view = View::new(snapshot, &clock);
    let (mut items, mut reasons) = (Vec::new(), Vec::new());
    for (index, item) in asked.data.iter().enumerate() {
        let before = items.len();
        for part in parts(&view, asked, item) {
            let part = Part {
                index,
                whole: item,
                item: &part,
            };
            let activities = part.activities(&view, asked, controller, &in_time)?;
            items.extend(part.kept(activities));
        }
        if let (true, Some(category)) = (items.len() == before, &item.category) {
            let message = format!("no activity holds `{}` of these people", category.key());
            let fact = format!("processing.data[{index}].category");
            let fired = Fired::about(fact, message);
            reasons.push(Reason::of(PURPOSE_UNREGISTERED, fired));
            items.push(KeptItem {
                category: category.key().clone(),
                // What no activity holds, nobody may keep; nobody may say so either.
                state: State::NotComputable,
                activities: Vec::new(),
            });
        }
    }
    Some(Kept {
        reasons,
        items,
        valid_until: clock.next(),
    })
}

/// What rules of processing read of a question.
fn query(asked: &Keeping, data: Vec<DataItem>) -> Processing {
    Processing {
        controller: asked.controller.clone(),
        operations: vec![Operation::Erase],
        data,
        subject: asked.subject.clone(),
        ..Processing::default()
    }
}

/// An item that is asked for, and those below it where its category includes its children: each is kept for itself. What
/// is asked for by itself too is told once.
fn parts(view: &View<'_>, asked: &Keeping, item: &DataItem) -> Vec<DataItem> {
    let mut parts = vec![item.clone()];
    let category = item.category.as_ref();
    let category = category.and_then(|key| view.snapshot.data_category(key));
    let Some(category) = category else {
        return parts;
    };
    if includes_children(category.record, view.clock) == Mark::No {
        return parts;
    }
    let below = view.snapshot.below(category.number).into_iter();
    let below = below.filter_map(|number| view.snapshot.node::<DataCategory>(number));
    for child in below {
        let own = |said: &DataItem| said.category.as_ref().map(TypedKey::key) == Some(child.key());
        if !asked.data.iter().any(own) {
            parts.push(DataItem {
                category: DataCategoryKey::parse(child.key().as_str()),
                ..item.clone()
            });
        }
    }
    parts
}

/// One category of data, of an item that asks for it.
struct Part<'p> {
    /// The place of that item in the question.
    index: usize,
    whole: &'p DataItem,
    item: &'p DataItem,
}

impl Part<'_> {
    /// The activities that hold it, whether they still run or not: data outlive what they were collected for. In the
    /// order of their keys; nothing where time runs out.
    fn activities(
        &self,
        view: &View<'_>,
        asked: &Keeping,
        controller: Node<'_, Controller>,
        in_time: impl Fn() -> bool,
    ) -> Option<Vec<KeptFor>> {
        let category = self.item.category.as_ref();
        let Some(category) = category.and_then(|key| view.snapshot.data_category(key)) else {
            return Some(Vec::new());
        };
        let subject = asked.subject.as_ref();
        let subject = subject.and_then(|subject| subject.category.as_ref());
        let subject = subject.map(TypedKey::key);
        let counts = |activity: &Node<'_, Activity>| {
            is_meant(asked, controller, *activity) && !self.is_told(view, *activity)
        };
        let mut activities = Vec::new();
        for activity in view.holding(category, subject, counts) {
            if !in_time() {
                return None;
            }
            activities.extend(self.kept_for(view, asked, controller, activity));
        }
        // What may hold the data is not passed over.
        for (activity, at) in view.perhaps_holding(category, subject, counts) {
            let what = "whether the activity holds data of these people";
            let fired = Fired::unstated(self.fact(), at, what);
            activities.push(KeptFor::not_computable(
                activity,
                Reason::of(FACT_MISSING, fired),
            ));
        }
        activities.sort_by(|a, b| a.activity.cmp(&b.activity));
        Some(activities)
    }

    /// Whether an activity that holds the whole item is told there.
    fn is_told(&self, view: &View<'_>, activity: Node<'_, Activity>) -> bool {
        let whole = self.whole.category.as_ref();
        self.whole.category != self.item.category
            && whole.is_some_and(|whole| view.lists(activity, whole.key()) != Mark::No)
    }

    fn kept_for<'a>(
        &self,
        view: &View<'a>,
        asked: &Keeping,
        controller: Node<'a, Controller>,
        activity: Node<'a, Activity>,
    ) -> Option<KeptFor> {
        let purpose = activity.body.purpose.as_ref();
        // What has no purpose cannot be weighed, and is not passed over.
        let Some(purpose) = purpose.and_then(|key| view.snapshot.purpose(key)) else {
            return Some(KeptFor::not_computable(activity, purposeless(activity)));
        };
        let query = query(asked, vec![self.item.clone()]);
        let view = View::new(view.snapshot, view.clock);
        let mut case = Case::of(view, &query, activity, controller, purpose);
        // It is told by its place in the question.
        for found in &mut case.items {
            found.index = self.index;
        }
        let found = case.items.first()?;
        Some(told(&case, standing(&case, found)))
    }

    fn fact(&self) -> String {
        format!("processing.data[{}].category", self.index)
    }

    /// What is told of it; nothing where no activity holds it.
    fn kept(&self, activities: Vec<KeptFor>) -> Option<KeptItem> {
        let state = activities.iter().map(|one| one.state).max()?;
        Some(KeptItem {
            category: self.item.category.as_ref()?.key().clone(),
            state,
            activities,
        })
    }
}

/// Whether an activity is one of those that are asked about: of the controller, and the one that is named, whatever its
/// state; else all that are no drafts.
fn is_meant(
    asked: &Keeping,
    controller: Node<'_, Controller>,
    activity: Node<'_, Activity>,
) -> bool {
    let is_named = match &asked.activity {
        Some(named) => named.key() == activity.key(),
        None => activity.record.envelope.may_hold_data(),
    };
    is_named && belongs(activity, controller)
}

impl KeptFor {
    /// Of an activity nothing can be told.
    fn not_computable(activity: Node<'_, Activity>, why: Reason) -> Self {
        Self {
            activity: activity.key().clone(),
            state: State::NotComputable,
            told: vec![why],
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
