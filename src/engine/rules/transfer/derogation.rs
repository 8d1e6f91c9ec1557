//! Derogations (Art. 49): narrow exceptions, each with its own conditions.

use super::import::Import;
use crate::domain::activity::Frequency;
use crate::domain::transfer::{Derogation, TransferSafeguard};
use crate::engine::case::Case;
use crate::engine::query::{ConsentScope, DerogationUse};
use crate::engine::rules::lawfulness::consent::examine;
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap};

/// What a derogation is claimed with: a record, or the words of the question.
pub(super) struct Claim<'a> {
    pub letter: Derogation,
    /// The record.
    pub safeguard: Option<Node<'a, TransferSafeguard>>,
    necessary: bool,
    occasional: bool,
    /// It is stated that it happens again and again.
    repeated: bool,
}

/// Whether it is known how often the activity transfers data.
fn is_known(case: &Case<'_>) -> bool {
    gap(case.activity.record, "frequency").is_none()
}

impl<'a> Claim<'a> {
    /// By a record.
    pub(super) fn recorded(
        case: &Case<'_>,
        letter: Derogation,
        safeguard: Node<'a, TransferSafeguard>,
        said: Option<&DerogationUse>,
    ) -> Self {
        let body = safeguard.body;
        let recorded = [body.frequency, case.activity.body.frequency];
        // A caller can only make it worse.
        // So may what the source is silent about.
        let silent = !is_known(case) || gap(safeguard.record, "frequency").is_some();
        let repeated = silent
            || recorded.contains(&Some(Frequency::Recurring))
            || said.is_some_and(|said| said.occasional == Some(false));
        let occasional = body.frequency == Some(Frequency::Occasional);
        Self {
            letter,
            safeguard: Some(safeguard),
            necessary: !body.necessity.is_empty()
                && said.is_none_or(|said| said.necessary != Some(false)),
            occasional: occasional && !repeated,
            repeated,
        }
    }

    /// By the question; `None` where it claims none that exists.
    pub(super) fn said(case: &Case<'_>, import: &Import<'_>) -> Option<Self> {
        let said = import.said?.derogation.as_ref()?;
        let recurring =
            !is_known(case) || case.activity.body.frequency == Some(Frequency::Recurring);
        Some(Self {
            letter: letter(&said.letter)?,
            safeguard: None,
            necessary: said.necessary == Some(true),
            occasional: said.occasional == Some(true) && !recurring,
            repeated: said.occasional == Some(false) || recurring,
        })
    }

    /// What keeps it from holding.
    pub(super) fn unmet(&self, case: &Case<'_>, import: &Import<'_>) -> Option<&'static str> {
        use Derogation::{A, B, C, CompellingInterests, D, E, F, G};
        // Art. 49(3): nor on the second subparagraph of Art. 49(1).
        if matches!(self.letter, A | B | C | CompellingInterests) && is_public_task(case) {
            return Some("public authorities cannot rely on it in their tasks");
        }
        if let Some(safeguard) = self.safeguard {
            let undated = safeguard.record.envelope.valid_from.is_none();
            match safeguard.body.concluded_on {
                Some(day) if !case.view.clock.begun(day) => {
                    return Some("the day it counts from has not come");
                }
                None if gap(safeguard.record, "concluded_on").is_some() => {
                    return Some("it is not known since when it counts");
                }
                None if undated => return Some("its record does not say since when it counts"),
                Some(_) | None => {}
            }
            if gap(safeguard.record, "terminated_on").is_some() {
                return Some("it is not known whether it was ended");
            }
        }
        match self.letter {
            B if !case.has_contract() => {
                Some("it is not stated that the person has a contract, or asked for one")
            }
            A if self.repeated => Some("it is no ground for transfers again and again"),
            A => consented(case),
            B | C | D | E | F | G if !self.necessary => {
                Some("it is not stated why the transfer is necessary")
            }
            B | C | E if !self.occasional => {
                Some("it is not stated that the transfer is occasional")
            }
            D if !is_ordered(case, import) => {
                Some("no law of the Union or a Member State is cited")
            }
            CompellingInterests => self.compelling(),
            B | C | D | E | F | G => None,
        }
    }

    fn compelling(&self) -> Option<&'static str> {
        let counted = self
            .safeguard
            .is_some_and(|safeguard| !safeguard.body.numbers.is_empty());
        if !self.necessary || !self.occasional {
            Some("it is not stated that the transfer is necessary and not repetitive")
        } else if counted {
            None
        } else {
            Some("it is not recorded how many people it concerns")
        }
    }
}

fn letter(said: &str) -> Option<Derogation> {
    Some(match said {
        "a" => Derogation::A,
        "b" => Derogation::B,
        "c" => Derogation::C,
        "d" => Derogation::D,
        "e" => Derogation::E,
        "f" => Derogation::F,
        "g" => Derogation::G,
        "compelling" => Derogation::CompellingInterests,
        _ => return None,
    })
}

/// Whether law that the activity rests on, or the disclosure itself, speaks for the public interest.
fn is_ordered(case: &Case<'_>, import: &Import<'_>) -> bool {
    let disclosure = import.disclosure_basis;
    let disclosure = disclosure.and_then(|key| case.view.snapshot.legal_basis(key));
    let disclosure = disclosure.filter(|basis| case.view.in_force(*basis));
    case.cites_law() || disclosure.is_some_and(|basis| case.view.cites_law(basis.body))
}

fn is_public_task(case: &Case<'_>) -> bool {
    let authority = Mark::of(
        case.controller.record,
        "public_authority",
        case.controller.body.public_authority,
    );
    let task = Mark::of(
        case.activity.record,
        "public_task",
        case.activity.body.public_task,
    );
    authority != Mark::No && task != Mark::No
}

/// Explicit consent to the transfer, by a person who was told of the risks.
fn consented(case: &Case<'_>) -> Option<&'static str> {
    if examine(case, ConsentScope::Transfer, None).is_some() {
        return Some("there is no valid consent to the transfer");
    }
    let consent = case
        .consent(ConsentScope::Transfer)
        .map(|(_, consent)| consent);
    if consent.and_then(|consent| consent.explicit) != Some(true) {
        return Some("the consent to the transfer is not stated to be explicit");
    }
    if consent.and_then(|consent| consent.informed_of_risks) != Some(true) {
        return Some("it is not stated that the person was told of the risks");
    }
    None
}
