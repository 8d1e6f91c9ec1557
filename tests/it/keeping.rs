//! How long data may be kept, and must be.

use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use serde_json::{Value, json};

use crate::support::foreign::Foreigner;
use crate::support::given::operator;
use crate::support::{Service, run};

/// What is answered to a question, as JSON.
async fn ask(foreigner: &Foreigner, keeping: Value, at: &str) -> Value {
    let question = json!({ "keeping": keeping, "evaluationTime": at });
    let method = "ropa.v1.DecisionService/ComputeRetention";
    foreigner.call(method, &[question]).await.unwrap().remove(0)
}

/// An item in an activity.
fn item<'a>(answer: &'a Value, activity: &str) -> &'a Value {
    let all = answer["items"][0]["activities"].as_array().unwrap();
    let found = all.iter().find(|one| one["activity"] == activity);
    found.unwrap_or_else(|| panic!("{activity} is not told: {answer}"))
}

const NOON: &str = "2026-06-01T10:00:00Z";

/// The notice promises to erase a year after the contract; law orders five.
#[test]
fn who_left_two_years_ago_is_kept_apart_by_law() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        let foreigner = Foreigner::new(service.channel.clone()).await;
        let left = json!({
            "data": [{"category": "identity.last-name", "collectedOn": "2020-03-01"}],
            "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_ENDED", "endedOn": "2024-05-15"}},
        });
        let answer = ask(&foreigner, left.clone(), NOON).await;
        let relations = item(&answer, "client-relations");
        assert_eq!(
            relations["state"], "RETENTION_STATE_RESTRICT",
            "{relations}"
        );
        assert_eq!(relations["by"]["rule"], "floor-civil-identity");
        assert_eq!(relations["by"]["from"], "2024-05-15");
        assert_eq!(relations["by"]["until"], "2029-05-15");
        assert!(
            relations["by"]["texts"][0]
                .as_str()
                .unwrap()
                .contains("L34-1 II bis")
        );
        // For what the law keeps them for, they may be used.
        let legal = item(&answer, "telecom-retention");
        assert_eq!(legal["state"], "RETENTION_STATE_USE");

        let mut alone = left;
        alone["activity"] = json!("client-relations");
        let answer = ask(&foreigner, alone.clone(), "2029-05-15T10:00:00Z").await;
        assert_eq!(answer["items"][0]["state"], "RETENTION_STATE_RESTRICT");
        assert_eq!(answer["validUntilTime"], "2029-05-15T22:00:00Z");
        let answer = ask(&foreigner, alone, "2029-05-15T22:00:00Z").await;
        assert_eq!(answer["items"][0]["state"], "RETENTION_STATE_ERASE");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_cannot_be_computed_says_so_and_never_for_ever() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        let foreigner = Foreigner::new(service.channel.clone()).await;
        let unsaid = json!({
            "activity": "client-relations",
            "data": [{"category": "identity.last-name", "collectedOn": "2020-03-01"}],
            "subject": {"category": "customers"},
        });
        let answer = ask(&foreigner, unsaid, NOON).await;
        let one = item(&answer, "client-relations");
        assert_eq!(one["state"], "RETENTION_STATE_NOT_COMPUTABLE");
        assert_eq!(one["reasons"][0]["code"], "RETENTION_FACTS_MISSING");
        assert_eq!(one["reasons"][0]["fact"], "keeping.data[0].events");
        let running = json!({
            "activity": "client-relations",
            "data": [{"category": "identity.last-name", "collectedOn": "2020-03-01"}],
            "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}},
        });
        let answer = ask(&foreigner, running, NOON).await;
        let one = item(&answer, "client-relations");
        assert_eq!(one["state"], "RETENTION_STATE_USE");
        assert_eq!(one["by"]["period"], "P1Y");
        assert!(
            one["by"].get("until").is_none(),
            "its event has not happened: {one}"
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn holds_suspend_and_rules_that_disagree_are_told() {
    run(async {
        let service = Service::start().await;
        let mut records = operator();
        let hold = pb::LegalHold {
            scope: pb::HoldScope::All.into(),
            categories: vec!["support.ticket".to_owned()],
            ..Default::default()
        };
        let rule = pb::RetentionRule {
            categories: vec!["support.ticket".to_owned()],
            activities: vec!["customer-support".to_owned()],
            kind: pb::RetentionKind::Ceiling.into(),
            start_events: vec![pb::StartEvent::Collection.into()],
            period: "P1M".to_owned(),
            ..Default::default()
        };
        for (key, body) in [
            ("claim", pb::record::Body::LegalHold(hold)),
            ("short", pb::record::Body::RetentionRule(rule)),
        ] {
            records.push(pb::Record {
                key: key.to_owned(),
                state: pb::RecordState::Active.into(),
                body: Some(body),
                ..Default::default()
            });
        }
        service.import(records).await.unwrap();
        let foreigner = Foreigner::new(service.channel.clone()).await;
        // The last day of a month that is too short is its own.
        let ticket = json!({
            "activity": "customer-support",
            "data": [{"category": "support.ticket", "collectedOn": "2026-01-31"}],
            "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}},
        });
        let answer = ask(&foreigner, ticket.clone(), "2026-02-28T10:00:00Z").await;
        let one = item(&answer, "customer-support");
        assert_eq!(one["state"], "RETENTION_STATE_USE", "{one}");
        assert_eq!(one["by"]["until"], "2026-02-28");
        assert_eq!(one["holds"], json!(["legalHolds/claim"]));
        let answer = ask(&foreigner, ticket, "2026-03-01T10:00:00Z").await;
        let one = item(&answer, "customer-support");
        assert_eq!(one["state"], "RETENTION_STATE_RESTRICT", "{one}");
        assert!(one.get("by").is_none(), "the hold has no day: {one}");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_is_not_registered_is_told_and_nothing_is_computed() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let question = pb::ComputeRetentionRequest {
            keeping: Some(pb::Keeping {
                data: vec![pb::DataItem {
                    category: "contact.emial".to_owned(),
                    ..Default::default()
                }],
                ..Default::default()
            }),
            ..Default::default()
        };
        let answer = client
            .compute_retention(question)
            .await
            .unwrap()
            .into_inner();
        assert!(answer.items.is_empty());
        let codes: Vec<_> = answer
            .reasons
            .iter()
            .map(|reason| reason.code.as_str())
            .collect();
        assert_eq!(codes, ["REQUEST_INCOMPLETE", "CATEGORY_UNREGISTERED"]);
        assert_eq!(answer.reasons[1].fact, "keeping.data[0].category");
        let told: String = answer
            .reasons
            .iter()
            .map(|reason| reason.message.as_str())
            .collect();
        assert!(!told.contains("processing."), "{told}");
        drop(client);
        service.stop().await;
    });
}
