//! What people are told of trackers.

use super::{CHAPTER, about, naming, none};
use crate::domain::notice::{Notice, NoticeTracker};
use crate::domain::record::Record;
use crate::engine::case::{Case, Tracking};
use crate::engine::rule::{Fired, Outcome, Rule, RuleEffect};
use crate::engine::view::{Mark, place};

pub(super) const RULES: &[Rule] = &[about(
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            153,
            "TRACKER_LIFETIME_UNDISCLOSED",
            "People are not told how long the tracker lives, or who else has access to it",
            "C-673/17; GDPR art. 13(2)(a)",
            "name the tracker in the notice, with its life and who has access",
            none,
        )
    },
    undisclosed,
)];

/// Whether a notice tells how long a tracker lives: a period, or until the session ends.
fn tells_life(said: &NoticeTracker) -> bool {
    said.lifetime.is_some() || said.session == Some(true)
}

fn undisclosed<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    // A notice that does not say from when, or whose it is, has not been given.
    let is_given = |notice: &Notice, record: &Record| {
        notice.controller.is_some() && record.envelope.valid_from.is_some()
    };
    let given: Vec<_> = naming(case, tracking)
        .into_iter()
        .filter(|(notice, _)| is_given(notice.body, notice.record))
        .collect();
    let body = tracking.tracker.body;
    let access = Mark::of(
        tracking.tracker.record,
        "third_party_access",
        body.third_party_access,
    );
    let shared = access != Mark::No || body.third_party_access.is_none() && body.operator.is_some();
    let (what, at) = match given.first() {
        None => (
            "no notice in force names it",
            place(tracking.tracker.record, ""),
        ),
        Some((notice, _)) if given.iter().all(|(_, said)| !tells_life(said)) => (
            "no notice tells how long it lives",
            place(notice.record, "trackers.lifetime"),
        ),
        Some((notice, _)) if shared && given.iter().all(|(_, said)| said.access.is_empty()) => (
            "no notice tells who else has access",
            place(notice.record, "trackers.access"),
        ),
        Some(_) => return Outcome::Satisfied,
    };
    let message = format!("tracker `{}`: {what}", tracking.tracker.key());
    Outcome::Fired(vec![Fired::about("tracker.tracker", message).at(at)])
}
