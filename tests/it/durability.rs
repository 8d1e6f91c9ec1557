//! Killed at any instant: what was acknowledged is there, nothing is half-applied, the history is whole.

use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;

use crate::support::given::{changes, purpose, put};
use crate::support::process::Process;
use crate::support::run;

#[test]
fn killed_fifty_times_it_loses_nothing_that_was_acknowledged() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("ropa.db").display());
        let mut acknowledged: Vec<String> = Vec::new();
        for round in 0..50 {
            let process = Process::start(&database, &[]);
            let channel = process.channel().await;
            let writing = tokio::spawn(async move {
                let mut client = InventoryServiceClient::new(channel);
                let mut done = Vec::new();
                for number in 0.. {
                    // Two records a change: half of one would show.
                    let (one, two) = (
                        format!("r{round}-{number}-one"),
                        format!("r{round}-{number}-two"),
                    );
                    let request = changes(vec![put(purpose(&one, "")), put(purpose(&two, ""))]);
                    if client.apply_changes(request).await.is_err() {
                        break;
                    }
                    done.extend([one, two]);
                }
                done
            });
            // Killed after a number of its commits that differs from round to round.
            let mut watching = ChangeServiceClient::new(process.channel().await);
            let before = acknowledged.len() as u64 / 2;
            loop {
                let sets = watching
                    .list_changes(pb::ListChangesRequest {
                        page_size: 1,
                        ..Default::default()
                    })
                    .await
                    .unwrap();
                let newest = sets
                    .into_inner()
                    .change_sets
                    .first()
                    .map_or(0, |set| set.number);
                if newest > before + round % 5 {
                    break;
                }
            }
            process.kill();
            acknowledged.extend(writing.await.unwrap());

            let process = Process::start(&database, &[]);
            let keys = check_history(process.channel().await).await;
            for key in &acknowledged {
                assert!(
                    keys.contains(key),
                    "{key} was acknowledged and is lost in round {round}"
                );
            }
            // What was committed and not acknowledged any more counts from now on.
            acknowledged = keys;
            process.kill();
        }
    });
}

/// Numbers without gaps, a chain of hashes that differ, and records in pairs.
async fn check_history(channel: Channel) -> Vec<String> {
    let mut client = ChangeServiceClient::new(channel.clone());
    let mut numbers = Vec::new();
    let mut keys = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListChangesRequest {
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let page = client.list_changes(request).await.unwrap().into_inner();
        for set in page.change_sets {
            assert_eq!(
                set.changes.len(),
                2,
                "change set {} is half-applied",
                set.number
            );
            numbers.push(set.number);
            keys.extend(
                set.changes
                    .into_iter()
                    .map(|change| change.after.unwrap().key),
            );
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let newest = numbers.len() as u64;
    assert_eq!(numbers, (1..=newest).rev().collect::<Vec<_>>());
    let list = pb::ListRecordsRequest {
        page_size: 1,
        ..Default::default()
    };
    InventoryServiceClient::new(channel)
        .list_records(list)
        .await
        .unwrap();
    keys
}
