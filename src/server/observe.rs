//! What is seen of every call from outside: its span, how long it took, and how it ended.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use prost::bytes::Bytes;
use tonic::Code;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::clock::Stopwatch;
use crate::telemetry::metrics::{Metrics, code_name};
use crate::telemetry::trace::Sampling;

/// Sees every call.
#[derive(Clone, Debug)]
pub(super) struct ObserveLayer {
    /// Where it is counted.
    pub(super) metrics: Arc<Metrics>,
    /// Which of them are exported.
    pub(super) sampling: Arc<Sampling>,
}

impl<S> Layer<S> for ObserveLayer {
    type Service = Observe<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Observe {
            inner,
            metrics: Arc::clone(&self.metrics),
            sampling: Arc::clone(&self.sampling),
        }
    }
}

/// Sees every call of a service.
#[derive(Clone, Debug)]
pub(super) struct Observe<S> {
    inner: S,
    metrics: Arc<Metrics>,
    sampling: Arc<Sampling>,
}

impl<S, B> Service<Request<B>> for Observe<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Seen>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut call = Call::new(&self.metrics, &self.sampling, &request);
        let span = call.span.clone();
        let answer = self.inner.call(request);
        let seen = async move {
            let response = answer.await?;
            let (head, body) = response.into_parts();
            // An error stands in the head of the answer, anything else at its end.
            call.read(&head.headers);
            Ok(Response::from_parts(head, Seen { body, call }))
        };
        if span.is_disabled() {
            Box::pin(seen)
        } else {
            Box::pin(seen.instrument(span))
        }
    }
}

/// A call that goes on. Once it is gone, it has ended: with what its answer says, or with nobody there to
/// take one.
#[derive(Debug)]
struct Call {
    metrics: Arc<Metrics>,
    method: usize,
    begun: Stopwatch,
    span: Span,
    code: Code,
}

impl Call {
    fn new<B>(metrics: &Arc<Metrics>, sampling: &Sampling, request: &Request<B>) -> Self {
        let method = metrics.method(request.uri().path());
        let span = sampling.open(request.headers(), || {
            tracing::debug_span!(
                "rpc",
                otel.name = metrics.span(method),
                otel.kind = "server",
                otel.status_code = Empty,
                rpc.system = "grpc",
                rpc.grpc.status_code = Empty,
            )
        });
        Self {
            metrics: Arc::clone(metrics),
            method,
            begun: Stopwatch::start(),
            span,
            code: Code::Cancelled,
        }
    }

    /// Reads how it ended, if it is said here.
    fn read(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get("grpc-status") {
            self.code = Code::from_bytes(code.as_bytes());
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.metrics
            .called(self.method, self.code, self.begun.elapsed());
        if self.span.is_disabled() {
            return;
        }
        self.span
            .record("rpc.grpc.status_code", code_name(self.code));
        // What a caller did wrong is no error of the service.
        if matches!(
            self.code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ) {
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

/// The body of an answer, to its end.
#[derive(Debug)]
pub(super) struct Seen {
    body: Body,
    call: Call,
}

impl HttpBody for Seen {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let came = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &came {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.call.read(trailers);
                }
            }
            Some(Err(status)) => self.call.code = status.code(),
            None => {}
        }
        Poll::Ready(came)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
