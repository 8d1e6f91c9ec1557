//! Bad input, of any kind: each gets its reason and the path of its field, the service stays up, and the
//! inventory is unchanged.

use std::process::Command;

use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::Code;
use tonic::transport::Channel;

use crate::support::given::{changes, inventory, paths, purpose, put, reason};
use crate::support::raw::send;
use crate::support::{Service, run};

/// Runs a test against a service that holds the base inventory, and makes sure that nothing changed.
pub(crate) fn unchanged<F: Future<Output = ()>>(test: impl FnOnce(Channel, String) -> F) {
    run(async {
        let service = Service::start().await;
        service
            .import(inventory("tests/cases/base.yaml"))
            .await
            .unwrap();
        let (_, before) = service.export().await;
        test(service.channel.clone(), service.address.clone()).await;
        let (_, after) = service.export().await;
        assert_eq!(before, after, "the inventory changed");
        service.stop().await;
    });
}

pub(crate) async fn apply(channel: Channel, request: pb::ApplyChangesRequest) -> tonic::Status {
    InventoryServiceClient::new(channel)
        .apply_changes(request)
        .await
        .expect_err("it is refused")
}

#[test]
fn a_mask_with_an_unknown_path_is_refused() {
    unchanged(|channel, _| async move {
        let update = pb::UpdateRecord {
            record: Some(purpose("billing", "Other")),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["purpose.nothing".to_owned()],
            }),
        };
        let change = pb::Change {
            operation: Some(pb::change::Operation::Update(update)),
        };
        assert_eq!(
            reason(&apply(channel, changes(vec![change])).await),
            "UPDATE_MASK_INVALID"
        );
    });
}

/// Taken over as asked, it would make the purpose a data category, and the registry would not start again.
#[test]
fn a_mask_into_the_body_of_another_kind_is_refused() {
    unchanged(|channel, _| async move {
        let update = pb::UpdateRecord {
            record: Some(purpose("billing", "Other")),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["dataCategory.noticeGroup".to_owned()],
            }),
        };
        let change = pb::Change {
            operation: Some(pb::change::Operation::Update(update)),
        };
        let status = apply(channel, changes(vec![change])).await;
        assert_eq!(reason(&status), "UPDATE_MASK_INVALID");
    });
}

/// Without the trailer nobody knows whether all has come.
#[test]
fn a_replacing_import_that_was_cut_short_is_refused() {
    unchanged(|channel, _| async move {
        use pb::import_records_request::Part;
        let header = pb::TransferHeader {
            mode: pb::ImportMode::Replace.into(),
            kinds: vec!["purposes".to_owned()],
            ..Default::default()
        };
        let parts = [Part::Header(header), Part::Record(purpose("billing", ""))];
        let messages = parts.map(|part| pb::ImportRecordsRequest { part: Some(part) });
        let mut client = InventoryServiceClient::new(channel);
        let status = client
            .import_records(tokio_stream::iter(messages))
            .await
            .unwrap_err();
        assert_eq!(paths(&status), ["trailer"]);
    });
}

#[test]
fn a_stale_etag_is_refused() {
    unchanged(|channel, _| async move {
        let mut record = purpose("billing", "Other");
        record.etag = "stale".to_owned();
        let status = apply(channel, changes(vec![put(record)])).await;
        assert_eq!(
            (status.code(), reason(&status)),
            (Code::Aborted, "ETAG_MISMATCH".to_owned())
        );
    });
}

#[test]
fn a_revision_that_is_none_is_refused() {
    unchanged(|channel, _| async move {
        let mut request = changes(vec![put(purpose("p", ""))]);
        request.expected_revision = "nonsense".to_owned();
        assert_eq!(reason(&apply(channel, request).await), "REVISION_MALFORMED");
    });
}

#[test]
fn a_page_token_of_another_question_is_refused() {
    unchanged(|channel, _| async move {
        let mut client = InventoryServiceClient::new(channel);
        let first = pb::ListRecordsRequest {
            page_size: 1,
            ..Default::default()
        };
        let token = client
            .list_records(first)
            .await
            .unwrap()
            .into_inner()
            .next_page_token;
        let other = pb::ListRecordsRequest {
            filter: "kind = purpose".to_owned(),
            page_token: token,
            ..Default::default()
        };
        assert_eq!(
            reason(&client.list_records(other).await.unwrap_err()),
            "PAGE_TOKEN_MISMATCH"
        );
        let forged = pb::ListRecordsRequest {
            page_token: "AAAA".to_owned(),
            ..Default::default()
        };
        assert_eq!(
            reason(&client.list_records(forged).await.unwrap_err()),
            "PAGE_TOKEN_INVALID"
        );
        let filter = pb::ListRecordsRequest {
            filter: "color = red".to_owned(),
            ..Default::default()
        };
        assert_eq!(
            reason(&client.list_records(filter).await.unwrap_err()),
            "FILTER_INVALID"
        );
    });
}

#[test]
fn a_batch_of_a_thousand_and_one_is_refused() {
    unchanged(|channel, _| async move {
        let request = pb::BatchCheckRequest {
            checks: vec![pb::BatchCheckItem::default(); 1_001],
            ..Default::default()
        };
        let status = DecisionServiceClient::new(channel)
            .batch_check(request)
            .await
            .unwrap_err();
        assert_eq!(reason(&status), "BATCH_TOO_LARGE");
    });
}

#[test]
fn a_malformed_item_of_a_batch_does_not_spoil_the_others() {
    unchanged(|channel, _| async move {
        let good = pb::Processing {
            target: Some(pb::processing::Target::Activity("billing".to_owned())),
            ..Default::default()
        };
        let item = |processing| pb::BatchCheckItem {
            reference: "a:1".to_owned(),
            question: Some(pb::batch_check_item::Question::Processing(processing)),
        };
        let bad = pb::Processing {
            operations: vec![77],
            ..good.clone()
        };
        let request = pb::BatchCheckRequest {
            checks: vec![item(bad), item(good)],
            ..Default::default()
        };
        let results = DecisionServiceClient::new(channel)
            .batch_check(request)
            .await
            .unwrap()
            .into_inner()
            .results;
        assert!(matches!(
            results[0].result,
            Some(pb::batch_check_result::Result::Error(_))
        ));
        assert!(matches!(
            results[1].result,
            Some(pb::batch_check_result::Result::Decision(_))
        ));
    });
}

#[test]
fn a_message_of_five_mebibytes_is_refused() {
    unchanged(|channel, _| async move {
        let status = apply(
            channel,
            changes(vec![put(purpose("p", &"x".repeat(5 * 1024 * 1024)))]),
        )
        .await;
        assert_eq!(
            (status.code(), reason(&status)),
            (Code::ResourceExhausted, "MESSAGE_TOO_LARGE".to_owned())
        );
    });
}

#[test]
fn bytes_that_are_no_message_are_refused() {
    unchanged(|channel, _| async move {
        let check = "/ropa.v1.DecisionService/Check";
        let status = send(channel.clone(), check, vec![0xff; 100]).await;
        assert_eq!(
            (status.code(), reason(&status)),
            (Code::InvalidArgument, "MESSAGE_MALFORMED".to_owned())
        );
        // A text that is not UTF-8, where the name of an activity should stand.
        let status = send(channel, check, vec![0x12, 4, 0x12, 2, 0xc3, 0x28]).await;
        assert_eq!(reason(&status), "MESSAGE_MALFORMED");
    });
}

#[test]
fn a_method_there_is_not_is_refused_with_a_reason() {
    unchanged(|channel, _| async move {
        let health = "/grpc.health.v1.Health/Guess";
        for path in ["/ropa.v1.DecisionService/Guess", "/grpc.nope/Foo", health] {
            let status = send(channel.clone(), path, Vec::new()).await;
            assert_eq!(
                (status.code(), reason(&status)),
                (Code::Unimplemented, "METHOD_UNKNOWN".to_owned()),
                "{path}"
            );
        }
    });
}

#[test]
fn what_is_not_served_yet_is_refused_and_not_passed_over() {
    unchanged(|channel, _| async move {
        let processing = pb::Processing::default();
        let ask = |request: pb::CheckRequest| {
            let mut client = DecisionServiceClient::new(channel.clone());
            async move { client.check(request).await.unwrap_err() }
        };
        let question = Some(pb::check_request::Question::Processing(processing));
        let as_of = pb::AsOf {
            point: Some(pb::as_of::Point::Revision("x".to_owned())),
        };
        let status = ask(pb::CheckRequest {
            question: question.clone(),
            as_of: Some(as_of),
            ..Default::default()
        })
        .await;
        assert_eq!(paths(&status), ["as_of"]);
        let requirement = Some(pb::consistency::Requirement::FullyConsistent(true));
        let consistency = Some(pb::Consistency { requirement });
        let status = ask(pb::CheckRequest {
            question,
            consistency,
            ..Default::default()
        })
        .await;
        assert_eq!(paths(&status), ["consistency"]);
        assert_eq!(
            paths(&ask(pb::CheckRequest::default()).await),
            ["processing"]
        );
    });
}

/// Runs `ropa validate` on a text.
fn validate(text: &str) -> (Option<i32>, String) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ropa"))
        .arg("validate")
        .arg(file.path())
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_file_is_refused_with_line_and_path_of_everything_wrong() {
    let text = "records:\n  - key: a\n    state: actve\n    purpose:\n      statment: Why\n  - key: b\n    state: active\n    purpose: {directMarketing: perhaps}\n";
    let (exit, told) = validate(text);
    assert_eq!(exit, Some(3));
    for line in [":3:", ":5:", ":8:"] {
        assert!(told.contains(line), "no {line} in {told}");
    }
    assert!(told.contains("did you mean `statement`"), "{told}");
}

#[test]
fn tricks_of_yaml_are_refused() {
    for text in [
        "records: &all []\n",
        "records: []\nrecords: []\n",
        "records:\n\t- key: a\n",
        "records:\n  - {key: a, state: active, purpose: {}}\n  - {key: a, state: active, purpose: {}}\n",
        "records:\n  - {key: a, state: active}\n",
        "records:\n  - {key: a, state: active, purpose: {}, country: {}}\n",
        "records:\n  - {key: a, state: active, displayName: x, display_name: y, purpose: {}}\n",
    ] {
        let (exit, told) = validate(text);
        assert_eq!(exit, Some(3), "{text}\n{told}");
        assert!(
            told.contains(":1:") || told.contains(":2:") || told.contains(":3:"),
            "no line in {told}"
        );
    }
}

#[test]
fn a_wrong_word_on_the_command_line_is_a_usage_error() {
    let output = Command::new(env!("CARGO_BIN_EXE_ropa"))
        .args(["chekc"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(64));
    let output = Command::new(env!("CARGO_BIN_EXE_ropa"))
        .args(["serve", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("--insecure-listen")
    );
}
