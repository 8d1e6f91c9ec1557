//! A call that does nothing: bytes go, bytes come back.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Channel;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// So many bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Bytes {
    #[prost(bytes = "vec", tag = "1")]
    bytes: Vec<u8>,
}

impl Bytes {
    /// A message that takes about so many bytes.
    pub(crate) fn taking(bytes: usize) -> Self {
        Self {
            bytes: vec![7; bytes.saturating_sub(3)],
        }
    }
}

/// Answers each call with the same bytes.
#[derive(Clone)]
pub(crate) struct Empty(pub(crate) Bytes);

impl NamedService for Empty {
    const NAME: &'static str = "bench.Empty";
}

impl UnaryService<Bytes> for Empty {
    type Response = Bytes;
    type Future = Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        ready(Ok(Response::new(self.0.clone())))
    }
}

impl Service<http::Request<Body>> for Empty {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let own = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<Bytes, Bytes>::default());
            Ok(grpc.unary(own, request).await)
        })
    }
}

/// Calls it.
pub(crate) async fn call(channel: Channel, sent: Bytes) -> Result<Bytes, Status> {
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready()
        .await
        .map_err(|_| Status::unavailable("not there"))?;
    let path = http::uri::PathAndQuery::from_static("/bench.Empty/Call");
    let codec = ProstCodec::<Bytes, Bytes>::default();
    let answer = grpc.unary(Request::new(sent), path, codec).await?;
    Ok(answer.into_inner())
}
