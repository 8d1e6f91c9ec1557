//! Adequacy decisions (Art. 45): in force at the time, and with the importer in their scope.

use super::import::Import;
use super::{FRAMEWORK, Found};
use crate::domain::key::{CountryKey, TypedKey};
use crate::domain::recipient::{Listing, ListingStatus};
use crate::domain::transfer::AdequacyDecision;
use crate::engine::case::Case;
use crate::engine::rule::{Gate, RuleEffect};
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, of_entries, place};

/// What a decision does for an import.
pub(super) enum Adequacy {
    /// It covers it.
    Covers,
    /// It does not; what is the matter.
    Lacks(Found),
    /// It was invalidated.
    Invalidated(Found),
}

/// The decisions about a country, or about the importer as an organisation.
pub(super) fn decisions<'a>(
    case: &Case<'a>,
    import: &Import<'a>,
    country: &CountryKey,
) -> Vec<Node<'a, AdequacyDecision>> {
    let snapshot = case.view.snapshot;
    if let Some(importer) = import.importer.filter(|_| import.is_organisation()) {
        return snapshot
            .adequacy_of_organisation(importer.key().as_str())
            .collect();
    }
    let territory = snapshot.number(CountryKey::KIND, country.key()).into_iter();
    territory
        .flat_map(|number| snapshot.adequacy_of(number))
        .collect()
}

/// Looks at one decision.
pub(super) fn examine<'a>(
    case: &Case<'a>,
    import: &Import<'a>,
    country: &CountryKey,
    decision: Node<'a, AdequacyDecision>,
) -> Adequacy {
    let found = |number: u32, field: &str, message: String| {
        Found::new(
            number,
            import.fired(message).at(place(decision.record, field)),
        )
    };
    let name = import.name();
    let key = decision.key();
    if let Some(invalid) = invalidated(case, import, decision) {
        return Adequacy::Invalidated(invalid);
    }
    if decision.body.invalidated.is_none() && gap(decision.record, "invalidated").is_some() {
        let message = format!("it is not known whether decision `{key}` was invalidated");
        return Adequacy::Lacks(found(96, "invalidated", message).unstated());
    }
    let periods = decision.body.periods.iter();
    let running = periods.filter(|period| {
        period.from.is_some() && case.view.clock.within(period.from, period.until)
    });
    let running = running.count() > 0;
    if !case.view.in_force(decision) || !running {
        let message = format!("decision `{key}` about `{}` is not in force", country.key());
        return Adequacy::Lacks(found(96, "periods", message));
    }
    let needs = |field, said| Mark::of(decision.record, field, said) != Mark::No;
    if needs("needs_listing", decision.body.needs_listing)
        && let Some(lacking) = unlisted(case, import, decision)
    {
        return Adequacy::Lacks(lacking);
    }
    if needs("scope_limited", decision.body.scope_limited) {
        let met = import.importer.is_some_and(|importer| {
            let stated = importer.body.adequacy_scope.iter().filter(|scope| {
                let of = scope.adequacy_decision.as_ref();
                of.is_some_and(|of| of.key() == key)
            });
            // What is said twice must be said alike.
            let mut said = stated.map(|scope| scope.met == Some(true)).peekable();
            said.peek().is_some() && said.all(|met| met)
        });
        if !met {
            let message =
                format!("it is not stated that {name} is within the scope of decision `{key}`");
            return Adequacy::Lacks(found(95, "scope_text", message));
        }
    }
    Adequacy::Covers
}

/// The judgment that ended a decision, if it has.
pub(super) fn invalidated(
    case: &Case<'_>,
    import: &Import<'_>,
    decision: Node<'_, AdequacyDecision>,
) -> Option<Found> {
    let invalidation = decision.body.invalidated.as_ref()?;
    let begun = invalidation.on.is_none_or(|day| case.view.clock.begun(day));
    begun.then(|| {
        let message = format!(
            "{} relies on decision `{}`, which was invalidated by {}",
            import.name(),
            decision.key(),
            invalidation.by
        );
        let fired = import.fired(message);
        Found::new(97, fired.at(place(decision.record, "invalidated")))
    })
}

/// What keeps the importer from being on the list of a decision.
fn unlisted(
    case: &Case<'_>,
    import: &Import<'_>,
    decision: Node<'_, AdequacyDecision>,
) -> Option<Found> {
    let listings: Vec<&Listing> = import
        .importer
        .iter()
        .flat_map(|importer| &importer.body.listings)
        .filter(|listing| {
            let of = listing.adequacy_decision.as_ref();
            of.is_some_and(|of| of.key() == decision.key())
        })
        .collect();
    let own: Vec<&Listing> = listings
        .iter()
        .copied()
        .filter(|listing| covers(import, listing))
        .collect();
    let (active, ended): (Vec<&Listing>, Vec<&Listing>) = own
        .iter()
        .copied()
        .filter(|listing| case.view.clock.within(listing.from, listing.until))
        .partition(|listing| listing.status == Some(ListingStatus::Active));
    // An entry that does not say since when does not count; nor does one that a later one ended.
    let active: Vec<&Listing> = active
        .into_iter()
        .filter(|listing| {
            let later = |end: &&Listing| end.from.is_none() || end.from >= listing.from;
            listing.from.is_some() && !ended.iter().any(later)
        })
        .collect();
    let at = |number: u32, message: String| {
        let fired = import.fired(message);
        let fired = match import.importer {
            Some(importer) => fired.at(place(importer.record, "listings")),
            None => fired,
        };
        Found::new(number, fired)
    };
    let name = import.name();
    let key = decision.key();
    // Before the framework applied, not to be on a list was to be out of scope.
    let framework = case.view.clock.begun(FRAMEWORK);
    let staff = is_about_staff(case, import);
    if active.is_empty() {
        let number = if framework { 98 } else { 95 };
        let mut found = at(
            number,
            format!("{name} is not active on the list of decision `{key}`"),
        );
        // Who lapsed may keep what it has; nothing new goes there.
        let lapsed = own.iter().any(|listing| {
            let begun = listing.from.is_some_and(|from| case.view.clock.begun(from));
            let was_on_it = listing.status.is_some() && begun;
            was_on_it && (!staff || listing.covers_hr == Some(true))
        });
        let sent = case.operations.meets(Gate::COLLECTING.and(Gate::USING));
        if framework && lapsed && !sent {
            found.fired.severity = Some(RuleEffect::Warn);
        }
        return Some(found);
    }
    let covers_staff = active.iter().any(|listing| listing.covers_hr == Some(true));
    if !covers_staff && staff {
        let number = if framework { 99 } else { 95 };
        return Some(at(
            number,
            format!("the listing of {name} does not cover data of staff"),
        ));
    }
    None
}

/// Whether an entry covers the importer; one that own no entity covers who it is recorded of.
fn covers(import: &Import<'_>, listing: &Listing) -> bool {
    let Some(importer) = import.importer else {
        return false;
    };
    let own = [
        importer.key().as_str(),
        &importer.record.envelope.display_name,
    ];
    let named = |entity: &String| own.iter().any(|name| name.eq_ignore_ascii_case(entity));
    // An entry that does not say whom it covers puts nobody on the list, and may take anybody off it.
    let silent = of_entries(importer.record, "listings.entities");
    let any = listing.entities.is_empty();
    any && (!silent || listing.status != Some(ListingStatus::Active))
        || listing.entities.iter().any(named)
}

/// Whether data of staff go; where a mark is a gap, they may.
fn is_about_staff(case: &Case<'_>, import: &Import<'_>) -> bool {
    let employees = case.subject_mark("employees", |subject| subject.employees);
    let staff = employees.is_some_and(|(mark, _)| mark != Mark::No);
    staff
        || import.categories.iter().any(|category| {
            let mark = case
                .view
                .mark_upwards(*category, "employment", |category| category.employment);
            mark.0 != Mark::No
        })
}
