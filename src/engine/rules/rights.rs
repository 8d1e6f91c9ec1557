//! The state of the person's rights: restriction, erasure, rectification.

use crate::domain::key::{Key, TypedKey};
use crate::domain::recipient::RecipientKind;
use crate::engine::case::{Case, Item};
use crate::engine::query::{
    Accuracy, ErasureState, Operation, Rectification, RestrictionState, RightsState,
};
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::view::is_above;

const CHAPTER: &str = "2.10 State of the person's rights";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "PROCESSING_RESTRICTED",
        number: 120,
        chapter: CHAPTER,
        title: "The processing of this person's data is restricted",
        citation: "GDPR art. 18(2), 4(3)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::USING.and(Gate::ERASING),
        in_force_from: GDPR,
        next_step: "only store, or state the exception of Art. 18(2) that applies",
        judge: Judge::Processing(restricted),
    },
    Rule {
        code: "DATA_ACCURACY_CONTESTED",
        number: 14,
        chapter: "2.2 Principles",
        title: "The person contests that the data are correct",
        citation: "GDPR art. 5(1)(d), 16, 18(1)(a)",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::USING.and(Gate::ERASING),
        in_force_from: GDPR,
        next_step: "verify the data",
        judge: Judge::Processing(contested),
    },
    Rule {
        code: "SUBJECT_ERASED",
        number: 121,
        chapter: CHAPTER,
        title: "The data of this person were to be erased",
        citation: "GDPR art. 17(1), 5(1)(e)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "erase what is left, and do not collect it again on the old ground",
        judge: Judge::Processing(erased),
    },
    Rule {
        code: "ERASURE_PENDING",
        number: 122,
        chapter: CHAPTER,
        title: "A request for erasure is open",
        citation: "GDPR art. 17(1)",
        level: Level::Policy,
        effect: RuleEffect::Deny,
        gate: OF_EXISTING,
        in_force_from: GDPR,
        next_step: "decide the request first, or state the exception of Art. 17(3)",
        judge: Judge::Processing(pending),
    },
    Rule {
        code: "RECTIFICATION_PENDING",
        number: 123,
        chapter: CHAPTER,
        title: "A request for rectification is open",
        citation: "GDPR art. 16",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::EXISTING,
        in_force_from: GDPR,
        next_step: "correct the data first, where you can",
        judge: Judge::Processing(rectifying),
    },
    Rule {
        code: "RECIPIENTS_TO_NOTIFY",
        number: 124,
        chapter: CHAPTER,
        title: "Recipients were not told of a rectification, erasure or restriction",
        citation: "GDPR art. 19",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::EXISTING,
        in_force_from: GDPR,
        next_step: "tell each recipient, and state `recipients_notified`",
        judge: Judge::Processing(to_notify),
    },
];

/// What an open request for erasure bears on.
const OF_EXISTING: Gate = Gate::EXISTING.and(Gate::of(&[Operation::Anonymise]));

fn rights<'a>(case: &Case<'a>) -> Option<&'a RightsState> {
    case.query.rights.as_ref()
}

const RESTRICTION: &str = "processing.rights.restriction";
const ACCURACY: &str = "processing.rights.accuracy";
const ERASURE: &str = "processing.rights.erasure";

fn restricted(case: &Case<'_>) -> Outcome {
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let restriction = rights(case).and_then(|rights| rights.restriction.as_ref());
    let contested = rights(case).and_then(|rights| rights.accuracy);
    let state = restriction.and_then(|restriction| restriction.state);
    let active = state == Some(RestrictionState::Active);
    let restricted = active || contested == Some(Accuracy::Contested);
    let excepted = restriction
        .and_then(|restriction| restriction.exception)
        .is_some();
    if !restricted || excepted {
        let unsaid: Vec<&str> = [
            (RESTRICTION, state.is_none()),
            (ACCURACY, contested.is_none()),
        ]
        .into_iter()
        .filter_map(|(fact, unsaid)| unsaid.then_some(fact))
        .collect();
        if !unsaid.is_empty() && case.view.requires_person_state() {
            return Outcome::FactMissing(
                unsaid
                    .into_iter()
                    .map(|fact| Fired::missing(fact, "whether processing is restricted"))
                    .collect(),
            );
        }
        for fact in unsaid {
            case.assume(fact);
        }
        return Outcome::Satisfied;
    }
    let (fact, message) = if active {
        (
            RESTRICTION,
            "the processing of this person's data is restricted",
        )
    } else {
        (
            ACCURACY,
            "the accuracy is contested, which restricts the processing until it is settled",
        )
    };
    Outcome::told(vec![Fired::about(fact, message)])
}

/// What comes with a permit under an exception to the restriction.
pub(in crate::engine) fn exception(case: &Case<'_>) -> Option<Obligation> {
    let rights = rights(case)?;
    let restriction = rights.restriction.as_ref()?;
    let restricted = restriction.state == Some(RestrictionState::Active)
        || rights.accuracy == Some(Accuracy::Contested);
    let exception = restriction
        .exception
        .filter(|_| restricted && case.operations.meets(Gate::USING))?;
    Some(Obligation::new("RESTRICTED_USE_ONLY").with("exception", exception.as_str()))
}

fn contested(case: &Case<'_>) -> Outcome {
    match rights(case).and_then(|rights| rights.accuracy) {
        Some(Accuracy::Contested) if case.is_about_people() => Outcome::told(vec![Fired::about(
            ACCURACY,
            "the accuracy of the data is contested",
        )]),
        Some(_) => Outcome::Satisfied,
        None => Outcome::NotApplicable,
    }
}

/// The categories a request for erasure reaches: those it names, else all.
fn reached(case: &Case<'_>, state: ErasureState) -> Vec<String> {
    let Some(erasure) = rights(case).and_then(|rights| rights.erasure.as_ref()) else {
        return Vec::new();
    };
    if erasure.state != Some(state) {
        return Vec::new();
    }
    let named = &erasure.categories;
    case.personal()
        .filter(|item| {
            named.is_empty()
                // A category that is not known may be any.
                || named.iter().any(|key| case.view.snapshot.data_category(key).is_none())
                || named.iter().any(|key| reaches(key.key(), item))
        })
        .map(|item| item.key().to_string())
        .collect()
}

/// Whether what is said of a category reaches an item: its own, one above it, or one asked for with it.
fn reaches(said: &Key, item: &Item<'_>) -> bool {
    said == item.key()
        || is_above(said, item.key())
        || item.included.iter().any(|child| child.key() == said)
}

/// Where the state of erasure is not said: taken as no, or asked for.
fn erasure_unsaid(case: &Case<'_>) -> Option<Outcome> {
    let state = rights(case)
        .and_then(|rights| rights.erasure.as_ref())
        .and_then(|erasure| erasure.state);
    if state.is_some() || !case.is_about_people() {
        return None;
    }
    if case.view.requires_person_state() && case.operations.meets(OF_EXISTING) {
        return Some(Outcome::FactMissing(vec![Fired::missing(
            ERASURE,
            "whether the data are to be erased",
        )]));
    }
    case.assume(ERASURE);
    Some(Outcome::Satisfied)
}

fn erased(case: &Case<'_>) -> Outcome {
    if let Some(outcome) = erasure_unsaid(case) {
        return outcome;
    }
    let fired = reached(case, ErasureState::Executed)
        .into_iter()
        .map(|category| {
            Fired::about(ERASURE, format!("the erasure of `{category}` was granted")).of(&category)
        });
    Outcome::told(fired.collect())
}

fn pending(case: &Case<'_>) -> Outcome {
    let erasure = rights(case).and_then(|rights| rights.erasure.as_ref());
    if erasure.is_none_or(|erasure| erasure.state != Some(ErasureState::Pending)) {
        return Outcome::NotApplicable;
    }
    if erasure.is_some_and(|erasure| erasure.exception.is_some()) {
        return Outcome::Satisfied;
    }
    // To erase beside storing is what was asked for.
    let milder = Gate::STORING
        .and(Gate::COLLECTING)
        .and(Gate::of(&[Operation::Erase]));
    let only_stored = case.operations.within(milder);
    let fired = reached(case, ErasureState::Pending)
        .into_iter()
        .map(|category| {
            let fired = Fired::about(ERASURE, format!("a request to erase `{category}` is open"))
                .of(&category);
            if only_stored {
                fired.as_severe_as(RuleEffect::Warn)
            } else {
                fired
            }
        });
    Outcome::told(fired.collect())
}

fn rectifying(case: &Case<'_>) -> Outcome {
    match rights(case).and_then(|rights| rights.rectification) {
        Some(Rectification::Pending) if case.is_about_people() => {
            Outcome::told(vec![Fired::about(
                "processing.rights.rectification",
                "a request to correct the data is open",
            )])
        }
        Some(_) => Outcome::Satisfied,
        None => Outcome::NotApplicable,
    }
}

fn to_notify(case: &Case<'_>) -> Outcome {
    let Some(rights) = rights(case).filter(|_| case.is_about_people()) else {
        return Outcome::NotApplicable;
    };
    let done = rights.rectification == Some(Rectification::Done)
        || rights
            .erasure
            .as_ref()
            .is_some_and(|erasure| erasure.state == Some(ErasureState::Executed))
        || rights
            .restriction
            .as_ref()
            .is_some_and(|restriction| restriction.state == Some(RestrictionState::Active));
    let to_tell = to_tell(case);
    if !done || to_tell.is_empty() {
        return Outcome::NotApplicable;
    }
    if rights.recipients_notified == Some(true) {
        return Outcome::Satisfied;
    }
    let mut fired = Fired::about(
        "processing.rights.recipients_notified",
        "the recipients of the activity were not told",
    );
    fired = fired.at(case.here("recipients"));
    for obligation in to_tell {
        fired = fired.with(obligation);
    }
    Outcome::told(vec![fired])
}

/// One obligation for each recipient that is to be told.
pub(in crate::engine) fn to_tell(case: &Case<'_>) -> Vec<Obligation> {
    let told = who_has(case).into_iter();
    told.map(|key| Obligation::new("NOTIFY_RECIPIENTS").with("recipient", key.to_string()))
        .collect()
}

/// The recipients of the activity that may have the data. Own staff are none (Art. 29; C-579/21).
pub(in crate::engine) fn who_has<'a>(case: &Case<'a>) -> Vec<&'a Key> {
    let all = case.activity.body.recipients.iter().filter_map(|entry| {
        let key = entry.recipient.as_ref()?;
        let known = case.view.snapshot.recipient(key);
        let staff = known.is_some_and(|known| {
            known.body.kind == Some(RecipientKind::Internal)
                && known.body.separate_entity != Some(true)
        });
        let gets = |item: &Item<'_>| {
            let listed = &entry.categories;
            // An entry of the category that names recipients is for those alone.
            let own = item.entry.map_or(&[][..], |own| own.recipients.as_slice());
            let about =
                listed.is_empty() || listed.iter().any(|listed| reaches(listed.key(), item));
            about && (own.is_empty() || own.contains(key))
        };
        (!staff && case.personal().any(gets)).then_some(key)
    });
    all.map(TypedKey::key).collect()
}
