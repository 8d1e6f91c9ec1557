//! What came of a question.

use std::sync::Arc;

use super::no::No;
use crate::v1 as pb;

/// A decision that can be read, and where it came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decided {
    /// The decision.
    pub decision: pb::Decision,
    /// The revision of the inventory that gave it.
    pub revision: String,
    /// Its UUID, for your own log: the service knows the decision by it.
    pub decision_id: String,
    /// Whether it is a permit, before its obligations.
    permits: bool,
}

impl Decided {
    /// Reads a decision. A permit that names reasons against itself is none.
    pub(super) fn read(response: pb::CheckResponse) -> Result<Arc<Self>, No> {
        let pb::CheckResponse {
            decision,
            snapshot,
            decision_id,
        } = response;
        let decision = decision.ok_or(No::NoDecision)?;
        let permits = match pb::Effect::try_from(decision.effect) {
            Ok(pb::Effect::Permit) => decision.reasons.is_empty(),
            Ok(pb::Effect::Deny) => false,
            Ok(pb::Effect::Unspecified) | Err(_) => {
                return Err(No::UnknownEffect(decision.effect));
            }
        };
        Ok(Arc::new(Self {
            decision,
            revision: snapshot.map(|at| at.revision).unwrap_or_default(),
            decision_id,
            permits,
        }))
    }
}

/// An answer. It is neither yes nor no before its blocking obligations are read: [`Answer::permit`].
#[derive(Clone, Debug)]
#[must_use = "whether processing is permitted shows in `permit`"]
pub struct Answer {
    came: Result<Arc<Decided>, No>,
    kept: bool,
}

impl Answer {
    pub(super) const fn asked(decided: Arc<Decided>) -> Self {
        Self {
            came: Ok(decided),
            kept: false,
        }
    }

    pub(super) const fn kept(decided: Arc<Decided>) -> Self {
        Self {
            came: Ok(decided),
            kept: true,
        }
    }

    pub(super) const fn no(why: No) -> Self {
        Self {
            came: Err(why),
            kept: false,
        }
    }

    /// The permit, for who fulfils its blocking obligations before or with the processing: `fulfils` has
    /// their codes. Say only what your code does; what it does not is why the permit does not hold.
    pub fn permit(self, fulfils: &[&str]) -> Result<Permit, No> {
        self.permit_if(|obligation| fulfils.contains(&obligation.code.as_str()))
    }

    /// The same, with each blocking obligation shown, for who has to look at the parameters.
    pub fn permit_if(self, mut fulfils: impl FnMut(&pb::Obligation) -> bool) -> Result<Permit, No> {
        let decided = self.came?;
        if !decided.permits {
            return Err(No::Denied(decided));
        }
        let blocking = decided.decision.obligations.iter();
        let unheeded: Vec<_> = blocking
            .filter(|obligation| obligation.blocking && !fulfils(obligation))
            .cloned()
            .collect();
        if unheeded.is_empty() {
            Ok(Permit(decided))
        } else {
            Err(No::Unheeded(unheeded))
        }
    }

    /// Whether the service was not asked, for an earlier answer still holds.
    pub const fn was_kept(&self) -> bool {
        self.kept
    }
}

/// A permit whose blocking obligations are fulfilled. It is for the processing at hand: ask again for the next.
#[derive(Clone, Debug)]
pub struct Permit(Arc<Decided>);

impl Permit {
    /// The decision that permits.
    pub fn decision(&self) -> &pb::Decision {
        &self.0.decision
    }

    /// All that is to be done, also what does not block: to erase by a date, to inform.
    pub fn obligations(&self) -> &[pb::Obligation] {
        &self.0.decision.obligations
    }

    /// The revision of the inventory that permits.
    pub fn revision(&self) -> &str {
        &self.0.revision
    }

    /// The UUID of the decision, for your own log.
    pub fn decision_id(&self) -> &str {
        &self.0.decision_id
    }
}
