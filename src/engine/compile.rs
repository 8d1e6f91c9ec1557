//! From an inventory, a snapshot; or everything in it that cannot mean anything.

use std::hash::Hash;

use rustc_hash::FxHashSet;

use super::catalogue;
use super::snapshot::{Referrer, Snapshot};
use crate::domain::basis::{AssessmentKind, AssessmentOutcome};
use crate::domain::date::Date;
use crate::domain::inventory::Inventory;
use crate::domain::key::{Key, RecordName, TypedKey};
use crate::domain::recipient::{Agreement, Subprocessor};
use crate::domain::record::{Body, Record};
use crate::domain::shape::{Place, Refer};

/// One thing in an inventory that cannot mean anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The record.
    pub name: RecordName,
    /// The field, from the body on.
    pub field: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Compiles an inventory. A write is accepted if, and only if, this accepts what it would lead to.
pub fn compile(inventory: Inventory) -> Result<Snapshot, Vec<Issue>> {
    let mut snapshot = Snapshot::new(inventory);
    let mut issues = Vec::new();
    link(&mut snapshot, &mut issues);
    for (_, entry) in snapshot.inventory().entries() {
        check(&entry.record, &snapshot, &mut issues);
    }
    if issues.is_empty() {
        Ok(snapshot)
    } else {
        issues.sort_by(|a, b| a.name.cmp(&b.name));
        Err(issues)
    }
}

/// Notes who refers to whom; what is referred to must exist.
fn link(snapshot: &mut Snapshot, issues: &mut Vec<Issue>) {
    let mut found = Vec::new();
    for (_, entry) in snapshot.inventory().entries() {
        let record = &entry.record;
        record.body.refer(Place::Record, &mut |place, kind, key| {
            let field = place.to_string();
            let name = record.name.clone();
            match snapshot.number(kind, key) {
                Some(target) => found.push((target, Referrer { name, field })),
                None => issues.push(Issue {
                    name,
                    field,
                    message: format!(
                        "refers to `{}/{key}`, which does not exist: add it, in the same request if you like",
                        kind.collection()
                    ),
                }),
            }
        });
    }
    for (target, referrer) in found {
        snapshot.refer(target, referrer);
    }
}

fn check(record: &Record, snapshot: &Snapshot, issues: &mut Vec<Issue>) {
    let mut refuse = |field: &str, message: String| {
        let field = if field.is_empty() {
            String::new()
        } else {
            format!("{}.{field}", record.name.kind.word())
        };
        issues.push(Issue {
            name: record.name.clone(),
            field,
            message,
        });
    };
    if record.name.kind.is_hierarchical() {
        check_parent(record, snapshot, &mut refuse);
        check_successor(record, snapshot, &mut refuse);
    }
    match &record.body {
        Body::Assessment(body) => {
            if let (Some(kind), Some(outcome)) = (body.kind, body.outcome)
                && !outcome_fits(kind, outcome)
            {
                refuse(
                    "outcome",
                    format!(
                        "`{}` is no outcome of a {}",
                        outcome.as_str(),
                        kind.as_str()
                    ),
                );
            }
        }
        Body::Agreement(body) => {
            let own = |sub: &Subprocessor| {
                sub.recipient
                    .as_ref()
                    .is_some_and(|sub| body.parties.contains(sub))
            };
            for (index, _) in body
                .subprocessors
                .iter()
                .enumerate()
                .filter(|(_, sub)| own(sub))
            {
                refuse(
                    &format!("subprocessors[{index}]"),
                    "is a party of the agreement itself".to_owned(),
                );
            }
            let engaged = body.subprocessors.iter();
            let engaged = engaged.map(|sub| sub.recipient.as_ref());
            doubles("subprocessors", "recipient", engaged, &mut refuse);
            check_chain(record, snapshot, &mut refuse);
        }
        Body::Activity(body) => {
            let data = body.data.iter().map(|entry| entry.category.as_ref());
            doubles("data", "category", data, &mut refuse);
            let recipients = body.recipients.iter();
            let recipients = recipients.map(|entry| entry.recipient.as_ref());
            doubles("recipients", "recipient", recipients, &mut refuse);
        }
        Body::Policy(body) => {
            if body.rule.is_empty() {
                refuse(
                    "rule",
                    "must be said: the code of a rule of level POLICY, or REQUIRE_PERSON_STATE"
                        .to_owned(),
                );
            } else if !catalogue::is_settable(&body.rule) {
                refuse(
                    "rule",
                    "is no rule whose severity can be set: take one that GetServerInfo lists as `settable`".to_owned(),
                );
            }
        }
        _ => check_terms(&record.body, &mut refuse),
    }
}

/// What is dated inside a record ends after it begins.
fn check_terms(body: &Body, refuse: &mut impl FnMut(&str, String)) {
    match body {
        Body::LegalBasis(body) => {
            terms(
                "laws",
                body.laws
                    .iter()
                    .map(|law| (law.valid_from, law.valid_until)),
                refuse,
            );
        }
        Body::Recipient(body) => {
            terms(
                "listings",
                body.listings
                    .iter()
                    .map(|listing| (listing.from, listing.until)),
                refuse,
            );
        }
        Body::AdequacyDecision(body) => {
            terms(
                "periods",
                body.periods
                    .iter()
                    .map(|period| (period.from, period.until)),
                refuse,
            );
        }
        Body::Country(body) => {
            terms(
                "eea",
                body.eea.iter().map(|period| (period.from, period.until)),
                refuse,
            );
            terms(
                "consent_age",
                body.consent_age.iter().map(|age| (age.from, age.until)),
                refuse,
            );
            terms(
                "holidays",
                body.holidays
                    .iter()
                    .map(|holiday| (holiday.from, holiday.until)),
                refuse,
            );
        }
        Body::System(body) => {
            terms(
                "breaches",
                body.breaches
                    .iter()
                    .map(|breach| (breach.opened_on, breach.closed_on)),
                refuse,
            );
        }
        _ => {}
    }
}

/// Dots mean parents: the key up to its last dot must exist, and be the parent if one is said.
fn check_parent(record: &Record, snapshot: &Snapshot, refuse: &mut impl FnMut(&str, String)) {
    let said = match &record.body {
        Body::DataCategory(body) => body.parent.as_ref().map(TypedKey::key),
        Body::DataSubjectCategory(body) => body.parent.as_ref().map(TypedKey::key),
        Body::Purpose(body) => body.parent.as_ref().map(TypedKey::key),
        _ => None,
    };
    let meant = record.name.key.parent();
    match (said, &meant) {
        (Some(said), Some(meant)) if said != meant => {
            refuse(
                "parent",
                format!("must be `{meant}`, the key up to its last dot"),
            );
        }
        (Some(_), None) => refuse(
            "parent",
            "must be left out: a key without a dot has no parent".to_owned(),
        ),
        _ => {}
    }
    if let Some(meant) = meant {
        let kind = record.name.kind;
        if snapshot.number(kind, &meant).is_none() {
            let message = format!(
                "`{}/{meant}` does not exist: add it, in the same request if you like",
                kind.collection()
            );
            refuse("parent", message);
        }
    }
}

fn successor(record: &Record) -> Option<&Key> {
    match &record.body {
        Body::DataCategory(body) => body.successor.as_ref().map(TypedKey::key),
        Body::DataSubjectCategory(body) => body.successor.as_ref().map(TypedKey::key),
        _ => None,
    }
}

/// How long a chain of successors, or of sub-processors, may be: longer ones are taken for a mistake, and
/// following them would take longer than a write should.
const DEPTH: usize = 32;

/// Successors lead somewhere, soon.
fn check_successor(record: &Record, snapshot: &Snapshot, refuse: &mut impl FnMut(&str, String)) {
    let mut seen = vec![&record.name.key];
    let mut at = record;
    while let Some(next) = successor(at) {
        if seen.contains(&next) {
            refuse(
                "successor",
                "leads back to itself: take one of the successors away".to_owned(),
            );
            return;
        }
        if seen.len() == DEPTH {
            refuse(
                "successor",
                format!("leads further than {DEPTH} keys: name the last of them"),
            );
            return;
        }
        seen.push(next);
        let found = snapshot.number(record.name.kind, next);
        match found.and_then(|number| snapshot.record(number)) {
            Some(found) => at = found,
            None => return,
        }
    }
}

/// Sub-processors lead to an end, soon: no contract, and no sub-processor, comes again below itself.
fn check_chain(record: &Record, snapshot: &Snapshot, refuse: &mut impl FnMut(&str, String)) {
    let Some(from) = snapshot.find::<Agreement>(&record.name.key) else {
        return;
    };
    let mut seen = FxHashSet::from_iter([from.number]);
    let mut level = vec![from];
    for _ in 0..DEPTH {
        let mut below = Vec::new();
        for at in level {
            let engaged = at.body.subprocessors.iter();
            for next in engaged.filter_map(|sub| snapshot.agreement(sub.agreement.as_ref()?)) {
                let again = next.body.subprocessors.iter().any(|sub| {
                    let key = sub.recipient.as_ref();
                    key.is_some_and(|key| from.body.parties.contains(key))
                });
                if next.number == from.number || again {
                    refuse(
                        "subprocessors",
                        "leads back to itself: take one of the sub-processors away".to_owned(),
                    );
                    return;
                }
                if seen.insert(next.number) {
                    below.push(next);
                }
            }
        }
        if below.is_empty() {
            return;
        }
        level = below;
    }
    refuse(
        "subprocessors",
        format!("leads further than {DEPTH} contracts: that is no chain anybody can oversee"),
    );
}

/// Two entries about the same thing may say two things of it, and rules look at one.
fn doubles<'k, K: Eq + Hash + 'k>(
    list: &str,
    field: &str,
    keys: impl Iterator<Item = Option<&'k K>>,
    refuse: &mut impl FnMut(&str, String),
) {
    let mut seen = FxHashSet::default();
    for (index, key) in keys.enumerate() {
        if key.is_some_and(|key| !seen.insert(key)) {
            let message = "stands in the list before: say it in one entry".to_owned();
            refuse(&format!("{list}[{index}].{field}"), message);
        }
    }
}

fn terms(
    field: &str,
    terms: impl Iterator<Item = (Option<Date>, Option<Date>)>,
    refuse: &mut impl FnMut(&str, String),
) {
    for (index, term) in terms.enumerate() {
        if let (Some(from), Some(until)) = term
            && until < from
        {
            refuse(
                &format!("{field}[{index}]"),
                "ends before it begins".to_owned(),
            );
        }
    }
}

const fn outcome_fits(kind: AssessmentKind, outcome: AssessmentOutcome) -> bool {
    use AssessmentKind as K;
    use AssessmentOutcome as O;
    matches!(
        (kind, outcome),
        (K::Lia, O::Favourable | O::Overridden)
            | (K::Dpia, O::Acceptable | O::ResidualHighRisk)
            | (K::DpiaScreening, O::Required | O::NotRequired)
            | (
                K::Tia,
                O::Adequate | O::AdequateWithMeasures | O::Inadequate
            )
            | (K::Compatibility, O::Compatible | O::Incompatible)
    )
}
