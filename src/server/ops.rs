//! The port for those who run the service: whether it lives, whether it serves, and what it counts. It tells
//! numbers and nothing of the inventory.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use prometheus::TextEncoder;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::registry::live::Registry;

/// How many connections there are at once.
const CONNECTIONS: usize = 32;
/// How long a client may take to say what it wants.
const HEADER: Duration = Duration::from_secs(5);
/// How long a connection lasts.
const CONNECTION: Duration = Duration::from_mins(5);
/// How long it waits where no connection can be taken.
const RETRY: Duration = Duration::from_millis(100);

/// The port, until it is dropped.
#[derive(Debug)]
pub struct Ops {
    /// Where it listens.
    pub address: SocketAddr,
    known: Arc<Known>,
    answering: JoinHandle<()>,
}

/// What is known of the service.
#[derive(Debug, Default)]
struct Known {
    /// Once it serves.
    registry: OnceLock<Arc<Registry>>,
    stopping: AtomicBool,
}

impl Ops {
    /// Answers on a port. The service lives from now on, and serves nothing yet.
    pub(super) fn answer(listener: TcpListener, address: SocketAddr) -> Self {
        let known = Arc::new(Known::default());
        let router = Router::new()
            .route("/livez", get(|| async { "ok\n" }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .with_state(Arc::clone(&known));
        let answering = tokio::spawn(accept(listener, router));
        Self {
            address,
            known,
            answering,
        }
    }

    /// This is served from now on.
    pub(super) fn serving(&self, registry: &Arc<Registry>) {
        let _ = self.known.registry.set(Arc::clone(registry));
    }

    /// It is about to end, and should get no more calls.
    pub(super) fn stopping(&self) {
        self.known.stopping.store(true, Ordering::Relaxed);
    }
}

/// Takes connections, so many at once and each for so long: who holds them open must not keep others from the
/// service, which has its files in common with this port.
async fn accept(listener: TcpListener, router: Router) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(turn) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        // An error of one connection is none of the next.
        let Ok((connection, _)) = listener.accept().await else {
            tokio::time::sleep(RETRY).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new()).header_read_timeout(HEADER);
            let answered = server.serve_connection(TokioIo::new(connection), service);
            let _ = tokio::time::timeout(CONNECTION, answered).await;
            drop(turn);
        });
    }
}

impl Drop for Ops {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

async fn ready(State(known): State<Arc<Known>>) -> Response {
    let not = |why| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    if known.stopping.load(Ordering::Relaxed) {
        not("stopping\n")
    } else if let Some(registry) = known.registry.get() {
        // Checks go on from memory, and no write would last.
        match registry.store().in_place() {
            Ok(()) => "ok\n".into_response(),
            Err(_) => not("the file of the database is gone\n"),
        }
    } else {
        not("starting\n")
    }
}

async fn metrics(State(known): State<Arc<Known>>) -> Response {
    let Some(registry) = known.registry.get() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "starting\n").into_response();
    };
    match TextEncoder::new().encode_to_string(&registry.gather()) {
        Ok(text) => ([(CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
