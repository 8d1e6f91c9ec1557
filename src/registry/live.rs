//! What is served now: one snapshot after the other, each whole.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use prometheus::proto::MetricFamily;
use tokio::sync::Mutex;
use tracing::Instrument;

use super::chain::{Chain, verify};
use super::error::RegistryError;
use super::revision::Revision;
use crate::clock::{Stopwatch, SystemClock};
use crate::domain::date::Instant;
use crate::domain::inventory::Inventory;
use crate::engine::compile::compile;
use crate::engine::snapshot::Snapshot;
use crate::store::connect::Store;
use crate::store::error::StoreError;
use crate::store::head::Head;
use crate::telemetry::metrics::{Metrics, Served};
use crate::telemetry::trace::part;
use crate::wire;

/// How often the head is looked at for what other replicas wrote.
const POLL: Duration = Duration::from_secs(1);

/// The snapshot of one revision, and how it is told.
#[derive(Debug)]
pub struct Live {
    /// The compiled inventory.
    pub snapshot: Snapshot,
    /// The newest revision in it.
    pub head: Head,
    /// Its token.
    pub revision: String,
    /// The digest of its records.
    pub digest: String,
    /// The hashes of the change sets up to it.
    pub(super) chain: Chain,
}

impl Live {
    fn new(head: Head, snapshot: Snapshot, chain: Chain) -> Self {
        let digest = wire::record::digest(
            snapshot
                .inventory()
                .entries()
                .map(|(_, entry)| entry.record.as_ref()),
        );
        Self {
            revision: Revision::from(&head).token(),
            snapshot,
            head,
            digest,
            chain,
        }
    }

    /// The token of a change set up to this revision; empty for any other number.
    pub fn revision_of(&self, number: u64) -> String {
        let hash = self.chain.get(number);
        hash.map(|hash| Revision::new(self.head.registry_id, number, &hash).token())
            .unwrap_or_default()
    }
}

/// The one owner of "now".
#[derive(Debug)]
pub struct Registry {
    pub(super) store: Store,
    pub(super) clock: SystemClock,
    live: ArcSwap<Live>,
    verified: ArcSwap<Instant>,
    metrics: Arc<Metrics>,
    /// One write of this replica at a time; the database orders those of several.
    pub(super) writing: Mutex<()>,
}

impl Registry {
    /// Takes up what is stored, and counts what comes of it.
    pub async fn open(
        store: Store,
        clock: SystemClock,
        metrics: Arc<Metrics>,
    ) -> Result<Self, RegistryError> {
        let verified = clock.now();
        let (head, inventory) = load(&store).await?;
        let begun = clock.now().micros();
        let chain = whole(&store, &head, &inventory).await?;
        let lasted = (clock.now().micros() - begun) / 1_000;
        tracing::info!(
            change_sets = head.number,
            duration_ms = lasted,
            "history verified"
        );
        let live = build(head, inventory, chain, &metrics).await?;
        Ok(Self {
            store,
            clock,
            metrics,
            live: ArcSwap::from_pointee(live),
            verified: ArcSwap::from_pointee(verified),
            writing: Mutex::new(()),
        })
    }

    /// What is served now. A request takes it once and keeps it to its end.
    pub fn live(&self) -> Arc<Live> {
        self.live.load_full()
    }

    /// When this replica last made sure that it serves the newest revision.
    pub fn verified(&self) -> Instant {
        **self.verified.load()
    }

    /// The database it is kept in.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// What is counted.
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// All that was counted, and what is served now.
    pub fn gather(&self) -> Vec<MetricFamily> {
        let live = self.live();
        self.metrics.gather(Served {
            revision: live.head.number,
            records: live.snapshot.inventory().len(),
            age_us: self.clock.now().micros() - self.verified().micros(),
        })
    }

    pub(super) fn publish(&self, live: Live) -> Arc<Live> {
        let live = Arc::new(live);
        self.live.store(Arc::clone(&live));
        self.verified.store(Arc::new(self.clock.now()));
        live
    }

    /// Looks whether another replica wrote, and if so takes it up.
    pub async fn refresh(&self) -> Result<(), RegistryError> {
        let asked = self.clock.now();
        if self.store.head().await? == self.live().head {
            self.verified.store(Arc::new(asked));
            return Ok(());
        }
        // A write of this replica publishes by itself.
        let _turn = self.writing.lock().await;
        let refresh = tracing::debug_span!("registry.refresh");
        self.reload().instrument(refresh).await?;
        Ok(())
    }

    /// Takes up what is stored, whatever it is.
    pub(super) async fn reload(&self) -> Result<Arc<Live>, RegistryError> {
        if self.store.head().await? == self.live().head {
            return Ok(self.live());
        }
        let (head, inventory) = load(&self.store).await?;
        let served = self.live();
        let known = (served.head.number, served.head.hash);
        let more = match verify(&self.store, known, &head).await {
            // Not what this one goes on to: the database was put back, and its history is another.
            Err(RegistryError::HistoryAltered(_)) => None,
            more => Some(more?),
        };
        if let Some(more) = more {
            more.compare(&inventory)?;
            let live = build(head, inventory, served.chain.clone(), &self.metrics).await?;
            served.chain.grow(served.head.number, &more.hashes);
            return Ok(self.publish(live));
        }
        let chain = whole(&self.store, &head, &inventory).await?;
        let live = build(head, inventory, chain, &self.metrics).await?;
        Ok(self.publish(live))
    }

    /// Keeps looking, until it is dropped.
    pub async fn keep_fresh(self: Arc<Self>) {
        loop {
            tokio::time::sleep(POLL).await;
            if let Err(error) = self.refresh().await {
                tracing::warn!(error = %error, "the newest revision cannot be read; serving the last one");
            }
        }
    }
}

async fn load(store: &Store) -> Result<(Head, Inventory), StoreError> {
    let span = part(|| tracing::debug_span!("store.load"));
    store.load().instrument(span).await
}

/// The hashes of a history that is verified from its beginning, with the records that it left.
async fn whole(store: &Store, head: &Head, inventory: &Inventory) -> Result<Chain, RegistryError> {
    let verified = verify(store, (0, [0; 32]), head).await?;
    verified.compare_whole(inventory)?;
    let chain = Chain::default();
    chain.grow(0, &verified.hashes);
    Ok(chain)
}

/// Compiles on a thread of its own, so that requests go on beside it.
pub(super) async fn build(
    head: Head,
    inventory: Inventory,
    chain: Chain,
    metrics: &Metrics,
) -> Result<Live, RegistryError> {
    let begun = Stopwatch::start();
    let built = tokio::task::spawn_blocking(move || {
        compile(inventory).map(|snapshot| Live::new(head, snapshot, chain))
    })
    .instrument(part(|| tracing::debug_span!("registry.build")))
    .await;
    metrics.built(begun.elapsed());
    built
        .map_err(|_| RegistryError::Broken)?
        .map_err(RegistryError::Invalid)
}
