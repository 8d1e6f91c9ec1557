//! Rules 91 and 92 for storage: in a known country, in a registered place, as people were promised.

use ropa::domain::key::CountryKey;
use ropa::domain::notice::{Undertaking, UndertakingKind};
use ropa::domain::recipient::Recipient;
use ropa::domain::system::System;

use super::lookup::Row;
use super::matter::{Matter, STORING};
use super::principles::undertakings;

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() {
        return;
    }
    // All systems of the activity are meant, and nobody knows all.
    if matter.asked.system.is_none() && matter.activity.silent("systems") {
        matter.deny("TRANSFER_COUNTRY_UNKNOWN");
    }
    // 91: where a named system is must be known, whatever is done there.
    if let Some(named) = &matter.asked.system {
        let row = matter.rows.get::<System>(named);
        // One that is not registered is told by 92 where it stores.
        let unknown = match row {
            Some(row) => row.body.storage != Some(false) && is_unknown(&row),
            None => !matter.asks(STORING),
        };
        if unknown {
            matter.deny("TRANSFER_COUNTRY_UNKNOWN");
        }
    }
    // So must that of one that somebody else runs, and of one of which the record says that it is not known.
    let run = |row: &Row<'_, System>| {
        // Where nothing is stored there is no place of storage: who runs it is somewhere.
        let stores = row.body.storage != Some(false);
        let by = row.body.processor.as_ref();
        let is_run = by.is_some_and(|key| matter.rows.get::<Recipient>(key).is_some());
        stores && (is_run && is_unknown(row) || row.silent("storage_countries"))
    };
    if matter.systems().iter().any(run) {
        matter.deny("TRANSFER_COUNTRY_UNKNOWN");
    }
    if matter.asks(STORING) {
        storing(matter);
    }
}

/// Whether not every country of a system is known.
fn is_unknown(place: &Row<'_, System>) -> bool {
    place.body.storage_countries.is_empty() || place.silent("storage_countries")
}

fn storing(matter: &Matter<'_>) {
    let own = &matter.activity.body.systems;
    let named = matter.asked.system.as_ref();
    let said = matter.asked.storage_country.as_ref();
    if named.is_none() && own.is_empty() {
        match said {
            None => matter.deny("TRANSFER_COUNTRY_UNKNOWN"),
            Some(country) => {
                let mut promises = undertakings(matter, UndertakingKind::StoredOnlyIn).into_iter();
                if promises.any(|promise| forbids(promise, country)) {
                    matter.deny_by_policy("STORAGE_LOCATION_NOT_REGISTERED");
                }
            }
        }
        return;
    }
    let keys = match named {
        Some(named) => std::slice::from_ref(named),
        None => own.as_slice(),
    };
    let mut places = Vec::new();
    let mut registered = true;
    for key in keys {
        match matter.rows.get::<System>(key) {
            Some(row) if own.contains(key) => {
                // Of which it is not known whether it stores is no place of theirs.
                let silent = row.body.storage.is_none() && row.silent("storage");
                if row.body.storage != Some(false) && !silent {
                    places.push(row);
                }
            }
            _ => registered = false,
        }
    }
    let broken = said.is_some_and(|country| {
        let mut promises = undertakings(matter, UndertakingKind::StoredOnlyIn).into_iter();
        promises.any(|promise| forbids(promise, country))
    });
    if places.is_empty()
        || broken
        || !registered
        || places.iter().any(|place| breaks_promise(matter, place))
    {
        matter.deny_by_policy("STORAGE_LOCATION_NOT_REGISTERED");
    }
    // 91: every country of a place must be known.
    // A country that the caller says must be one of the record's.
    let said_elsewhere = said.is_some_and(|country| {
        let mut storing = matter.systems();
        storing.retain(|row| row.body.storage != Some(false));
        let mut known = storing.iter().flat_map(|row| &row.body.storage_countries);
        !storing.is_empty() && !known.any(|one| one == country)
    });
    // So must those of one that may store.
    let may_store = |key| {
        let row = matter.rows.get::<System>(key);
        row.is_some_and(|row| row.body.storage != Some(false) && is_unknown(&row))
    };
    if places.iter().any(is_unknown) || keys.iter().any(may_store) || said_elsewhere {
        matter.deny("TRANSFER_COUNTRY_UNKNOWN");
    }
}

/// Whether a promise forbids a country; one of which nothing is known may.
fn forbids(promise: Option<&Undertaking>, country: &CountryKey) -> bool {
    promise.is_none_or(|promise| !promise.countries.contains(country))
}

/// Whether a place lies outside of what a notice undertakes.
fn breaks_promise(matter: &Matter<'_>, place: &Row<'_, System>) -> bool {
    let mut only_in = undertakings(matter, UndertakingKind::StoredOnlyIn).into_iter();
    let elsewhere = only_in.any(|promise| {
        let mut countries = place.body.storage_countries.iter();
        countries.any(|country| forbids(promise, country))
    });
    let by_processor = place.body.processor.is_some()
        && !undertakings(matter, UndertakingKind::NoStorageProcessor).is_empty();
    elsewhere || by_processor
}
