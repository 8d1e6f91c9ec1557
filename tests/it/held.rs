//! Which activities hold the data that a person, or a period, is about; and which may.

use std::cell::Cell;

use ropa_proto::v1 as pb;
use serde_json::{Value, json};

use crate::support::foreign::{Foreigner, operating};
use crate::support::given::silent;
use crate::support::{Service, run};

/// The example operator, with an activity that is otherwise.
async fn with(key: &str, edit: impl Fn(&mut pb::Record)) -> (Service, Foreigner) {
    let edited = Cell::new(false);
    let served = operating(|record| {
        if record.key == key && matches!(record.body, Some(pb::record::Body::Activity(_))) {
            edit(record);
            edited.set(true);
        }
    })
    .await;
    assert!(edited.get(), "there is no activity `{key}`");
    served
}

fn activity(record: &mut pb::Record) -> &mut pb::Activity {
    match &mut record.body {
        Some(pb::record::Body::Activity(activity)) => activity,
        _ => panic!("it is an activity"),
    }
}

const NOON: &str = "2026-06-01T10:00:00Z";

async fn retention(foreigner: &Foreigner, data: Value) -> Value {
    let subject =
        json!({"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}});
    let question = json!({"keeping": {"data": data, "subject": subject}, "evaluationTime": NOON});
    let method = "ropa.v1.DecisionService/ComputeRetention";
    foreigner.call(method, &[question]).await.unwrap().remove(0)
}

async fn right(foreigner: &Foreigner, right: &str, more: Value) -> Value {
    let mut request = json!({
        "right": format!("SUBJECT_RIGHT_{right}"),
        "receivedOn": "2026-05-20",
        "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}},
    });
    for (name, value) in more.as_object().unwrap() {
        request[name.as_str()] = value.clone();
    }
    let question = json!({"request": request, "evaluationTime": NOON});
    let method = "ropa.v1.DecisionService/ResolveRight";
    foreigner.call(method, &[question]).await.unwrap().remove(0)
}

/// What is told of an activity, in a list.
fn of<'a>(activities: &'a Value, key: &str) -> Option<&'a Value> {
    let mut all = activities.as_array().into_iter().flatten();
    all.find(|one| one["activity"] == key)
}

fn categories(told: &Value) -> Vec<&str> {
    let all = told.as_array().into_iter().flatten();
    all.map(|one| one["category"].as_str().unwrap()).collect()
}

#[test]
fn an_activity_that_does_not_say_of_whom_it_holds_data_is_not_passed_over() {
    run(async {
        let (service, foreigner) = with("billing", |record| {
            activity(record).data_subject_categories.clear();
            silent(record, "data_subject_categories");
        })
        .await;
        let answer = retention(&foreigner, json!([{"category": "billing.invoice"}])).await;
        let billing = of(&answer["items"][0]["activities"], "billing").unwrap();
        assert_eq!(billing["state"], "RETENTION_STATE_NOT_COMPUTABLE");
        assert_eq!(billing["reasons"][0]["code"], "FACT_MISSING");
        let at = &billing["reasons"][0]["at"][0];
        assert_eq!(at["record"], "activities/billing", "{billing}");
        assert_eq!(at["field"], "data_subject_categories");

        let answer = right(&foreigner, "ACCESS", json!({"activities": ["billing"]})).await;
        assert!(answer.get("outcome").is_none(), "{answer}");
        let billing = of(&answer["activities"], "billing").unwrap();
        assert_eq!(billing["reasons"][0]["code"], "FACT_MISSING");
        assert_eq!(billing["reasons"][0]["fact"], "request.subject.category");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn an_activity_that_does_not_say_what_it_holds_may_hold_it() {
    run(async {
        let edit = |record: &mut pb::Record| silent(record, "data");
        let (service, foreigner) = with("customer-support", edit).await;
        // What it lists is told as ever; what it does not list it may hold.
        let listed = retention(
            &foreigner,
            json!([{"category": "support.ticket", "collectedOn": "2026-01-10"}]),
        )
        .await;
        let support = of(&listed["items"][0]["activities"], "customer-support").unwrap();
        assert_eq!(support["state"], "RETENTION_STATE_USE", "{support}");
        let other = retention(
            &foreigner,
            json!([{"category": "survey", "collectedOn": "2026-01-10"}]),
        )
        .await;
        let support = of(&other["items"][0]["activities"], "customer-support").unwrap();
        assert_eq!(support["state"], "RETENTION_STATE_NOT_COMPUTABLE");
        assert_eq!(support["reasons"][0]["at"][0]["field"], "data");

        let named =
            json!({"activities": ["customer-support"], "data": [{"category": "support.ticket"}]});
        let answer = right(&foreigner, "ACCESS", named).await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_HONOUR", "{answer}");
        // Of all that it holds, what is known is told, and that there may be more.
        let all = right(
            &foreigner,
            "ACCESS",
            json!({"activities": ["customer-support"]}),
        )
        .await;
        assert!(all.get("outcome").is_none(), "{all}");
        let support = of(&all["activities"], "customer-support").unwrap();
        assert_eq!(support["acts"].as_array().unwrap().len(), 4, "{support}");
        assert_eq!(support["reasons"][0]["fact"], "request.data");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn a_category_that_includes_its_children_finds_who_holds_one_of_them() {
    run(async {
        let (service, foreigner) = with("billing", |_| {}).await;
        let answer = retention(
            &foreigner,
            json!([{"category": "contact", "collectedOn": "2026-01-10"}]),
        )
        .await;
        let items = answer["items"].as_array().unwrap();
        let told = categories(&answer["items"]);
        assert!(
            told.starts_with(&["contact"]) && told.contains(&"contact.email"),
            "{told:?}"
        );
        assert!(of(&items[0]["activities"], "client-relations").is_some());
        assert!(of(&items[0]["activities"], "billing").is_none());
        let email = items
            .iter()
            .find(|item| item["category"] == "contact.email")
            .unwrap();
        assert!(of(&email["activities"], "billing").is_some(), "{email}");
        assert!(
            of(&email["activities"], "client-relations").is_none(),
            "it is told above"
        );

        // What is asked for with its parent is told once, and by its own place.
        let data = json!([
            {"category": "contact", "collectedOn": "2026-01-10"},
            {"category": "contact.email", "collectedOn": "2026-01-10", "legalHolds": ["nobody-knows"]},
        ]);
        let more = json!({"activities": ["service-messages"], "data": data});
        let answer = right(&foreigner, "ERASURE", more).await;
        let messages = of(&answer["activities"], "service-messages").unwrap();
        let facts: Vec<&Value> = messages["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| &reason["fact"])
            .collect();
        assert!(
            facts.contains(&&json!("request.data[1].legal_holds")),
            "{facts:?}"
        );
        assert_eq!(categories(&messages["acts"]), ["contact.phone"]);
        drop(foreigner);
        service.stop().await;
    });
}

/// Who lists a category holds what is below it; whether that category says so, or ended since.
#[test]
fn what_was_listed_under_a_category_that_ended_is_not_passed_over() {
    run(async {
        let contact = |edit: fn(&mut pb::Record)| {
            operating(move |record| {
                if record.key == "contact"
                    && matches!(record.body, Some(pb::record::Body::DataCategory(_)))
                {
                    edit(record);
                }
            })
        };
        let email = || json!([{"category": "contact.email", "collectedOn": "2026-01-10"}]);
        let unclear = |record: &mut pb::Record| silent(record, "includes_children");
        let (service, foreigner) = contact(unclear).await;
        let answer = retention(&foreigner, email()).await;
        let relations = of(&answer["items"][0]["activities"], "client-relations").unwrap();
        assert_eq!(relations["state"], "RETENTION_STATE_NOT_COMPUTABLE");
        let at = &relations["reasons"][0]["at"][0];
        assert_eq!(at["record"], "dataCategories/contact", "{relations}");
        assert_eq!(at["field"], "includes_children");
        let more = || json!({"activities": ["client-relations"], "data": email()});
        let answer = right(&foreigner, "ACCESS", more()).await;
        let relations = of(&answer["activities"], "client-relations").unwrap();
        assert_eq!(relations["reasons"][0]["code"], "FACT_MISSING");
        drop(foreigner);
        service.stop().await;

        let retired = |record: &mut pb::Record| record.state = pb::RecordState::Retired.into();
        let (service, foreigner) = contact(retired).await;
        let answer = retention(&foreigner, email()).await;
        assert!(of(&answer["items"][0]["activities"], "client-relations").is_some());
        let answer = right(&foreigner, "ACCESS", more()).await;
        let relations = of(&answer["activities"], "client-relations").unwrap();
        assert_eq!(categories(&relations["acts"]), ["contact.email"]);
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_its_user_deleted_is_erased_and_that_is_why() {
    run(async {
        let (service, foreigner) = with("call-recording", |_| {}).await;
        let data = json!([{"category": "communication.content.recording", "collectedOn": "2026-05-10", "deletedByUser": true}]);
        let answer = retention(&foreigner, data).await;
        let recording = of(&answer["items"][0]["activities"], "call-recording").unwrap();
        assert_eq!(recording["state"], "RETENTION_STATE_ERASE", "{recording}");
        assert_eq!(recording["reasons"][0]["code"], "RETENTION_USER_DELETED");
        assert_eq!(
            recording["reasons"][0]["fact"],
            "keeping.data[0].deleted_by_user"
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn an_event_that_begins_a_period_again_moves_its_end() {
    run(async {
        let (service, foreigner) = with("newsletter", |_| {}).await;
        let plain = json!([{"category": "contact.email", "collectedOn": "2024-01-10"}]);
        let answer = retention(&foreigner, plain).await;
        let newsletter = of(&answer["items"][0]["activities"], "newsletter").unwrap();
        assert_eq!(newsletter["by"]["from"], "2024-01-10", "{newsletter}");
        let again = json!([{
            "category": "contact.email", "collectedOn": "2024-01-10",
            "events": [{"event": "START_EVENT_LAST_CONTACT", "date": "2026-02-03"}],
        }]);
        let answer = retention(&foreigner, again).await;
        let newsletter = of(&answer["items"][0]["activities"], "newsletter").unwrap();
        assert_eq!(newsletter["by"]["from"], "2026-02-03", "{newsletter}");
        assert_eq!(newsletter["by"]["interrupted"], true);
        drop(foreigner);
        service.stop().await;
    });
}
