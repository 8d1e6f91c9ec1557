//! Plain questions to the register, as a service asks at design time and an admin with a terminal.

use std::process::Command;

use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use tonic::transport::Channel;

use crate::support::given::{operator, reason};
use crate::support::{Service, run};

async fn example() -> (Service, DecisionServiceClient<Channel>) {
    let service = Service::start().await;
    service.import(operator()).await.unwrap();
    let client = DecisionServiceClient::new(service.channel.clone());
    (service, client)
}

fn question(activity: &str, categories: &[&str]) -> pb::Processing {
    let target =
        (!activity.is_empty()).then(|| pb::processing::Target::Activity(activity.to_owned()));
    pb::Processing {
        target,
        operations: vec![pb::Operation::Use.into()],
        data: categories
            .iter()
            .map(|category| pb::DataItem {
                category: (*category).to_owned(),
                ..Default::default()
            })
            .collect(),
        subject: Some(pb::Subject {
            category: "customers".to_owned(),
            contract: Some(pb::Contract {
                state: pb::ContractState::InForce.into(),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn on(year: i16, month: i8, day: i8) -> prost_types::Timestamp {
    let day = jiff::civil::date(year, month, day).at(10, 0, 0, 0);
    let seconds = jiff::tz::TimeZone::UTC
        .to_timestamp(day)
        .unwrap()
        .as_second();
    prost_types::Timestamp { seconds, nanos: 0 }
}

/// What each permits alone, and no other.
#[test]
fn the_activities_found_are_those_whose_check_permits() {
    run(async {
        let (service, mut client) = example().await;
        let asked = question("", &["contact.email"]);
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = pb::LookupActivitiesRequest {
                processing: Some(asked.clone()),
                evaluation_time: Some(on(2026, 6, 1)),
                page_size: 3,
                page_token,
            };
            let page = client
                .lookup_activities(request)
                .await
                .unwrap()
                .into_inner();
            assert!(page.decisions.len() <= 3);
            found.extend(page.decisions.into_iter().map(|one| one.activity));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert!(found.len() > 3, "{found:?}");
        let all = operator()
            .into_iter()
            .filter_map(|record| match record.body {
                Some(pb::record::Body::Activity(_)) => Some(record.key),
                _ => None,
            });
        for activity in all {
            let check = pb::CheckRequest {
                question: Some(pb::check_request::Question::Processing(question(
                    &activity,
                    &["contact.email"],
                ))),
                evaluation_time: Some(on(2026, 6, 1)),
                ..Default::default()
            };
            let answer = client.check(check).await.unwrap().into_inner();
            let permits = answer.decision.unwrap().effect() == pb::Effect::Permit;
            assert_eq!(permits, found.contains(&activity), "{activity}");
        }
        service.stop().await;
    });
}

#[test]
fn the_categories_found_are_those_of_the_activity_that_are_permitted() {
    run(async {
        let (service, mut client) = example().await;
        let request = pb::LookupDataCategoriesRequest {
            processing: Some(question("billing", &[])),
            evaluation_time: Some(on(2026, 6, 1)),
            ..Default::default()
        };
        let answer = client
            .lookup_data_categories(request)
            .await
            .unwrap()
            .into_inner();
        assert!(!answer.categories.is_empty());
        for one in &answer.categories {
            let check = pb::CheckRequest {
                question: Some(pb::check_request::Question::Processing(question(
                    "billing",
                    &[&one.category],
                ))),
                evaluation_time: Some(on(2026, 6, 1)),
                ..Default::default()
            };
            let answer = client.check(check).await.unwrap().into_inner();
            assert_eq!(answer.decision, one.decision, "{}", one.category);
        }
        service.stop().await;
    });
}

/// The same recipient under one law and under another.
#[test]
fn who_gets_data_is_told_with_contract_place_and_ground_at_any_instant() {
    run(async {
        let (service, mut client) = example().await;
        let ask = |day| pb::LookupRecipientsRequest {
            recipient: "example-relay-us".to_owned(),
            evaluation_time: day,
            ..Default::default()
        };
        let today = client
            .lookup_recipients(ask(Some(on(2026, 6, 1))))
            .await
            .unwrap()
            .into_inner();
        let one = &today.uses[0];
        assert_eq!(one.standing(), pb::RecipientStanding::Processor);
        assert!(!one.agreement.is_empty());
        assert_eq!(one.places[0].ground(), pb::TransferGround::Adequacy);
        assert_eq!(one.places[0].record, "adequacyDecisions/us-2023-1795");
        assert!(one.valid_until_time.is_some());

        let before = client
            .lookup_recipients(ask(Some(on(2019, 6, 3))))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            before.uses[0].places[0].record,
            "adequacyDecisions/us-2016-1250"
        );
        let between = client
            .lookup_recipients(ask(Some(on(2021, 6, 1))))
            .await
            .unwrap()
            .into_inner();
        let place = &between.uses[0].places[0];
        assert_eq!(place.ground(), pb::TransferGround::Unspecified);
        assert!(
            place
                .reasons
                .iter()
                .any(|reason| reason.code == "TRANSFER_NO_LEGAL_GROUND")
        );
        service.stop().await;
    });
}

#[test]
fn an_activity_is_described_with_what_it_rests_on_and_what_lapses() {
    run(async {
        let (service, mut client) = example().await;
        let request = pb::DescribeActivityRequest {
            activity: "billing".to_owned(),
            evaluation_time: Some(on(2026, 6, 1)),
        };
        let about = client
            .describe_activity(request)
            .await
            .unwrap()
            .into_inner();
        assert!(about.in_force);
        assert_eq!(about.legal_basis.unwrap().article_6(), pb::Article6::B);
        assert!(about.categories.iter().any(|one| !one.retention.is_empty()));
        assert!(!about.recipients.is_empty() && !about.notices.is_empty());
        assert!(!about.lapses.is_empty());
        assert!(about.lapses.is_sorted_by_key(|lapse| lapse.date.clone()));

        let nobody = pb::DescribeActivityRequest {
            activity: "biling".to_owned(),
            ..Default::default()
        };
        let refused = client.describe_activity(nobody).await.unwrap_err();
        assert_eq!(reason(&refused), "RECORD_NOT_FOUND");
        service.stop().await;
    });
}

/// A slip of the pen must not read as "nobody".
#[test]
fn a_name_that_nobody_registered_is_told_with_the_nearest() {
    run(async {
        let (service, mut client) = example().await;
        let request = pb::LookupRecipientsRequest {
            category: "contact.emial".to_owned(),
            ..Default::default()
        };
        let refused = client.lookup_recipients(request).await.unwrap_err();
        assert_eq!(reason(&refused), "RECORD_NOT_FOUND");
        assert!(refused.message().contains("`contact.email`"), "{refused}");
        let request = pb::LookupDataCategoriesRequest {
            processing: Some(question("biling", &[])),
            ..Default::default()
        };
        let refused = client.lookup_data_categories(request).await.unwrap_err();
        assert_eq!(reason(&refused), "RECORD_NOT_FOUND");
        let request = pb::LookupActivitiesRequest::default();
        let refused = client.lookup_activities(request).await.unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID");
        service.stop().await;
    });
}

/// What holds with measures says with which; what is told of one is not told of others; what ends is a lapse.
#[test]
fn a_recipient_is_judged_by_what_it_gets() {
    run(async {
        let (service, mut client) = example().await;
        let request = pb::LookupRecipientsRequest {
            recipient: "example-crash-us".to_owned(),
            evaluation_time: Some(on(2026, 6, 1)),
            ..Default::default()
        };
        let found = client
            .lookup_recipients(request)
            .await
            .unwrap()
            .into_inner();
        let place = &found.uses[0].places[0];
        assert_eq!(place.record, "transferSafeguards/crash-clauses");
        assert_eq!(
            place.required_measures,
            ["encryption-in-transit", "pseudonymisation"]
        );
        assert!(place.reasons.is_empty(), "{:?}", place.reasons);

        let request = pb::DescribeActivityRequest {
            activity: "service-improvement".to_owned(),
            evaluation_time: Some(on(2026, 6, 1)),
        };
        let about = client
            .describe_activity(request)
            .await
            .unwrap()
            .into_inner();
        let first = &about.lapses[0];
        assert_eq!(
            first.record, "assessments/tia-us-crash",
            "{:?}",
            about.lapses
        );

        let request = pb::DescribeActivityRequest {
            activity: "service-messages".to_owned(),
            evaluation_time: Some(on(2019, 6, 3)),
        };
        let about = client
            .describe_activity(request)
            .await
            .unwrap()
            .into_inner();
        let listed =
            |lapse: &pb::Lapse| lapse.field == "listings.until" && lapse.date == "2020-07-15";
        assert!(about.lapses.iter().any(listed), "{:?}", about.lapses);
        for staff in about
            .recipients
            .iter()
            .filter(|one| one.recipient == "authorised-personnel")
        {
            assert!(staff.reasons.is_empty(), "{:?}", staff.reasons);
        }
        service.stop().await;
    });
}

/// No list of an activity stands in the way of erasing.
#[test]
fn the_activities_found_to_erase_are_those_whose_check_permits() {
    run(async {
        let (service, mut client) = example().await;
        let asked = |activity: &str| pb::Processing {
            operations: vec![pb::Operation::Erase.into()],
            ..question(activity, &["browsing.pages"])
        };
        let request = pb::LookupActivitiesRequest {
            processing: Some(asked("")),
            evaluation_time: Some(on(2026, 6, 1)),
            page_size: 1_000,
            ..Default::default()
        };
        let found = client
            .lookup_activities(request)
            .await
            .unwrap()
            .into_inner();
        let found: Vec<_> = found
            .decisions
            .into_iter()
            .map(|one| one.activity)
            .collect();
        let check = pb::CheckRequest {
            question: Some(pb::check_request::Question::Processing(asked("billing"))),
            evaluation_time: Some(on(2026, 6, 1)),
            ..Default::default()
        };
        let answer = client
            .check(check)
            .await
            .unwrap()
            .into_inner()
            .decision
            .unwrap();
        let permits = answer.effect() == pb::Effect::Permit;
        assert_eq!(permits, found.contains(&"billing".to_owned()), "{found:?}");
        service.stop().await;
    });
}

#[test]
fn a_look_up_that_names_what_it_looks_for_is_refused() {
    run(async {
        let (service, mut client) = example().await;
        let request = pb::LookupActivitiesRequest {
            processing: Some(question("billing", &["contact.email"])),
            ..Default::default()
        };
        let refused = client.lookup_activities(request).await.unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID");
        let request = pb::LookupDataCategoriesRequest {
            processing: Some(question("billing", &["contact.email"])),
            ..Default::default()
        };
        let refused = client.lookup_data_categories(request).await.unwrap_err();
        assert_eq!(reason(&refused), "FIELD_INVALID");
        service.stop().await;
    });
}

#[test]
fn the_command_line_looks_up_and_describes() {
    run(async {
        let (service, _) = example().await;
        let ask = |words: &[&str]| {
            let output = Command::new(env!("CARGO_BIN_EXE_ropa"))
                .args(words)
                .args(["--server", &service.address])
                .output()
                .unwrap();
            assert!(output.status.success(), "{words:?}: {output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let described = ask(&["describe", "billing"]);
        assert!(
            described.contains("basis       ") && described.contains("art. 6(1)(b)"),
            "{described}"
        );
        let recipients = ask(&["lookup", "recipients", "--country", "US"]);
        assert!(
            recipients.contains("example-relay-us  processor"),
            "{recipients}"
        );
        let refused = Command::new(env!("CARGO_BIN_EXE_ropa"))
            .args(["get", "purposes/biling", "--server", &service.address])
            .output()
            .unwrap();
        assert_eq!(refused.status.code(), Some(3), "{refused:?}");
        let activities = ask(&[
            "lookup",
            "activities",
            "-o",
            "use",
            "-d",
            "contact.email",
            "-s",
            "customers",
            "--contract",
            "in_force",
        ]);
        assert!(
            activities.contains("billing  contract-billing"),
            "{activities}"
        );
        let categories = ask(&[
            "lookup",
            "categories",
            "--activity",
            "billing",
            "-o",
            "use",
            "-s",
            "customers",
            "--contract",
            "in_force",
        ]);
        assert!(categories.contains("contact.email"), "{categories}");
        service.stop().await;
    });
}
