//! What is done with a person's request where the record leaves it open, and who is told of what was done.

use ropa_proto::v1 as pb;
use serde_json::{Value, json};

use crate::support::foreign::{Foreigner, operating};
use crate::support::given::silent;
use crate::support::run;

/// What is answered to a request about one activity: the whole, and that activity.
async fn ask(foreigner: &Foreigner, right: &str, activity: &str, more: Value) -> (Value, Value) {
    let mut request = json!({
        "right": format!("SUBJECT_RIGHT_{right}"),
        "receivedOn": "2026-05-20",
        "activities": [activity],
        "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}},
    });
    for (name, value) in more.as_object().unwrap() {
        request[name.as_str()] = value.clone();
    }
    let question = json!({"request": request, "evaluationTime": "2026-06-01T10:00:00Z"});
    let method = "ropa.v1.DecisionService/ResolveRight";
    let answer = foreigner.call(method, &[question]).await.unwrap().remove(0);
    let one = answer["activities"][0].clone();
    (answer, one)
}

const SURVEYS: &str = "satisfaction-surveys";

fn survey() -> Value {
    json!({"data": [{"category": "survey", "collectedOn": "2026-05-20"}]})
}

#[test]
fn nothing_is_erased_because_the_record_is_silent() {
    type Edit = fn(&mut pb::Record);
    let silent_purpose: Edit = |record| {
        if let Some(pb::record::Body::Purpose(purpose)) = &mut record.body
            && record.key == SURVEYS
        {
            purpose.direct_marketing = None;
            silent(record, "direct_marketing");
        }
    };
    let silent_article: Edit = |record| {
        if let Some(pb::record::Body::LegalBasis(basis)) = &mut record.body
            && record.key == "interest-surveys"
        {
            basis.article = None;
            silent(record, "article");
        }
    };
    let silent_basis: Edit = |record| {
        if let Some(pb::record::Body::Activity(activity)) = &mut record.body
            && record.key == SURVEYS
        {
            activity.legal_basis.clear();
            silent(record, "legal_basis");
        }
    };
    let suspended: Edit = |record| {
        let is_basis = matches!(record.body, Some(pb::record::Body::LegalBasis(_)));
        if is_basis && record.key == "interest-surveys" {
            record.state = pb::RecordState::Suspended.into();
        }
    };
    run(async {
        for edit in [silent_purpose, silent_article, silent_basis, suspended] {
            let (service, foreigner) = operating(edit).await;
            let (answer, one) = ask(&foreigner, "ERASURE", SURVEYS, survey()).await;
            assert!(answer.get("outcome").is_none(), "{answer}");
            assert_eq!(one["reasons"][0]["code"], "FACT_MISSING", "{one}");
            let (answer, _) = ask(&foreigner, "OBJECTION", SURVEYS, survey()).await;
            assert!(answer.get("outcome").is_none(), "{answer}");
            drop(foreigner);
            service.stop().await;
        }
    });
}

#[test]
fn whose_objection_is_examined_is_stored_and_no_more() {
    run(async {
        let (service, foreigner) = operating(|_| {}).await;
        let mut examined = survey();
        examined["objection"] = json!("OBJECTION_STATE_GROUNDS_UNDER_REVIEW");
        let (_, one) = ask(&foreigner, "ERASURE", SURVEYS, examined).await;
        assert_eq!(one["acts"][0]["action"], "RIGHT_ACTION_RESTRICT", "{one}");
        assert_eq!(one["acts"][0]["provision"], "18(1)(d)");
        // Before the examination ends, the person and all who have the data are told (Art. 18(3), 19).
        let mut examined = survey();
        examined["objection"] = json!("OBJECTION_STATE_GROUNDS_UNDER_REVIEW");
        let (answer, one) = ask(&foreigner, "OBJECTION", SURVEYS, examined).await;
        assert!(one["recipients"][0].is_string(), "{one}");
        let codes: Vec<_> = duties(&answer).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["INFORM_BEFORE_LIFTING", "NOTIFY_RECIPIENTS"]);
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn who_has_the_data_of_marketing_erased_is_not_addressed_anew() {
    run(async {
        let (service, foreigner) = operating(|record| {
            if let Some(pb::record::Body::Purpose(purpose)) = &mut record.body
                && record.key == SURVEYS
            {
                purpose.direct_marketing = Some(true);
            }
        })
        .await;
        let (answer, one) = ask(&foreigner, "ERASURE", SURVEYS, survey()).await;
        assert_eq!(
            actions(&one),
            ["RIGHT_ACTION_ERASE", "RIGHT_ACTION_STOP"],
            "{one}"
        );
        assert_eq!(one["provision"], "17(1)(c)");
        let codes: Vec<_> = duties(&answer).into_iter().map(|(code, _)| code).collect();
        assert!(
            codes.contains(&"KEEP_SUPPRESSION_ENTRY".to_owned()),
            "{codes:?}"
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_lies_in_a_system_that_ended_is_found_there() {
    run(async {
        let (service, foreigner) = operating(|record| {
            if matches!(record.body, Some(pb::record::Body::System(_))) {
                record.state = pb::RecordState::Retired.into();
            }
        })
        .await;
        let (_, one) = ask(&foreigner, "ACCESS", SURVEYS, survey()).await;
        assert!(!one["systems"].as_array().unwrap().is_empty(), "{one}");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn those_are_told_who_have_the_data_and_of_nothing_else() {
    run(async {
        let (service, foreigner) = operating(|_| {}).await;
        let left = json!({
            "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_ENDED", "endedOn": "2010-01-01"}},
            "data": [{"category": "contact.email", "collectedOn": "2009-01-10"}],
        });
        let (answer, one) = ask(&foreigner, "ERASURE", "billing", left.clone()).await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_HONOUR", "{answer}");
        // The bank and the carriers get other data.
        assert_eq!(one["recipients"], json!(["example-payments"]), "{one}");
        let told = answer["obligations"].as_array().unwrap();
        let told: Vec<_> = told
            .iter()
            .filter(|duty| duty["code"] == "NOTIFY_RECIPIENTS")
            .map(|duty| &duty["parameters"]["recipient"])
            .collect();
        assert_eq!(told, ["example-payments"]);
        assert!(!one["systems"].as_array().unwrap().is_empty(), "{one}");
        // Of what is only shown nobody is told.
        let (_, one) = ask(&foreigner, "ACCESS", "billing", left).await;
        assert!(one.get("recipients").is_none(), "{one}");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn no_extension_is_longer_than_there_may_be_or_of_no_month() {
    run(async {
        let (service, foreigner) = operating(|_| {}).await;
        for months in [0, 3, 239_977, 2_147_483_647_u32] {
            let extension =
                json!({"notifiedOn": "2026-05-25", "reasonsGiven": true, "months": months});
            let (answer, _) = ask(
                &foreigner,
                "ACCESS",
                "billing",
                json!({"extension": extension}),
            )
            .await;
            assert_eq!(answer["extensionValid"], false, "{months} months");
        }
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn without_limits_nobody_says_when_it_is_due() {
    run(async {
        let (service, foreigner) = operating(|record| {
            if record.key.starts_with("right-") {
                record.state = pb::RecordState::Suspended.into();
            }
        })
        .await;
        let (answer, _) = ask(&foreigner, "ACCESS", "billing", json!({})).await;
        assert!(answer.get("dueOn").is_none(), "{answer}");
        assert_eq!(answer["alerts"][0]["code"], "FACT_MISSING", "{answer}");
        drop(foreigner);
        service.stop().await;
    });
}

/// The codes of what comes with an answer, each with the categories that it is about.
fn duties(answer: &Value) -> Vec<(String, Value)> {
    let all = answer["obligations"].as_array().into_iter().flatten();
    let told = all.map(|duty| {
        let code = duty["code"].as_str().unwrap().to_owned();
        (code, duty["categories"].clone())
    });
    told.collect()
}

fn actions(one: &Value) -> Vec<&str> {
    let acts = one["acts"].as_array().into_iter().flatten();
    acts.map(|act| act["action"].as_str().unwrap()).collect()
}

#[test]
fn a_consent_that_is_withdrawn_ends_the_processing_and_erases_what_nothing_else_keeps() {
    run(async {
        let (service, foreigner) = operating(|_| {}).await;
        let data = json!([{"category": "contact.email", "collectedOn": "2026-01-10"}]);
        let right = "CONSENT_WITHDRAWAL";
        // The address of a customer is needed by other activities, on other bases.
        let (answer, one) = ask(&foreigner, right, "newsletter", json!({"data": data})).await;
        assert_eq!(
            duties(&answer),
            [("STOP_PROCESSING".to_owned(), Value::Null)]
        );
        assert_eq!(actions(&one), ["RIGHT_ACTION_STOP"], "{one}");
        drop(foreigner);
        service.stop().await;
        // Where they are at rest, by nobody.
        let (service, foreigner) = operating(|record| {
            let is_activity = matches!(record.body, Some(pb::record::Body::Activity(_)));
            if is_activity && record.key != "newsletter" {
                record.state = pb::RecordState::Suspended.into();
            }
        })
        .await;
        let prospect = json!({"data": data, "subject": {"category": "prospects"}});
        let (answer, one) = ask(&foreigner, right, "newsletter", prospect).await;
        assert_eq!(
            actions(&one),
            ["RIGHT_ACTION_STOP", "RIGHT_ACTION_ERASE"],
            "{one}"
        );
        assert_eq!(one["acts"][1]["provision"], "17(1)(b)");
        // Who sent the letters has the address, and is told that it is erased (Art. 19).
        assert_eq!(
            duties(&answer),
            [
                ("STOP_PROCESSING".to_owned(), Value::Null),
                ("ERASE_NOW".to_owned(), json!(["contact.email"])),
                ("NOTIFY_RECIPIENTS".to_owned(), Value::Null),
            ]
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn an_objection_ends_the_processing() {
    run(async {
        let (service, foreigner) = operating(|_| {}).await;
        let (answer, one) = ask(&foreigner, "OBJECTION", SURVEYS, survey()).await;
        assert_eq!(actions(&one), ["RIGHT_ACTION_STOP"], "{one}");
        assert_eq!(
            duties(&answer),
            [("STOP_PROCESSING".to_owned(), Value::Null)]
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn it_is_told_where_the_record_leaves_open_who_must_do_it() {
    run(async {
        let (service, foreigner) = operating(|record| {
            let fields: &[&str] = match (&record.body, record.key.as_str()) {
                (Some(pb::record::Body::Activity(_)), SURVEYS) => &["recipients", "systems"],
                (Some(pb::record::Body::System(_)), "mailing-system") => &["processor"],
                _ => &[],
            };
            for field in fields {
                silent(record, field);
            }
        })
        .await;
        let (answer, one) = ask(&foreigner, "ACCESS", SURVEYS, survey()).await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_HONOUR", "{answer}");
        let reasons = one["reasons"].as_array().unwrap();
        let open: Vec<_> = reasons
            .iter()
            .map(|reason| &reason["at"][0]["field"])
            .collect();
        assert_eq!(open, ["systems", "processor", "recipients"], "{one}");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn whom_a_processor_engages_must_do_it_too() {
    run(async {
        let (service, foreigner) = operating(|record| {
            if let Some(pb::record::Body::Agreement(agreement)) = &mut record.body
                && agreement.parties == ["example-sign"]
            {
                agreement.subprocessors = vec![pb::Subprocessor {
                    recipient: "example-mailer".to_owned(),
                    ..Default::default()
                }];
            }
        })
        .await;
        let (_, one) = ask(&foreigner, "ACCESS", "contract-signature", json!({})).await;
        let processors = one["processors"].as_array().unwrap();
        for key in ["example-mailer", "example-sign"] {
            assert!(processors.contains(&json!(key)), "{one}");
        }
        drop(foreigner);
        service.stop().await;
    });
}
