//! Questions before processing.

use std::sync::Arc;

use prost::Message;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_server::DecisionService;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::clock::{Deadline, SystemClock};
use crate::domain::date::Instant;
use crate::domain::shape::Text;
use crate::engine::decide::{decide, explain, tracker};
use crate::engine::decision::{Decision, Trace};
use crate::engine::snapshot::Snapshot;
use crate::registry::live::{Live, Registry};
use crate::rpc::pages::Pages;
use crate::rpc::status;
use crate::rpc::walk::{Awaited, Walks};
use crate::telemetry::metrics::Metrics;
use crate::wire::decision::{Question, read_instant, read_question, say, say_trace};
use crate::wire::limits::{ANSWER_BYTES, BATCH_ITEMS, CHECK_BYTES};
use crate::wire::reference::Reference;
use crate::wire::shape::SayOne;

/// Bytes that an item of a batch needs to say that the answer has no room for it.
const NO_ROOM_BYTES: usize = 512;

/// Answers questions.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// The inventory.
    pub registry: Arc<Registry>,
    /// The time.
    pub clock: SystemClock,
    /// The snapshots that pages of look-ups are of.
    pub pages: Arc<Pages>,
    /// Room for what walks over all activities.
    pub walks: Walks,
}

/// Takes a question out of its message.
macro_rules! asked {
    ($module:ident, $question:expr) => {
        match $question {
            Some(pb::$module::Question::Processing(said)) => read_question(Some(said), None),
            Some(pb::$module::Question::Tracker(said)) => read_question(None, Some(said)),
            None => read_question(None, None),
        }
    };
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn check(
        &self,
        request: Request<pb::CheckRequest>,
    ) -> Result<Response<pb::CheckResponse>, Status> {
        bounded(request.get_ref())?;
        let pb::CheckRequest {
            consistency,
            question,
            evaluation_time,
            as_of,
        } = request.into_inner();
        let at = self.asked_at(consistency.as_ref(), as_of.as_ref(), evaluation_time)?;
        let question = asked!(check_request, question).map_err(status::fields)?;
        let live = self.registry.live();
        let decision = answer(&live.snapshot, &question, at, self.registry.metrics());
        told(pb::CheckResponse {
            decision: Some(say(&decision)),
            snapshot: Some(self.snapshot_info(&live)),
            decision_id: Uuid::now_v7().to_string(),
        })
    }

    async fn batch_check(
        &self,
        request: Request<pb::BatchCheckRequest>,
    ) -> Result<Response<pb::BatchCheckResponse>, Status> {
        let deadline = request.extensions().get::<Deadline>().copied();
        let pb::BatchCheckRequest {
            consistency,
            checks,
            evaluation_time,
            as_of,
        } = request.into_inner();
        served(consistency.as_ref(), as_of.as_ref())?;
        if checks.is_empty() || checks.len() > BATCH_ITEMS {
            let message = format!("holds {} items: ask 1 to {BATCH_ITEMS}", checks.len());
            return Err(status::refused("BATCH_TOO_LARGE", "checks", &message));
        }
        let at = read_instant(evaluation_time, self.clock.now()).map_err(status::fields)?;
        let live = self.registry.live();
        let metrics = self.registry.metrics();
        let count = checks.len();
        let mut results = Vec::with_capacity(count);
        let mut bytes = 0;
        let mut full = false;
        for (index, item) in checks.into_iter().enumerate() {
            // Nobody waits for the rest any more.
            if deadline.is_some_and(Deadline::has_passed) {
                return Err(status::too_slow());
            }
            let reference = item.reference.clone();
            let mut result = if full {
                batch_result(&reference, Err(status::answer_too_large()))
            } else {
                batch_result(&reference, batch_item(&live.snapshot, item, at, metrics))
            };
            // INVARIANT (none is missing): what comes after always has room to say that it has none.
            let reserved = (count - index) * NO_ROOM_BYTES;
            if !full && bytes + result.encoded_len() + reserved > ANSWER_BYTES {
                full = true;
                result = batch_result(&reference, Err(status::answer_too_large()));
            }
            bytes += result.encoded_len();
            results.push(result);
            // Gives others their turn, and notices when the caller has gone.
            tokio::task::yield_now().await;
        }
        Ok(Response::new(pb::BatchCheckResponse {
            results,
            snapshot: Some(self.snapshot_info(&live)),
        }))
    }

    async fn explain(
        &self,
        request: Request<pb::ExplainRequest>,
    ) -> Result<Response<pb::ExplainResponse>, Status> {
        bounded(request.get_ref())?;
        let pb::ExplainRequest {
            consistency,
            question,
            evaluation_time,
            as_of,
        } = request.into_inner();
        let at = self.asked_at(consistency.as_ref(), as_of.as_ref(), evaluation_time)?;
        let question = asked!(explain_request, question).map_err(status::fields)?;
        let live = self.registry.live();
        let (decision, traces): (Decision, Vec<Trace>) = match &question {
            Question::Processing(processing) => explain(&live.snapshot, processing, at),
            Question::Tracker(said) => tracker::explain(&live.snapshot, said, at),
        };
        let mut assumed: Vec<String> = traces
            .iter()
            .flat_map(|trace| trace.assumed.iter().cloned())
            .collect();
        assumed.sort();
        assumed.dedup();
        told(pb::ExplainResponse {
            decision: Some(say(&decision)),
            snapshot: Some(self.snapshot_info(&live)),
            traces: traces.iter().map(say_trace).collect(),
            assumed,
        })
    }

    async fn lookup_activities(
        &self,
        request: Request<pb::LookupActivitiesRequest>,
    ) -> Result<Response<pb::LookupActivitiesResponse>, Status> {
        bounded(request.get_ref())?;
        let deadline = request.extensions().get::<Deadline>().copied();
        self.look_up_activities(request.into_inner(), deadline)
    }

    async fn lookup_data_categories(
        &self,
        request: Request<pb::LookupDataCategoriesRequest>,
    ) -> Result<Response<pb::LookupDataCategoriesResponse>, Status> {
        bounded(request.get_ref())?;
        let deadline = request.extensions().get::<Deadline>().copied();
        self.look_up_categories(request.into_inner(), deadline)
    }

    async fn lookup_recipients(
        &self,
        request: Request<pb::LookupRecipientsRequest>,
    ) -> Result<Response<pb::LookupRecipientsResponse>, Status> {
        let deadline = request.extensions().get::<Deadline>().copied();
        self.look_up_recipients(request.into_inner(), deadline)
    }

    async fn compute_retention(
        &self,
        request: Request<pb::ComputeRetentionRequest>,
    ) -> Result<Response<pb::ComputeRetentionResponse>, Status> {
        bounded(request.get_ref())?;
        let deadline = request.extensions().get::<Deadline>().copied();
        let decisions = self.clone();
        let said = request.into_inner();
        let work = move |awaited: &Awaited| decisions.compute(said, awaited);
        self.walks.walk(deadline, work).await
    }

    async fn resolve_right(
        &self,
        request: Request<pb::ResolveRightRequest>,
    ) -> Result<Response<pb::ResolveRightResponse>, Status> {
        bounded(request.get_ref())?;
        let deadline = request.extensions().get::<Deadline>().copied();
        let decisions = self.clone();
        let said = request.into_inner();
        let work = move |awaited: &Awaited| decisions.resolve(said, awaited);
        self.walks.walk(deadline, work).await
    }

    async fn describe_activity(
        &self,
        request: Request<pb::DescribeActivityRequest>,
    ) -> Result<Response<pb::DescribeActivityResponse>, Status> {
        self.describe(request.into_inner())
    }
}

impl Decisions {
    /// The instant a question is asked of; what is not served yet is refused.
    fn asked_at(
        &self,
        consistency: Option<&pb::Consistency>,
        as_of: Option<&pb::AsOf>,
        evaluation_time: Option<prost_types::Timestamp>,
    ) -> Result<Instant, Status> {
        served(consistency, as_of)?;
        read_instant(evaluation_time, self.clock.now()).map_err(status::fields)
    }

    pub(super) fn snapshot_info(&self, live: &Live) -> pb::SnapshotInfo {
        pb::SnapshotInfo {
            revision: live.revision.clone(),
            verified_time: Some(self.registry.verified().say_one()),
            digest: live.digest.clone(),
        }
    }
}

/// Decides, and counts it.
fn answer(snapshot: &Snapshot, question: &Question, at: Instant, metrics: &Metrics) -> Decision {
    let decision = match question {
        Question::Processing(processing) => decide(snapshot, processing, at),
        Question::Tracker(tracker) => tracker::decide(snapshot, tracker, at),
    };
    metrics.decided(&decision);
    decision
}

/// One item: its answer, or what is wrong with it.
fn batch_item(
    snapshot: &Snapshot,
    item: pb::BatchCheckItem,
    at: Instant,
    metrics: &Metrics,
) -> Result<pb::Decision, Status> {
    bounded(&item)?;
    let pb::BatchCheckItem {
        reference,
        question,
    } = item;
    if !reference.is_empty() && Reference::parse(&reference).is_none() {
        return Err(status::refused(
            "FIELD_INVALID",
            "reference",
            &format!("is malformed: write {}", Reference::FORM),
        ));
    }
    let question = asked!(batch_check_item, question).map_err(status::fields)?;
    Ok(say(&answer(snapshot, &question, at, metrics)))
}

/// What came of an item, as it is told.
fn batch_result(reference: &str, came: Result<pb::Decision, Status>) -> pb::BatchCheckResult {
    use pb::batch_check_result::Result as Said;
    let result = came.map_or_else(
        |refused| {
            Said::Error(tonic_types::Status {
                code: refused.code().into(),
                message: refused.message().to_owned(),
                details: details(&refused),
            })
        },
        Said::Decision,
    );
    // What is malformed is not repeated.
    let echoed = Reference::parse(reference).map(|reference| reference.text());
    pb::BatchCheckResult {
        reference: echoed.unwrap_or_default(),
        result: Some(result),
        decision_id: Uuid::now_v7().to_string(),
    }
}

/// The details a status carries, as messages.
fn details(refused: &Status) -> Vec<prost_types::Any> {
    tonic_types::Status::decode(refused.details())
        .map(|status| status.details)
        .unwrap_or_default()
}

/// A single question is small; what is not was meant for a batch.
fn bounded(request: &impl Message) -> Result<(), Status> {
    if request.encoded_len() > CHECK_BYTES {
        Err(status::too_large())
    } else {
        Ok(())
    }
}

/// An answer, if clients take one of its size.
pub(super) fn told<T: Message>(answer: T) -> Result<Response<T>, Status> {
    if answer.encoded_len() > ANSWER_BYTES {
        Err(status::answer_too_large())
    } else {
        Ok(Response::new(answer))
    }
}

/// What is not served yet is refused, and not passed over.
fn served(consistency: Option<&pb::Consistency>, as_of: Option<&pb::AsOf>) -> Result<(), Status> {
    use pb::consistency::Requirement;
    match consistency.and_then(|consistency| consistency.requirement.as_ref()) {
        None | Some(Requirement::MinimizeLatency(true)) => {}
        Some(_) => {
            return Err(status::refused(
                "FIELD_INVALID",
                "consistency",
                "is not served yet: leave it out, or say `minimize_latency`",
            ));
        }
    }
    if as_of.is_some() {
        return Err(status::refused(
            "FIELD_INVALID",
            "as_of",
            "is not served yet: leave it out",
        ));
    }
    Ok(())
}
