//! The port for those who run the service: whether it lives, whether it serves, and what it counts. It tells
//! numbers and nothing of the inventory.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::TextEncoder;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::registry::live::Registry;

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
        let answering = tokio::spawn(async move {
            // It goes on through every error of a connection.
            let _ = axum::serve(listener, router).await;
        });
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

impl Drop for Ops {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

async fn ready(State(known): State<Arc<Known>>) -> Response {
    let not = |why| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    if known.stopping.load(Ordering::Relaxed) {
        not("stopping\n")
    } else if known.registry.get().is_none() {
        not("starting\n")
    } else {
        "ok\n".into_response()
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
