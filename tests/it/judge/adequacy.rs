//! Rules 94 to 99: adequacy decisions, and who is on the lists that some of them need.

use ropa::domain::date::Date;
use ropa::domain::key::TypedKey;
use ropa::domain::recipient::ListingStatus;
use ropa::domain::transfer::{AdequacyDecision, AdequateParty};

use super::lookup::{Mark, Row};
use super::matter::Matter;
use super::transfers::{Place, Way};

/// The decisions about a place.
pub(super) fn decisions<'a>(matter: &Matter<'a>, place: &Place) -> Vec<Row<'a, AdequacyDecision>> {
    let mut rows = matter.rows.all::<AdequacyDecision>();
    rows.retain(|row| match (&row.body.about, place) {
        (Some(AdequateParty::Territory(key)), Place::Country(country)) => key == country,
        (Some(AdequateParty::Organisation(name)), Place::Organisation(key, _)) => name == key,
        _ => false,
    });
    rows
}

/// A list, as that of the Data Privacy Framework, has a rule of its own.
pub(super) fn is_framework(row: &Row<'_, AdequacyDecision>) -> bool {
    row.mark(row.body.needs_listing, "needs_listing") != Mark::No
}

/// Whether a decision covers what goes this way; if not, which rule says so.
pub(super) fn adequate(
    matter: &Matter<'_>,
    row: &Row<'_, AdequacyDecision>,
    way: &Way<'_>,
) -> Result<(), &'static str> {
    let body = row.body;
    let invalid = body.invalidated.as_ref().and_then(|one| one.on);
    if invalid.is_some_and(|day| matter.rows.has_begun(day)) {
        return Err("TRANSFER_ADEQUACY_INVALIDATED");
    }
    if body.invalidated.is_none() && row.silent("invalidated") {
        return Err("FACT_MISSING");
    }
    let mut periods = body.periods.iter();
    // One that does not say since when has not begun.
    let runs =
        periods.any(|period| period.from.is_some() && matter.rows.runs(period.from, period.until));
    if !matter.rows.in_force(row.record) || !runs {
        return Err("TRANSFER_ADEQUACY_NOT_IN_FORCE");
    }
    // Before it applied, not to be on its list was to be out of scope.
    let is_framework = is_framework(row) && matter.rows.has_begun(Date::of(2023, 7, 10));
    let outside = if is_framework {
        "TRANSFER_DPF_NOT_CERTIFIED"
    } else {
        "TRANSFER_ADEQUACY_OUT_OF_SCOPE"
    };
    if row.mark(body.needs_listing, "needs_listing") != Mark::No {
        let covers_hr = listed(matter, row, way).ok_or(outside)?;
        if !covers_hr && is_about_staff(matter, way) {
            return Err(if is_framework {
                "TRANSFER_DPF_HR_NOT_COVERED"
            } else {
                outside
            });
        }
    }
    if row.mark(body.scope_limited, "scope_limited") != Mark::No {
        let said = way.to.into_iter().flat_map(|to| &to.body.adequacy_scope);
        let said: Vec<_> = said
            .filter(|one| {
                let about = one.adequacy_decision.as_ref();
                about.is_some_and(|key| *key.key() == row.record.name.key)
            })
            .collect();
        // What is said twice must be said alike.
        if said.is_empty() || said.iter().any(|one| one.met != Some(true)) {
            return Err("TRANSFER_ADEQUACY_OUT_OF_SCOPE");
        }
    }
    Ok(())
}

/// Whether data of staff go this way.
pub(super) fn is_about_staff(matter: &Matter<'_>, way: &Way<'_>) -> bool {
    let employees = matter.group_mark(|row| row.mark(row.body.employees, "employees"));
    let of_items = way.items.iter().any(|item| {
        let mark = matter.category_mark(Matter::category(item), |row| {
            row.mark(row.body.employment, "employment")
        });
        mark != Mark::No
    });
    employees != Mark::No || of_items
}

/// The entries of the importer on the list of a decision that have begun: its day, status, end, data of staff.
pub(super) fn entries(
    matter: &Matter<'_>,
    row: &Row<'_, AdequacyDecision>,
    way: &Way<'_>,
) -> Vec<(Date, Option<ListingStatus>, Option<Date>, bool)> {
    let Some(to) = way.to else { return Vec::new() };
    let listings = to.body.listings.iter();
    let of_decision = listings.filter(|one| {
        let key = one.adequacy_decision.as_ref();
        // Of whom it is not known which entities it covers it may have been taken off, and is not on it.
        let any = one.entities.is_empty()
            && (!to.silent("listings.entities") || one.status != Some(ListingStatus::Active));
        let entity = any
            || one
                .entities
                .iter()
                .any(|name| *name == to.key() || *name == to.record.envelope.display_name);
        key.is_some_and(|key| *key.key() == row.record.name.key) && entity
    });
    let begun = of_decision.filter_map(|one| {
        let from = one.from.filter(|day| matter.rows.has_begun(*day))?;
        Some((from, one.status, one.until, one.covers_hr == Some(true)))
    });
    begun.collect()
}

/// Whether an importer is on the list now, and whether for data of staff too. A later entry that ends it ends
/// every earlier one.
pub(super) fn listed(
    matter: &Matter<'_>,
    row: &Row<'_, AdequacyDecision>,
    way: &Way<'_>,
) -> Option<bool> {
    let entries = entries(matter, row, way);
    let ended = |from: &Date| {
        entries.iter().any(|(day, status, _, _)| {
            day >= from
                && matches!(
                    status,
                    Some(ListingStatus::Removed | ListingStatus::Inactive)
                )
        })
    };
    let active = entries.iter().filter(|(from, status, until, _)| {
        let over = until.is_some_and(|until| matter.rows.is_over(until));
        *status == Some(ListingStatus::Active) && !over && !ended(from)
    });
    active
        .map(|(_, _, _, covers_hr)| *covers_hr)
        .reduce(|one, other| one || other)
}

/// Whether an importer was once covered by the framework and is not any more.
pub(super) fn is_lapsed(
    matter: &Matter<'_>,
    row: &Row<'_, AdequacyDecision>,
    way: &Way<'_>,
) -> bool {
    is_framework(row)
        && adequate(matter, row, way) == Err("TRANSFER_DPF_NOT_CERTIFIED")
        && entries(matter, row, way)
            .iter()
            .any(|(_, status, _, covers_hr)| {
                status.is_some() && (*covers_hr || !is_about_staff(matter, way))
            })
}

/// What is told where adequacy, or nothing, was relied on.
pub(super) fn of_adequacy(
    matter: &Matter<'_>,
    decisions: &[Row<'_, AdequacyDecision>],
    way: &Way<'_>,
) -> Vec<&'static str> {
    // An importer whose only entries are on dead lists relied on them.
    let listings = way.to.map_or(&[][..], |to| to.body.listings.as_slice());
    let on: Vec<_> = listings
        .iter()
        .filter_map(|one| one.adequacy_decision.as_ref())
        .collect();
    let dead = |key: &&ropa::domain::key::AdequacyDecisionKey| {
        decisions.iter().any(|row| {
            row.record.name.key == *key.key()
                && adequate(matter, row, way) == Err("TRANSFER_ADEQUACY_INVALIDATED")
        })
    };
    if !on.is_empty() && on.iter().all(dead) {
        return vec!["TRANSFER_ADEQUACY_INVALIDATED"];
    }
    let faults = decisions
        .iter()
        .filter_map(|row| adequate(matter, row, way).err());
    faults
        .filter(|code| *code != "TRANSFER_ADEQUACY_INVALIDATED")
        .collect()
}
