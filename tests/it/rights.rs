//! A person makes use of a right: what applies where, what is kept back by which law, whom to tell, and by when.

use serde_json::{Value, json};

use crate::support::foreign::{Foreigner, operating};
use crate::support::{Service, run};

async fn serving() -> (Service, Foreigner) {
    operating(|_| {}).await
}

/// What is answered to a request, as JSON.
async fn ask(foreigner: &Foreigner, request: Value, at: &str) -> Value {
    let question = json!({ "request": request, "evaluationTime": at });
    let method = "ropa.v1.DecisionService/ResolveRight";
    foreigner.call(method, &[question]).await.unwrap().remove(0)
}

fn activity<'a>(answer: &'a Value, key: &str) -> &'a Value {
    let all = answer["activities"].as_array().unwrap();
    let found = all.iter().find(|one| one["activity"] == key);
    found.unwrap_or_else(|| panic!("{key} is not told: {answer}"))
}

fn codes(reasons: &Value) -> Vec<&str> {
    let all = reasons.as_array().into_iter().flatten();
    all.map(|reason| reason["code"].as_str().unwrap()).collect()
}

fn request(right: &str, more: Value) -> Value {
    let mut request = json!({
        "right": format!("SUBJECT_RIGHT_{right}"),
        "receivedOn": "2026-04-14",
        "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}},
    });
    if let Value::Object(more) = more {
        for (name, value) in more {
            request[name.as_str()] = value;
        }
    }
    request
}

const APRIL: &str = "2026-04-20T10:00:00Z";

/// Received, due, and due with an extension: week-ends, Easter Monday, Ascension, New Year, short months.
#[test]
fn a_month_ends_on_the_same_day_or_the_next_working_day() {
    run(async {
        let (service, foreigner) = serving().await;
        for (received, due, extended) in [
            ("2026-03-05", "2026-04-07", "2026-06-05"),
            ("2026-01-31", "2026-03-02", "2026-04-30"),
            ("2026-08-31", "2026-09-30", "2026-11-30"),
            ("2025-11-30", "2025-12-30", "2026-03-02"),
            ("2026-04-14", "2026-05-15", "2026-07-15"),
            ("2026-12-01", "2027-01-04", "2027-03-01"),
            ("2024-01-31", "2024-02-29", "2024-04-30"),
        ] {
            let asked = request("ACCESS", json!({ "receivedOn": received }));
            let noon = format!("{received}T10:00:00Z");
            let answer = ask(&foreigner, asked, &noon).await;
            assert_eq!(answer["dueOn"], due, "received {received}");
            assert_eq!(answer["extendedDueOn"], extended, "received {received}");
        }
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_is_late_and_what_extends_nothing_are_told() {
    run(async {
        let (service, foreigner) = serving().await;
        let late = |answer: &Value| codes(&answer["alerts"]).contains(&"RIGHT_DEADLINE_MISSED");
        let plain = || request("ACCESS", json!({}));
        let answer = ask(&foreigner, plain(), "2026-05-15T10:00:00Z").await;
        assert!(!late(&answer), "it is the last day: {answer}");
        assert_eq!(answer["validUntilTime"], "2026-05-15T22:00:00Z");
        let answer = ask(&foreigner, plain(), "2026-05-15T22:00:00Z").await;
        assert!(late(&answer), "{answer}");
        let answered = request("ACCESS", json!({"answeredOn": "2026-05-15"}));
        assert!(!late(
            &ask(&foreigner, answered, "2026-06-01T10:00:00Z").await
        ));
        let answered = request("ACCESS", json!({"answeredOn": "2026-05-16"}));
        assert!(late(
            &ask(&foreigner, answered, "2026-06-01T10:00:00Z").await
        ));

        let extended = |extension: Value| request("ACCESS", json!({ "extension": extension }));
        let good = json!({"notifiedOn": "2026-05-15", "reasonsGiven": true, "months": 2});
        let answer = ask(&foreigner, extended(good), "2026-06-01T10:00:00Z").await;
        assert_eq!(answer["extensionValid"], true);
        assert!(!late(&answer), "{answer}");
        for bad in [
            json!({"notifiedOn": "2026-05-16", "reasonsGiven": true, "months": 2}),
            json!({"notifiedOn": "2026-05-15", "months": 2}),
            json!({"notifiedOn": "2026-05-15", "reasonsGiven": true, "months": 3}),
            json!({"notifiedOn": "2026-05-15", "reasonsGiven": true}),
            json!({"reasonsGiven": true}),
        ] {
            let answer = ask(&foreigner, extended(bad.clone()), "2026-06-01T10:00:00Z").await;
            assert_eq!(answer["extensionValid"], false, "{bad}");
            let told = codes(&answer["alerts"]);
            assert_eq!(
                told,
                ["RIGHT_EXTENSION_INVALID", "RIGHT_DEADLINE_MISSED"],
                "{bad}"
            );
        }
        drop(foreigner);
        service.stop().await;
    });
}

/// Who left two years ago asks to be erased.
#[test]
fn an_erasure_says_what_is_erased_what_is_kept_back_and_whom_to_tell() {
    run(async {
        let (service, foreigner) = serving().await;
        let asked = request(
            "ERASURE",
            json!({
                "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_ENDED", "endedOn": "2024-05-15"}},
                "data": [
                    {"category": "identity.last-name", "collectedOn": "2020-03-01"},
                    {"category": "support.ticket", "collectedOn": "2023-03-01"},
                ],
            }),
        );
        let answer = ask(&foreigner, asked, APRIL).await;
        assert_eq!(answer["dueOn"], "2026-05-15");
        assert_eq!(
            answer["outcome"], "RIGHT_OUTCOME_HONOUR_IN_PART",
            "{answer}"
        );
        let relations = activity(&answer, "client-relations");
        assert_eq!(relations["standing"], "RIGHT_STANDING_REFUSED");
        assert_eq!(relations["provision"], "17(3)(b)");
        assert_eq!(codes(&relations["reasons"]), ["LEGAL_RETENTION_RUNNING"]);
        let kept = &relations["acts"][0];
        assert_eq!(kept["action"], "RIGHT_ACTION_KEEP_APART");
        assert_eq!(kept["until"], "2029-05-15");
        assert!(kept["texts"][0].as_str().unwrap().contains("L34-1 II bis"));
        let support = activity(&answer, "customer-support");
        assert_eq!(
            support["standing"], "RIGHT_STANDING_APPLIES_IN_PART",
            "{support}"
        );
        let acts = support["acts"].as_array().unwrap();
        let ticket = acts
            .iter()
            .find(|act| act["category"] == "support.ticket")
            .unwrap();
        assert_eq!(ticket["action"], "RIGHT_ACTION_ERASE");
        assert!(
            support["processors"]
                .to_string()
                .contains("example-support-in")
        );
        let duties = codes(&answer["obligations"]);
        assert!(
            duties.contains(&"INFORM_REFUSAL") && duties.contains(&"NOTIFY_RECIPIENTS"),
            "{duties:?}"
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_a_contract_that_runs_still_needs_is_kept() {
    run(async {
        let (service, foreigner) = serving().await;
        let asked = request(
            "ERASURE",
            json!({
                "activities": ["billing"],
                "data": [{"category": "contact.email", "collectedOn": "2026-01-10"}],
                "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_IN_FORCE"}},
            }),
        );
        let answer = ask(&foreigner, asked, APRIL).await;
        let billing = activity(&answer, "billing");
        assert_eq!(billing["standing"], NO, "{billing}");
        assert_eq!(
            codes(&billing["reasons"]),
            ["RIGHT_NOT_APPLICABLE_TO_BASIS"]
        );
        drop(foreigner);
        service.stop().await;
    });
}

const YES: &str = "RIGHT_STANDING_APPLIES";
const NO: &str = "RIGHT_STANDING_REFUSED";

/// Table 2.E: each right by each basis.
#[test]
fn which_right_attaches_to_which_basis() {
    run(async {
        let (service, foreigner) = serving().await;
        let portable = || json!({"providedBySubject": true, "automatedMeans": true});
        for (right, more, expected) in [
            // consent, contract, legal obligation, legitimate interest
            ("ACCESS", json!({}), [YES, YES, YES, YES]),
            ("RECTIFICATION", json!({}), [YES, YES, YES, YES]),
            ("RESTRICTION", json!({}), [YES, YES, YES, YES]),
            ("PORTABILITY", portable(), [YES, YES, NO, NO]),
            // The newsletter is direct marketing: to that one objects whatever it rests on (Art. 21(2)).
            ("OBJECTION", json!({}), [YES, NO, NO, YES]),
            ("CONSENT_WITHDRAWAL", json!({}), [YES, NO, NO, NO]),
        ] {
            let answer = ask(&foreigner, request(right, more), APRIL).await;
            let bases = [
                "newsletter",
                "billing",
                "accounting",
                "satisfaction-surveys",
            ];
            for (key, expected) in bases.into_iter().zip(expected) {
                let one = activity(&answer, key);
                assert_eq!(one["standing"], expected, "{right} of {key}: {one}");
                let told = codes(&one["reasons"]);
                if expected == NO {
                    assert_eq!(told, ["RIGHT_NOT_APPLICABLE_TO_BASIS"], "{right} of {key}");
                }
            }
        }
        let answer = ask(&foreigner, request("MARKETING_OBJECTION", json!({})), APRIL).await;
        assert_eq!(activity(&answer, "newsletter")["standing"], YES);
        let named: Vec<_> = answer["activities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["activity"])
            .collect();
        assert!(
            !named.contains(&&json!("billing")),
            "billing is no marketing: {named:?}"
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn who_is_not_known_is_asked_and_what_burdens_must_be_shown() {
    run(async {
        let (service, foreigner) = serving().await;
        let asked = |more: Value| request("ACCESS", more);
        let answer = ask(
            &foreigner,
            asked(json!({"identity": {"doubt": true}})),
            APRIL,
        )
        .await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_ASK_IDENTITY");
        assert_eq!(codes(&answer["reasons"]), ["RIGHT_IDENTITY_UNVERIFIED"]);
        // Whoever must still say who they are is not kept waiting.
        let doubt = asked(json!({"identity": {"doubt": true}}));
        let answer = ask(&foreigner, doubt, "2026-06-20T10:00:00Z").await;
        assert!(answer.get("alerts").is_none(), "{answer}");
        let sure = json!({"identity": {"doubt": true, "verified": true}});
        assert_eq!(
            ask(&foreigner, asked(sure), APRIL).await["outcome"],
            "RIGHT_OUTCOME_HONOUR"
        );
        let document = json!({"identity": {"documentDemanded": true}});
        let answer = ask(&foreigner, asked(document), APRIL).await;
        assert_eq!(codes(&answer["alerts"]), ["RIGHT_IDENTITY_UNVERIFIED"]);
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_HONOUR");
        let answer = ask(
            &foreigner,
            asked(json!({"excessive": true, "shown": true})),
            APRIL,
        )
        .await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_CHARGE_OR_REFUSE");
        assert_eq!(codes(&answer["reasons"]), ["RIGHT_REQUEST_EXCESSIVE"]);
        let answer = ask(&foreigner, asked(json!({"excessive": true})), APRIL).await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_HONOUR");
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn what_is_missing_is_told_and_nothing_is_guessed() {
    run(async {
        let (service, foreigner) = serving().await;
        let answer = ask(&foreigner, json!({}), APRIL).await;
        assert!(answer.get("outcome").is_none(), "{answer}");
        let facts: Vec<&str> = answer["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["fact"].as_str().unwrap())
            .collect();
        let expected = [
            "request.subject.category",
            "request.right",
            "request.received_on",
        ];
        assert_eq!(facts, expected);
        let told = answer["reasons"].to_string();
        assert!(!told.contains("processing."), "{told}");
        // What has not arrived is not answered.
        let early = request("ACCESS", json!({"receivedOn": "2026-04-21"}));
        let answer = ask(&foreigner, early, APRIL).await;
        assert_eq!(codes(&answer["reasons"]), ["REQUEST_INCOMPLETE"]);
        assert_eq!(answer["reasons"][0]["fact"], "request.received_on");
        assert!(answer.get("dueOn").is_none(), "{answer}");
        let answer = ask(&foreigner, request("PORTABILITY", json!({})), APRIL).await;
        assert!(answer.get("outcome").is_none(), "{answer}");
        let billing = activity(&answer, "billing");
        assert_eq!(codes(&billing["reasons"]), ["FACT_MISSING"]);
        drop(foreigner);
        service.stop().await;
    });
}

/// What a check of erasing would not permit, no answer to a request erases.
#[test]
fn nothing_is_erased_that_a_check_would_keep() {
    run(async {
        let (service, foreigner) = serving().await;
        // The minimum counts from the end of the contract, and nobody says how that stands.
        let silent = json!({
            "activities": ["newsletter"],
            "subject": {"category": "customers"},
        });
        let answer = ask(&foreigner, request("ERASURE", silent), APRIL).await;
        assert!(answer.get("outcome").is_none(), "{answer}");
        let newsletter = activity(&answer, "newsletter");
        assert!(
            codes(&newsletter["reasons"]).contains(&"RETENTION_FACTS_MISSING"),
            "{newsletter}"
        );
        let ended = json!({
            "activities": ["billing"],
            "subject": {"category": "customers", "contract": {"state": "CONTRACT_STATE_ENDED", "endedOn": "2010-05-15"}},
            "data": [{"category": "contact.email", "collectedOn": "2009-01-01", "legalHolds": ["nobody-knows"]}],
        });
        let answer = ask(&foreigner, request("ERASURE", ended), APRIL).await;
        let billing = activity(&answer, "billing");
        assert!(
            codes(&billing["reasons"]).contains(&"RETENTION_LEGAL_CLAIM_HOLD"),
            "{billing}"
        );
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn an_activity_that_is_none_is_told_and_refuses_nobody() {
    run(async {
        let (service, foreigner) = serving().await;
        let asked = request("ACCESS", json!({"activities": ["newsleter"]}));
        let answer = ask(&foreigner, asked, APRIL).await;
        assert!(answer.get("outcome").is_none(), "{answer}");
        assert_eq!(codes(&answer["reasons"]), ["PURPOSE_UNREGISTERED"]);
        assert_eq!(answer["reasons"][0]["suggestions"][0], "newsletter");
        // Where nothing is decided by machines, there is nothing to refuse.
        let asked = request("AUTOMATED_DECISION", json!({"activities": ["billing"]}));
        let answer = ask(&foreigner, asked, APRIL).await;
        assert_eq!(answer["outcome"], "RIGHT_OUTCOME_NOTHING_TO_DO", "{answer}");
        drop(foreigner);
        service.stop().await;
    });
}

/// The rights of the living end with them; directives, or the heirs, speak (LIL art. 84 to 86).
#[test]
fn after_death_the_directives_decide() {
    run(async {
        let (service, foreigner) = serving().await;
        let of = |directive: &str, action: &str| {
            json!({
                "activities": ["newsletter"],
                "subject": {
                    "category": "customers",
                    "vitalStatus": "VITAL_STATUS_DECEASED",
                    "contract": {"state": "CONTRACT_STATE_ENDED", "endedOn": "2010-05-15"},
                    "postMortem": {"directive": directive, "heirAction": action},
                },
            })
        };
        let (unsaid, none) = ("HEIR_ACTION_UNSPECIFIED", "POST_MORTEM_DIRECTIVE_NONE");
        for (right, said, standing) in [
            (
                "ACCESS",
                of("POST_MORTEM_DIRECTIVE_UNSPECIFIED", unsaid),
                "",
            ),
            ("ACCESS", of(none, unsaid), NO),
            (
                "ERASURE",
                of("POST_MORTEM_DIRECTIVE_FORBIDS_THIS", unsaid),
                NO,
            ),
            (
                "POST_MORTEM",
                of("POST_MORTEM_DIRECTIVE_FORBIDS_THIS", unsaid),
                NO,
            ),
            (
                "POST_MORTEM",
                of("POST_MORTEM_DIRECTIVE_ALLOWS_THIS", unsaid),
                YES,
            ),
            ("POST_MORTEM", of(none, "HEIR_ACTION_CLOSE_ACCOUNT"), YES),
        ] {
            let answer = ask(&foreigner, request(right, said), APRIL).await;
            let newsletter = activity(&answer, "newsletter");
            let told = newsletter["standing"].as_str().unwrap_or_default();
            assert_eq!(told, standing, "{right}: {newsletter}");
        }
        let living = request("POST_MORTEM", json!({"activities": ["newsletter"]}));
        let answer = ask(&foreigner, living, APRIL).await;
        assert_eq!(activity(&answer, "newsletter")["standing"], NO);
        drop(foreigner);
        service.stop().await;
    });
}

#[test]
fn an_extension_lasts_as_long_as_the_person_was_told() {
    run(async {
        let (service, foreigner) = serving().await;
        for (notified, months, extended, valid) in [
            ("2026-05-10", 1, "2026-06-15", true),
            ("2026-05-10", 2, "2026-07-15", true),
            ("2026-05-10", 3, "2026-07-15", false),
            ("2026-04-01", 2, "2026-07-15", false),
        ] {
            let extension = json!({"notifiedOn": notified, "reasonsGiven": true, "months": months});
            let asked = request("ACCESS", json!({ "extension": extension }));
            let answer = ask(&foreigner, asked, "2026-05-20T10:00:00Z").await;
            assert_eq!(answer["extendedDueOn"], extended, "{notified} {months}");
            assert_eq!(answer["extensionValid"], valid, "{notified} {months}");
        }
        drop(foreigner);
        service.stop().await;
    });
}
