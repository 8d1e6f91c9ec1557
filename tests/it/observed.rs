//! What those see who run it: spans, numbers, and whether it serves.

use std::collections::{BTreeMap, BTreeSet};

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use ropa::config::{Config, Flags};
use ropa::server;
use ropa::telemetry::metrics;
use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;

use crate::support::collector::Collector;
use crate::support::given::{changes, delete, inventory, purpose, put};
use crate::support::process::Process;
use crate::support::{Database, On, Service, http, run};

/// A question that is denied, for there is no such activity.
pub(crate) fn question() -> pb::CheckRequest {
    let processing = pb::Processing {
        target: Some(pb::processing::Target::Activity("nothing".to_owned())),
        operations: vec![pb::Operation::Use.into()],
        data: vec![pb::DataItem {
            category: "contact.email".to_owned(),
            ..Default::default()
        }],
        subject: Some(pb::Subject {
            category: "customers".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    pb::CheckRequest {
        question: Some(pb::check_request::Question::Processing(processing)),
        ..Default::default()
    }
}

/// Asks it, and gets the codes of its denial.
pub(crate) async fn ask(channel: &Channel) -> Vec<String> {
    let mut client = DecisionServiceClient::new(channel.clone());
    let answer = client.check(question()).await.unwrap().into_inner();
    let decision = answer.decision.unwrap();
    assert_eq!(decision.effect(), pb::Effect::Deny);
    decision.reasons.into_iter().map(|one| one.code).collect()
}

/// The numbers of `/metrics`, by name and labels.
pub(crate) async fn numbers(ops: &str) -> BTreeMap<String, f64> {
    let (status, text) = http::get(ops, "/metrics").await;
    assert_eq!(status, 200, "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let number = |line: &str| {
        let (name, number) = line.rsplit_once(' ').expect("a number");
        (name.to_owned(), number.parse().expect("a number"))
    };
    lines.map(number).collect()
}

async fn looked_at(database: &Database) -> (Service, String) {
    let service = Service::with(database, |config| {
        "127.0.0.1:0".clone_into(&mut config.ops.listen);
    })
    .await;
    let ops = service.ops.clone().expect("an ops port");
    (service, ops)
}

fn span<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
    let found = spans.iter().find(|span| span.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {names:?}"))
}

/// Who does not say what it wants holds no connection for long.
#[test]
fn a_probe_that_never_asks_is_shown_out() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    run(async {
        let database = Database::new(On::Sqlite).await;
        let (service, ops) = looked_at(&database).await;
        let mut silent = tokio::net::TcpStream::connect(&ops).await.unwrap();
        silent
            .write_all(b"GET /metrics HTTP/1.1\r\n")
            .await
            .unwrap();
        let mut said = Vec::new();
        silent.read_to_end(&mut said).await.unwrap();
        assert_eq!(http::get(&ops, "/livez").await.0, 200);
        service.stop().await;
    });
}

#[test]
fn a_call_is_a_part_of_its_callers_trace_and_a_write_a_part_of_its_call() {
    run(async {
        let collector = Collector::start().await;
        let database = Database::new(On::Sqlite).await;
        // None of its own: what is exported is what callers want exported.
        let process = Process::start(
            &database.url,
            &[
                ("ROPA_OTLP__ENDPOINT", &collector.endpoint),
                ("ROPA_OTLP__SAMPLE_RATIO", "0"),
            ],
        );
        let channel = process.channel().await;
        let traced = |parent: &'static str| {
            move |mut request: tonic::Request<()>| {
                let parent = parent.parse().expect("a header");
                request.metadata_mut().insert("traceparent", parent);
                Ok(request)
            }
        };
        let asking = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let mut asked = DecisionServiceClient::with_interceptor(channel.clone(), traced(asking));
        asked.check(question()).await.unwrap();
        let writing = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let mut written =
            InventoryServiceClient::with_interceptor(channel.clone(), traced(writing));
        let request = changes(vec![put(purpose("billing", "to bill"))]);
        written.apply_changes(request).await.unwrap();
        let quiet = "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b7-00";
        let mut quietly = ChangeServiceClient::with_interceptor(channel.clone(), traced(quiet));
        let request = pb::ListChangesRequest::default();
        quietly.list_changes(request).await.unwrap();
        drop((asked, written, quietly, channel));
        process.stop();

        let spans = collector.spans();
        let check = span(&spans, "rpc.DecisionService.Check");
        assert_eq!(check.trace_id, hex("0af7651916cd43dd8448eb211c80319c"));
        assert_eq!(check.parent_span_id, hex("b7ad6b7169203331"));
        let call = span(&spans, "rpc.InventoryService.ApplyChanges");
        assert_eq!(call.parent_span_id, hex("00f067aa0ba902b7"));
        let apply = span(&spans, "registry.apply");
        assert_eq!(apply.parent_span_id, call.span_id);
        let built = spans.iter().filter(|span| span.name == "registry.build");
        let builders: Vec<_> = built.map(|span| &span.parent_span_id).collect();
        assert!(builders.contains(&&apply.span_id));
        let load = span(&spans, "store.load");
        let open = span(&spans, "registry.open");
        assert_eq!(load.parent_span_id, open.span_id);
        let others = spans.iter().filter(|span| span.trace_id != open.trace_id);
        let exported: BTreeSet<_> = others.map(|span| &span.trace_id).collect();
        let followed = BTreeSet::from([&check.trace_id, &call.trace_id]);
        assert_eq!(exported, followed, "what no caller follows is not exported");
    });
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}

#[test]
fn what_is_exported_is_what_the_page_tells() {
    run(async {
        let collector = Collector::start().await;
        let database = Database::new(On::Sqlite).await;
        let process = Process::start(
            &database.url,
            &[
                ("ROPA_OPS__LISTEN", "127.0.0.1:0"),
                ("ROPA_OTLP__ENDPOINT", &collector.endpoint),
            ],
        );
        let channel = process.channel().await;
        ask(&channel).await;
        ask(&channel).await;
        drop(channel);
        let ops = process.ops.clone().expect("an ops port");
        let (_, page) = http::get(&ops, "/metrics").await;
        process.stop();

        let told = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let told: BTreeSet<_> = told.filter_map(|line| line.split(' ').next()).collect();
        let exported = collector.metrics();
        let names: BTreeSet<_> = exported.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, told);
        let decisions = exported.iter().find(|one| one.name == metrics::DECISIONS);
        let Some(Data::Sum(sum)) = decisions.and_then(|one| one.data.as_ref()) else {
            panic!("decisions are no sum");
        };
        let values: Vec<_> = sum.data_points.iter().map(|point| point.value).collect();
        assert!(values.contains(&Some(Value::AsDouble(2.0))), "{values:?}");
        let calls = exported
            .iter()
            .find(|one| one.name == metrics::CALL_SECONDS);
        let Some(Data::Histogram(histogram)) = calls.and_then(|one| one.data.as_ref()) else {
            panic!("the time of calls is no histogram");
        };
        for point in &histogram.data_points {
            assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
            assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
        }
        assert!(histogram.data_points.iter().any(|point| point.count == 2));
    });
}

/// How much a number rose.
fn rise(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>, name: &str) -> u64 {
    let at = |numbers: &BTreeMap<String, f64>| numbers.get(name).copied().unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it counts"
    )]
    let rose = (at(after) - at(before)) as u64;
    rose
}

#[test]
fn what_happens_is_counted() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let (service, ops) = looked_at(&database).await;
        service
            .import(inventory("tests/every-kind.yaml"))
            .await
            .unwrap();
        let before = numbers(&ops).await;
        let codes = ask(&service.channel).await;
        assert!(!codes.is_empty());
        let mut decisions = DecisionServiceClient::new(service.channel.clone());
        let Some(pb::check_request::Question::Processing(processing)) = question().question else {
            panic!("no question");
        };
        let item = pb::BatchCheckItem {
            question: Some(pb::batch_check_item::Question::Processing(processing)),
            ..Default::default()
        };
        let checks = vec![item; 3];
        let batch = pb::BatchCheckRequest {
            checks,
            ..Default::default()
        };
        decisions.batch_check(batch).await.unwrap();
        let empty = pb::CheckRequest::default();
        decisions.check(empty).await.unwrap_err();
        let mut keeping = InventoryServiceClient::new(service.channel.clone());
        let request = pb::ApplyChangesRequest {
            request_id: "4b9d2f2e-7d39-4a28-9f0e-0d4f6b1c8a11".to_owned(),
            ..changes(vec![put(purpose("counted", "to count"))])
        };
        keeping.apply_changes(request.clone()).await.unwrap();
        keeping.apply_changes(request.clone()).await.unwrap();
        let look = pb::ApplyChangesRequest {
            validate_only: true,
            request_id: String::new(),
            ..changes(vec![put(purpose("looked-at", "to look"))])
        };
        keeping.apply_changes(look).await.unwrap();
        let again = pb::ApplyChangesRequest {
            request_id: String::new(),
            ..request
        };
        keeping.apply_changes(again).await.unwrap();
        let gone = changes(vec![delete("purposes/there-is-none")]);
        keeping.apply_changes(gone).await.unwrap_err();
        let after = numbers(&ops).await;

        let rose = |name: &str| rise(&before, &after, name);
        assert_eq!(rose(r#"ropa_decisions_total{effect="deny"}"#), 4);
        assert_eq!(rose(r#"ropa_decisions_total{effect="permit"}"#), 0);
        for code in codes {
            let by = format!(r#"ropa_decision_rules_total{{effect="deny",rule="{code}"}}"#);
            assert_eq!(rose(&by), 4, "{code}");
        }
        let call = |method: &str, code: &str| {
            format!(r#"ropa_rpc_calls_total{{code="{code}",method="{method}"}}"#)
        };
        assert_eq!(rose(&call("DecisionService/Check", "OK")), 1);
        assert_eq!(rose(&call("DecisionService/Check", "INVALID_ARGUMENT")), 1);
        assert_eq!(rose(&call("DecisionService/BatchCheck", "OK")), 1);
        let took = r#"ropa_rpc_duration_seconds_count{method="DecisionService/Check"}"#;
        assert_eq!(rose(took), 2);
        for (outcome, times) in [
            ("applied", 1),
            ("repeated", 1),
            ("validated", 1),
            ("unchanged", 1),
            ("refused", 1),
            ("failed", 0),
        ] {
            let name = format!(r#"ropa_writes_total{{outcome="{outcome}"}}"#);
            assert_eq!(rose(&name), times, "{outcome}");
        }
        assert_eq!(rose("ropa_snapshot_revision"), 1);
        assert_eq!(rose("ropa_snapshot_records"), 1);
        assert!(rose("ropa_snapshot_build_seconds_count") >= 1);
        assert!((0.0..60.0).contains(&after["ropa_snapshot_age_seconds"]));
        service.stop().await;
    });
}

#[test]
fn it_is_ready_from_when_it_serves_until_it_is_to_stop() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let mut config = Config::load(None, &Flags::default()).unwrap();
        "127.0.0.1:0".clone_into(&mut config.server.listen);
        "127.0.0.1:0".clone_into(&mut config.ops.listen);
        let starting = server::listen(&config).await.unwrap();
        let ops = starting.ops.as_ref().unwrap().address.to_string();
        assert_eq!(http::get(&ops, "/livez").await.0, 200);
        for path in ["/readyz", "/metrics"] {
            let said = http::get(&ops, path).await;
            assert_eq!(said, (503, "starting\n".to_owned()));
        }
        drop(starting);

        let mut service = Service::with(&database, |config| {
            "127.0.0.1:0".clone_into(&mut config.ops.listen);
            config.server.shutdown_ms = 300_000;
            config.server.grace_ms = 300_000;
        })
        .await;
        let ops = service.ops.clone().unwrap();
        // Whoever got an answer knows that it serves.
        ask(&service.channel).await;
        assert_eq!(http::get(&ops, "/readyz").await.0, 200);
        service.tell_to_stop();
        while http::get(&ops, "/readyz").await.0 == 200 {}
        let said = http::get(&ops, "/readyz").await;
        assert_eq!(said, (503, "stopping\n".to_owned()));
        assert_eq!(http::get(&ops, "/livez").await.0, 200);
        ask(&service.channel).await;
    });
}

#[test]
fn a_port_that_others_reach_and_an_endpoint_with_a_secret_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ropa.toml");
    let load = |text: &str| {
        std::fs::write(&file, text).unwrap();
        Config::load(Some(&file), &Flags::default()).map_err(|error| error.to_string())
    };
    for (text, field) in [
        ("[ops]\nlisten = '0.0.0.0:7422'", "ops.listen"),
        ("[ops]\nlisten = 'here'", "ops.listen"),
        (
            "[otlp]\nendpoint = 'http://user:zqsecret@collector:4317'",
            "otlp.endpoint",
        ),
        (
            "[otlp]\nendpoint = 'http://collector:4317/?key=zqsecret'",
            "otlp.endpoint",
        ),
        ("[otlp]\nendpoint = 'collector:4317'", "otlp.endpoint"),
        (
            "[otlp]\nendpoint = 'https://collector:4317'",
            "otlp.endpoint",
        ),
        ("[otlp]\nsample_ratio = 1.5", "otlp.sample_ratio"),
    ] {
        let told = load(text).unwrap_err();
        assert!(told.contains(field), "{text}: {told}");
        assert!(!told.contains("zqsecret"), "{told}");
    }
    load("[ops]\nlisten = '0.0.0.0:7422'\ninsecure_listen = true").unwrap();
    load("[otlp]\nendpoint = 'http://collector:4317'\nsample_ratio = 1").unwrap();
}
