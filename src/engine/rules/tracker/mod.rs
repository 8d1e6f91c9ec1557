//! Trackers (Directive 2002/58/EC art. 5(3); LIL art. 82): consent first, but for those that are exempt.

mod consent;
mod exemption;
mod lifetime;
mod told;

use crate::domain::key::TypedKey;
use crate::domain::notice::{Notice, NoticeTracker};
use crate::engine::case::{Case, Tracking};
use crate::engine::query::TrackerAccess;
use crate::engine::rule::{Judge, Level, Obligation, Outcome, Rule};
use crate::engine::rules::transparency::binds;
use crate::engine::snapshot::Node;

const CHAPTER: &str = "2.12 Trackers";

pub(in crate::engine) const TRACKER_UNREGISTERED: &Rule = &Rule {
    level: Level::Guard,
    judge: Judge::Resolution,
    ..Rule::law(
        CHAPTER,
        144,
        "TRACKER_UNREGISTERED",
        "The tracker is not registered",
        "LIL art. 82; GDPR art. 5(2)",
        "name a registered tracker, or register this one with its activity, class and lifetime",
        |_| Outcome::NotApplicable,
    )
};

pub(super) const RULES: &[&[Rule]] = &[
    &[*TRACKER_UNREGISTERED],
    consent::RULES,
    exemption::RULES,
    lifetime::RULES,
    told::RULES,
];

/// A rule about trackers.
const fn about(rule: Rule, judge: for<'a> fn(&Case<'a>, Tracking<'a>) -> Outcome) -> Rule {
    Rule {
        judge: Judge::Tracker(judge),
        ..rule
    }
}

/// Fills the place of a judge of processing, which a rule about trackers has none of.
fn none(_: &Case<'_>) -> Outcome {
    Outcome::NotApplicable
}

pub(in crate::engine) use exemption::needs_consent;

/// The notices to this person that bind the controller and name the tracker, and what they say of it; those that
/// are undated too.
fn naming<'a>(
    case: &Case<'a>,
    tracking: Tracking<'a>,
) -> Vec<(Node<'a, Notice>, &'a NoticeTracker)> {
    let mut naming = Vec::new();
    for notice in case.view.snapshot.notices_naming(tracking.tracker.number) {
        if !binds(case, notice) {
            continue;
        }
        let said = notice.body.trackers.iter().filter(|said| {
            let key = said.tracker.as_ref();
            key.is_some_and(|key| key.key() == tracking.tracker.key())
        });
        naming.extend(said.map(|said| (notice, said)));
    }
    naming
}

/// What comes with every tracker that is permitted.
pub(in crate::engine) fn expire_by<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Obligation {
    use crate::domain::tracker::TrackerLifetime::{LifetimePeriod, LifetimeSession};
    let obligation = Obligation::new("EXPIRE_TRACKER_BY");
    let said = tracking.said;
    let begun = lifetime::placed(case, tracking)
        .or_else(|| (said.access == Some(TrackerAccess::Set)).then(|| case.view.clock.today()));
    match (&tracking.tracker.body.lifetime, begun) {
        (Some(LifetimePeriod(period)), Some(day)) => {
            obligation.with("date", day.plus(period).to_string())
        }
        (Some(LifetimePeriod(period)), None) => obligation.with("period", period.to_string()),
        (Some(LifetimeSession(true)), _) => obligation.with("event", "SESSION_END"),
        (Some(LifetimeSession(false)) | None, _) => obligation,
    }
}
