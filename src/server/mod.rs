//! The service: what listens, what stands around every call, and how it ends.

mod answer;
mod deadline;
mod export;
mod observe;
mod ops;
mod stop;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ropa_proto::v1::admin_service_server::{self, AdminServiceServer};
use ropa_proto::v1::change_service_server::{self, ChangeServiceServer};
use ropa_proto::v1::decision_service_server::{self, DecisionServiceServer};
use ropa_proto::v1::inventory_service_server::{self, InventoryServiceServer};
use thiserror::Error;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tracing::Instrument;

use self::deadline::DeadlineLayer;
use self::export::Exporting;
use self::observe::ObserveLayer;
pub use self::ops::Ops;
use self::stop::{FLUSH, Phase, Stop};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::reference_pack;
use crate::registry::error::RegistryError;
use crate::registry::live::Registry;
use crate::rpc::admin::Admin;
use crate::rpc::change::Changes;
use crate::rpc::decision::Decisions;
use crate::rpc::inventory::Inventories;
use crate::rpc::pages::Pages;
use crate::rpc::walk::Walks;
use crate::store::connect::Store;
use crate::store::error::StoreError;
use crate::telemetry::TelemetryError;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::trace::Sampling;
use crate::wire::limits;

/// What health is told of; the empty name is the whole service.
const SERVICES: [&str; 5] = [
    "",
    admin_service_server::SERVICE_NAME,
    change_service_server::SERVICE_NAME,
    decision_service_server::SERVICE_NAME,
    inventory_service_server::SERVICE_NAME,
];
/// How often an idle connection is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How long it may take to say so.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// Why the service cannot run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(String, #[source] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored cannot be served.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// What is stored does not compile.
    #[error("what is stored is not valid: {0}")]
    Invalid(String),
    /// What it tells of itself.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The transport.
    #[error("the transport failed")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors.
    #[error("the API cannot be described")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Opens the registry of a configuration, founding it if it is new.
pub async fn open(config: &Config) -> Result<Arc<Registry>, ServeError> {
    let store = Store::connect(&config.database.url).await?;
    let id = uuid::Uuid::new_v4();
    store
        .migrate(
            id.as_bytes()
                .first_chunk::<8>()
                .copied()
                .unwrap_or_default(),
        )
        .await?;
    let registry = Registry::open(store, SystemClock, Arc::new(Metrics::new()?))
        .instrument(tracing::debug_span!("registry.open"))
        .await
        .map_err(|error| match error {
            RegistryError::Invalid(issues) => {
                let told = issues
                    .first()
                    .map(|issue| format!("{} {}: {}", issue.name, issue.field, issue.message));
                ServeError::Invalid(told.unwrap_or_default())
            }
            other => ServeError::Registry(other),
        })?;
    if config.reference.load {
        reference_pack::found(&registry).await?;
    }
    Ok(Arc::new(registry))
}

/// A service that listens, and does not answer yet.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
    /// The port for those who run it, which answers already.
    pub ops: Option<Ops>,
}

/// Listens.
pub async fn listen(config: &Config) -> Result<Listening, ServeError> {
    let (listener, address) = bind(&config.server.listen).await?;
    let ops = if config.ops.listen.is_empty() {
        None
    } else {
        let (listener, address) = bind(&config.ops.listen).await?;
        Some(Ops::answer(listener, address))
    };
    Ok(Listening {
        listener,
        address,
        ops,
    })
}

async fn bind(address: &str) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |error| ServeError::Listen(address.to_owned(), error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Answers until `stop` comes. Then says that it stops, goes on for the grace of the configuration, takes no
/// new connections, and lets running calls end within its bound.
pub async fn serve(
    listening: Listening,
    registry: Arc<Registry>,
    config: &Config,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let clock = SystemClock;
    let (health, health_service) = tonic_health::server::health_reporter();
    for name in SERVICES {
        health
            .set_service_status(name, ServingStatus::Serving)
            .await;
    }
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(ropa_proto::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    let exporting = Exporting::start(&config.otlp, &registry)?;
    let refresh = tokio::spawn(Arc::clone(&registry).keep_fresh());
    let insecure_listen = !listening.address.ip().is_loopback();
    if insecure_listen {
        tracing::warn!(address = %listening.address, "listening beyond this machine without knowing the callers: anybody who reaches it may read and change the inventory");
    }
    tracing::info!(address = %listening.address, database = registry.store().database(), "serving");
    let ending = Stop::new();
    let router = Server::builder()
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .layer(ObserveLayer {
            metrics: Arc::clone(registry.metrics()),
            sampling: Arc::new(Sampling::new(&config.otlp)),
        })
        .layer(answer::around(DeadlineLayer::new(
            config.server.deadline(),
            ending.clone(),
        )))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .add_service(
            DecisionServiceServer::new(Decisions {
                registry: Arc::clone(&registry),
                clock,
                pages: Arc::default(),
                walks: Walks::default(),
            })
            .max_decoding_message_size(limits::REQUEST_BYTES),
        )
        .add_service(
            InventoryServiceServer::new(Inventories {
                registry: Arc::clone(&registry),
                pages: Pages::default(),
            })
            .max_decoding_message_size(limits::REQUEST_BYTES),
        )
        .add_service(ChangeServiceServer::new(Changes {
            registry: Arc::clone(&registry),
        }))
        .add_service(AdminServiceServer::new(Admin {
            registry: Arc::clone(&registry),
            insecure_listen,
        }));
    let ops = listening.ops;
    if let Some(ops) = &ops {
        ops.serving(&registry);
    }
    let incoming = TcpIncoming::from(listening.listener).with_nodelay(Some(true));
    let grace = config.server.grace();
    let serving = router.serve_with_incoming_shutdown(incoming, async {
        stop.await;
        tracing::info!("stopping");
        if let Some(ops) = &ops {
            ops.stopping();
        }
        for name in SERVICES {
            health
                .set_service_status(name, ServingStatus::NotServing)
                .await;
        }
        // Who balances load needs a while to see it, and sends calls meanwhile.
        tokio::time::sleep(grace).await;
        ending.enter(Phase::Draining);
    });
    // The transport would wait for ever on an open stream, so the end is bounded.
    let bound = async {
        ending.reached(Phase::Draining).await;
        let left = config.server.shutdown().saturating_sub(grace);
        tokio::time::sleep(left.saturating_sub(FLUSH)).await;
        ending.enter(Phase::Ending);
        tokio::time::sleep(left.min(FLUSH)).await;
    };
    let result = tokio::select! {
        served = serving => served.map_err(ServeError::from),
        () = bound => {
            tracing::warn!("calls were still running at the end of the time to stop");
            Ok(())
        }
    };
    refresh.abort();
    if let Some(exporting) = exporting {
        exporting.stop().await;
    }
    tracing::info!("stopped");
    result
}
