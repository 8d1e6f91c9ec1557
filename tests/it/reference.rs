//! The law that ships with the program: loaded once, kept like any other record.

use std::collections::BTreeSet;

use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;

use crate::support::{Database, On, Service, run};

async fn change_sets(service: &Service) -> Vec<pb::ChangeSet> {
    let mut client = ChangeServiceClient::new(service.channel.clone());
    let request = pb::ListChangesRequest {
        page_size: 10,
        ..Default::default()
    };
    let page = client.list_changes(request).await.expect("a history");
    page.into_inner().change_sets
}

fn begins_with_the_pack(on: On) {
    run(async {
        let database = Database::new(on).await;
        let service = Service::with_reference(&database).await;
        let sets = change_sets(&service).await;
        let [first] = sets.as_slice() else {
            panic!("one change set: {sets:?}");
        };
        assert_eq!(first.number, 1);
        let pack = format!("reference pack of {}", ropa::reference_pack::EDITION);
        assert_eq!(first.reason, pack);
        let (records, before) = service.export().await;
        assert_eq!(records.len(), ropa::reference_pack::records().len());
        service.stop().await;

        // Once is enough.
        let again = Service::with_reference(&database).await;
        assert_eq!(change_sets(&again).await.len(), 1);
        let (_, after) = again.export().await;
        assert_eq!(before.digest, after.digest);
        again.stop().await;
    });
}

#[test]
fn a_new_registry_begins_with_the_reference_pack_on_sqlite() {
    begins_with_the_pack(On::Sqlite);
}

#[test]
fn a_new_registry_begins_with_the_reference_pack_on_postgres() {
    begins_with_the_pack(On::Postgres);
}

#[test]
fn replicas_that_start_at_once_load_the_pack_once() {
    run(async {
        let database = Database::new(On::Postgres).await;
        let (one, two, three) = tokio::join!(
            Service::with_reference(&database),
            Service::with_reference(&database),
            Service::with_reference(&database)
        );
        for service in [one, two, three] {
            assert_eq!(change_sets(&service).await.len(), 1);
            service.stop().await;
        }
    });
}

#[test]
fn the_pack_has_every_country_once_and_every_part() {
    let records = ropa::reference_pack::records();
    let names: BTreeSet<String> = records
        .iter()
        .map(|record| record.name.to_string())
        .collect();
    assert_eq!(names.len(), records.len());
    let of = |collection: &str| {
        names
            .iter()
            .filter(|name| name.starts_with(collection))
            .count()
    };
    assert_eq!(of("countries/"), 249, "those of ISO 3166-1");
    assert_eq!(of("adequacyDecisions/"), 19);
    assert_eq!(of("transferTools/"), 13);
    assert_eq!(of("limits/"), 13);
}
