//! Questions about trackers. Their chapter does not decide yet, so each is denied.

use super::decision::{Decision, Reason};
use super::query::TrackerUse;
use super::rule::Fired;
use super::rules::{CHAPTER_NOT_READY, REQUEST_INCOMPLETE};
use super::snapshot::Snapshot;
use crate::domain::date::Instant;
use crate::domain::key::TypedKey;

/// Decides about a tracker.
pub fn decide(_: &Snapshot, said: &TrackerUse, at: Instant) -> Decision {
    let mut reasons = Vec::new();
    let mut missing = |fact: &str, what: &str| {
        let fired = Fired::about(fact, format!("`{fact}` is missing: say {what}"));
        reasons.push(Reason::of(REQUEST_INCOMPLETE, fired));
    };
    if said.tracker.is_none() {
        missing("tracker.tracker", "which tracker");
    }
    if said.access.is_none() {
        missing("tracker.access", "whether it is set or read");
    }
    let name = said
        .tracker
        .as_ref()
        .map(|key| key.key().to_string())
        .unwrap_or_default();
    let fired = Fired::about(
        "tracker.tracker",
        format!("chapter 2.12 (trackers) does not decide yet, so tracker `{name}` is denied"),
    );
    reasons.push(Reason::of(CHAPTER_NOT_READY, fired));
    Decision {
        reasons,
        ..Decision::deny(at)
    }
}
