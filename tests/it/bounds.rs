//! Nothing that is asked costs more, and nothing that is answered is larger, than was said beforehand.

use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_client::AdminServiceClient;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use crate::support::given::{changes, operator, paths, purpose, put, reason};
use crate::support::{Database, On, Service, on_both, run};

on_both! {
    a_change_set_of_any_length_can_be_read_whole
    large_records_fit_into_the_pages
}

/// A question about as many categories as that.
fn question(categories: usize) -> pb::Processing {
    let item = |number| pb::DataItem {
        category: format!("c{number}"),
        ..Default::default()
    };
    pb::Processing {
        target: Some(pb::processing::Target::Activity("billing".to_owned())),
        operations: vec![pb::Operation::Use.into()],
        data: (0..categories).map(item).collect(),
        ..Default::default()
    }
}

fn batch(questions: Vec<pb::Processing>) -> pb::BatchCheckRequest {
    let item = |processing| pb::BatchCheckItem {
        reference: String::new(),
        question: Some(pb::batch_check_item::Question::Processing(processing)),
    };
    pb::BatchCheckRequest {
        checks: questions.into_iter().map(item).collect(),
        ..Default::default()
    }
}

/// Sub-processors in layers, each of a layer engaging all of the next: few records, and more ways through them than
/// anybody could walk.
fn net(layers: usize) -> Vec<pb::Record> {
    let active = |key: &str, body| pb::Record {
        key: key.to_owned(),
        state: pb::RecordState::Active.into(),
        body: Some(body),
        ..Default::default()
    };
    let mut records = Vec::new();
    let layer = |at: usize| match at {
        0 => vec!["net-0".to_owned()],
        at => vec![format!("net-{at}-a"), format!("net-{at}-b")],
    };
    for at in 0..=layers {
        for key in layer(at) {
            let recipient = pb::Recipient {
                kind: pb::RecipientKind::Organisation.into(),
                role: pb::RecipientRole::Processor.into(),
                countries: vec!["FR".to_owned()],
                ..Default::default()
            };
            records.push(active(&key, pb::record::Body::Recipient(recipient)));
        }
    }
    let engaged = |at: usize, from: &str| -> Vec<pb::Subprocessor> {
        let below = if at < layers {
            layer(at + 1)
        } else {
            Vec::new()
        };
        let one = |key: String| pb::Subprocessor {
            agreement: format!("{from}-{key}"),
            recipient: key,
            authorisation: pb::SubprocessorAuthorisation::Specific.into(),
            ..Default::default()
        };
        below.into_iter().map(one).collect()
    };
    let contract = |key: String, parties: Vec<String>, subprocessors, controller: &str| {
        let kind = if controller.is_empty() {
            pb::AgreementKind::Subprocessing
        } else {
            pb::AgreementKind::Article28
        };
        let agreement = pb::Agreement {
            kind: kind.into(),
            controller: controller.to_owned(),
            parties,
            signed_on: "2024-01-15".to_owned(),
            subprocessors,
            ..Default::default()
        };
        active(&key, pb::record::Body::Agreement(agreement))
    };
    let first = engaged(0, "net-0");
    let own = "example-telecom";
    records.push(contract(
        "net".to_owned(),
        vec!["net-0".to_owned()],
        first,
        own,
    ));
    for at in 0..layers {
        for from in layer(at) {
            for to in layer(at + 1) {
                let below = engaged(at + 1, &to);
                let parties = vec![from.clone(), to.clone()];
                records.push(contract(format!("{from}-{to}"), parties, below, ""));
            }
        }
    }
    let activity = pb::Activity {
        controller: own.to_owned(),
        purpose: "service-improvement".to_owned(),
        data: vec![pb::ActivityData {
            category: "device.app-version".to_owned(),
            ..Default::default()
        }],
        recipients: vec![pb::ActivityRecipient {
            recipient: "net-0".to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    };
    records.push(active("net", pb::record::Body::Activity(activity)));
    records
}

#[test]
fn a_net_of_sub_processors_is_walked_once() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        service.import(net(30)).await.unwrap();
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let check = pb::CheckRequest {
            question: Some(pb::check_request::Question::Processing(pb::Processing {
                target: Some(pb::processing::Target::Activity("net".to_owned())),
                operations: vec![pb::Operation::Disclose.into()],
                data: vec![pb::DataItem {
                    category: "device.app-version".to_owned(),
                    collected_on: "2026-05-20".to_owned(),
                    ..Default::default()
                }],
                recipients: vec![pb::Disclosure {
                    recipient: "net-0".to_owned(),
                    ..Default::default()
                }],
                ..Default::default()
            })),
            ..Default::default()
        };
        client.check(check).await.unwrap();
        let asked = pb::LookupRecipientsRequest {
            recipient: "net-30-b".to_owned(),
            ..Default::default()
        };
        let found = client.lookup_recipients(asked).await.unwrap().into_inner();
        assert_eq!(
            found.uses.len(),
            4,
            "two engage it, under two contracts each"
        );
        drop(client);
        service.stop().await;
    });
}

#[test]
fn a_batch_that_takes_too_long_ends_at_its_deadline() {
    run(async {
        let database = Database::new(On::Sqlite).await;
        let service = Service::with(&database, |config| config.server.deadline_ms = 100).await;
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let late = client
            .batch_check(batch(vec![question(200); 1_000]))
            .await
            .unwrap_err();
        assert_eq!(late.code(), tonic::Code::DeadlineExceeded);
        assert_eq!(reason(&late), "DEADLINE");
        client.batch_check(batch(vec![question(1)])).await.unwrap();
        drop(client);
        service.stop().await;
    });
}

#[test]
fn a_question_about_too_much_is_refused_unread() {
    run(async {
        let service = Service::start().await;
        let limits = AdminServiceClient::new(service.channel.clone())
            .get_server_info(pb::GetServerInfoRequest {})
            .await
            .unwrap()
            .into_inner()
            .limits
            .unwrap();
        let most = usize::try_from(limits.question_items).unwrap();
        assert_eq!(most, 200);
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let ask = |processing| pb::CheckRequest {
            question: Some(pb::check_request::Question::Processing(processing)),
            ..Default::default()
        };
        client.check(ask(question(most))).await.unwrap();
        // The malformed category is not told: nothing of the list was read.
        let mut long = question(most + 1);
        long.data[0].category = "Not A Key".to_owned();
        let refused = client.check(ask(long)).await.unwrap_err();
        assert_eq!(paths(&refused), ["processing.data"]);
        drop(client);
        service.stop().await;
    });
}

#[test]
fn an_item_of_a_batch_is_no_larger_than_a_check() {
    run(async {
        let service = Service::start().await;
        let mut large = question(1);
        large.data[0].legal_holds = vec!["h".repeat(90); 4_000];
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let answer = client
            .batch_check(batch(vec![large, question(1)]))
            .await
            .unwrap()
            .into_inner();
        let Some(pb::batch_check_result::Result::Error(error)) = &answer.results[0].result else {
            panic!("it is too large")
        };
        assert_eq!(error.code, tonic::Code::ResourceExhausted as i32);
        assert!(matches!(
            answer.results[1].result,
            Some(pb::batch_check_result::Result::Decision(_))
        ));
        drop(client);
        service.stop().await;
    });
}

#[test]
fn a_batch_whose_answer_is_full_says_so_for_each_item_that_is_left() {
    run(async {
        let service = Service::start().await;
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let mut asked = batch(vec![question(100); 200]);
        for (index, item) in asked.checks.iter_mut().enumerate() {
            item.reference = format!("item:{index}");
        }
        let answer = client.batch_check(asked).await.unwrap().into_inner();
        let references = answer.results.iter().map(|one| one.reference.clone());
        assert!(references.eq((0..200).map(|index| format!("item:{index}"))));
        let full = |one: &pb::BatchCheckResult| {
            matches!(&one.result, Some(pb::batch_check_result::Result::Error(error))
                if error.code == tonic::Code::ResourceExhausted as i32)
        };
        let answered = answer.results.iter().take_while(|one| !full(one)).count();
        assert!((1..200).contains(&answered), "{answered} were answered");
        assert!(answer.results.iter().skip(answered).all(full));
        drop(client);
        service.stop().await;
    });
}

/// A purpose of almost as many bytes as a record may have, or of more.
fn large(key: &str, letter: &str) -> pb::Record {
    let label = |number| (format!("l{number}"), letter.repeat(8_000));
    pb::Record {
        labels: (0..62).map(label).collect(),
        ..purpose(key, "")
    }
}

#[test]
fn a_record_that_is_too_large_is_refused_however_it_comes() {
    run(async {
        let service = Service::start().await;
        let mut client = InventoryServiceClient::new(service.channel.clone());
        let refused = client
            .apply_changes(changes(vec![put(large("one", "€"))]))
            .await
            .unwrap_err();
        assert_eq!(paths(&refused), ["changes[0].put.record"]);
        let refused = service.import(vec![large("one", "€")]).await.unwrap_err();
        assert_eq!(paths(&refused), ["record[0]"]);

        // What is there and what is taken over are each small enough, and together they are not.
        client
            .apply_changes(changes(vec![put(large("one", "é"))]))
            .await
            .unwrap();
        let gap = pb::Gap {
            field: "*".to_owned(),
            kind: pb::GapKind::NotStated.into(),
            note: "n".repeat(8_000),
        };
        let update = pb::UpdateRecord {
            record: Some(pb::Record {
                gaps: vec![gap; 10],
                ..purpose("one", "")
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["gaps".to_owned()],
            }),
        };
        let change = pb::Change {
            operation: Some(pb::change::Operation::Update(update)),
        };
        let refused = client
            .apply_changes(changes(vec![change]))
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID");
        assert_eq!(paths(&refused), ["changes[0].update.record"]);
        drop(client);
        service.stop().await;
    });
}

/// All parts of the history, newest first.
async fn history(service: &Service) -> Vec<pb::ChangeSet> {
    let mut client = ChangeServiceClient::new(service.channel.clone());
    let mut sets = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListChangesRequest {
            page_token,
            ..Default::default()
        };
        let page = client.list_changes(request).await.unwrap().into_inner();
        sets.extend(page.change_sets);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return sets;
        }
    }
}

async fn a_change_set_of_any_length_can_be_read_whole(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let keys: Vec<_> = (0..2_500).map(|number| format!("p{number}")).collect();
    service.import(vec![purpose("first", "")]).await.unwrap();
    let records = keys.iter().map(|key| purpose(key, "")).collect();
    service.import(records).await.unwrap();
    service.import(vec![purpose("last", "")]).await.unwrap();

    let told = history(&service).await;
    assert!(
        told.iter()
            .all(|set| set.number != 2 || set.change_count == 2_500)
    );
    let names: Vec<_> = told
        .into_iter()
        .flat_map(|set| set.changes)
        .map(|change| change.name)
        .collect();
    let wanted = ["last"].into_iter().chain(keys.iter().map(String::as_str));
    let wanted = wanted.chain(["first"]).map(|key| format!("purposes/{key}"));
    assert!(wanted.eq(names), "each change is told once, in order");
    service.stop().await;
}

async fn large_records_fit_into_the_pages(on: On) {
    let database = Database::new(on).await;
    let service = Service::on(&database).await;
    let keys = ["a", "b", "c", "d", "e", "f", "g"];
    for letter in ["é", "è"] {
        let records = keys.map(|key| large(key, letter));
        service.import(records.to_vec()).await.unwrap();
    }
    let mut client = InventoryServiceClient::new(service.channel.clone());
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListRecordsRequest {
            page_token,
            ..Default::default()
        };
        let page = client.list_records(request).await.unwrap().into_inner();
        listed.extend(page.records.into_iter().map(|record| record.key));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, keys);
    let told = history(&service).await;
    let told = told.iter().flat_map(|set| &set.changes);
    let told = told.filter(|change| change.after.is_some());
    assert_eq!(told.count(), 14);
    drop(client);
    service.stop().await;
}
