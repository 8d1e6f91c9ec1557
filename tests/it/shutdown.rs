//! It says that it stops, goes on for a while, and ends what is still running with a reason.

use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_client::AdminServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_types::StatusExt;

use crate::support::given::{purpose, reason};
use crate::support::process::Process;
use crate::support::{Database, On, Service, run};

async fn watch(service: &Service, name: &str) -> tonic::Streaming<HealthCheckResponse> {
    let request = HealthCheckRequest {
        service: name.to_owned(),
    };
    let mut client = HealthClient::new(service.channel.clone());
    client.watch(request).await.unwrap().into_inner()
}

async fn next(health: &mut tonic::Streaming<HealthCheckResponse>) -> ServingStatus {
    health.message().await.unwrap().unwrap().status()
}

#[test]
fn it_goes_on_for_a_while_after_it_said_that_it_stops() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let mut service = Service::with(&database, |config| config.server.grace_ms = 3_000).await;
        let mut watched = Vec::new();
        for name in [
            "",
            "ropa.v1.AdminService",
            "ropa.v1.ChangeService",
            "ropa.v1.DecisionService",
            "ropa.v1.InventoryService",
        ] {
            let mut health = watch(&service, name).await;
            assert_eq!(next(&mut health).await, ServingStatus::Serving, "{name}");
            watched.push(health);
        }
        service.tell_to_stop();
        for health in &mut watched {
            assert_eq!(next(health).await, ServingStatus::NotServing);
        }
        // Even for those who come only now.
        let mut late = AdminServiceClient::connect(service.address.clone())
            .await
            .unwrap();
        late.get_server_info(pb::GetServerInfoRequest {})
            .await
            .unwrap();
        // A watch lasts as long as its client, so it is ended, and does not hold up the end.
        for health in &mut watched {
            let ended = health.message().await.unwrap_err();
            assert_eq!(reason(&ended), "SHUTTING_DOWN");
        }
        drop((late, watched));
        service.stop().await;
    });
}

#[test]
fn an_import_that_is_not_done_by_then_is_told_to_go_elsewhere() {
    run(async {
        use pb::import_records_request::Part;
        let database = Database::new(On::Sqlite).await;
        let mut service =
            Service::with(&database, |config| config.server.shutdown_ms = 1_000).await;
        let mut client = InventoryServiceClient::new(service.channel.clone());
        let (send, parts) = tokio::sync::mpsc::channel(1);
        let importing = tokio::spawn(async move {
            let parts = tokio_stream::wrappers::ReceiverStream::new(parts);
            client.import_records(parts).await.unwrap_err()
        });
        let message = |part| pb::ImportRecordsRequest { part: Some(part) };
        let header = Part::Header(pb::TransferHeader::default());
        send.send(message(header)).await.unwrap();
        // More than the transport holds unread: so it is being read.
        for number in 0..200 {
            let record = purpose(&format!("p{number}"), &"x".repeat(8_000));
            send.send(message(Part::Record(record))).await.unwrap();
        }
        service.tell_to_stop();
        let refused = importing.await.unwrap();
        assert_eq!(refused.code(), tonic::Code::Unavailable);
        assert_eq!(reason(&refused), "SHUTTING_DOWN");
        assert!(refused.get_details_retry_info().is_some());
        service.stop().await;

        let service = Service::on(&database).await;
        assert!(service.export().await.0.is_empty());
        service.stop().await;
    });
}

#[test]
fn a_signal_ends_it_in_peace_and_a_second_one_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("ropa.db").display());
    let process = Process::start(&database, &[("ROPA_SERVER__GRACE_MS", "0")]);
    process.signal("TERM");
    assert_eq!(process.wait().0, Some(0));

    let patient = [
        ("ROPA_SERVER__GRACE_MS", "290000"),
        ("ROPA_SERVER__SHUTDOWN_MS", "300000"),
        ("ROPA_LOG__LEVEL", "info"),
    ];
    let process = Process::start(&database, &patient);
    process.signal("INT");
    assert!(process.says("stopping"));
    process.signal("INT");
    let (exit, told) = process.wait();
    assert_eq!(exit, Some(1));
    assert!(told.contains("told to stop twice"), "{told}");
}
