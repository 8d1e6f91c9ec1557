//! Whether a consent is free (Art. 7(4)): without imbalance, and without a service that hangs on it.

use crate::domain::basis::Article6;
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Outcome, RuleEffect};
use crate::engine::view::{Mark, place};

pub(super) fn conditional(case: &Case<'_>) -> Outcome {
    let Some(basis) = case.basis.filter(|_| case.letter() == Some(Article6::A)) else {
        return Outcome::NotApplicable;
    };
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let staff = case.subject_mark("employees", |subject| subject.employees);
    let imbalance = Mark::of(basis.record, "imbalance", basis.body.imbalance);
    let fact = "processing.consents";
    if imbalance == Mark::Yes {
        let fired =
            Fired::about(fact, "the person cannot freely refuse").at(case.basis_at("imbalance"));
        return Outcome::told(vec![fired]);
    }
    if let Some((Mark::Yes, subject)) = staff {
        let fired = Fired::about(
            "processing.subject.category",
            "the consent of employees is presumed not to be free",
        );
        return Outcome::told(vec![fired.at(place(subject.record, "employees"))]);
    }
    let unknown = match (imbalance, staff) {
        (Mark::Unknown, _) => Some(case.basis_at("imbalance")),
        (_, Some((Mark::Unknown, subject))) => Some(place(subject.record, "employees")),
        _ => None,
    };
    if let Some(at) = unknown {
        return Outcome::FactMissing(vec![Fired::unstated(
            fact,
            at,
            "whether the consent is free",
        )]);
    }
    match Mark::of(
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
        Mark::Unknown => Outcome::FactMissing(vec![Fired::unstated(
            fact,
            case.basis_at("service_conditional"),
            "whether the consent is free",
        )]),
    }
}
