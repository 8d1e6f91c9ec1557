//! What files say against what the service has.

use std::io::Write as _;

use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use super::{ropa, told};
use crate::support::given::{changes, purpose, put};
use crate::support::{Database, On, Service, run};

/// Compares a text with a service; how it ended, and what was said.
fn diff(service: &Service, text: &str, words: &[&str]) -> (Option<i32>, String) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let asked = ["diff", path, "--server", &service.address];
    told(ropa(&[asked.as_slice(), words].concat()))
}

const SAME: &str = "records:\n- {key: a, state: active, purpose: {statement: One}}\n";
const OTHER: &str = "records:\n- {key: a, state: active, purpose: {statement: Two, directMarketing: true}}\n- {key: new, state: draft, purpose: {}}\n";

/// A service with two purposes, and a record of another kind.
async fn serving() -> Service {
    let service = Service::start().await;
    let other = pb::Record {
        key: "email".to_owned(),
        state: pb::RecordState::Active.into(),
        body: Some(pb::record::Body::DataCategory(pb::DataCategory::default())),
        ..Default::default()
    };
    let request = changes(vec![
        put(purpose("a", "One")),
        put(purpose("b", "Kept")),
        put(other),
    ]);
    let mut client = InventoryServiceClient::new(service.channel.clone());
    client.apply_changes(request).await.unwrap();
    service
}

#[test]
fn files_that_say_the_same_do_not_differ() {
    run(async {
        let service = serving().await;
        let (exit, said) = diff(&service, SAME, &[]);
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.contains("no difference"), "{said}");
        // What only the service has is told, and counts where the file is the whole of its kinds.
        assert!(said.contains("only on the server  purposes/b"), "{said}");
        assert!(!said.contains("dataCategories/email"), "{said}");
        let (exit, said) = diff(&service, SAME, &["--whole"]);
        assert_eq!(exit, Some(4), "{said}");
        service.stop().await;
    });
}

#[test]
fn what_differs_is_told_field_by_field() {
    run(async {
        let service = serving().await;
        let (exit, said) = diff(&service, OTHER, &[]);
        assert_eq!(exit, Some(4), "{said}");
        for line in [
            "added  purposes/new",
            "changed  purposes/a",
            "purpose.statement: \"One\" → \"Two\"",
            "purpose.directMarketing: + true",
            "they differ: added 1, changed 1, only on the server 1",
        ] {
            assert!(said.contains(line), "no {line} in {said}");
        }
        let (exit, said) = diff(&service, OTHER, &["--format", "json"]);
        assert_eq!(exit, Some(4), "{said}");
        let read: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(read["added"], serde_json::json!(["purposes/new"]));
        assert_eq!(read["onlyOnServer"], serde_json::json!(["purposes/b"]));
        let fields = &read["changed"][0]["fields"];
        let statement = fields
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["path"] == "purpose.statement")
            .unwrap();
        assert_eq!(
            (&statement["server"], &statement["file"]),
            (&"One".into(), &"Two".into())
        );
        service.stop().await;
    });
}

/// A failure and a difference are not to be taken for one another.
#[test]
fn a_service_that_does_not_answer_is_no_difference() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(SAME.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let (exit, said) = told(ropa(&["diff", path, "--server", "http://127.0.0.1:1"]));
    assert_eq!(exit, Some(1), "{said}");
}

#[test]
fn a_new_registry_has_the_reference_pack_that_init_writes() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::with_reference(&database).await;
        let (exit, pack) = told(ropa(&["init", "--reference", "-"]));
        assert_eq!(exit, Some(0));
        let (exit, said) = diff(&service, &pack, &["--whole"]);
        assert_eq!(exit, Some(0), "{said}");
        service.stop().await;
    });
}
