//! Traffic data of an operator (Directive 2002/58/EC art. 6): to convey, to bill, to secure; else with consent.

use super::{CHAPTER, is_ordered_by_law, needs_consent, serves};
use crate::domain::category::CommunicationData;
use crate::domain::purpose::CommunicationsUse;
use crate::engine::case::Case;
use crate::engine::query::ConsentScope;
use crate::engine::rule::{Fired, Outcome, Rule};
use crate::engine::view::Mark;

pub(super) const RULES: &[Rule] = &[Rule::law(
    CHAPTER,
    50,
    "TRAFFIC_DATA_PURPOSE",
    "Traffic data serve to convey, to bill and to secure; all else needs the user's consent",
    "Directive 2002/58/EC art. 6; CPCE L34-1 II to IV",
    "ask for consent of scope TRAFFIC_DATA, make the data anonymous, or cite the law that orders it",
    purpose,
)];

fn purpose(case: &Case<'_>) -> Outcome {
    let (served, at) = serves(
        case,
        &[
            CommunicationsUse::Transmission,
            CommunicationsUse::Billing,
            CommunicationsUse::NetworkSecurity,
        ],
    );
    if served == Mark::Yes || is_ordered_by_law(case) {
        return Outcome::NotApplicable;
    }
    let kind = CommunicationData::Traffic;
    let what = "are traffic data, and serve something else here";
    match needs_consent(case, kind, ConsentScope::TrafficData, what) {
        Outcome::Fired(_) if served == Mark::Unknown => {
            let undecided = "what is done with traffic data";
            Outcome::FactMissing(vec![Fired::unstated("processing.activity", at, undecided)])
        }
        outcome => outcome,
    }
}
