//! Undoing one change set.

use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use super::{ropa, told};
use crate::support::given::{changes, delete, purpose, put};
use crate::support::{Database, On, Service, run};

/// Applies changes; the token of their revision.
async fn apply(service: &Service, made: Vec<pb::Change>) -> String {
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let done = client.apply_changes(changes(made)).await.unwrap();
    done.into_inner().revision
}

/// A draft.
fn draft(key: &str) -> pb::Record {
    pb::Record {
        state: pb::RecordState::Draft.into(),
        ..purpose(key, "")
    }
}

/// Reverts; how it ended, and what was said.
fn revert(service: &Service, words: &[&str]) -> (Option<i32>, String) {
    let asked = ["revert", "--server", &service.address];
    told(ropa(&[asked.as_slice(), words].concat()))
}

/// The statement of a purpose and its state, if there is one.
async fn kept(service: &Service, key: &str) -> Option<(String, pb::RecordState)> {
    let (records, _) = service.export().await;
    let record = records.into_iter().find(|record| record.key == key)?;
    let state = record.state();
    let Some(pb::record::Body::Purpose(purpose)) = record.body else {
        panic!("{key} is no purpose");
    };
    Some((purpose.statement, state))
}

#[test]
fn a_change_set_is_undone_as_one_change_set() {
    run(async {
        let service = Service::start().await;
        apply(&service, vec![put(purpose("a", "One")), put(draft("gone"))]).await;
        let (_, before) = service.export().await;
        let mistake = vec![
            put(purpose("a", "Two")),
            put(draft("new")),
            put(purpose("counted", "")),
            delete("purposes/gone"),
        ];
        let token = apply(&service, mistake).await;

        let (exit, said) = revert(&service, &["2", "--dry-run"]);
        assert_eq!(exit, Some(0), "{said}");
        for line in [
            "update  purposes/a",
            "\"Two\" → \"One\"",
            "delete  purposes/new",
            "retire  purposes/counted",
            "create  purposes/gone",
        ] {
            assert!(said.contains(line), "no {line} in {said}");
        }
        let (_, after) = service.export().await;
        assert_ne!(before.digest, after.digest);

        let (exit, said) = revert(&service, &[&token, "--yes"]);
        assert_eq!(exit, Some(0), "{said}");
        let active = pb::RecordState::Active;
        assert_eq!(kept(&service, "a").await, Some(("One".to_owned(), active)));
        assert_eq!(kept(&service, "new").await, None);
        assert!(kept(&service, "gone").await.is_some());
        let counted = kept(&service, "counted").await.unwrap();
        assert_eq!(counted.1, pb::RecordState::Retired);
        let sets = ChangeServiceClient::new(service.channel.clone())
            .list_changes(pb::ListChangesRequest::default())
            .await
            .unwrap()
            .into_inner()
            .change_sets;
        assert_eq!((sets.len(), sets[0].reason.as_str()), (3, "revert #2"));

        // And the other way.
        let (exit, said) = revert(&service, &["#3", "--yes"]);
        assert_eq!(exit, Some(0), "{said}");
        assert_eq!(kept(&service, "a").await, Some(("Two".to_owned(), active)));
        service.stop().await;
    });
}

#[test]
fn what_was_changed_later_is_not_undone() {
    run(async {
        let service = Service::start().await;
        apply(&service, vec![put(purpose("a", "One")), put(draft("b"))]).await;
        apply(&service, vec![put(purpose("a", "Two"))]).await;
        apply(&service, vec![delete("purposes/b")]).await;
        let (_, before) = service.export().await;
        let (exit, said) = revert(&service, &["1", "--yes"]);
        assert_eq!(exit, Some(3), "{said}");
        for line in ["purposes/a by #2", "purposes/b by #3"] {
            assert!(said.contains(line), "no {line} in {said}");
        }
        let (_, after) = service.export().await;
        assert_eq!(before.digest, after.digest);
        service.stop().await;
    });
}

#[test]
fn what_was_changed_and_changed_back_stands_in_nobodys_way() {
    run(async {
        let service = Service::start().await;
        apply(&service, vec![put(purpose("a", "One"))]).await;
        apply(&service, vec![put(purpose("a", "Two"))]).await;
        apply(&service, vec![put(purpose("a", "Three"))]).await;
        let (exit, said) = revert(&service, &["3", "--yes", "--reason", "too hasty"]);
        assert_eq!(exit, Some(0), "{said}");
        let (exit, said) = revert(&service, &["2", "--yes"]);
        assert_eq!(exit, Some(0), "{said}");
        let (statement, _) = kept(&service, "a").await.unwrap();
        assert_eq!(statement, "One");
        service.stop().await;
    });
}

/// To undo never makes a record count: not for a past day, and not for one that it had not reached.
#[test]
fn what_never_counted_does_not_count_when_it_is_undone() {
    run(async {
        let service = Service::start().await;
        let suspended = pb::Record {
            state: pb::RecordState::Suspended.into(),
            ..purpose("suspended", "")
        };
        let to_come = pb::Record {
            valid_from: "2999-01-01".to_owned(),
            ..purpose("to-come", "")
        };
        apply(&service, vec![put(suspended), put(to_come)]).await;
        let (exit, said) = revert(&service, &["1", "--yes"]);
        assert_eq!(exit, Some(0), "{said}");
        let (records, _) = service.export().await;
        for record in records {
            assert_eq!(record.state(), pb::RecordState::Retired, "{}", record.key);
            assert_eq!(record.valid_until, "", "{} would have counted", record.key);
        }
        service.stop().await;
    });
}

#[test]
fn the_law_is_not_undone() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::with_reference(&database).await;
        let (exit, said) = revert(&service, &["1", "--yes"]);
        assert_eq!(exit, Some(3), "{said}");
        assert!(said.contains("reference pack"), "{said}");
        service.stop().await;
    });
}

/// A draft that an active record of the same set refers to stays, because that one stays: both are ended.
#[test]
fn a_draft_that_is_referred_to_is_ended() {
    run(async {
        let service = Service::start().await;
        let mut child = purpose("a.b", "");
        let Some(pb::record::Body::Purpose(body)) = &mut child.body else {
            unreachable!();
        };
        body.parent = "a".to_owned();
        apply(&service, vec![put(draft("a")), put(child)]).await;
        let (exit, said) = revert(&service, &["1", "--yes"]);
        assert_eq!(exit, Some(0), "{said}");
        for key in ["a", "a.b"] {
            let (_, state) = kept(&service, key).await.unwrap();
            assert_eq!(state, pb::RecordState::Retired, "{key}");
        }
        service.stop().await;
    });
}

#[test]
fn a_revision_that_there_is_not_is_refused_and_nobody_is_asked_in_vain() {
    run(async {
        let service = Service::start().await;
        apply(&service, vec![put(purpose("a", "One"))]).await;
        assert_eq!(revert(&service, &["7", "--yes"]).0, Some(3));
        assert_eq!(revert(&service, &["nothing", "--yes"]).0, Some(3));
        let (exit, said) = revert(&service, &["1"]);
        assert_eq!(exit, Some(64), "{said}");
        assert!(said.contains("--yes"), "{said}");
        service.stop().await;
    });
}
