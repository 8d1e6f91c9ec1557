//! The obligations that come with every permit of a kind.

use super::case::Case;
use super::rule::{Gate, Obligation};
use super::rules;
use crate::domain::basis::Article6;

/// Adds what follows from the basis and from what is done.
pub(super) fn attach(case: &Case<'_>, obligations: &mut Vec<Obligation>) {
    if !case.is_about_people() {
        return;
    }
    if case.operations.within(Gate::ERASING) {
        obligations.extend(rules::to_tell(case));
        return;
    }
    obligations.extend(rules::exception(case));
    obligations.extend(rules::attachments(case));
    let Some(basis) = case.basis else { return };
    match case.letter() {
        Some(Article6::A) => {
            obligations.push(
                Obligation::new("OFFER_WITHDRAWAL")
                    .with("route", basis.body.withdrawal_route.clone()),
            );
            if case.operations.meets(Gate::COLLECTING) {
                obligations.push(
                    Obligation::new("RECORD_CONSENT").with("route", basis.body.channel.clone()),
                );
            }
        }
        Some(Article6::E | Article6::F) => {
            obligations.push(
                Obligation::new("OFFER_OBJECTION")
                    .with("route", basis.body.objection_route.clone()),
            );
        }
        _ => {}
    }
    if case.view.direct_marketing(case.purpose).0 == super::view::Mark::Yes {
        obligations.push(Obligation::new("OFFER_UNSUBSCRIBE"));
    }
    if case.operations.meets(Gate::DISCLOSING) {
        obligations.extend(rules::disclosed(case));
    }
}
