//! Where data are stored.

use super::{CHAPTER, found};
use crate::domain::key::{CountryKey, SystemKey, TypedKey};
use crate::domain::notice::UndertakingKind;
use crate::domain::system::System;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::transparency::promises;
use crate::engine::snapshot::Node;
use crate::engine::view::{gap, place};

pub(in crate::engine::rules) const RULES: &[Rule] = &[
    Rule {
        code: "TRANSFER_COUNTRY_UNKNOWN",
        number: 91,
        chapter: CHAPTER,
        title: "It is not recorded in which country the data are stored, or go",
        citation: "GDPR art. 44, 30(1)(e)",
        level: Level::Guard,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "record the countries of the recipient or of the system, or name the system",
        judge: Judge::Processing(country_unknown),
    },
    Rule {
        code: "STORAGE_LOCATION_NOT_REGISTERED",
        number: 92,
        chapter: CHAPTER,
        title: "The data would be stored where the registry or a notice does not have them",
        citation: "GDPR art. 30(1)(e), 5(1)(a), 13(1)(f)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::STORING,
        in_force_from: GDPR,
        next_step: "store in a system of the activity, or register this one and tell people",
        judge: Judge::Processing(location),
    },
];

const SYSTEM: &str = "processing.system";
const COUNTRY: &str = "processing.storage_country";

/// Whether a system keeps data. One that only processes says so.
fn stores(system: &Node<'_, System>) -> bool {
    system.body.storage != Some(false)
}

/// Whether the source is silent about whether a system keeps data: then it is no place of theirs.
fn may_not_store(system: &Node<'_, System>) -> bool {
    system.body.storage.is_none() && gap(system.record, "storage").is_some()
}

fn storing<'a>(case: &Case<'a>) -> Vec<Node<'a, System>> {
    case.systems().into_iter().filter(stores).collect()
}

fn country_unknown(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let (mut told, _) = found(case, 91);
    told.extend(unlisted(case));
    if case.operations.meets(Gate::STORING) {
        told.extend(unstored(case));
    } else {
        told.extend(unknown_system(case));
    }
    Outcome::told(told)
}

/// Of a system that is named and not known, nobody knows where it is.
fn unknown_system(case: &Case<'_>) -> Option<Fired> {
    let named = case.query.system.as_ref()?;
    let placed = case.systems().first().is_some_and(|system| {
        !stores(system)
            || !system.body.storage_countries.is_empty()
                && gap(system.record, "storage_countries").is_none()
    });
    (!placed).then(|| {
        let message = format!("it is not known where system `{}` is", named.key());
        let mut fired = Fired::about(SYSTEM, message).at(case.here("systems"));
        if case.view.snapshot.system(named).is_none() {
            fired.unknown = Some((SystemKey::KIND, named.key().clone()));
        }
        fired
    })
}

/// All systems of the activity are meant, and nobody knows all.
fn unlisted(case: &Case<'_>) -> Option<Fired> {
    let open = case.query.system.is_none() && gap(case.activity.record, "systems").is_some();
    open.then(|| {
        let message = format!(
            "activity `{}` does not list all of its systems",
            case.activity.key()
        );
        Fired::about(SYSTEM, message)
            .at(case.here("systems"))
            .but("name the system, or list all of them".to_owned())
    })
}

/// Systems that store, and do not say where.
fn unstored(case: &Case<'_>) -> Vec<Fired> {
    let fact = if case.query.system.is_some() {
        SYSTEM
    } else {
        COUNTRY
    };
    let storing = storing(case);
    if storing.is_empty() {
        // Of systems that do not count, or do not store, the other rule speaks.
        let systems = case.query.system.is_some() || !case.activity.body.systems.is_empty();
        if systems || case.query.storage_country.is_some() {
            return Vec::new();
        }
        let fired = Fired::about(
            fact,
            "no system that stores is known, and no country is said",
        )
        .at(case.here("systems"));
        return vec![fired];
    }
    let placeless = storing
        .iter()
        .filter(|system| {
            system.body.storage_countries.is_empty()
                || gap(system.record, "storage_countries").is_some()
        })
        .map(|system| {
            let message = format!(
                "system `{}` does not say in which countries it stores",
                system.key()
            );
            Fired::about(fact, message).at(place(system.record, "storage_countries"))
        });
    placeless.chain(said_elsewhere(case, &storing)).collect()
}

/// A country said beside systems must be one of theirs.
fn said_elsewhere(case: &Case<'_>, storing: &[Node<'_, System>]) -> Option<Fired> {
    let said = case.query.storage_country.as_ref()?;
    let known = storing
        .iter()
        .any(|system| system.body.storage_countries.contains(said));
    (!known).then(|| {
        let message = format!("no system of the question stores in `{}`", said.key());
        let fired = Fired::about(COUNTRY, message);
        storing.iter().fold(fired, |fired, system| {
            fired.at(place(system.record, "storage_countries"))
        })
    })
}

fn location(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let mut told: Vec<Fired> = unregistered(case).into_iter().collect();
    undertaken(case, &mut told);
    told.dedup();
    Outcome::told(told)
}

/// A place that the registry does not have for the activity.
fn unregistered(case: &Case<'_>) -> Option<Fired> {
    let here = case.here("systems");
    let Some(key) = &case.query.system else {
        // All systems of the activity are meant. A country alone is a place only where none is registered.
        let own = &case.activity.body.systems;
        let is_away = |key: &&SystemKey| {
            let system = case.view.snapshot.system(key);
            !system.is_some_and(|system| case.view.in_force(system))
        };
        if let Some(key) = own.iter().find(is_away) {
            let message = format!(
                "system `{}` of the activity is not in force, and none is named",
                key.key()
            );
            let fired = Fired::about(SYSTEM, message).at(here);
            return Some(fired.but("name the system that stores".to_owned()));
        }
        let storing = storing(case);
        let outside = !own.is_empty() && storing.iter().all(may_not_store);
        let message = "the activity has systems, and none of them stores";
        return outside.then(|| Fired::about(SYSTEM, message).at(here));
    };
    let known = case.view.snapshot.system(key);
    let what = match known {
        Some(system) if !case.view.in_force(system) => "is not in force",
        None => "is not registered",
        Some(_) if !case.activity.body.systems.contains(key) => {
            "is not one of the activity's systems"
        }
        Some(system) if !stores(&system) => "processes, and does not store",
        Some(system) if may_not_store(&system) => "does not state whether it stores",
        Some(_) => return None,
    };
    let fired = Fired::about(SYSTEM, format!("system `{}` {what}", key.key())).at(here);
    Some(match known {
        Some(system) if !stores(&system) || may_not_store(&system) => {
            fired.at(place(system.record, "storage"))
        }
        _ => fired,
    })
}

/// A place outside of what a notice undertakes.
fn undertaken(case: &Case<'_>, told: &mut Vec<Fired>) {
    let storing = storing(case);
    let mut countries: Vec<(&CountryKey, &'static str)> = storing
        .iter()
        .flat_map(|system| &system.body.storage_countries)
        .map(|country| (country, SYSTEM))
        .collect();
    countries.extend(
        case.query
            .storage_country
            .iter()
            .map(|said| (said, COUNTRY)),
    );
    for promise in promises(case, UndertakingKind::StoredOnlyIn) {
        let allowed = promise
            .said
            .map_or(&[][..], |said| said.countries.as_slice());
        for (country, fact) in &countries {
            if !allowed.contains(country) {
                let message = format!("{} not to store in `{}`", promise.promises(), country.key());
                told.push(Fired::about(*fact, message).at(promise.at.clone()));
            }
        }
    }
    for promise in promises(case, UndertakingKind::NoStorageProcessor) {
        let run = storing
            .iter()
            .filter(|system| system.body.processor.is_some());
        told.extend(run.map(|system| {
            let message = format!(
                "{} no storage by processors, and `{}` is",
                promise.promises(),
                system.key()
            );
            Fired::about(SYSTEM, message)
                .at(promise.at.clone())
                .at(place(system.record, "processor"))
        }));
    }
}
