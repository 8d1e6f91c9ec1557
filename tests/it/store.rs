//! What is kept is what was said, on both databases alike: each fact its own test.

use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use crate::support::given::{changes, delete, inventory, operator, purpose, put, reason};
use crate::support::{Database, On, Service, on_both};

on_both! {
    what_was_imported_is_there_after_a_restart
    every_kind_of_record_is_kept_whole
    an_export_imported_elsewhere_has_the_same_digest
    a_change_that_is_refused_leaves_nothing_behind
    a_record_in_use_cannot_be_deleted
    a_record_that_was_active_cannot_be_deleted
    a_draft_that_nothing_refers_to_can_be_deleted
    of_many_records_only_those_that_never_counted_go
    a_request_that_comes_again_gets_the_first_answer
    a_request_id_is_bound_by_the_first_request_that_changes_something
    ending_a_record_never_makes_it_count
    a_record_that_was_altered_beside_the_service_keeps_it_from_starting
    two_replicas_see_one_another
    replicas_that_write_at_once_make_no_gaps
    what_is_missing_of_a_replaced_kind_is_ended
}

async fn what_was_imported_is_there_after_a_restart(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let imported = service.import(operator()).await.unwrap();
    service.stop().await;

    let service = Service::on(&database).await;
    let (records, trailer) = service.export().await;
    assert_eq!(records.len() as u64, imported.created);
    assert_eq!(trailer.digest, imported.digest);
    service.stop().await;
}

/// The file sets every field of every kind.
async fn every_kind_of_record_is_kept_whole(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let given = inventory("tests/every-kind.yaml");
    service.import(given.clone()).await.unwrap();
    service.stop().await;

    let service = Service::on(&database).await;
    let (records, _) = service.export().await;
    let plain = |mut record: pb::Record| {
        record.etag.clear();
        record.revision.clear();
        record
    };
    for wanted in given {
        let kept = records.iter().find(|kept| {
            kept.key == wanted.key
                && std::mem::discriminant(kept.body.as_ref().unwrap())
                    == std::mem::discriminant(wanted.body.as_ref().unwrap())
        });
        assert_eq!(kept.cloned().map(plain), Some(wanted));
    }
    service.stop().await;
}

async fn an_export_imported_elsewhere_has_the_same_digest(on: On) {
    let (one, other) = (Database::new(On::Sqlite).await, Database::new(on).await);
    let (one, other) = (Service::on(&one).await, Service::on(&other).await);
    let first = one.import(operator()).await.unwrap();
    let (records, _) = one.export().await;
    let second = other.import(records).await.unwrap();
    assert_eq!(first.digest, second.digest);
    one.stop().await;
    other.stop().await;
}

async fn a_change_that_is_refused_leaves_nothing_behind(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let mut client = InventoryServiceClient::new(service.channel.clone());
    client
        .apply_changes(changes(vec![put(purpose("billing", "Billing"))]))
        .await
        .unwrap();
    let (_, before) = service.export().await;
    let mut activity = purpose("a", "");
    activity.body = Some(pb::record::Body::Activity(pb::Activity {
        purpose: "nowhere".to_owned(),
        ..Default::default()
    }));
    let refused = client
        .apply_changes(changes(vec![
            put(purpose("support", "Support")),
            put(activity),
        ]))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "INVENTORY_INVALID");
    let (_, after) = service.export().await;
    assert_eq!(before, after);
    drop(client);
    service.stop().await;
}

async fn a_record_in_use_cannot_be_deleted(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    service
        .import(inventory("tests/cases/base.yaml"))
        .await
        .unwrap();
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let refused = client
        .apply_changes(changes(vec![delete("purposes/billing")]))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RECORD_REFERENCED");
    assert!(
        refused.message().contains("activities/billing"),
        "{}",
        refused.message()
    );
    drop(client);
    service.stop().await;
}

async fn a_record_that_was_active_cannot_be_deleted(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let mut client = InventoryServiceClient::new(service.channel.clone());
    client
        .apply_changes(changes(vec![put(purpose("old", ""))]))
        .await
        .unwrap();
    let mut draft = purpose("old", "");
    draft.state = pb::RecordState::Draft.into();
    client
        .apply_changes(changes(vec![put(draft)]))
        .await
        .unwrap();
    let refused = client
        .apply_changes(changes(vec![delete("purposes/old")]))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RECORD_USED");
    drop(client);
    service.stop().await;
}

async fn a_draft_that_nothing_refers_to_can_be_deleted(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let mut draft = purpose("idea", "");
    draft.state = pb::RecordState::Draft.into();
    client
        .apply_changes(changes(vec![put(draft)]))
        .await
        .unwrap();
    let done = client
        .apply_changes(changes(vec![delete("purposes/idea")]))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(done.changes[0].action(), pb::ChangeAction::Delete);
    drop(client);
    service.stop().await;
    let service = Service::on(&database).await;
    assert!(service.export().await.0.is_empty());
    service.stop().await;
}

async fn of_many_records_only_those_that_never_counted_go(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let stated = |number: usize, state: pb::RecordState| pb::Record {
        state: state.into(),
        ..purpose(&format!("p{number}"), "")
    };
    let all = |state| (0..300).map(move |number| stated(number, state));
    service
        .import(all(pb::RecordState::Draft).collect())
        .await
        .unwrap();
    // Every third one counts, and is a draft again.
    for state in [pb::RecordState::Active, pb::RecordState::Draft] {
        service
            .import(all(state).step_by(3).collect())
            .await
            .unwrap();
    }
    let header = pb::TransferHeader {
        mode: pb::ImportMode::Replace.into(),
        kinds: vec!["purposes".to_owned()],
        ..Default::default()
    };
    let done = service
        .import_as(header, vec![purpose("only", "")])
        .await
        .unwrap();
    assert_eq!((done.created, done.deleted, done.retired), (1, 200, 100));
    service.stop().await;
}

async fn a_request_that_comes_again_gets_the_first_answer(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let mut request = pb::ApplyChangesRequest {
        request_id: "once:1".to_owned(),
        ..changes(vec![put(purpose("billing", "Billing"))])
    };
    let first = client
        .apply_changes(request.clone())
        .await
        .unwrap()
        .into_inner();
    client
        .apply_changes(changes(vec![put(purpose("other", ""))]))
        .await
        .unwrap();
    let again = client
        .apply_changes(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    request.changes = vec![put(purpose("billing", "Something else"))];
    let reused = client.apply_changes(request).await.unwrap_err();
    assert_eq!(reason(&reused), "REQUEST_ID_REUSED");
    drop(client);
    service.stop().await;
}

async fn a_request_id_is_bound_by_the_first_request_that_changes_something(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let request = |key: &str, statement: &str| pb::ApplyChangesRequest {
        request_id: "twice".to_owned(),
        ..changes(vec![put(purpose(key, statement))])
    };
    client
        .apply_changes(changes(vec![put(purpose("billing", "Billing"))]))
        .await
        .unwrap();
    let nothing = client
        .apply_changes(request("billing", "Billing"))
        .await
        .unwrap()
        .into_inner();
    assert!(nothing.changes.is_empty());
    let mut dry = request("support", "Support");
    dry.validate_only = true;
    client.apply_changes(dry).await.unwrap();

    let something = client
        .apply_changes(request("support", "Support"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(something.changes.len(), 1);
    let reused = client
        .apply_changes(request("billing", "Billing"))
        .await
        .unwrap_err();
    assert_eq!(reason(&reused), "REQUEST_ID_REUSED");
    drop(client);
    service.stop().await;
}

async fn two_replicas_see_one_another(on: On) {
    let database = Database::new(on).await;
    let (one, other) = (Service::on(&database).await, Service::on(&database).await);
    let mut client = InventoryServiceClient::new(one.channel.clone());
    client
        .apply_changes(changes(vec![put(purpose("billing", "Billing"))]))
        .await
        .unwrap();
    // A write takes up what is newest, so it shows what the other replica wrote.
    let mut there = InventoryServiceClient::new(other.channel.clone());
    there
        .apply_changes(changes(vec![put(purpose("support", "Support"))]))
        .await
        .unwrap();
    let (records, _) = other.export().await;
    assert_eq!(
        records
            .iter()
            .map(|record| record.key.as_str())
            .collect::<Vec<_>>(),
        ["billing", "support"]
    );
    drop((client, there));
    one.stop().await;
    other.stop().await;
}

async fn replicas_that_write_at_once_make_no_gaps(on: On) {
    let database = Database::new(on).await;
    let (one, other) = (Service::on(&database).await, Service::on(&database).await);
    let writes = (0..20).map(|number| {
        let channel = if number % 2 == 0 {
            one.channel.clone()
        } else {
            other.channel.clone()
        };
        tokio::spawn(async move {
            let mut client = InventoryServiceClient::new(channel);
            client
                .apply_changes(changes(vec![put(purpose(&format!("p{number}"), ""))]))
                .await
        })
    });
    let writes: Vec<_> = writes.collect();
    for write in writes {
        write.await.unwrap().unwrap();
    }
    let mut client = ChangeServiceClient::new(one.channel.clone());
    let sets = client
        .list_changes(pb::ListChangesRequest::default())
        .await
        .unwrap()
        .into_inner()
        .change_sets;
    assert_eq!(
        sets.iter().map(|set| set.number).collect::<Vec<_>>(),
        (1..=20).rev().collect::<Vec<_>>()
    );
    drop(client);
    one.stop().await;
    other.stop().await;
}

async fn what_is_missing_of_a_replaced_kind_is_ended(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    service
        .import(vec![purpose("kept", ""), purpose("gone", "")])
        .await
        .unwrap();
    let header = pb::TransferHeader {
        mode: pb::ImportMode::Replace.into(),
        kinds: vec!["purposes".to_owned()],
        ..Default::default()
    };
    let done = service
        .import_as(header, vec![purpose("kept", "")])
        .await
        .unwrap();
    assert_eq!((done.unchanged, done.retired), (1, 1));
    let (records, _) = service.export().await;
    let gone = records.iter().find(|record| record.key == "gone").unwrap();
    assert_eq!(gone.state(), pb::RecordState::Retired);
    service.stop().await;
}

async fn ending_a_record_never_makes_it_count(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let retire = |until: &str| {
        let retire = pb::RetireRecord {
            name: "purposes/one".to_owned(),
            valid_until: until.to_owned(),
            etag: String::new(),
        };
        changes(vec![pb::Change {
            operation: Some(pb::change::Operation::Retire(retire)),
        }])
    };
    let in_state = |state: pb::RecordState| pb::Record {
        state: state.into(),
        ..purpose("one", "")
    };
    let ended = pb::Record {
        valid_until: "2025-01-01".to_owned(),
        ..purpose("one", "")
    };
    for record in [
        in_state(pb::RecordState::Draft),
        in_state(pb::RecordState::Suspended),
        ended,
    ] {
        client
            .apply_changes(changes(vec![put(record)]))
            .await
            .unwrap();
        let refused = client
            .apply_changes(retire("2099-12-31"))
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID");
    }
    client.apply_changes(retire("2024-12-31")).await.unwrap();
    service.stop().await;
}

async fn a_record_that_was_altered_beside_the_service_keeps_it_from_starting(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    service.import(vec![purpose("one", "One")]).await.unwrap();
    service.stop().await;
    database
        .execute("UPDATE purpose SET statement = 'Two' WHERE record_key = 'one'")
        .await;
    let told = Service::refused(&database).await;
    assert!(
        told.contains("`purposes/one` is not what the history left"),
        "{told}"
    );
}
