//! Over loopback: a check, a batch of a hundred, and an empty call with messages of the same size as each.

use std::future::Future;
use std::time::{Duration, Instant};

use criterion::Criterion;
use prost::Message;
use ropa::config::{Config, Flags};
use ropa::server;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::import_records_request::Part;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tonic::Status;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};

use crate::empty::{self, Bytes, Empty};
use crate::grown;

/// How many activities the service knows.
const ACTIVITIES: usize = 1_000;
/// How many calls are under way at once.
const AT_ONCE: u64 = 16;
/// How many items a batch has.
pub(crate) const BATCH: usize = 100;

/// Measures.
pub(crate) fn measure(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("ropa.db").display());
    let channel = runtime.block_on(serving(database));

    let check = pb::CheckRequest {
        question: Some(pb::check_request::Question::Processing(grown::plain())),
        evaluation_time: Some(grown::AT),
        ..Default::default()
    };
    let batch = pb::BatchCheckRequest {
        checks: vec![
            pb::BatchCheckItem {
                question: Some(pb::batch_check_item::Question::Processing(grown::plain())),
                ..Default::default()
            };
            BATCH
        ],
        evaluation_time: Some(grown::AT),
        ..Default::default()
    };
    let mut client = DecisionServiceClient::new(channel.clone());
    let answer = runtime
        .block_on(client.check(check.clone()))
        .unwrap()
        .into_inner();
    let effect = answer.decision.as_ref().map(pb::Decision::effect);
    assert_eq!(effect, Some(pb::Effect::Permit));
    let answers = runtime
        .block_on(client.batch_check(batch.clone()))
        .unwrap()
        .into_inner();
    let empty = runtime.block_on(answering(answer.encoded_len()));
    let empty_batch = runtime.block_on(answering(answers.encoded_len()));

    let sent = Bytes::taking(check.encoded_len());
    one_and_many(criterion, &runtime, "empty", move || {
        let (channel, sent) = (empty.clone(), sent.clone());
        async move { empty::call(channel, sent).await.map(drop) }
    });
    let asked = client.clone();
    one_and_many(criterion, &runtime, "check", move || {
        let (mut client, check) = (asked.clone(), check.clone());
        async move { client.check(check).await.map(drop) }
    });
    let sent = Bytes::taking(batch.encoded_len());
    one_and_many(criterion, &runtime, "empty-batch", move || {
        let (channel, sent) = (empty_batch.clone(), sent.clone());
        async move { empty::call(channel, sent).await.map(drop) }
    });
    one_and_many(criterion, &runtime, "batch", move || {
        let (mut client, batch) = (client.clone(), batch.clone());
        async move { client.batch_check(batch).await.map(drop) }
    });
    // The service ends with the runtime.
    runtime.shutdown_background();
}

/// Measures a call: one after the other, and several at once.
fn one_and_many<F, C>(criterion: &mut Criterion, runtime: &Runtime, name: &str, call: F)
where
    F: Fn() -> C + Clone + Send + 'static,
    C: Future<Output = Result<(), Status>> + Send,
{
    let mut group = criterion.benchmark_group(name);
    group.measurement_time(Duration::from_secs(5));
    group.bench_function("one", |bencher| {
        bencher.iter_custom(|calls| runtime.block_on(calling(call.clone(), calls, 1)));
    });
    group.bench_function("many", |bencher| {
        bencher.iter_custom(|calls| runtime.block_on(calling(call.clone(), calls, AT_ONCE)));
    });
    group.finish();
}

/// How long so many calls take, some of them at once.
#[expect(
    clippy::disallowed_methods,
    reason = "time that passes is measured, and no decision reads it"
)]
async fn calling<F, C>(call: F, calls: u64, at_once: u64) -> Duration
where
    F: Fn() -> C + Clone + Send + 'static,
    C: Future<Output = Result<(), Status>> + Send,
{
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..at_once {
        let call = call.clone();
        let own = calls / at_once + u64::from(caller < calls % at_once);
        callers.spawn(async move {
            for _ in 0..own {
                call().await.unwrap();
            }
        });
    }
    callers.join_all().await;
    begun.elapsed()
}

/// A service as `ropa serve` starts it, on an inventory of its own.
async fn serving(database: String) -> Channel {
    let flags = Flags {
        listen: Some("127.0.0.1:0".to_owned()),
        database_url: Some(database),
        ..Flags::default()
    };
    let mut config = Config::load(None, &flags).unwrap();
    config.reference.load = false;
    let registry = server::open(&config).await.unwrap();
    let listening = server::listen(&config).await.unwrap();
    let channel = connect(&listening.address.to_string());
    tokio::spawn(async move {
        server::serve(listening, registry, &config, std::future::pending()).await
    });
    let header = pb::TransferHeader {
        reason: "to be measured".to_owned(),
        ..Default::default()
    };
    let parts = std::iter::once(Part::Header(header))
        .chain(grown::records(ACTIVITIES).into_iter().map(Part::Record))
        .map(|part| pb::ImportRecordsRequest { part: Some(part) });
    let parts: Vec<_> = parts.collect();
    let mut client = InventoryServiceClient::new(channel.clone());
    client
        .import_records(tokio_stream::iter(parts))
        .await
        .unwrap();
    channel
}

/// A server that answers with so many bytes.
async fn answering(bytes: usize) -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let router = Server::builder().add_service(Empty(Bytes::taking(bytes)));
    tokio::spawn(router.serve_with_incoming(incoming));
    connect(&address)
}

fn connect(address: &str) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
    endpoint.connect_lazy()
}
