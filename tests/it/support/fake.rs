//! A service that answers as it is told, for what the real one does not do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_server::{DecisionService, DecisionServiceServer};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// What is said to a check.
#[derive(Clone, Debug)]
pub(crate) enum Say {
    /// This.
    Answer(Box<pb::CheckResponse>),
    /// An error.
    Fail(Status),
    /// Nothing, ever.
    Nothing,
}

/// A permit by a revision, under these obligations.
pub(crate) fn permit(revision: &str, obligations: &[(&str, bool)]) -> pb::CheckResponse {
    let obligation = |(code, blocking): &(&str, bool)| pb::Obligation {
        code: (*code).to_owned(),
        blocking: *blocking,
        ..Default::default()
    };
    pb::CheckResponse {
        decision: Some(pb::Decision {
            effect: pb::Effect::Permit.into(),
            obligations: obligations.iter().map(obligation).collect(),
            ..Default::default()
        }),
        snapshot: Some(pb::SnapshotInfo {
            revision: revision.to_owned(),
            ..Default::default()
        }),
        decision_id: uuid::Uuid::now_v7().to_string(),
    }
}

/// A permit with another effect.
pub(crate) fn effect(number: i32) -> pb::CheckResponse {
    let mut response = permit("r1", &[]);
    if let Some(decision) = &mut response.decision {
        decision.effect = number;
    }
    response
}

/// A permit that names a reason against itself.
pub(crate) fn torn(code: &str) -> pb::CheckResponse {
    let mut response = permit("r1", &[]);
    if let Some(decision) = &mut response.decision {
        decision.reasons.push(pb::Reason {
            code: code.to_owned(),
            ..Default::default()
        });
    }
    response
}

/// The service.
pub(crate) struct Fake {
    /// Its address.
    pub(crate) address: String,
    script: Script,
    serving: tokio::task::JoinHandle<()>,
}

impl Fake {
    /// One that says this, one after the other, and the last again and again.
    pub(crate) async fn saying(say: impl IntoIterator<Item = Say>) -> Self {
        let script = Script(Arc::new(Mutex::new(Told {
            say: say.into_iter().collect(),
            asked: Vec::new(),
        })));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Server::builder().add_service(DecisionServiceServer::new(script.clone()));
        let serving = tokio::spawn(async move {
            let served = router.serve_with_incoming(TcpIncoming::from(listener));
            served.await.expect("it serves");
        });
        Self {
            address: format!("http://{address}"),
            script,
            serving,
        }
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.timeouts().len()
    }

    /// How long each check was allowed to take, as the caller said it.
    pub(crate) fn timeouts(&self) -> Vec<Option<String>> {
        self.script.0.lock().expect("nobody panicked").asked.clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Script(Arc<Mutex<Told>>);

struct Told {
    say: VecDeque<Say>,
    asked: Vec<Option<String>>,
}

#[tonic::async_trait]
impl DecisionService for Script {
    async fn check(
        &self,
        request: Request<pb::CheckRequest>,
    ) -> Result<Response<pb::CheckResponse>, Status> {
        let say = {
            let mut told = self.0.lock().expect("nobody panicked");
            let timeout = request.metadata().get("grpc-timeout");
            let timeout = timeout.map(|text| text.to_str().expect("ASCII").to_owned());
            told.asked.push(timeout);
            match told.say.len() {
                1 => told.say.front().cloned(),
                _ => told.say.pop_front(),
            }
        };
        match say.expect("something to say") {
            Say::Answer(response) => Ok(Response::new(*response)),
            Say::Fail(status) => Err(status),
            Say::Nothing => std::future::pending().await,
        }
    }

    async fn batch_check(
        &self,
        _: Request<pb::BatchCheckRequest>,
    ) -> Result<Response<pb::BatchCheckResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn explain(
        &self,
        _: Request<pb::ExplainRequest>,
    ) -> Result<Response<pb::ExplainResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn lookup_activities(
        &self,
        _: Request<pb::LookupActivitiesRequest>,
    ) -> Result<Response<pb::LookupActivitiesResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn lookup_data_categories(
        &self,
        _: Request<pb::LookupDataCategoriesRequest>,
    ) -> Result<Response<pb::LookupDataCategoriesResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn lookup_recipients(
        &self,
        _: Request<pb::LookupRecipientsRequest>,
    ) -> Result<Response<pb::LookupRecipientsResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn compute_retention(
        &self,
        _: Request<pb::ComputeRetentionRequest>,
    ) -> Result<Response<pb::ComputeRetentionResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn resolve_right(
        &self,
        _: Request<pb::ResolveRightRequest>,
    ) -> Result<Response<pb::ResolveRightResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn describe_activity(
        &self,
        _: Request<pb::DescribeActivityRequest>,
    ) -> Result<Response<pb::DescribeActivityResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }
}
