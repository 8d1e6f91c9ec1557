//! What protects data: required measures, open breaches.

use crate::domain::key::{SecurityMeasureKey, TypedKey};
use crate::domain::security::MeasureKind;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::view::{gap, place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "SECURITY_MEASURE_MISSING",
        number: 132,
        chapter: "2.11 Security",
        title: "A required security measure is not in place",
        citation: "GDPR art. 5(1)(f), 32(1)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "use a channel or system with the measure, and name it in `channel.measures`",
        judge: Judge::Processing(measure_missing),
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
        in_force_from: GDPR,
        next_step: "list the `measures` of the activity",
        judge: Judge::Processing(undocumented),
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
        in_force_from: GDPR,
        next_step: "ask the security team whether the system may be used",
        judge: Judge::Processing(breach_open),
    },
];

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
        let above = case.view.upwards(item.category);
        for category in above.chain(item.included.iter().copied()) {
            for key in &category.body.required_measures {
                if !required.iter().any(|(known, _)| known == key) {
                    required.push((key.clone(), place(category.record, "required_measures")));
                }
            }
        }
    }
    required
}

/// Where more measures may be required than are listed.
fn unlisted(case: &Case<'_>) -> Vec<Fired> {
    let field = "required_measures";
    let of_categories = case.personal().flat_map(|item| {
        let above = case.view.upwards(item.category);
        above.chain(item.included.iter().copied())
    });
    let places = of_categories.map(|category| place(category.record, field));
    let mut open: Vec<_> = std::iter::once(case.here(field))
        .chain(places)
        .filter(|at| at.gap.is_some())
        .collect();
    open.dedup();
    let what = "which measures protect the data";
    open.into_iter()
        .map(|at| Fired::unstated("processing.channel.measures", at, what))
        .collect()
}

fn measure_missing(case: &Case<'_>) -> Outcome {
    let required = required(case);
    let mut told = unlisted(case);
    if required.is_empty() && told.is_empty() || !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let channel = case
        .query
        .channel
        .as_ref()
        .map_or(&[][..], |channel| channel.measures.as_slice());
    let systems = case.systems();
    for (key, at) in required {
        // What is only kept does not travel, whatever became of the measure.
        let known = case.view.snapshot.security_measure(&key);
        let in_transit = known
            .is_some_and(|measure| measure.body.kind == Some(MeasureKind::EncryptionInTransit));
        if in_transit && case.only_stores() {
            continue;
        }
        let met = known.is_some_and(|measure| case.view.in_force(measure))
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
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let counts = |key: &SecurityMeasureKey| {
        case.view
            .snapshot
            .security_measure(key)
            .is_some_and(|measure| case.view.in_force(measure))
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
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let mut told = Vec::new();
    for system in case.systems() {
        if gap(system.record, "breaches").is_some() {
            let at = place(system.record, "breaches");
            let what = "whether a breach of it is open";
            told.push(Fired::unstated("processing.system", at, what));
        }
        for (index, breach) in system.body.breaches.iter().enumerate() {
            let open = breach
                .opened_on
                .is_none_or(|day| case.view.clock.begun(day))
                && !breach
                    .closed_on
                    .is_some_and(|day| case.view.clock.begun(day));
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
