//! How long trackers live, and the data they bring.

use super::exemption::{Exempt, exempt, is_lenient};
use super::{CHAPTER, about, naming, none};
use crate::domain::date::Date;
use crate::domain::record::GapKind;
use crate::domain::tracker::TrackerLifetime;
use crate::engine::case::{Case, Tracking};
use crate::engine::query::TrackerAccess;
use crate::engine::rule::{Fired, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::tracker::consent::is_given;
use crate::engine::view::{Mark, gap, place};

pub(super) const RULES: &[Rule] = &[
    about(
        Rule {
            level: Level::Guidance,
            ..Rule::law(
                CHAPTER,
                150,
                "TRACKER_LIFETIME_EXCEEDED",
                "The tracker lives longer than it may, or than people were promised",
                "CNIL, audience measurement, 4 July 2025; GDPR art. 5(1)(a), 5(1)(e)",
                "shorten its life to what may be and was told",
                none,
            )
        },
        exceeded,
    ),
    about(
        Rule {
            level: Level::Guidance,
            ..Rule::law(
                CHAPTER,
                151,
                "TRACKER_DATA_RETENTION_EXCEEDED",
                "The data of an exempt audience tracker are kept too long",
                "CNIL, audience measurement, 4 July 2025",
                "erase the data, or make them anonymous",
                none,
            )
        },
        data_exceeded,
    ),
];

/// How the life of a tracker stands to the limit.
pub(super) enum Life {
    /// It is not longer.
    Within,
    /// It is.
    Over(String),
    /// Nobody says.
    Unsaid,
    /// The source is silent about this.
    Unknown(&'static str),
}

/// The day it was first set; a day to come is no statement.
pub(super) fn placed(case: &Case<'_>, tracking: Tracking<'_>) -> Option<Date> {
    let placed = tracking.said.placed_on;
    placed.filter(|day| case.view.clock.begun(*day))
}

/// The life of a tracker against the limit of guidance: as declared, and as it has lived so far.
pub(super) fn life<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Life {
    let body = tracking.tracker.body;
    let Some(limit) = case.limit("TRACKER_LIFETIME") else {
        return Life::Over("no limit for the life of trackers is registered".to_owned());
    };
    let placed = placed(case, tracking);
    if placed.is_some_and(|day| case.view.clock.over(day.plus(limit))) {
        return Life::Over(format!("it was placed longer than {limit} ago"));
    }
    let record = tracking.tracker.record;
    let prolonged = Mark::of(record, "prolonged_on_visit", body.prolonged_on_visit);
    if prolonged == Mark::Yes {
        return Life::Over("each visit prolongs it".to_owned());
    }
    let stated = match &body.lifetime {
        Some(TrackerLifetime::LifetimePeriod(period)) if period.exceeds(limit) => {
            return Life::Over(format!("it lives {period}, and the limit is {limit}"));
        }
        Some(TrackerLifetime::LifetimePeriod(_) | TrackerLifetime::LifetimeSession(true)) => true,
        Some(TrackerLifetime::LifetimeSession(false)) | None => false,
    };
    match prolonged {
        Mark::Unknown => Life::Unknown("prolonged_on_visit"),
        _ if !stated => Life::Unsaid,
        _ => Life::Within,
    }
}

fn exceeded<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    let record = tracking.tracker.record;
    let (mut told, mut missing) = (Vec::new(), Vec::new());
    let (declared, stated) = match &tracking.tracker.body.lifetime {
        Some(TrackerLifetime::LifetimePeriod(period)) => (Some(period), true),
        Some(TrackerLifetime::LifetimeSession(session)) => (None, *session),
        None => (None, false),
    };
    for (notice, said) in naming(case, tracking) {
        let (promise, broken) = if let Some(promise) = &said.lifetime {
            let placed = placed(case, tracking);
            let lived = placed.is_some_and(|day| case.view.clock.over(day.plus(promise)));
            let longer = declared.is_some_and(|period| period.exceeds(promise));
            (promise.to_string(), longer || lived)
        } else {
            let promised = said.session == Some(true);
            ("for a session".to_owned(), promised && declared.is_some())
        };
        if broken {
            let message = format!(
                "notice `{}` promises that tracker `{}` lives {promise}, and it lives longer",
                notice.key(),
                tracking.tracker.key()
            );
            let fired = Fired::about("tracker.tracker", message);
            told.push(
                fired
                    .beyond_policy()
                    .at(place(record, "lifetime"))
                    .at(place(notice.record, "trackers")),
            );
            continue;
        }
        // A promise about a life that nobody states is not known to be kept; nor is one that is not clear.
        let promised = said.lifetime.is_some() || said.session == Some(true);
        let unclear = gap(notice.record, "trackers.lifetime")
            .filter(|gap| !promised && gap.kind != Some(GapKind::NotStated));
        if promised && !stated || unclear.is_some() {
            let at = match unclear {
                Some(_) => place(notice.record, "trackers.lifetime"),
                None => place(record, "lifetime"),
            };
            let undecided = "whether the tracker lives as long as people were told";
            missing.push(Fired::unstated("tracker.tracker", at, undecided));
        }
    }
    if !told.is_empty() {
        return Outcome::told(told);
    }
    if !missing.is_empty() {
        return Outcome::FactMissing(missing);
    }
    let exempt = exempt(case, tracking);
    let lost = matches!(exempt, Exempt::AudienceTooLong) && !is_given(case);
    let why = match life(case, tracking) {
        Life::Over(why) => Some(why),
        Life::Unknown(field) if lost => {
            let undecided = "whether the exemption still holds";
            let at = place(record, field);
            let fired = Fired::unstated("tracker.tracker", at, undecided);
            return Outcome::FactMissing(vec![fired]);
        }
        Life::Unsaid | Life::Unknown(_) | Life::Within => None,
    };
    // A policy may let it pass; who relies on the exemption is told all the same.
    let relies = lost || matches!(exempt, Exempt::Audience) && !is_given(case);
    let unsaid = relies && matches!(life(case, tracking), Life::Unsaid);
    let why = why.or_else(|| unsaid.then(|| "nobody says how long it lives".to_owned()));
    if let Some(why) = why {
        let message = format!("tracker `{}`: {why}", tracking.tracker.key());
        let fired = Fired::about("tracker.tracker", message).at(place(record, "lifetime"));
        let severity = if lost && !is_lenient(case) {
            RuleEffect::Deny
        } else {
            RuleEffect::Warn
        };
        told.push(fired.as_severe_as(severity));
    }
    Outcome::told(told)
}

fn data_exceeded<'a>(case: &Case<'a>, tracking: Tracking<'a>) -> Outcome {
    let relied = match exempt(case, tracking) {
        Exempt::Audience => true,
        Exempt::AudienceTooLong => !is_given(case),
        _ => false,
    };
    if !relied {
        return Outcome::NotApplicable;
    }
    let Some(limit) = case.limit("TRACKER_DATA_LIFE") else {
        let message = "no limit for the data of trackers is registered";
        return Outcome::Fired(vec![Fired::about("tracker.tracker", message)]);
    };
    let fact = "tracker.data_collected_on";
    let record = tracking.tracker.record;
    if gap(record, "data_life").is_some() {
        let at = place(record, "data_life");
        let undecided = "whether its data are kept too long";
        let fired = Fired::unstated("tracker.tracker", at, undecided);
        return Outcome::FactMissing(vec![fired]);
    }
    if let Some(life) = &tracking.tracker.body.data_life
        && life.exceeds(limit)
    {
        let message = format!("its data are kept {life}, and the limit is {limit}");
        let fired = Fired::about("tracker.tracker", message);
        return Outcome::Fired(vec![fired.at(place(record, "data_life"))]);
    }
    if tracking.said.access != Some(TrackerAccess::Read) {
        return Outcome::NotApplicable;
    }
    let collected = tracking.said.data_collected_on;
    match collected.filter(|day| case.view.clock.begun(*day)) {
        None => Outcome::FactMissing(vec![Fired::missing(fact, "how old the data are")]),
        Some(day) if case.view.clock.over(day.plus(limit)) => {
            let message = format!("the data are older than {limit}");
            Outcome::Fired(vec![Fired::about(fact, message)])
        }
        Some(_) => Outcome::Satisfied,
    }
}
