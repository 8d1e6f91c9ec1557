//! Rules 150 to 153: how long a tracker lives, how long its data and the choice about it, and what was told.

use ropa::domain::date::Period;
use ropa::domain::key::TypedKey;
use ropa::domain::notice::{Notice, NoticeTracker};
use ropa::domain::policy::{Limit, LimitValue, Severity};
use ropa::domain::record::GapKind;
use ropa::domain::shape::Text;
use ropa::domain::tracker::TrackerLifetime;
use ropa::engine::query::{ConsentScope, ConsentState, TrackerAccess};

use super::consent;
use super::lookup::{Mark, Row};
use super::matter::severity;
use super::tracker_exempt::{Audience, objected, third_party};
use super::trackers::Sight;

/// The code of rule 150.
const LIFETIME: &str = "TRACKER_LIFETIME_EXCEEDED";

/// A dated figure of guidance: what is in force where the controller is, else the shortest of all.
fn limit(sight: &Sight<'_>, code: &str) -> Option<Period> {
    let rows = sight.matter.rows;
    let mut all = Vec::new();
    for row in rows.current::<Limit>() {
        if let (true, Some(LimitValue::Period(period))) = (row.body.code == code, &row.body.value) {
            all.push((row.body.jurisdiction.clone(), period.clone()));
        }
    }
    let country = sight.matter.controller.body.country.as_ref();
    // What is made for the Union holds for whoever is under its law.
    let holds = |jurisdiction: &str| {
        jurisdiction == "EU" || country.is_some_and(|country| jurisdiction == country.text())
    };
    if all.iter().any(|(jurisdiction, _)| holds(jurisdiction)) {
        all.retain(|(jurisdiction, _)| holds(jurisdiction));
    }
    let mut periods = all.into_iter().map(|(_, period)| period);
    let first = periods.next()?;
    Some(periods.fold(first, |shortest, one| {
        if shortest.exceeds(&one) {
            one
        } else {
            shortest
        }
    }))
}

/// Whether a tracker lives longer than a period: by what is declared, or by when it was first set.
fn outlives(sight: &Sight<'_>, period: &Period) -> Mark {
    // A day to come is no statement.
    let rows = sight.matter.rows;
    let placed = sight.said.placed_on.filter(|day| rows.has_begun(*day));
    if placed.is_some_and(|day| sight.matter.rows.is_over(day.plus(period))) {
        return Mark::Yes;
    }
    let tracker = &sight.tracker;
    let unclear = tracker.silent("lifetime");
    match &tracker.body.lifetime {
        Some(TrackerLifetime::LifetimePeriod(life)) if life.exceeds(period) => Mark::Yes,
        Some(TrackerLifetime::LifetimeSession(false)) | None => Mark::Unknown,
        // A gap never permits.
        Some(_) if unclear => Mark::Unknown,
        Some(_) => Mark::No,
    }
}

/// Whether it lives longer than guidance has it. What each visit prolongs has no end.
fn over_guidance(sight: &Sight<'_>) -> Mark {
    // Without a figure in force no life is known to be short enough.
    let Some(limit) = limit(sight, "TRACKER_LIFETIME") else {
        return Mark::Yes;
    };
    outlives(sight, &limit).or(is_prolonged(sight))
}

/// Whether each visit prolongs it.
fn is_prolonged(sight: &Sight<'_>) -> Mark {
    let tracker = &sight.tracker;
    tracker.mark(tracker.body.prolonged_on_visit, "prolonged_on_visit")
}

/// Whether it lives longer than a notice promises: each promise binds, also of a notice without a date.
fn over_promise(sight: &Sight<'_>) -> bool {
    let mut promises = entries(sight, false).into_iter();
    promises.any(|entry| {
        let by_period = entry.lifetime.as_ref();
        let longer = by_period.is_some_and(|period| outlives(sight, period) == Mark::Yes);
        let for_session = entry.session == Some(true)
            && matches!(
                sight.tracker.body.lifetime,
                Some(TrackerLifetime::LifetimePeriod(_))
            );
        longer || for_session
    })
}

/// Whether it may live longer than a notice promises: by what the tracker or the notice does not say clearly. A notice
/// that states nothing promises nothing.
fn perhaps_over_promise(sight: &Sight<'_>) -> bool {
    let stated = match &sight.tracker.body.lifetime {
        Some(TrackerLifetime::LifetimePeriod(_)) => true,
        Some(TrackerLifetime::LifetimeSession(session)) => *session,
        None => false,
    };
    for (notice, entry) in entries_of(sight, false) {
        let promised = entry.lifetime.is_some() || entry.session == Some(true);
        let mut gaps = notice.record.envelope.gaps.iter();
        let unclear = gaps.any(|gap| {
            ["*", "trackers", "trackers.lifetime"].contains(&gap.field.as_str())
                && gap.kind != Some(GapKind::NotStated)
        });
        if promised && !stated || !promised && unclear {
            return true;
        }
    }
    false
}

/// Whether an audience tracker is exempt by its life too: a policy may let a longer one pass.
pub(super) fn keeps_exemption(sight: &Sight<'_>) -> bool {
    let passes = severity(sight.matter.rows, LIFETIME) == Some(Severity::Warning);
    match over_guidance(sight) {
        Mark::No => true,
        Mark::Yes => passes,
        Mark::Unknown => passes && is_prolonged(sight) != Mark::Unknown,
    }
}

/// Rule 150, TRACKER_LIFETIME_EXCEEDED: over a promise it denies; over guidance it takes the exemption from
/// who needs it, and warns of others.
pub(super) fn lifetime(sight: &Sight<'_>, claims: Audience, chosen: bool) {
    let matter = &sight.matter;
    // One that was objected to is told by 146.
    let needs_it = claims == Audience::Met && !chosen && !objected(sight);
    let over = over_guidance(sight);
    let prolonged = is_prolonged(sight);
    let broken = over_promise(sight);
    if !broken && perhaps_over_promise(sight) {
        return matter.deny("FACT_MISSING");
    }
    if !broken && needs_it && over == Mark::Unknown && prolonged == Mark::Unknown {
        matter.deny("FACT_MISSING");
    }
    // A life that is not stated is none that guidance allows.
    let unstated = needs_it && over == Mark::Unknown && prolonged != Mark::Unknown;
    if broken {
        matter.deny(LIFETIME);
    } else if over == Mark::Yes || unstated {
        if needs_it {
            matter.deny_by_policy(LIFETIME);
        } else {
            matter.warn_by_policy(LIFETIME);
        }
    }
}

/// 151. TRACKER_DATA_RETENTION_EXCEEDED: what an exempt audience tracker brought.
pub(super) fn data_retention(sight: &Sight<'_>) {
    let matter = &sight.matter;
    // Without a figure in force no data are known to be young enough.
    let Some(limit) = limit(sight, "TRACKER_DATA_LIFE") else {
        return matter.deny("TRACKER_DATA_RETENTION_EXCEEDED");
    };
    let kept = sight.tracker.body.data_life.as_ref();
    let day = sight.said.data_collected_on;
    let day = day.filter(|day| matter.rows.has_begun(*day));
    let old = day.is_some_and(|day| matter.rows.is_over(day.plus(&limit)));
    let reads = sight.said.access == Some(TrackerAccess::Read);
    if sight.tracker.silent("data_life") {
        return matter.deny("FACT_MISSING");
    }
    let over = kept.is_some_and(|life| life.exceeds(&limit)) || (reads && old);
    if reads && day.is_none() && !over {
        matter.deny("FACT_MISSING");
    }
    if over {
        matter.deny("TRACKER_DATA_RETENTION_EXCEEDED");
    }
}

/// 152. TRACKER_CHOICE_REFRESH_DUE: a choice that is old, or of which nobody knows how old it is.
pub(super) fn choice_refresh(sight: &Sight<'_>) {
    let matter = &sight.matter;
    let Some(limit) = limit(sight, "TRACKER_CHOICE") else {
        return;
    };
    let consent = consent::of_scope(matter, ConsentScope::TerminalAccess);
    let chose = consent.is_some_and(|consent| {
        !matches!(
            consent.state,
            None | Some(
                ConsentState::Unknown | ConsentState::Requested | ConsentState::RequestDeferred
            )
        )
    });
    let given = consent.and_then(|consent| consent.given_time);
    let due = match sight.said.choice_time.or(given.filter(|_| chose)) {
        Some(time) => matter
            .rows
            .is_over(time.day(&matter.rows.zone).plus(&limit)),
        None => chose,
    };
    if due {
        matter.warn("TRACKER_CHOICE_REFRESH_DUE");
    }
}

/// 153. TRACKER_LIFETIME_UNDISCLOSED: nobody was told how long it lives, or that others have access.
pub(super) fn undisclosed(sight: &Sight<'_>) {
    let told = entries(sight, true);
    let life = told
        .iter()
        .any(|entry| entry.lifetime.is_some() || entry.session == Some(true));
    let access = told.iter().any(|entry| !entry.access.is_empty());
    let others = third_party(sight) != Mark::No;
    if !life || (others && !access) {
        sight.matter.warn("TRACKER_LIFETIME_UNDISCLOSED");
    }
}

/// What the notices of the controller say of the tracker; one without a date is not in force, and binds.
fn entries<'a>(sight: &Sight<'a>, dated: bool) -> Vec<&'a NoticeTracker> {
    let entries = entries_of(sight, dated).into_iter();
    entries.map(|(_, entry)| entry).collect()
}

fn entries_of<'a>(sight: &Sight<'a>, dated: bool) -> Vec<(Row<'a, Notice>, &'a NoticeTracker)> {
    let matter = &sight.matter;
    let rows = matter.rows;
    let mut notices = rows.current::<Notice>();
    notices.retain(|row| {
        let of = row.body.controller.as_ref();
        // One that does not say whose it is tells nobody, and its promises bind all the same.
        let ours = of.map_or(!dated, |key| matter.is_controller(key));
        ours && (!dated || row.record.envelope.valid_from.is_some()) && addresses(sight, row)
    });
    let all = notices
        .into_iter()
        .flat_map(|row| row.body.trackers.iter().map(move |entry| (row, entry)));
    all.filter(|(_, entry)| {
        let key = entry.tracker.as_ref();
        key.is_some_and(|key| *key.key() == sight.tracker.record.name.key)
    })
    .collect()
}

/// Whether a notice addresses the person; of whom no group is said, each does.
fn addresses(sight: &Sight<'_>, notice: &Row<'_, Notice>) -> bool {
    let rows = sight.matter.rows;
    let groups = &notice.body.data_subject_categories;
    groups.is_empty()
        || notice.silent("data_subject_categories")
        || sight
            .matter
            .group
            .as_ref()
            .is_none_or(|group| rows.covers_group(groups, group))
}
