//! A write, from what is asked to what is served: base, apply, compile, begin, save, commit, publish, in
//! this order and in this one place.

use std::collections::BTreeSet;
use std::sync::Arc;

use tracing::Instrument;
use tracing::field::Empty;

use super::chain::Link;
use super::edit::edit;
use super::error::RegistryError;
use super::live::{Live, Registry, build};
use super::revision::Revision;
use crate::domain::change::{Change, ChangeSet};
use crate::domain::inventory::Inventory;
use crate::domain::key::RecordName;
use crate::domain::record::{Record, State};
use crate::store::head::Head;
use crate::store::history::{Place, StoredChange};
use crate::telemetry::metrics::Outcome;
use crate::telemetry::trace::part;
use crate::wire;
use crate::wire::edit::Request;

/// How often a write starts again because another came first.
const ATTEMPTS: usize = 16;

/// What came of a change.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The token of the revision that holds it.
    pub revision: String,
    /// What it did.
    pub changes: Vec<Change>,
    /// The digest of the inventory after it.
    pub digest: String,
}

impl Registry {
    /// Applies a change whole, or not at all. Once this returns it is stored, and served here.
    pub async fn apply(&self, request: Request) -> Result<Applied, RegistryError> {
        let span = part(|| {
            tracing::debug_span!("registry.apply", outcome = Empty, revision.number = Empty)
        });
        let came = self.apply_once(request).instrument(span.clone()).await;
        let outcome = came
            .as_ref()
            .map_or_else(RegistryError::outcome, |(outcome, _)| *outcome);
        self.metrics().wrote(outcome);
        span.record("outcome", outcome.word());
        span.record("revision.number", self.live().head.number);
        came.map(|(_, applied)| applied)
    }

    async fn apply_once(&self, request: Request) -> Result<(Outcome, Applied), RegistryError> {
        // While the database is away, each write learns it by itself, and none waits for those before it.
        self.store.head().await?;
        let _turn = self.writing.lock().await;
        if let Some(done) = self.done_before(&request).await? {
            return Ok((Outcome::Repeated, done));
        }
        for _ in 0..ATTEMPTS {
            let base = self.reload().await?;
            if let Some(applied) = self.attempt(&request, &base).await? {
                return Ok(applied);
            }
            if let Some(done) = self.done_before(&request).await? {
                return Ok((Outcome::Repeated, done));
            }
        }
        Err(RegistryError::HeadMoved)
    }

    /// The first answer to a request that comes again.
    async fn done_before(&self, request: &Request) -> Result<Option<Applied>, RegistryError> {
        let Some(id) = &request.request_id else {
            return Ok(None);
        };
        let Some(set) = self.store.change_set_of_request(id).await? else {
            return Ok(None);
        };
        if set.request_digest != request.digest {
            return Err(RegistryError::RequestIdReused);
        }
        let stored = self
            .store
            .changes(Place::first(set.number), set.number, None, u64::MAX >> 1)
            .await?;
        let changes = stored
            .into_iter()
            .map(|(_, stored)| super::history::read_change(stored))
            .collect::<Result<_, _>>()?;
        let live = self.live();
        let revision = Revision::new(live.head.registry_id, set.number, &set.hash).token();
        // The digest of an earlier revision is not kept: none is told, and never another's.
        let digest = if live.head.number == set.number {
            live.digest.clone()
        } else {
            String::new()
        };
        Ok(Some(Applied {
            revision,
            changes,
            digest,
        }))
    }

    /// `None` if another write came first.
    async fn attempt(
        &self,
        request: &Request,
        base: &Arc<Live>,
    ) -> Result<Option<(Outcome, Applied)>, RegistryError> {
        if let Some(expected) = &request.expected_revision {
            let expected =
                Revision::parse(expected).map_err(|_| RegistryError::RevisionMalformed)?;
            let head = Revision::from(&base.head);
            let known = base.chain.get(expected.number);
            let other = known.is_some_and(|hash| {
                Revision::new(base.head.registry_id, expected.number, &hash) != expected
            });
            if other || !expected.is_native_to(&head) {
                return Err(RegistryError::RevisionForeign);
            }
            if expected != head {
                return Err(RegistryError::HeadMoved);
            }
        }
        let number = base.head.number + 1;
        let mut inventory = base.snapshot.inventory().clone();
        let changes = self.changes(request, base, &mut inventory, number).await?;
        let mut set = ChangeSet {
            number,
            time_us: self.clock.now().micros(),
            actor: request.actor.clone(),
            reason: request.reason.clone(),
            request_id: request.request_id.clone(),
            request_digest: request.digest,
            hash: [0; 32],
        };
        let stored: Vec<StoredChange> = changes.iter().map(store_change).collect();
        let mut link = Link::new(&base.head.hash, &set);
        for change in &stored {
            link.add(change);
        }
        set.hash = link.end();
        let next = build(
            Head {
                number,
                hash: set.hash,
                ..base.head
            },
            inventory,
            base.chain.clone(),
            self.metrics(),
        )
        .await?;
        if request.validate_only || changes.is_empty() {
            let outcome = if request.validate_only {
                Outcome::Validated
            } else {
                Outcome::Unchanged
            };
            let applied = Applied {
                revision: base.revision.clone(),
                changes,
                digest: next.digest,
            };
            return Ok(Some((outcome, applied)));
        }
        let writing = self.store.begin().await?;
        if writing.head() != base.head {
            return Ok(None);
        }
        writing.save(&set, &changes, stored).await?;
        writing.commit().await?;
        // INVARIANT (what is served is stored): only now.
        base.chain.grow(base.head.number, &[set.hash]);
        let live = self.publish(next);
        let applied = Applied {
            revision: live.revision.clone(),
            changes,
            digest: live.digest.clone(),
        };
        Ok(Some((Outcome::Applied, applied)))
    }

    /// Applies the edits to the inventory, and says what they change.
    async fn changes(
        &self,
        request: &Request,
        base: &Live,
        inventory: &mut Inventory,
        number: u64,
    ) -> Result<Vec<Change>, RegistryError> {
        let mut changes = Vec::new();
        let mut named: BTreeSet<RecordName> = BTreeSet::new();
        let mut deleted = Vec::new();
        for (index, one) in request.edits.iter().enumerate() {
            let before = inventory
                .get(one.name())
                .map(|entry| Arc::clone(&entry.record));
            let after = edit(one, index, before.as_ref())?;
            named.insert(one.name().clone());
            if after.is_none() {
                deleted.push(one.name().clone());
            }
            settle(one.name(), before, after, inventory, number, &mut changes);
        }
        self.end_absent(
            absent(request, base, &named),
            base,
            inventory,
            number,
            &mut changes,
        )
        .await?;
        let used = self.once_active(&deleted).await?;
        for name in deleted {
            let referrers = referrers_after(base, inventory, &name);
            if !referrers.is_empty() {
                return Err(RegistryError::Referenced(name, referrers));
            }
            if used.contains(&name) {
                return Err(RegistryError::Used(name));
            }
        }
        Ok(changes)
    }

    /// Ends what is absent. What only what goes refers to goes too, so it is looked at again until nothing
    /// more can go.
    async fn end_absent(
        &self,
        mut absent: Vec<RecordName>,
        base: &Live,
        inventory: &mut Inventory,
        number: u64,
        changes: &mut Vec<Change>,
    ) -> Result<(), RegistryError> {
        let used = self.once_active(&absent).await?;
        loop {
            let mut stay = Vec::new();
            let before = absent.len();
            for name in absent {
                if !used.contains(&name) && referrers_after(base, inventory, &name).is_empty() {
                    let record = inventory.get(&name).map(|entry| Arc::clone(&entry.record));
                    settle(&name, record, None, inventory, number, changes);
                } else {
                    stay.push(name);
                }
            }
            absent = stay;
            if absent.len() == before {
                break;
            }
        }
        for name in absent {
            let Some(record) = inventory.get(&name).map(|entry| Arc::clone(&entry.record)) else {
                continue;
            };
            let ended = Arc::new(record.ended(self.clock.now()));
            settle(&name, Some(record), Some(ended), inventory, number, changes);
        }
        Ok(())
    }

    /// Those of some records that counted in any revision.
    async fn once_active(
        &self,
        names: &[RecordName],
    ) -> Result<BTreeSet<RecordName>, RegistryError> {
        let mut used = BTreeSet::new();
        let take = |_, stored| {
            let change = super::history::read_change(stored)?;
            let counted = |record: Arc<Record>| record.envelope.state != State::Draft;
            if change.after.is_some_and(counted) {
                used.insert(change.name);
            }
            Ok::<_, RegistryError>(())
        };
        self.store.each_version(names, take).await?;
        Ok(used)
    }
}

/// Notes a change, unless nothing changes.
fn settle(
    name: &RecordName,
    before: Option<Arc<Record>>,
    after: Option<Arc<Record>>,
    inventory: &mut Inventory,
    number: u64,
    changes: &mut Vec<Change>,
) {
    if before == after {
        return;
    }
    match &after {
        Some(record) => inventory.put(Arc::clone(record), number),
        None => inventory.take(name),
    }
    changes.push(Change {
        name: name.clone(),
        before,
        after,
    });
}

/// Who refers to a record once the edits are applied.
fn referrers_after(
    base: &Live,
    inventory: &Inventory,
    name: &RecordName,
) -> Vec<crate::engine::snapshot::Referrer> {
    use crate::domain::shape::{Place, Refer};
    let before = base.snapshot.referrers(name);
    before
        .iter()
        .filter(|referrer| {
            inventory.get(&referrer.name).is_some_and(|entry| {
                let mut still = false;
                entry.record.body.refer(Place::Record, &mut |_, kind, key| {
                    still |= kind == name.kind && *key == name.key;
                });
                still
            })
        })
        .cloned()
        .collect()
}

fn store_change(change: &Change) -> StoredChange {
    let bytes = |record: &Arc<Record>| wire::record::bytes(record);
    StoredChange {
        name: change.name.clone(),
        before: change.before.as_ref().map(bytes),
        after: change.after.as_ref().map(bytes),
    }
}

/// What the request is the whole of, and does not name.
fn absent(request: &Request, base: &Live, named: &BTreeSet<RecordName>) -> Vec<RecordName> {
    let entries = base.snapshot.inventory().entries();
    entries
        .filter(|(name, entry)| {
            request.replaced.contains(&name.kind)
                && !named.contains(name)
                && entry.record.envelope.state != State::Retired
        })
        .map(|(name, _)| name.clone())
        .collect()
}
