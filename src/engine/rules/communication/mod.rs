//! Electronic marketing and the secrecy of communications (Directive 2002/58/EC): special law beside Art. 6.

mod location;
mod marketing;
mod secrecy;
mod telephone;
mod traffic;

use crate::domain::basis::Article6;
use crate::domain::category::{CommunicationData, DataCategory};
use crate::domain::purpose::CommunicationsUse;
use crate::engine::case::{Case, Item};
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, Outcome, Place, Rule};
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::view::{Mark, gap, place};

pub(super) const CHAPTER: &str = "2.4 Electronic marketing and secrecy of communications";

pub(in crate::engine) const RULES: &[&[Rule]] = &[
    marketing::RULES,
    telephone::RULES,
    secrecy::RULES,
    traffic::RULES,
    location::RULES,
];

pub(in crate::engine) use marketing::{OptedIn, is_electronic, opted_in};

/// Whether an item is communications data of a kind, and where its category says so.
fn is_of_kind<'a>(case: &Case<'a>, item: &Item<'a>, kind: CommunicationData) -> (Mark, Place) {
    let said = |category: &DataCategory| category.communication.map(|known| known == kind);
    let (mark, at) = case.item_mark(item, "communication", said);
    (mark, place(at.record, "communication"))
}

/// Whether law of the Union or a Member State orders what is done with communications: law that the basis of a
/// legal obligation cites, or what the activity names as its law on communications.
fn is_ordered_by_law(case: &Case<'_>) -> bool {
    let obliged = case
        .basis
        .filter(|_| case.letter() == Some(Article6::C))
        .is_some_and(|basis| case.view.cites_law(basis.body));
    let named = case
        .activity
        .body
        .communication_law
        .as_ref()
        .and_then(|key| case.view.snapshot.legal_basis(key))
        .filter(|basis| case.view.in_force(*basis))
        .is_some_and(|basis| case.view.cites_law(basis.body));
    obliged || named
}

/// Whether the purpose does one of these with communications. What is next to it counts: what stands above a
/// purpose that says otherwise of itself allows it nothing.
fn serves(case: &Case<'_>, uses: &[CommunicationsUse]) -> (Mark, Place) {
    let field = "communications_use";
    let said = case.view.upwards(case.purpose).find_map(|purpose| {
        let serves = purpose
            .body
            .communications_use
            .map(|known| uses.contains(&known));
        let silent = serves.is_none() && gap(purpose.record, field).is_none();
        let mark = Mark::of(purpose.record, field, serves);
        (!silent).then_some((mark, purpose))
    });
    let (mark, at) = said.unwrap_or((Mark::No, case.purpose));
    (mark, place(at.record, field))
}

/// Communications data of a kind that an operator handles with the user's consent alone.
fn needs_consent(
    case: &Case<'_>,
    kind: CommunicationData,
    scope: ConsentScope,
    what: &'static str,
) -> Outcome {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for item in case.personal() {
        match is_of_kind(case, item, kind) {
            (Mark::Yes, at) => found.push((item, at)),
            (Mark::Unknown, at) => {
                let undecided = "whether they are data of communications";
                missing.push(Fired::unstated(item.fact("category"), at, undecided));
            }
            (Mark::No, _) => {}
        }
    }
    if found.is_empty() && missing.is_empty() {
        return Outcome::NotApplicable;
    }
    let operator = case
        .controller
        .body
        .electronic_communications_operator
        .is_some();
    let field = "electronic_communications_operator";
    match Mark::of(case.controller.record, field, operator.then_some(true)) {
        Mark::Yes => {}
        Mark::No => return Outcome::NotApplicable,
        Mark::Unknown => {
            let at = place(case.controller.record, field);
            let undecided = "whether the rules for operators apply";
            missing.push(Fired::unstated("processing.controller", at, undecided));
        }
    }
    let Some(fault) = examine(case, scope, None) else {
        return Outcome::Satisfied;
    };
    if !missing.is_empty() {
        return Outcome::FactMissing(missing);
    }
    let told = found.into_iter().map(|(item, at)| {
        let message = format!("`{}` {what}: {}", item.key(), fault.fired.message);
        Fired::about(item.fact("category"), message)
            .at(at)
            .of(item.key().as_str())
    });
    Outcome::told(told.collect())
}
