//! Other controllers: an arrangement of those who decide together, a basis of those who are given data.

use super::CHAPTER;
use super::agreement::binds;
use super::receiver::{Receiver, Role};
use crate::domain::basis::{BasisArticle, LegalBasis};
use crate::domain::key::TypedKey;
use crate::domain::recipient::AgreementKind;
use crate::engine::case::Case;
use crate::engine::judge;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::lawfulness;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, place};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "JOINT_CONTROLLER_ARRANGEMENT_MISSING",
        number: 85,
        chapter: CHAPTER,
        title: "There is no arrangement with the joint controller",
        citation: "GDPR art. 26; C-60/22; C-40/17",
        level: Level::Law,
        effect: RuleEffect::Warn,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "conclude an arrangement of Art. 26, and register it as an agreement",
        judge: Judge::Processing(arrangement_missing),
    },
    Rule {
        code: "CONTROLLER_TO_CONTROLLER_BASIS_MISSING",
        number: 86,
        chapter: CHAPTER,
        title: "The disclosure to another controller has no basis of its own",
        citation: "GDPR art. 6(1), 5(1)(b)",
        level: Level::Law,
        effect: RuleEffect::Deny,
        gate: Gate::PROCESSING,
        in_force_from: GDPR,
        next_step: "state the `disclosure_basis` of the recipient in the activity",
        judge: Judge::Processing(basis_missing),
    },
];

fn in_roles<'c, 'a>(
    case: &'c Case<'a>,
    roles: &'static [Role],
) -> impl Iterator<Item = &'c Receiver<'a>> {
    let all = case.receivers().iter();
    // Who only runs a system of the activity is judged as who processes for it.
    let receives = |receiver: &&Receiver<'a>| receiver.system.is_none() || receiver.said.is_some();
    all.filter(|receiver| roles.contains(&receiver.role) && receiver.recipient.is_some())
        .filter(receives)
}

fn arrangement_missing(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for receiver in in_roles(case, &[Role::JointController]) {
        let Some(recipient) = receiver.recipient else {
            continue;
        };
        looked = true;
        let arrangements = case.view.snapshot.agreements_with(recipient.number);
        let counting = arrangements.filter(|agreement| {
            binds(case, *agreement, AgreementKind::Article26, receiver.key) == Mark::Yes
        });
        if counting.count() == 0 {
            let message = format!(
                "no arrangement with joint controller `{}` is in force",
                recipient.key()
            );
            let fired = receiver.about("recipient", message);
            told.push(fired.at(receiver.entry_at(case, "role")));
        }
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}

/// The rules that ask of a basis whether it holds for this person: consent, contract, interest, objection, law.
const HOLDS: [u32; 17] = [
    22, 23, 24, 25, 26, 27, 28, 30, 31, 33, 34, 35, 37, 38, 41, 42, 43,
];

/// What keeps a basis from carrying a disclosure: what the rules of Art. 6 ask of the basis of an activity, they
/// ask of this one too.
fn lacks<'a>(case: &Case<'a>, basis: Node<'a, LegalBasis>) -> Option<Fired> {
    if !matches!(basis.body.article, Some(BasisArticle::Article6(_))) {
        let message = format!("`{}` is no basis of Art. 6(1)", basis.key());
        return Some(Fired::about("", message).at(place(basis.record, "article")));
    }
    // Of the activity's own basis the rules themselves speak.
    if case.basis.is_some_and(|own| own.number == basis.number) {
        return None;
    }
    let resting = case.resting_on(basis);
    let asked = lawfulness::RULES.iter().copied().flatten();
    let mut asked = asked.filter(|rule| HOLDS.contains(&rule.number));
    asked.find_map(|rule| match judge::outcome(rule, &resting) {
        Outcome::FactMissing(told) => told.into_iter().next(),
        Outcome::Fired(told) => told
            .into_iter()
            .find(|fired| judge::severity(rule, fired, case).0 == RuleEffect::Deny),
        _ => None,
    })
}

/// The bases of disclosures to other controllers, those of the activity itself left out.
pub(in crate::engine) fn disclosure_bases<'a>(case: &Case<'a>) -> Vec<Node<'a, LegalBasis>> {
    let entries = in_roles(case, &[Role::JointController, Role::Controller]);
    let bases = entries.filter_map(|receiver| {
        let (_, entry) = receiver.entry?;
        case.view
            .snapshot
            .legal_basis(entry.disclosure_basis.as_ref()?)
    });
    let mut bases: Vec<_> = bases
        .filter(|basis| case.basis.is_none_or(|own| own.number != basis.number))
        .collect();
    bases.sort_by_key(|basis| basis.number);
    bases.dedup_by_key(|basis| basis.number);
    bases
}

fn basis_missing(case: &Case<'_>) -> Outcome {
    let mut told = Vec::new();
    let mut looked = false;
    for receiver in in_roles(case, &[Role::JointController, Role::Controller]) {
        // Who is not listed is denied by that.
        let Some((_, entry)) = receiver.entry else {
            continue;
        };
        looked = true;
        let basis = entry
            .disclosure_basis
            .as_ref()
            .and_then(|key| case.view.snapshot.legal_basis(key));
        let at = receiver.entry_at(case, "disclosure_basis");
        let message = format!(
            "the disclosure to controller `{}` has no basis that holds",
            receiver.key.key()
        );
        let in_force = basis.filter(|basis| case.view.in_force(*basis));
        let Some(basis) = in_force else {
            told.push(receiver.about("recipient", message).at(at));
            continue;
        };
        if let Some(lacking) = lacks(case, basis) {
            let message = format!("{message}: {}", lacking.message);
            let mut fired = receiver.about("recipient", message).at(at);
            fired.at.push(place(basis.record, ""));
            fired.at.extend(lacking.at);
            told.push(fired);
        }
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}
