//! What is wrong with a deployment, and what to do about it.

use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use sea_orm::ConnectionTrait;

use super::{ropa, told};
use crate::support::given::{changes, purpose, put};
use crate::support::{Database, On, Service, run};

/// Looks at a service and a database; how it ended, and what was said.
fn doctor(server: &str, database: &str, words: &[&str]) -> (Option<i32>, String) {
    let asked = ["doctor", "--server", server, "--database", database];
    told(ropa(&[asked.as_slice(), words].concat()))
}

/// Each of these is said, as a line of its own.
fn says(said: &str, lines: &[&str]) {
    for line in lines {
        assert!(
            said.lines().any(|told| told.starts_with(line)),
            "no `{line}` in\n{said}"
        );
    }
}

/// What is put is of no consequence to the rest.
async fn apply(service: &Service, records: Vec<pb::Record>) {
    let request = changes(records.into_iter().map(put).collect());
    let mut client = InventoryServiceClient::new(service.channel.clone());
    client.apply_changes(request).await.unwrap();
}

fn is_well(on: On) {
    run(async {
        let database = Database::new(on).await;
        let service = Service::with_reference(&database).await;
        let (exit, said) = doctor(&service.address, &database.url, &[]);
        assert_eq!(exit, Some(0), "{said}");
        says(
            &said,
            &[
                "ok     configuration: can be read",
                concat!(
                    "ok     service: ropa ",
                    env!("CARGO_PKG_VERSION"),
                    " answers at"
                ),
                "ok     service: listens on its own machine alone",
                "ok     service: serves the newest revision",
                "ok     service: its clock is that of this machine",
                "ok     database: has the schema of this program",
                "ok     database: is whole, and its history unaltered up to #1",
                "ok     reference pack: is of",
                "ok     inventory: no record is past its review",
                "ok     inventory: no record has a gap",
            ],
        );
        if matches!(on, On::Sqlite) {
            says(&said, &["ok     database: is in WAL mode"]);
            assert!(said.contains("and its folder can be written"), "{said}");
            assert!(said.contains("MiB are free"), "{said}");
        }
        assert!(
            !said.contains("is not the one that the service serves"),
            "{said}"
        );
        service.stop().await;
    });
}

#[test]
fn all_is_well_with_a_new_deployment_on_sqlite() {
    is_well(On::Sqlite);
}

#[test]
fn all_is_well_with_a_new_deployment_on_postgres() {
    is_well(On::Postgres);
}

#[test]
fn what_is_wrong_is_told_with_what_to_do() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::with_reference(&database).await;
        service.stop().await;
        let db = sea_orm::Database::connect(&database.url).await.unwrap();
        let alter = "UPDATE country SET status = NULL WHERE record_key = 'FR'";
        db.execute_unprepared(alter).await.unwrap();
        db.close().await.unwrap();
        let (exit, said) = doctor("http://127.0.0.1:1", &database.url, &[]);
        assert_eq!(exit, Some(1), "{said}");
        says(
            &said,
            &[
                "wrong  service: nothing answers at http://127.0.0.1:1",
                "wrong  database: record `countries/FR` is not what the history left",
                "       next: ",
            ],
        );
        let (exit, said) = doctor("http://127.0.0.1:1", "mysql://there", &[]);
        assert_eq!(exit, Some(1), "{said}");
        says(&said, &["wrong  configuration: "]);
        let nowhere = "sqlite:///nowhere/at-all.db";
        let (_, said) = doctor("http://127.0.0.1:1", nowhere, &["--format", "json"]);
        let told: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
        let about = told
            .iter()
            .find(|told| told["place"] == "database")
            .unwrap();
        assert_eq!(about["level"], "warn");
        assert!(!about["next"].as_str().unwrap().is_empty());
    });
}

/// Its history may be whole, and yet it is not the one.
#[test]
fn another_database_than_the_one_that_is_served_is_noticed() {
    run(async {
        let (one, other) = (
            Database::new(On::Sqlite).await,
            Database::new(On::Sqlite).await,
        );
        let (one, another) = (
            Service::with_reference(&one).await,
            Service::on(&other).await,
        );
        let (_, said) = doctor(&one.address, &other.url, &[]);
        says(
            &said,
            &["warn   database: is not the one that the service serves"],
        );
        one.stop().await;
        another.stop().await;
    });
}

#[test]
fn a_reference_pack_that_is_not_that_of_the_program_is_told() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::on(&database).await;
        let (exit, said) = doctor(&service.address, &database.url, &[]);
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains("missing 294 (countries/"), "{said}");
        service.stop().await;

        // An amended record is told as such, and whoever made it knows why.
        let database = Database::new(On::Sqlite).await;
        let service = Service::with_reference(&database).await;
        let (mut records, _) = service.export().await;
        records.retain(|record| record.key == "FR");
        let mut country = records.remove(0);
        country.etag.clear();
        country.display_name = "The French Republic".to_owned();
        apply(&service, vec![country]).await;
        let (_, said) = doctor(&service.address, &database.url, &[]);
        assert!(said.contains("different 1 (countries/FR)"), "{said}");
        service.stop().await;
    });
}

#[test]
fn records_past_their_review_and_gaps_are_counted() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::on(&database).await;
        let reviewed = |key: &str, on: &str| pb::Record {
            reviewed_on: on.to_owned(),
            review_every: "P1Y".to_owned(),
            ..purpose(key, "")
        };
        let silent = pb::Record {
            gaps: vec![pb::Gap {
                field: "statement".to_owned(),
                kind: pb::GapKind::NotStated.into(),
                note: String::new(),
            }],
            ..purpose("silent", "")
        };
        let draft = pb::Record {
            state: pb::RecordState::Draft.into(),
            ..reviewed("draft", "2019-01-01")
        };
        let records = vec![
            reviewed("late", "2019-01-01"),
            reviewed("never", ""),
            reviewed("fresh", "2199-01-01"),
            purpose("unasked", ""),
            silent,
            draft,
        ];
        apply(&service, records).await;
        let (exit, said) = doctor(&service.address, &database.url, &[]);
        assert_eq!(exit, Some(0), "{said}");
        says(
            &said,
            &[
                "warn   inventory: past review, or never reviewed: 2 (purposes/late, purposes/never)",
                "warn   inventory: gaps: 1, in records: 1 (purposes/silent)",
            ],
        );
        service.stop().await;
    });
}
