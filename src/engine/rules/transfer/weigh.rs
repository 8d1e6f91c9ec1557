//! All transfers of a case: each import, in each of its countries.

use super::Found;
use super::adequacy::invalidated;
use super::ground::Weighing;
use super::import::Import;
use super::tool::specified;
use crate::domain::key::{CountryKey, TypedKey};
use crate::domain::transfer::{AdequacyDecision, SafeguardGround, TransferSafeguard};
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Outcome, Place};
use crate::engine::rules::recipient::Receiver;
use crate::engine::snapshot::Node;
use crate::engine::view::place;

/// One import in one of its countries, and what carries it.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Transfer<'a> {
    /// Who gets the data where.
    pub import: Import<'a>,
    /// The country; `None` where none is known.
    pub country: Option<&'a CountryKey>,
    /// What carries it.
    pub ground: Ground<'a>,
    /// What rules say of it.
    pub found: Vec<Found>,
}

/// What carries a transfer.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) enum Ground<'a> {
    /// It is none: the country is inside.
    Inside,
    /// A territory linked to a state inside.
    Special,
    /// An adequacy decision.
    Adequacy(Node<'a, AdequacyDecision>),
    /// A tool of Art. 46.
    Tool(Node<'a, TransferSafeguard>),
    /// A derogation, recorded or claimed.
    Derogation(Option<Node<'a, TransferSafeguard>>),
    /// Who lapsed from a list keeps what it has.
    Tolerated,
    /// Nothing.
    Nothing,
}

/// All transfers of a case, each after the one it comes from.
pub(in crate::engine) fn transfers<'a>(case: &Case<'a>) -> Vec<Transfer<'a>> {
    let mut transfers: Vec<Transfer<'a>> = Vec::new();
    for import in Import::all(case) {
        if let Some(at) = &import.unplaced {
            transfers.push(Transfer {
                country: None,
                ground: Ground::Nothing,
                found: unplaced(case, &import, at),
                import: import.clone(),
            });
        }
        for country in import.countries.iter().copied() {
            let mut found = Vec::new();
            let ground = Weighing::of(case, &import, country).weigh(&mut found);
            if !matches!(ground, Ground::Inside | Ground::Special) {
                onward(&import, country, &transfers, &mut found);
            }
            transfers.push(Transfer {
                import: import.clone(),
                country: Some(country),
                ground,
                found,
            });
        }
    }
    transfers
}

/// Whether a derogation carries what a receiver gets, in one of its countries.
pub(in crate::engine::rules) fn rests_on_derogation(
    case: &Case<'_>,
    receiver: &Receiver<'_>,
) -> bool {
    let fact = receiver.fact("recipient");
    let own = |transfer: &&Transfer<'_>| {
        let import = &transfer.import;
        import.from.is_none() && import.fact == fact
    };
    let mut transfers = case.transfers().iter().filter(own);
    transfers.any(|transfer| {
        let import = &transfer.import;
        let country = transfer.country;
        country.is_some_and(|country| Weighing::of(case, import, country).has_derogation())
    })
}

/// Whether everything stays inside.
pub(super) fn all_inside(case: &Case<'_>) -> Outcome {
    let transfers = case.transfers();
    let inside = |transfer: &Transfer<'_>| matches!(transfer.ground, Ground::Inside);
    if !transfers.is_empty() && transfers.iter().all(inside) {
        Outcome::Satisfied
    } else {
        Outcome::NotApplicable
    }
}

/// Nobody says where it is. What is wrong with a safeguard wherever the data go is told all the same.
fn unplaced<'a>(case: &Case<'a>, import: &Import<'a>, at: &Place) -> Vec<Found> {
    let said = import.said.and_then(|said| said.country.as_ref());
    let message = match said {
        Some(said) => format!(
            "{} is not recorded to be in `{}`",
            import.name(),
            said.key()
        ),
        None => format!("it is not recorded in which countries {} is", import.name()),
    };
    let fired = Fired::about(import.fact.clone(), message).at(at.clone());
    let mut found = vec![Found::new(91, fired)];
    for safeguard in import.safeguards(case) {
        match &safeguard.body.ground {
            Some(SafeguardGround::AdequacyDecision(key)) => {
                let decision = case.view.snapshot.adequacy_decision(key);
                found.extend(decision.and_then(|decision| invalidated(case, import, decision)));
            }
            Some(SafeguardGround::Derogation(_)) => {}
            Some(SafeguardGround::Tool(_)) | None => {
                let lacking = specified(case, import, safeguard).err();
                found.extend(lacking.map(|lacking| *lacking));
            }
        }
    }
    found
}

/// Whether the tool under which the sender holds the data lets them go on.
fn onward(
    import: &Import<'_>,
    country: &CountryKey,
    before: &[Transfer<'_>],
    found: &mut Vec<Found>,
) {
    let (Some(from), Some(importer)) = (import.from, import.importer) else {
        return;
    };
    for sender in before {
        let holder = sender.import.importer.map(|holder| holder.key());
        let Ground::Tool(tool) = sender.ground else {
            continue;
        };
        let allowed = tool.body.onward.as_ref().is_some_and(|onward| {
            let recipients = &onward.recipients;
            // What it names may go on, and nothing else.
            onward.allowed == Some(true)
                && recipients.iter().any(|key| key.key() == importer.key())
                && onward.countries.contains(country)
        });
        if holder == Some(from.key()) && !allowed {
            let message = format!(
                "safeguard `{}` does not let `{}` send data on to `{}` in `{}`",
                tool.key(),
                from.key(),
                importer.key(),
                country.key()
            );
            let fired = import.fired(message).at(place(tool.record, "onward"));
            found.push(Found::new(118, fired));
        }
    }
}
