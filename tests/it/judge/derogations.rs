//! Rules 116 and 117: the derogations of Art. 49, for one way to one place.

use ropa::domain::activity::Frequency;
use ropa::domain::basis::LegalBasis;
use ropa::domain::transfer::{Derogation, SafeguardGround, TransferSafeguard};
use ropa::engine::query::{ConsentScope, ContractState, DerogationUse};

use super::consent;
use super::lawfulness::{our_law, public_authority_at_its_task};
use super::lookup::{Mark, Row};
use super::matter::Matter;
use super::safeguards;
use super::transfers::{Place, Way};

/// What came of the derogations that were relied on.
pub(super) enum Outcome {
    None,
    Unmet,
    /// One holds; whether it is that of compelling interests.
    Holds(bool),
}

pub(super) fn judge(
    matter: &Matter<'_>,
    way: &Way<'_>,
    place: &Place,
    recorded: &[Row<'_, TransferSafeguard>],
) -> Outcome {
    let of_way: Vec<_> = recorded
        .iter()
        .filter(|row| {
            matter.rows.in_force(row.record)
                && safeguards::is_between(matter, way, row.body)
                && is_for(matter, way, place, row)
        })
        .collect();
    // A claim of no letter claims nothing.
    let claimed = way.claimed.filter(|claim| letter_of(claim).is_some());
    if of_way.is_empty() && claimed.is_none() {
        return Outcome::None;
    }
    for row in &of_way {
        let Some(SafeguardGround::Derogation(letter)) = &row.body.ground else {
            continue;
        };
        // What the caller says can only make it worse.
        let worse = way
            .claimed
            .is_some_and(|claim| claim.necessary == Some(false) || claim.occasional == Some(false));
        if !worse && is_recorded(matter, row, *letter) && allows(matter, way, *letter) {
            return Outcome::Holds(*letter == Derogation::CompellingInterests);
        }
    }
    // Of a derogation that is recorded the record speaks; beside it the caller's word adds nothing.
    // What compelling interests ask for stands in a record alone.
    let is_recorded = |letter| {
        let ground = Some(SafeguardGround::Derogation(letter));
        of_way.iter().any(|row| row.body.ground == ground)
    };
    if let Some(claim) = claimed
        && let Some(letter) = letter_of(claim)
        && letter != Derogation::CompellingInterests
        && !is_recorded(letter)
        && is_claimed(matter, claim, letter)
        && allows(matter, way, letter)
    {
        return Outcome::Holds(letter == Derogation::CompellingInterests);
    }
    Outcome::Unmet
}

/// Whether a recorded derogation is about this place, this activity and these data.
fn is_for(
    matter: &Matter<'_>,
    way: &Way<'_>,
    place: &Place,
    row: &Row<'_, TransferSafeguard>,
) -> bool {
    match place {
        Place::Country(country) | Place::Organisation(_, country) => {
            safeguards::covers(matter, way, row.body, country)
        }
    }
}

/// As it is written in a question.
fn letter_of(claim: &DerogationUse) -> Option<Derogation> {
    Some(match claim.letter.as_str() {
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

/// Those that are for single transfers.
fn must_be_occasional(letter: Derogation) -> bool {
    matches!(
        letter,
        Derogation::B | Derogation::C | Derogation::E | Derogation::CompellingInterests
    )
}

/// What the caller says: necessary, and for some letters occasional.
fn is_claimed(matter: &Matter<'_>, claim: &DerogationUse, letter: Derogation) -> bool {
    let regular = is_regular(matter);
    let necessary = letter == Derogation::A || claim.necessary == Some(true);
    let occasional = claim.occasional == Some(true) && !regular;
    // Consent is no ground for what happens again and again.
    let repeated = letter == Derogation::A && (regular || claim.occasional == Some(false));
    necessary && !repeated && (occasional || !must_be_occasional(letter))
}

/// Whether the activity transfers data again and again, or may.
fn is_regular(matter: &Matter<'_>) -> bool {
    let activity = &matter.activity;
    activity.body.frequency == Some(Frequency::Recurring) || activity.silent("frequency")
}

/// What the record says: the same, from a day on.
fn is_recorded(matter: &Matter<'_>, row: &Row<'_, TransferSafeguard>, letter: Derogation) -> bool {
    let body = row.body;
    let dated = row
        .record
        .envelope
        .valid_from
        .or(body.concluded_on)
        .is_some();
    let begun = match body.concluded_on {
        Some(day) => matter.rows.has_begun(day),
        None => !row.silent("concluded_on"),
    };
    let over = body
        .terminated_on
        .is_some_and(|day| matter.rows.is_over(day));
    let regular = is_regular(matter);
    // What the source is silent about is not stated.
    let reason = !body.necessity.is_empty() && !row.silent("necessity");
    let necessary = letter == Derogation::A || reason;
    let often = body.frequency.filter(|_| !row.silent("frequency"));
    let occasional = often == Some(Frequency::Occasional) && !regular;
    let over = over || row.silent("terminated_on");
    let repeated =
        regular || body.frequency == Some(Frequency::Recurring) || row.silent("frequency");
    // Compelling interests concern a number of people that is told.
    let counted = letter != Derogation::CompellingInterests || !body.numbers.is_empty();
    matter.rows.in_force(row.record)
        && dated
        && begun
        && !over
        && necessary
        && counted
        && !(letter == Derogation::A && repeated)
        && (occasional || !must_be_occasional(letter))
}

/// What each letter asks for besides.
fn allows(matter: &Matter<'_>, way: &Way<'_>, letter: Derogation) -> bool {
    let authority = public_authority_at_its_task(matter) != Mark::No;
    match letter {
        Derogation::A => {
            let consent = consent::of_scope(matter, ConsentScope::Transfer);
            let told = consent.is_some_and(|consent| {
                consent.explicit == Some(true) && consent.informed_of_risks == Some(true)
            });
            !authority && told && consent::serves(matter, ConsentScope::Transfer)
        }
        Derogation::B => !authority && has_contract(matter),
        Derogation::C | Derogation::CompellingInterests => !authority,
        Derogation::D => {
            let disclosure = way
                .entry
                .and_then(|entry| entry.disclosure_basis.as_ref())
                .and_then(|key| matter.rows.get::<LegalBasis>(key));
            let bases = [matter.basis(), disclosure];
            bases.iter().flatten().any(|row| our_law(matter, row.body))
        }
        Derogation::E | Derogation::F | Derogation::G => true,
    }
}

/// A contract with this person, or steps before one at the person's request.
pub(super) fn has_contract(matter: &Matter<'_>) -> bool {
    let subject = matter.asked.subject.as_ref();
    let contract = subject.and_then(|subject| subject.contract.as_ref());
    contract.is_some_and(|contract| match contract.state {
        Some(ContractState::PreContractRequest) => true,
        Some(ContractState::InForce) => matter.rows.runs(contract.started_on, contract.ended_on),
        Some(ContractState::Ended) => contract
            .ended_on
            .is_some_and(|day| !matter.rows.is_over(day)),
        Some(ContractState::NotParty) | None => false,
    })
}
