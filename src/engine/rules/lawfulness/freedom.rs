//! Whether a consent is free (Art. 7(4)): without imbalance, and without a service that hangs on it.

use crate::domain::basis::Article6;
use crate::engine::case::{Case, Mark, place};
use crate::engine::rule::{Fired, Outcome, RuleEffect};

pub(super) fn conditional(case: &Case<'_>) -> Outcome {
    let Some(basis) = case.basis.filter(|_| case.letter() == Some(Article6::A)) else {
        return Outcome::NotApplicable;
    };
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let staff = case.subject.map(|subject| {
        (
            subject,
            Case::mark(subject.record, "employees", subject.body.employees),
        )
    });
    let imbalance = Case::mark(basis.record, "imbalance", basis.body.imbalance);
    let fact = "processing.consents";
    if imbalance == Mark::Yes {
        let fired =
            Fired::about(fact, "the person cannot freely refuse").at(case.basis_at("imbalance"));
        return Outcome::told(vec![fired]);
    }
    if let Some((subject, Mark::Yes)) = staff {
        let fired = Fired::about(
            "processing.subject.category",
            "the consent of employees is presumed not to be free",
        );
        return Outcome::told(vec![fired.at(place(subject.record, "employees"))]);
    }
    let unknown = match (imbalance, staff) {
        (Mark::Unknown, _) => Some(case.basis_at("imbalance")),
        (_, Some((subject, Mark::Unknown))) => Some(place(subject.record, "employees")),
        _ => None,
    };
    if let Some(at) = unknown {
        return Outcome::FactMissing(vec![
            Case::missing(fact, "whether the consent is free").at(at),
        ]);
    }
    match Case::mark(
        basis.record,
        "service_conditional",
        basis.body.service_conditional,
    ) {
        Mark::Yes => {
            let fired = Fired::about(fact, "the service is refused without consent")
                .at(case.basis_at("service_conditional"));
            Outcome::told(vec![fired.as_severe_as(RuleEffect::Warn)])
        }
        Mark::No => Outcome::Satisfied,
        Mark::Unknown => Outcome::FactMissing(vec![
            Case::missing(fact, "whether the consent is free")
                .at(case.basis_at("service_conditional")),
        ]),
    }
}
