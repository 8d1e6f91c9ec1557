//! What carries one import in one country: adequacy, then each safeguard, then the derogations.

use super::Found;
use super::adequacy::{Adequacy, decisions, examine};
use super::derogation::Claim;
use super::import::{Import, covers_activity, covers_categories};
use super::tool::{Tool, judge};
use super::weigh::Ground;
use crate::domain::key::{AdequacyDecisionKey, CountryKey, Key, TransferSafeguardKey, TypedKey};
use crate::domain::recipient::ListingStatus;
use crate::domain::transfer::{AdequacyDecision, Derogation, SafeguardGround, TransferSafeguard};
use crate::engine::case::Case;
use crate::engine::rule::{Fired, Obligation, RuleEffect};
use crate::engine::snapshot::Node;
use crate::engine::view::place;

/// One import in one country, while it is weighed.
pub(super) struct Weighing<'c, 'a> {
    case: &'c Case<'a>,
    import: &'c Import<'a>,
    country: &'a CountryKey,
    safeguards: Vec<Node<'a, TransferSafeguard>>,
    /// What does not carry it; told only if nothing does.
    against: Vec<Found>,
    /// Why no decision covers it; told where nothing else was relied on.
    inadequate: Vec<Found>,
    /// That it lapsed from a list, where it may keep what it has.
    lapsed: Option<Found>,
}

impl<'c, 'a> Weighing<'c, 'a> {
    pub(super) fn of(case: &'c Case<'a>, import: &'c Import<'a>, country: &'a CountryKey) -> Self {
        Self {
            case,
            import,
            country,
            safeguards: import.safeguards(case),
            against: Vec::new(),
            inadequate: Vec::new(),
            lapsed: None,
        }
    }

    /// What carries it; `found` gets what rules say of it.
    pub(super) fn weigh(mut self, found: &mut Vec<Found>) -> Ground<'a> {
        if let Some(ground) = self.by_place(found) {
            return ground;
        }
        if let Some(ground) = self.by_adequacy(found) {
            return ground;
        }
        if let Some(ground) = self.by_safeguard(found) {
            return ground;
        }
        if let Some(ground) = self.by_derogation(found) {
            return ground;
        }
        // Who lapsed from a list may keep what it has, whatever was relied on besides.
        if let Some(lapsed) = self.lapsed {
            found.push(lapsed);
            return Ground::Tolerated;
        }
        // What is for others, or for elsewhere, was not relied on.
        if self.against.iter().all(|lacking| lacking.number == 93) {
            self.against.append(&mut self.inadequate);
        }
        found.push(self.no_ground());
        found.append(&mut self.against);
        Ground::Nothing
    }

    /// Inside there is no transfer. An international organisation is no part of any country.
    fn by_place(&self, found: &mut Vec<Found>) -> Option<Ground<'a>> {
        if self.import.is_organisation() {
            return None;
        }
        if self.case.view.is_inside(self.country) {
            return Some(Ground::Inside);
        }
        if !self.case.view.is_special(self.country) {
            return None;
        }
        let message = format!(
            "{}, which is linked to a state of the European Economic Area",
            self.there()
        );
        found.push(Found::new(119, self.import.fired(message)));
        Some(Ground::Special)
    }

    fn by_adequacy(&mut self, found: &mut Vec<Found>) -> Option<Ground<'a>> {
        let mut relied = Vec::new();
        for decision in decisions(self.case, self.import, self.country) {
            match examine(self.case, self.import, self.country, decision) {
                Adequacy::Covers => {
                    let message = format!(
                        "{} is covered by decision `{}`",
                        self.there(),
                        decision.key()
                    );
                    let fired = self.import.fired(message);
                    let fired = fired.at(place(decision.record, "periods"));
                    let obligations = self.obligations(None);
                    let fired = obligations.into_iter().fold(fired, Fired::with);
                    found.push(Found::new(94, fired));
                    return Some(Ground::Adequacy(decision));
                }
                Adequacy::Lacks(lapsed) if lapsed.fired.severity == Some(RuleEffect::Warn) => {
                    self.lapsed = Some(lapsed);
                }
                Adequacy::Lacks(lacking) => self.inadequate.push(lacking),
                Adequacy::Invalidated(invalid) if self.is_listed(decision) => {
                    relied.push(invalid);
                }
                Adequacy::Invalidated(_) => {}
            }
        }
        // Who is on the list of a decision that fell relies on that one.
        if !relied.is_empty() {
            self.inadequate = relied;
        }
        None
    }

    /// Whether the importer still stands on the list of a decision.
    fn is_listed(&self, decision: Node<'_, AdequacyDecision>) -> bool {
        let listings = self
            .import
            .importer
            .map_or(&[][..], |importer| importer.body.listings.as_slice());
        listings.iter().any(|listing| {
            let of = listing.adequacy_decision.as_ref();
            of.is_some_and(|of| of.key() == decision.key())
                && listing.status == Some(ListingStatus::Active)
                && self.case.view.clock.within(listing.from, listing.until)
        })
    }

    fn by_safeguard(&mut self, found: &mut Vec<Found>) -> Option<Ground<'a>> {
        for safeguard in self.safeguards.clone() {
            match &safeguard.body.ground {
                Some(SafeguardGround::AdequacyDecision(key)) => {
                    let lacking = self.rests_on(key, safeguard);
                    self.against.push(lacking);
                }
                Some(SafeguardGround::Derogation(_)) => {}
                Some(SafeguardGround::Tool(_)) | None => {
                    match judge(self.case, self.import, self.country, safeguard) {
                        Tool::Lacks(lacking) => self.against.extend(lacking),
                        Tool::Holds(more) => {
                            let message = format!(
                                "{} is covered by safeguard `{}`",
                                self.there(),
                                safeguard.key()
                            );
                            let fired = self.import.fired(message);
                            let fired = fired.at(place(safeguard.record, "ground"));
                            let copy = Obligation::new("MAKE_SAFEGUARD_COPY_AVAILABLE");
                            let fired = self
                                .obligations(Some(safeguard))
                                .into_iter()
                                .chain([self.parties(copy, Some(safeguard))])
                                .chain(more.obligations)
                                .fold(fired, Fired::with);
                            found.push(Found::new(115, fired));
                            found.extend(more.warnings);
                            return Some(Ground::Tool(safeguard));
                        }
                    }
                }
            }
        }
        None
    }

    /// What is wrong with a safeguard that rests on an adequacy decision which did not carry it by itself.
    fn rests_on(&self, key: &AdequacyDecisionKey, safeguard: Node<'a, TransferSafeguard>) -> Found {
        self.case.view.touch(safeguard);
        // One about another place says nothing of this one, whatever else it lacks.
        let mut about = decisions(self.case, self.import, self.country).into_iter();
        let decision = about.find(|decision| decision.key() == key.key());
        let examined =
            decision.map(|decision| examine(self.case, self.import, self.country, decision));
        let mut lacking = match examined {
            Some(Adequacy::Lacks(lacking) | Adequacy::Invalidated(lacking)) => lacking,
            Some(Adequacy::Covers) | None => {
                let message = format!(
                    "decision `{}` is not about `{}`",
                    key.key(),
                    self.country.key()
                );
                Found::new(95, self.import.fired(message))
            }
        };
        lacking.fired = lacking.fired.at(place(safeguard.record, "ground"));
        lacking
    }

    /// Whether a derogation carries it, whatever else does.
    pub(super) fn has_derogation(&self) -> bool {
        let holds = |claim: &Claim<'a>| claim.unmet(self.case, self.import).is_none();
        self.claims().iter().any(holds)
    }

    /// The derogations that are recorded or claimed.
    fn claims(&self) -> Vec<Claim<'a>> {
        let recorded = self.safeguards.iter().filter_map(|safeguard| {
            let Some(SafeguardGround::Derogation(letter)) = safeguard.body.ground else {
                return None;
            };
            let counts = safeguard.body.countries.contains(self.country)
                && covers_activity(self.case, *safeguard)
                && covers_categories(self.case, self.import, *safeguard)
                && self.import.is_between(self.case, safeguard.body)
                && self.case.view.in_force(*safeguard);
            let said = self.import.said.and_then(|said| said.derogation.as_ref());
            counts.then(|| Claim::recorded(self.case, letter, *safeguard, said))
        });
        let mut claims: Vec<_> = recorded.collect();
        // Of a derogation that is recorded, the record speaks.
        let said = Claim::said(self.case, self.import);
        let is_new = |said: &Claim<'_>| claims.iter().all(|known| known.letter != said.letter);
        let said = said.filter(is_new);
        claims.extend(said);
        claims
    }

    /// The derogation that carries it, if one does; those that are claimed and do not are said.
    fn by_derogation(&mut self, found: &mut Vec<Found>) -> Option<Ground<'a>> {
        for claim in self.claims() {
            let message = format!(
                "{} relies on Art. 49 ({})",
                self.there(),
                claim.letter.as_str()
            );
            let at = claim
                .safeguard
                .map(|safeguard| place(safeguard.record, "ground"));
            if let Some(why) = claim.unmet(self.case, self.import) {
                let mut fired = self.import.fired(format!("{message}: {why}"));
                fired.at.extend(at);
                self.against.push(Found::new(116, fired));
                continue;
            }
            let mut fired = self.import.fired(message);
            fired.at.extend(at);
            fired.obligations = self.obligations(claim.safeguard);
            if claim.letter == Derogation::CompellingInterests {
                let more = ["NOTIFY_AUTHORITY", "DOCUMENT_SAFEGUARDS"];
                let more = more.map(|code| self.parties(Obligation::new(code), claim.safeguard));
                fired.obligations.extend(more);
            }
            found.push(Found::new(117, fired));
            return Some(Ground::Derogation(claim.safeguard));
        }
        None
    }

    /// Nothing lets the data go; what was named and does not exist is said.
    fn no_ground(&self) -> Found {
        let message = format!("nothing lets data go to {}", self.there());
        let mut fired = self.import.fired(message);
        let named = self.import.said.and_then(|said| said.safeguard.as_ref());
        if let Some(named) = named
            && self.case.view.snapshot.transfer_safeguard(named).is_none()
        {
            fired.message = format!("safeguard `{}` is not registered", named.key());
            fired.unknown = Some((TransferSafeguardKey::KIND, named.key().clone()));
        }
        let claimed = self.import.said.and_then(|said| said.derogation.as_ref());
        if let Some(claimed) = claimed
            && Claim::said(self.case, self.import).is_none()
        {
            let letter = &claimed.letter;
            fired.message = format!(
                "{}; `{letter}` is no letter of Art. 49(1): a to g, or compelling",
                fired.message
            );
        }
        if self.import.is_organisation() {
            fired.message = format!(
                "{}: an international organisation is outside of the Union wherever it sits",
                fired.message
            );
            fired = fired.but(
                "rely on a decision about the organisation, or on a tool or a derogation with it"
                    .to_owned(),
            );
        }
        Found::new(93, fired)
    }

    /// Who gets the data where, in reasons.
    fn there(&self) -> String {
        format!("{} in `{}`", self.import.name(), self.country.key())
    }

    /// What comes with every transfer that is allowed.
    fn obligations(&self, safeguard: Option<Node<'_, TransferSafeguard>>) -> Vec<Obligation> {
        ["INFORM_TRANSFER", "RECORD_TRANSFER"]
            .map(|code| self.parties(Obligation::new(code), safeguard))
            .into()
    }

    fn parties(
        &self,
        obligation: Obligation,
        safeguard: Option<Node<'_, TransferSafeguard>>,
    ) -> Obligation {
        let key = |key: Option<&Key>| key.map(ToString::to_string).unwrap_or_default();
        let importer = self.import.importer.map(|importer| importer.key());
        obligation
            .with("recipient", key(importer))
            .with("country", self.country.key().to_string())
            .with("safeguard", key(safeguard.map(|safeguard| safeguard.key())))
    }
}
