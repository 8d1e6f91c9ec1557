//! The outermost layer: every error has a reason, also those that the transport makes by itself.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic_types::StatusExt;
use tower::{Layer, Service};

use crate::wire::status;

/// Gives every error a reason.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnswerLayer;

impl<S> Layer<S> for AnswerLayer {
    type Service = Answer<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Answer { inner }
    }
}

/// Gives every error of a service a reason.
#[derive(Clone, Debug)]
pub(super) struct Answer<S> {
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Answer<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: http_body::Body<Data = prost::bytes::Bytes> + Send + 'static,
    R::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let foreign = request.uri().path().starts_with("/grpc.");
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            Ok(explain(response.map(Body::new), foreign))
        })
    }
}

/// Errors of calls stand in the head of the answer. Those of the standard services keep their text.
fn explain(response: Response<Body>, foreign: bool) -> Response<Body> {
    let Some(said) = Status::from_header_map(response.headers()) else {
        return response;
    };
    if said.code() == tonic::Code::Ok || foreign || said.get_details_error_info().is_some() {
        return response;
    }
    status::own(said.code(), said.message()).into_http()
}

/// A handler panicked: the caller gets an id, and the service stays up.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    // What it panicked with may hold anything; the panic hook has its place in the code.
    status::broken("a handler panicked").into_http()
}
