//! Other controllers: an arrangement of those who decide together, a basis of those who are given data.

use super::CHAPTER;
use super::chain::is_signed;
use super::receiver::{Receiver, Role};
use crate::domain::basis::{Article6, BasisArticle, LegalBasis};
use crate::domain::key::TypedKey;
use crate::domain::recipient::AgreementKind;
use crate::engine::case::Case;
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, GDPR, Gate, Judge, Level, Outcome, Rule, RuleEffect};
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::rules::lawfulness::is_weighed;
use crate::engine::snapshot::Node;
use crate::engine::view::place;

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
    all.filter(|receiver| roles.contains(&receiver.role) && receiver.recipient.is_some())
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
            let controller = agreement.body.controller.as_ref();
            let activities = &agreement.body.activities;
            agreement.body.kind == Some(AgreementKind::Article26)
                && controller.is_some_and(|key| key.key() == case.controller.key())
                && (activities.is_empty()
                    || activities
                        .iter()
                        .any(|key| key.key() == case.activity.key()))
                && is_signed(case, *agreement)
        });
        if counting.count() == 0 {
            let message = format!(
                "no arrangement with joint controller `{}` is in force",
                recipient.key()
            );
            let fired = Fired::about(receiver.fact("recipient"), message);
            told.push(fired.at(receiver.entry_at(case, "role")));
        }
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}

/// The field that keeps a basis from carrying a disclosure: what the rules of Art. 6 ask of the basis of an
/// activity, they ask of this one too.
fn lacks(case: &Case<'_>, basis: Node<'_, LegalBasis>) -> Option<&'static str> {
    let Some(BasisArticle::Article6(letter)) = basis.body.article else {
        return Some("article");
    };
    match letter {
        // Of the activity's own basis the rules of consent speak.
        Article6::A if case.basis.is_some_and(|own| own.number == basis.number) => None,
        Article6::A => examine(case, ConsentScope::Processing, Some(basis)).map(|_| "texts"),
        Article6::C | Article6::E => {
            let cites = case.view.cites_law(basis.body);
            (!cites).then_some("laws")
        }
        Article6::F => (!is_weighed(case, basis)).then_some("assessment"),
        Article6::B | Article6::D => None,
    }
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
        let lacking = match basis {
            Some(basis) if case.view.in_force(basis) => lacks(case, basis),
            _ => Some("disclosure_basis"),
        };
        let Some(field) = lacking else { continue };
        let message = format!(
            "the disclosure to controller `{}` has no basis that holds",
            receiver.key.key()
        );
        let fired = Fired::about(receiver.fact("recipient"), message)
            .at(receiver.entry_at(case, "disclosure_basis"));
        told.push(match basis {
            Some(basis) if field != "disclosure_basis" => fired.at(place(basis.record, field)),
            _ => fired,
        });
    }
    if looked {
        Outcome::told(told)
    } else {
        Outcome::NotApplicable
    }
}
