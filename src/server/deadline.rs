//! The longest a call may take, whatever ends it: its deadline, where tonic's own timer would say
//! CANCELLED, or the end of the service.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use super::stop::{Ended, Phase, Stop};
use crate::clock::Deadline;
use crate::rpc::status;

/// Bounds every call.
#[derive(Clone, Debug)]
pub(super) struct DeadlineLayer {
    bound: Duration,
    stop: Stop,
}

impl DeadlineLayer {
    /// With this bound, and to the end of the service.
    pub(super) const fn new(bound: Duration, stop: Stop) -> Self {
        Self { bound, stop }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Bounded<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Bounded {
            inner,
            bound: self.bound,
            stop: self.stop.clone(),
        }
    }
}

/// What the client allows, a little less of it: tonic's own timer would say CANCELLED.
fn said(headers: &http::HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = digits.parse().ok()?;
    let said = match unit {
        "H" => Duration::from_secs(number.saturating_mul(3_600)),
        "M" => Duration::from_secs(number.saturating_mul(60)),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    };
    Some(said.saturating_sub((said / 10).min(Duration::from_millis(5))))
}

/// Bounds the calls of a service.
#[derive(Clone, Debug)]
pub(super) struct Bounded<S> {
    inner: S,
    bound: Duration,
    stop: Stop,
}

/// When the stream of answers of a method is to end; `None` if it answers once.
fn ends(path: &str) -> Option<Phase> {
    if path.starts_with("/grpc.") {
        Some(Phase::Draining)
    } else {
        path.ends_with("/ExportRecords").then_some(Phase::Ending)
    }
}

impl<S, B> Service<Request<B>> for Bounded<S>
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

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        // An import may be long: its bound is the client's.
        let endless = path.ends_with("/ImportRecords");
        let streamed = ends(path).map(|phase| self.stop.reached(phase));
        let ending = self.stop.reached(Phase::Ending);
        let bound = said(request.headers()).map_or(self.bound, |said| said.min(self.bound));
        let deadline = Deadline::after(bound);
        if !endless {
            // For work that does not wait, and so cannot be stopped from outside.
            request.extensions_mut().insert(deadline);
        }
        let answer = self.inner.call(request);
        Box::pin(async move {
            let in_time = async {
                if endless {
                    Some(answer.await)
                } else {
                    deadline.bound(answer).await
                }
            };
            let answer = tokio::select! {
                biased;
                came = in_time => came.unwrap_or_else(|| Ok(status::too_slow().into_http())),
                () = ending => Ok(status::shutting_down().into_http()),
            };
            match streamed {
                Some(end) => answer.map(|said| said.map(|body| Body::new(Ended::new(body, end)))),
                None => answer,
            }
        })
    }
}
