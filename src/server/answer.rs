//! The outermost layer: every error has a reason, also those that the transport makes by itself.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic_types::StatusExt;
use tower::layer::util::Stack;
use tower::{Layer, Service};
use tower_http::catch_panic::CatchPanicLayer;

use super::deadline::DeadlineLayer;
use crate::rpc::status;

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

/// Errors of calls stand in the head of the answer. Those of the standard services keep their text, but for
/// methods they do not have: whoever invents a name there asks nobody.
fn explain(response: Response<Body>, foreign: bool) -> Response<Body> {
    let Some(said) = Status::from_header_map(response.headers()) else {
        return response;
    };
    let theirs = foreign && said.code() != tonic::Code::Unimplemented;
    if said.code() == tonic::Code::Ok || theirs || said.get_details_error_info().is_some() {
        return response;
    }
    status::own(said.code(), said.message()).into_http()
}

/// What stands around every call, from the outside: a reason for every error, an answer to every panic, an end
/// to every wait.
pub(super) type Around = Stack<DeadlineLayer, Stack<CatchPanicLayer<Panicked>, AnswerLayer>>;
type Panicked = fn(Box<dyn Any + Send>) -> Response<Body>;

/// Puts it together.
pub(super) fn around(deadline: DeadlineLayer) -> Around {
    let caught = CatchPanicLayer::custom(panicked as Panicked);
    Stack::new(deadline, Stack::new(caught, AnswerLayer))
}

/// A handler panicked: the caller gets an id, and the service stays up.
fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    // What it panicked with may hold anything; the panic hook has its place in the code.
    status::broken("a handler panicked").into_http()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::server::stop::Stop;

    async fn handle(request: Request<Body>) -> Result<Response<Body>, Infallible> {
        assert_ne!(request.uri().path(), "/panics", "a person's name, say");
        Ok(Response::new(Body::empty()))
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_with_an_id_and_the_next_one_answers() {
        let deadline = DeadlineLayer::new(Duration::from_secs(10), Stop::new());
        let mut service = around(deadline).layer(service_fn(handle));
        let ask = |path| Request::builder().uri(path).body(Body::empty()).unwrap();
        for _ in 0..3 {
            let ready = service.ready().await.unwrap();
            let response = ready.call(ask("/panics")).await.unwrap();
            let said = Status::from_header_map(response.headers()).unwrap();
            assert_eq!(said.code(), tonic::Code::Internal);
            let info = said.get_details_error_info().unwrap();
            assert_eq!(
                (info.reason.as_str(), info.domain.as_str()),
                ("INTERNAL", "ropa")
            );
            let id = said.message().strip_prefix("internal error ").unwrap();
            assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
            let ready = service.ready().await.unwrap();
            let response = ready.call(ask("/answers")).await.unwrap();
            assert!(Status::from_header_map(response.headers()).is_none());
        }
    }
}
