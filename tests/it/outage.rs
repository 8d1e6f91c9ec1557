//! The database is full, gone or silent: checks go on, a write is refused and leaves nothing by half, and
//! afterwards everything works again.

use ropa::store::error::StoreError;
use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use sea_orm::ConnectionTrait;
use tonic::transport::Channel;
use tonic_types::StatusExt;

use crate::support::given::{changes, purpose, put, reason};
use crate::support::process::Process;
use crate::support::proxy::{Proxy, Way};
use crate::support::{Database, On, Service, run};

/// A change of two records under an id, so that half of it would show.
fn pair(key: &str, bytes: usize) -> pb::ApplyChangesRequest {
    let statement = "x".repeat(bytes);
    let records = ["one", "two"].map(|part| purpose(&format!("{key}-{part}"), &statement));
    pb::ApplyChangesRequest {
        request_id: key.to_owned(),
        ..changes(records.map(put).to_vec())
    }
}

async fn write(
    channel: &Channel,
    request: pb::ApplyChangesRequest,
) -> Result<pb::ApplyChangesResponse, tonic::Status> {
    let mut client = InventoryServiceClient::new(channel.clone());
    let answer = client.apply_changes(request).await;
    answer.map(tonic::Response::into_inner)
}

/// A check is answered, whatever it answers.
async fn check(channel: &Channel) {
    let question = pb::Processing {
        target: Some(pb::processing::Target::Activity("billing".to_owned())),
        ..Default::default()
    };
    let request = pb::CheckRequest {
        question: Some(pb::check_request::Question::Processing(question)),
        ..Default::default()
    };
    DecisionServiceClient::new(channel.clone())
        .check(request)
        .await
        .expect("checks need no database");
}

/// What happened, oldest first: the records of each change set, which come in pairs.
async fn history(channel: &Channel) -> Vec<String> {
    let request = pb::ListChangesRequest {
        page_size: 1_000,
        ..Default::default()
    };
    let mut client = ChangeServiceClient::new(channel.clone());
    let sets = client.list_changes(request).await.unwrap().into_inner();
    assert_eq!(sets.next_page_token, "");
    let name = |set: pb::ChangeSet| {
        assert_eq!(set.changes.len(), 2, "change set {} is half", set.number);
        let key = set.changes[0].name.strip_prefix("purposes/").unwrap();
        key.strip_suffix("-one").unwrap().to_owned()
    };
    sets.change_sets.into_iter().rev().map(name).collect()
}

fn is_away(refused: &tonic::Status) {
    assert_eq!(refused.code(), tonic::Code::Unavailable, "{refused:?}");
    assert_eq!(reason(refused), "STORE_UNAVAILABLE");
    assert!(refused.get_details_retry_info().is_some());
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("ropa.db").display());
        let process = Process::start_limited(&database);
        let channel = process.channel().await;
        process.limit(Some(500_000));
        let mut done = Vec::new();
        let refused = loop {
            let key = format!("r{}", done.len());
            match write(&channel, pair(&key, 8_000)).await {
                Ok(_) => done.push(key),
                Err(refused) => break refused,
            }
        };
        assert!(!done.is_empty());
        is_away(&refused);
        // Less than the database has already, so that tidying up makes no room.
        process.limit(Some(4_096));
        for _ in 0..3 {
            let key = format!("r{}", done.len());
            is_away(&write(&channel, pair(&key, 8_000)).await.unwrap_err());
        }
        check(&channel).await;

        process.limit(None);
        assert_eq!(history(&channel).await, done);
        done.push(format!("r{}", done.len()));
        write(&channel, pair(&done[done.len() - 1], 8_000))
            .await
            .unwrap();
        assert_eq!(history(&channel).await, done);
        process.kill();
        // The start verifies the chain.
        let process = Process::start(&database, &[]);
        assert_eq!(history(&process.channel().await).await, done);
        process.kill();
    });
}

/// Another process holds the database: a write waits for it, and a read does not wait for the write.
#[test]
fn the_history_is_read_while_a_write_goes_on() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::on(&database).await;
        write(&service.channel, pair("first", 10)).await.unwrap();
        let mut options = sea_orm::ConnectOptions::new(database.url.clone());
        options.max_connections(1);
        let other = sea_orm::Database::connect(options).await.unwrap();
        let uncommitted =
            "BEGIN IMMEDIATE; INSERT INTO change_set VALUES (2, 0, '', '', NULL, x'', x'')";
        other.execute_unprepared(uncommitted).await.unwrap();

        let channel = service.channel.clone();
        let writing = tokio::spawn(async move { write(&channel, pair("second", 10)).await });
        for _ in 0..10 {
            assert_eq!(history(&service.channel).await, ["first"]);
        }
        assert!(!writing.is_finished(), "the reads waited for it");
        other.execute_unprepared("ROLLBACK").await.unwrap();
        writing.await.unwrap().unwrap();
        assert_eq!(history(&service.channel).await, ["first", "second"]);
        other.close().await.unwrap();
        service.stop().await;
    });
}

/// The limit above is an error of writing; a disk without room is another, and means the same.
#[test]
fn a_database_without_room_is_unavailable_and_not_at_fault() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let url = format!("{}?mode=rwc", database.url);
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1);
        let connection = sea_orm::Database::connect(options).await.unwrap();
        let statement = "CREATE TABLE t (x); PRAGMA max_page_count = 4";
        connection.execute_unprepared(statement).await.unwrap();
        let refused = loop {
            let insert = "INSERT INTO t VALUES (zeroblob(1000))";
            if let Err(refused) = connection.execute_unprepared(insert).await {
                break refused;
            }
        };
        assert!(refused.to_string().contains("full"), "{refused}");
        assert!(matches!(refused.into(), StoreError::Unavailable(_)));
        connection.close().await.unwrap();
    });
}

/// A write is answered about when the database was waited for as long as it may, and no later.
async fn refused(channel: &Channel, request: pb::ApplyChangesRequest) -> tonic::Status {
    let bound = std::time::Duration::from_secs(4);
    let answer = tokio::time::timeout(bound, write(channel, request)).await;
    answer.expect("it is answered in time").unwrap_err()
}

#[test]
fn a_postgres_that_is_cut_off_is_unavailable_until_it_is_back() {
    run(async {
        let direct = Database::new(On::Postgres).await;
        let proxy = Proxy::before(&direct).await;
        let service = Service::on(&proxy.database).await;
        let channel = service.channel.clone();
        write(&channel, pair("first", 10)).await.unwrap();
        proxy.set(Way::Cut);
        for _ in 0..3 {
            is_away(&refused(&channel, pair("second", 10)).await);
            check(&channel).await;
        }
        proxy.set(Way::Open);
        write(&channel, pair("second", 10)).await.unwrap();
        assert_eq!(history(&channel).await, ["first", "second"]);
        drop(channel);
        service.stop().await;
        // The start verifies the chain.
        Service::on(&direct).await.stop().await;
    });
}

#[test]
fn a_postgres_that_is_silent_holds_up_no_check_and_no_write_for_long() {
    run(async {
        let direct = Database::new(On::Postgres).await;
        let proxy = Proxy::before(&direct).await;
        let service = Service::on(&proxy.database).await;
        let channel = service.channel.clone();
        write(&channel, pair("first", 10)).await.unwrap();
        proxy.set(Way::Lost);
        let writes = [0, 1, 2].map(|_| {
            let channel = channel.clone();
            tokio::spawn(async move { refused(&channel, pair("second", 10)).await })
        });
        check(&channel).await;
        for write in writes {
            let code = write.await.unwrap().code();
            assert!(
                [tonic::Code::Unavailable, tonic::Code::DeadlineExceeded].contains(&code),
                "{code}"
            );
        }
        check(&channel).await;
        proxy.set(Way::Open);
        write(&channel, pair("second", 10)).await.unwrap();
        assert_eq!(history(&channel).await, ["first", "second"]);
        drop(channel);
        service.stop().await;
    });
}

#[test]
fn a_write_whose_commit_was_not_confirmed_is_found_by_its_request_id() {
    run(async {
        let direct = Database::new(On::Postgres).await;
        let proxy = Proxy::before(&direct).await;
        let service = Service::on(&proxy.database).await;
        let channel = service.channel.clone();
        write(&channel, pair("first", 10)).await.unwrap();
        proxy.set(Way::LostFromCommit);
        let unknown = refused(&channel, pair("second", 10)).await;
        assert_eq!(unknown.code(), tonic::Code::DeadlineExceeded);
        assert_eq!(reason(&unknown), "DEADLINE");
        proxy.reached(Way::Lost).await;
        proxy.set(Way::Open);
        let first = write(&channel, pair("second", 10)).await.unwrap();
        assert_eq!(first.changes.len(), 2);
        let again = write(&channel, pair("second", 10)).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(history(&channel).await, ["first", "second"]);
        drop(channel);
        service.stop().await;
    });
}

/// What is written into a file that is not in its place any more is lost: it is refused.
#[test]
fn a_database_file_that_was_moved_takes_no_writes() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ropa.db");
        let process = Process::start(&format!("sqlite://{}", file.display()), &[]);
        let mut client = InventoryServiceClient::new(process.channel().await);
        let first = changes(vec![put(purpose("one", ""))]);
        client.apply_changes(first).await.unwrap();
        std::fs::rename(&file, folder.path().join("away.db")).unwrap();
        let second = changes(vec![put(purpose("two", ""))]);
        let refused = client.apply_changes(second).await.unwrap_err();
        assert_eq!(reason(&refused), "STORE_UNAVAILABLE");
        process.kill();
    });
}
