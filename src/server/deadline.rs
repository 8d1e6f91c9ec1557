//! The longest a call may take: tonic's own timer would say CANCELLED.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::wire::status;

/// Bounds every call.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeadlineLayer(Duration);

impl DeadlineLayer {
    /// With this bound.
    pub(super) const fn new(bound: Duration) -> Self {
        Self(bound)
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Deadline {
            inner,
            bound: self.0,
        }
    }
}

/// Bounds the calls of a service.
#[derive(Clone, Debug)]
pub(super) struct Deadline<S> {
    inner: S,
    bound: Duration,
}

impl<S, B> Service<Request<B>> for Deadline<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // An import may be long: its bound is the client's.
        let endless = request.uri().path().ends_with("/ImportRecords");
        let answer = self.inner.call(request);
        let bound = self.bound;
        Box::pin(async move {
            if endless {
                return answer.await;
            }
            match tokio::time::timeout(bound, answer).await {
                Ok(answer) => answer,
                Err(_) => Ok(status::too_slow().into_http()),
            }
        })
    }
}
