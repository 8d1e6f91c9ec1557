//! How the service ends: it says so, goes on for a while, ends what is still running, and is gone.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body::{Body as HttpBody, Frame, SizeHint};
use prost::bytes::Bytes;
use tokio::sync::watch;
use tonic::Status;
use tonic::body::Body;

use crate::rpc::status;

/// How long answers to ended calls have to reach their callers.
pub(super) const FLUSH: Duration = Duration::from_millis(500);

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It has not begun.
    Serving,
    /// No new connections. The streams of the standard services end, which last as long as their clients.
    Draining,
    /// Every call ends.
    Ending,
}

/// Tells calls how far the end has come.
#[derive(Clone, Debug)]
pub(super) struct Stop(watch::Sender<Phase>);

impl Stop {
    /// It has not begun.
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    /// It has come that far.
    pub(super) fn enter(&self, phase: Phase) {
        self.0.send_replace(phase);
    }

    /// Waits until it has come that far.
    pub(super) fn reached(&self, phase: Phase) -> impl Future<Output = ()> + Send + 'static {
        let mut phases = self.0.subscribe();
        async move {
            if phases.wait_for(|reached| *reached >= phase).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// A stream of answers that ends with an error when the service does.
pub(super) struct Ended {
    body: Body,
    end: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Ended {
    /// This body, until then.
    pub(super) fn new(body: Body, end: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            body,
            end: Some(Box::pin(end)),
        }
    }
}

impl HttpBody for Ended {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(end) = &mut self.end else {
            return Poll::Ready(None);
        };
        if end.as_mut().poll(context).is_ready() {
            self.end = None;
            return Poll::Ready(Some(Ok(Frame::trailers(status::trailers(
                &status::shutting_down(),
            )))));
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.end.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
