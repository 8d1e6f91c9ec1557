//! The obligations that come with every permit of a kind.

use super::case::Case;
use super::rule::{Gate, Obligation};
use super::rules;
use crate::domain::basis::{Article6, BasisArticle, LegalBasis};

/// Adds what follows from the basis and from what is done.
pub(super) fn attach(case: &Case<'_>, obligations: &mut Vec<Obligation>) {
    if !case.is_about_people() {
        return;
    }
    if let Some(tracking) = case.tracking {
        if let Some(basis) = case.basis.filter(|_| case.rests_on().is_some()) {
            let route = basis.body.withdrawal_route.clone();
            obligations.push(Obligation::new("OFFER_WITHDRAWAL").with("route", route));
        }
        obligations.push(rules::expire_by(case, tracking));
        return;
    }
    if rules::is_deceased(case) {
        if case.operations.meets(Gate::DISCLOSING) {
            obligations.extend(rules::disclosed(case));
        }
        return;
    }
    if case.operations.meets(Gate::ERASING) {
        obligations.extend(rules::to_tell(case));
    }
    if case.operations.within(Gate::ERASING) {
        return;
    }
    obligations.extend(rules::exception(case));
    obligations.extend(rules::attachments(case));
    if let Some(basis) = case.basis {
        of_basis(case, basis.body, obligations);
    }
    if case.view.direct_marketing(case.purpose).0 == super::view::Mark::Yes {
        obligations.push(Obligation::new("OFFER_UNSUBSCRIBE"));
    }
    if rules::is_electronic(case) {
        obligations.push(Obligation::new("IDENTIFY_SENDER"));
    }
    if case.letter() == Some(Article6::A)
        && case.operations.meets(Gate::COLLECTING)
        && rules::is_below_age(case)
    {
        obligations.push(Obligation::new("VERIFY_PARENTAL_RESPONSIBILITY"));
    }
    if case.operations.meets(Gate::DISCLOSING) {
        for basis in rules::disclosure_bases(case) {
            of_basis(case, basis.body, obligations);
        }
        obligations.extend(rules::disclosed(case));
    }
}

/// What a basis brings: of consent its withdrawal, of an interest or a public task the objection.
fn of_basis(case: &Case<'_>, basis: &LegalBasis, obligations: &mut Vec<Obligation>) {
    match basis.article {
        Some(BasisArticle::Article6(Article6::A)) => {
            obligations.push(
                Obligation::new("OFFER_WITHDRAWAL").with("route", basis.withdrawal_route.clone()),
            );
            if case.operations.meets(Gate::COLLECTING) {
                obligations
                    .push(Obligation::new("RECORD_CONSENT").with("route", basis.channel.clone()));
            }
        }
        Some(BasisArticle::Article6(Article6::E | Article6::F)) => {
            obligations.push(
                Obligation::new("OFFER_OBJECTION").with("route", basis.objection_route.clone()),
            );
        }
        _ => {}
    }
}
