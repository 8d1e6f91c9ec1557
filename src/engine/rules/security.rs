//! Where data are, and what protects them: storage, required measures, open breaches.

use crate::domain::key::{Key, Kind, RecordName, SecurityMeasureKey, TypedKey};
use crate::domain::notice::{Notice, UndertakingKind};
use crate::domain::security::MeasureKind;
use crate::domain::system::System;
use crate::domain::transfer::{Country, CountryStatus};
use crate::engine::case::{Case, gap, place};
use crate::engine::rule::{Fired, Gate, Level, Outcome, Rule, RuleEffect};
use crate::engine::snapshot::Node;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "TRANSFER_COUNTRY_UNKNOWN",
        number: 91,
        chapter: "2.9 Transfers",
        title: "It is not recorded in which country the data are stored",
        citation: "GDPR art. 44, 30(1)(e)",
        level: Level::Guard,
        effect: RuleEffect::Deny,
        gate: Gate::STORING,
        next_step: "record the storage countries of the system, or name the system",
        judge: country_unknown,
    },
    Rule {
        code: "STORAGE_LOCATION_NOT_REGISTERED",
        number: 92,
        chapter: "2.9 Transfers",
        title: "The data would be stored where the registry or a notice does not have them",
        citation: "GDPR art. 30(1)(e), 5(1)(a), 13(1)(f)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::STORING,
        next_step: "store in a system of the activity, or register this one and tell people",
        judge: location,
    },
    Rule {
        code: "SECURITY_MEASURE_MISSING",
        number: 132,
        chapter: "2.11 Security",
        title: "A required security measure is not in place",
        citation: "GDPR art. 5(1)(f), 32(1)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        next_step: "use a channel or system with the measure, and name it in `channel.measures`",
        judge: measure_missing,
    },
    Rule {
        code: "SECURITY_MEASURES_UNDOCUMENTED",
        number: 133,
        chapter: "2.11 Security",
        title: "The activity has no security measures on record",
        citation: "GDPR art. 30(1)(g), 32",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        next_step: "list the `measures` of the activity",
        judge: undocumented,
    },
    Rule {
        code: "BREACH_ACTIVE_CHANNEL",
        number: 160,
        chapter: "2.13 Breaches",
        title: "A breach of the system is open",
        citation: "GDPR art. 32, 33",
        level: Level::Policy,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        next_step: "ask the security team whether the system may be used",
        judge: breach_open,
    },
];

/// The systems a question is about: the one it names, else those of the activity.
pub(super) fn systems<'a>(case: &Case<'a>) -> Vec<Node<'a, System>> {
    match &case.query.system {
        Some(key) => case
            .snapshot
            .system(key)
            .filter(|system| case.in_force(system.record))
            .into_iter()
            .collect(),
        None => case
            .activity
            .body
            .systems
            .iter()
            .filter_map(|key| case.snapshot.system(key))
            .filter(|system| case.in_force(system.record))
            .collect(),
    }
}

/// Whether a country is inside the EEA at the decision. An outermost region is where its state is.
pub(super) fn inside(case: &Case<'_>, country: &str) -> bool {
    let Some(found) = country_of(case, country) else {
        return false;
    };
    let state = match (found.body.status, &found.body.linked_to) {
        (Some(CountryStatus::Outermost), Some(state)) => country_of(case, state.key().as_str()),
        (Some(CountryStatus::Outermost), None) => None,
        _ => Some(found),
    };
    state.is_some_and(|state| {
        let member = |period: &&crate::domain::transfer::EeaPeriod| {
            period.from.is_some() && case.clock.within(period.from, period.until)
        };
        state.body.eea.iter().filter(member).count() > 0
    })
}

fn country_of<'a>(case: &Case<'a>, code: &str) -> Option<Node<'a, Country>> {
    let name = RecordName::new(Kind::Country, Key::parse(Kind::Country, code)?);
    let found = Node::<Country>::of(case.snapshot.records.get(&name)?)?;
    case.in_force(found.record).then_some(found)
}

/// Systems that keep data. One that only processes says so.
fn stores(system: &Node<'_, System>) -> bool {
    system.body.storage != Some(false)
}

fn country_unknown(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let fact = if case.query.system.is_some() {
        "processing.system"
    } else {
        "processing.storage_country"
    };
    let storing: Vec<_> = systems(case).into_iter().filter(stores).collect();
    if storing.is_empty() {
        if case.query.storage_country.is_some() {
            return Outcome::Satisfied;
        }
        let fired = Fired::about(
            fact,
            "no system that stores is known, and no country is said",
        )
        .at(case.here("systems"));
        return Outcome::told(vec![fired]);
    }
    let told = storing
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
        })
        .chain(said_elsewhere(case, &storing))
        .collect();
    Outcome::told(told)
}

/// A country said beside systems must be one of theirs.
fn said_elsewhere<'a>(case: &Case<'_>, storing: &'a [Node<'_, System>]) -> Option<Fired> {
    let said = case.query.storage_country.as_ref()?;
    let known = storing
        .iter()
        .any(|system| system.body.storage_countries.contains(said));
    let first: Option<&'a Node<'_, System>> = storing.first();
    (!known).then(|| {
        let fired = Fired::about(
            "processing.storage_country",
            format!("no system of the question stores in `{}`", said.key()),
        );
        match first {
            Some(system) => fired.at(place(system.record, "storage_countries")),
            None => fired,
        }
    })
}

fn location(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    if let Some(key) = &case.query.system {
        let listed = case.activity.body.systems.contains(key);
        let known = case
            .snapshot
            .system(key)
            .is_some_and(|system| case.in_force(system.record));
        if !listed || !known {
            let what = if known {
                "is not one of the activity's systems"
            } else {
                "is not registered, or not in force"
            };
            told.push(
                Fired::about(
                    "processing.system",
                    format!("system `{}` {what}", key.key()),
                )
                .at(case.here("systems")),
            );
        }
    }
    let mut countries: Vec<(String, &'static str)> = Vec::new();
    for system in systems(case).iter().filter(|system| stores(system)) {
        countries.extend(
            system
                .body
                .storage_countries
                .iter()
                .map(|country| (country.key().to_string(), "processing.system")),
        );
    }
    if let Some(said) = &case.query.storage_country {
        countries.push((said.key().to_string(), "processing.storage_country"));
    }
    for notice in notices(case) {
        for (index, undertaking) in notice.body.undertakings.iter().enumerate() {
            let at = || place(notice.record, &format!("undertakings[{index}]"));
            match undertaking.kind {
                Some(UndertakingKind::StoredOnlyIn) => {
                    for (country, fact) in &countries {
                        if !undertaking
                            .countries
                            .iter()
                            .any(|allowed| allowed.key().as_str() == country)
                        {
                            let message = format!(
                                "notice `{}` promises not to store in `{country}`",
                                notice.key()
                            );
                            told.push(Fired::about(*fact, message).at(at()));
                        }
                    }
                }
                Some(UndertakingKind::NoStorageProcessor) => {
                    for system in systems(case)
                        .iter()
                        .filter(|system| stores(system) && system.body.processor.is_some())
                    {
                        let message = format!(
                            "notice `{}` promises no storage by processors, and `{}` is",
                            notice.key(),
                            system.key()
                        );
                        told.push(
                            Fired::about("processing.system", message)
                                .at(at())
                                .at(place(system.record, "processor")),
                        );
                    }
                }
                _ => {}
            }
        }
    }
    told.dedup();
    Outcome::told(told)
}

/// The notices whose undertakings bind: those of the controller for this activity, dated or not.
pub(super) fn notices<'a>(case: &Case<'a>) -> Vec<Node<'a, Notice>> {
    case.snapshot
        .of_kind(Kind::Notice)
        .iter()
        .filter_map(Node::<Notice>::of)
        .filter(|notice| {
            notice
                .body
                .controller
                .as_ref()
                .is_none_or(|key| key.key() == case.controller.key())
        })
        .filter(|notice| {
            notice.body.activities.is_empty()
                || notice
                    .body
                    .activities
                    .iter()
                    .any(|key| key.key() == case.activity.key())
        })
        .filter(|notice| case.in_force(notice.record))
        .collect()
}

/// The measures that must be in place: the activity's, and those of the categories and all above them.
fn required(case: &Case<'_>) -> Vec<(SecurityMeasureKey, crate::engine::rule::Place)> {
    let mut required: Vec<_> = case
        .activity
        .body
        .required_measures
        .iter()
        .map(|key| (key.clone(), case.here("required_measures")))
        .collect();
    for item in case.personal() {
        let mut at = Some(item.category);
        while let Some(category) = at {
            for key in &category.body.required_measures {
                if !required.iter().any(|(known, _)| known == key) {
                    required.push((key.clone(), place(category.record, "required_measures")));
                }
            }
            at = case.snapshot.parent(category);
        }
    }
    required
}

fn measure_missing(case: &Case<'_>) -> Outcome {
    let required = required(case);
    if required.is_empty() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let in_force = |key: &SecurityMeasureKey| {
        case.snapshot
            .security_measure(key)
            .filter(|measure| case.in_force(measure.record))
    };
    let channel = case
        .query
        .channel
        .as_ref()
        .map_or(&[][..], |channel| channel.measures.as_slice());
    let systems = systems(case);
    let mut told = Vec::new();
    for (key, at) in required {
        let measure = in_force(&key);
        let in_transit = measure
            .is_some_and(|measure| measure.body.kind == Some(MeasureKind::EncryptionInTransit));
        if in_transit && case.operations.within(Gate::STORING) {
            continue;
        }
        let met = measure.is_some()
            && (channel.contains(&key)
                || !systems.is_empty()
                    && systems
                        .iter()
                        .all(|system| system.body.measures.contains(&key)));
        if !met {
            let message = format!(
                "measure `{}` is required, and neither the channel nor the system has it",
                key.key()
            );
            told.push(Fired::about("processing.channel.measures", message).at(at));
        }
    }
    Outcome::told(told)
}

fn undocumented(case: &Case<'_>) -> Outcome {
    let counts = |key: &SecurityMeasureKey| {
        case.snapshot
            .security_measure(key)
            .is_some_and(|measure| case.in_force(measure.record))
    };
    if case.activity.body.measures.iter().any(counts) {
        return Outcome::Satisfied;
    }
    let message = format!(
        "activity `{}` lists no measures that are in place",
        case.activity.key()
    );
    Outcome::told(vec![
        Fired::about("processing.activity", message).at(case.here("measures")),
    ])
}

fn breach_open(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    for system in systems(case) {
        for (index, breach) in system.body.breaches.iter().enumerate() {
            let open = breach.opened_on.is_none_or(|day| case.clock.begun(day))
                && !breach.closed_on.is_some_and(|day| case.clock.begun(day));
            if open {
                let message = format!("a breach of system `{}` is open", system.key());
                told.push(
                    Fired::about("processing.system", message)
                        .at(place(system.record, &format!("breaches[{index}]"))),
                );
            }
        }
    }
    Outcome::told(told)
}
