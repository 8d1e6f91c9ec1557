//! The client for Rust: whatever is no readable permit is a "no".

use std::time::Duration;

use ropa::wire::document;
use ropa_proto::client::{Client, No, Permit, Settings};
use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::support::fake::{Fake, Say, effect, permit, torn};
use crate::support::given::{changes, operator, purpose, put};
use crate::support::{Service, run};

/// A permit with nothing to do.
const BILLING: &str = r"{processing: {activity: billing, operations: [use], data: [{category: contact.email}],
    subject: {category: customers, contract: {state: in_force}}}}";
/// A denial: how the contract stands is not said.
const UNSAID: &str = r"{processing: {activity: billing, operations: [use], data: [{category: contact.email}],
    subject: {category: customers}}}";
/// A permit for who offers a way to object, asked of an instant of its own.
const SURVEY: &str = r#"{evaluationTime: "2026-06-01T10:00:00Z", processing: {activity: satisfaction-surveys,
    operations: [use], data: [{category: contact.email, collectedOn: "2026-05-01"}],
    subject: {category: customers, contract: {state: in_force}}}}"#;

fn question(text: &str) -> pb::CheckRequest {
    document::read::<pb::CheckRequest>("CheckRequest", text)
        .unwrap()
        .message
}

/// Time enough on a busy machine, wherever no test is about the time.
fn patient() -> Settings {
    Settings {
        deadline: Duration::from_mins(1),
        ..Settings::default()
    }
}

async fn client_of(address: &str, settings: Settings) -> Client {
    Client::connect(address.to_owned(), &settings)
        .await
        .expect("it listens")
}

/// The real service with the example inventory, and a client of it.
async fn example(settings: Settings) -> (Service, Client) {
    let service = Service::start().await;
    service.import(operator()).await.unwrap();
    let client = client_of(&service.address, settings).await;
    (service, client)
}

/// What comes of one check of a service that says this.
async fn said(say: Say, fulfils: &[&str]) -> Result<Permit, No> {
    let fake = Fake::saying([say]).await;
    let client = client_of(&fake.address, patient()).await;
    client.check(question(BILLING)).await.permit(fulfils)
}

fn answer(response: pb::CheckResponse) -> Say {
    Say::Answer(Box::new(response))
}

#[test]
fn a_permit_is_had_and_says_what_decided() {
    run(async {
        let (service, client) = example(patient()).await;
        let permit = client.check(question(BILLING)).await.permit(&[]).unwrap();
        assert_eq!(permit.decision().activity, "billing");
        assert_eq!(permit.obligations()[0].code, "ERASE_BY");
        assert!(!permit.revision().is_empty());
        assert!(uuid::Uuid::parse_str(permit.decision_id()).is_ok());
        service.stop().await;
    });
}

#[test]
fn a_denial_is_a_no_with_its_reasons_and_next_steps() {
    run(async {
        let (service, client) = example(patient()).await;
        let answer = client.check(question(UNSAID)).await;
        let no = answer.permit(&["OFFER_OBJECTION"]).unwrap_err();
        assert!(!no.is_undecided());
        assert!(no.codes().contains(&"FACT_MISSING".to_owned()), "{no}");
        let No::Denied(decided) = no else {
            panic!("{no}")
        };
        let reasons = &decided.decision.reasons;
        assert!(reasons.iter().all(|reason| !reason.next_step.is_empty()));
        service.stop().await;
    });
}

#[test]
fn a_permit_whose_blocking_obligation_nobody_read_is_a_no() {
    run(async {
        let (service, client) = example(patient()).await;
        let unread = client.check(question(SURVEY)).await.permit(&["ERASE_BY"]);
        let Err(No::Unheeded(obligations)) = &unread else {
            panic!("{unread:?}")
        };
        assert_eq!(obligations.len(), 1);
        let no = unread.unwrap_err();
        assert_eq!(no.codes(), ["OFFER_OBJECTION"]);
        assert!(!no.is_undecided());
        let read = client.check(question(SURVEY)).await;
        assert!(read.permit(&["OFFER_OBJECTION"]).is_ok());
        service.stop().await;
    });
}

#[test]
fn each_blocking_obligation_is_shown_and_no_other() {
    run(async {
        let obligations = [("A", true), ("B", false), ("C", true)];
        let fake = Fake::saying([answer(permit("r1", &obligations))]).await;
        let client = client_of(&fake.address, patient()).await;
        let mut shown = Vec::new();
        let permit = client.check(question(BILLING)).await.permit_if(|one| {
            shown.push(one.code.clone());
            true
        });
        assert_eq!(shown, ["A", "C"]);
        assert_eq!(permit.unwrap().obligations().len(), 3);
        service_says_no(&client, &["A"], &["C"]).await;
        service_says_no(&client, &[], &["A", "C"]).await;
    });
}

async fn service_says_no(client: &Client, fulfils: &[&str], codes: &[&str]) {
    let no = client.check(question(BILLING)).await.permit(fulfils);
    assert_eq!(no.unwrap_err().codes(), codes);
}

#[test]
fn an_effect_that_is_not_known_is_a_no() {
    run(async {
        for number in [0, 3, -1, i32::MAX] {
            let no = said(answer(effect(number)), &[]).await.unwrap_err();
            assert!(matches!(no, No::UnknownEffect(unknown) if unknown == number));
            assert!(no.is_undecided());
        }
        assert!(said(answer(effect(1)), &[]).await.is_ok());
    });
}

#[test]
fn an_answer_that_says_nothing_or_contradicts_itself_is_a_no() {
    run(async {
        let nothing = said(answer(pb::CheckResponse::default()), &[]).await;
        assert!(matches!(nothing, Err(No::NoDecision)));
        let no = said(answer(torn("CONSENT_MISSING")), &[]).await;
        assert_eq!(no.unwrap_err().codes(), ["CONSENT_MISSING"]);
    });
}

#[test]
fn an_answer_that_does_not_come_in_time_is_a_no() {
    run(async {
        let fake = Fake::saying([Say::Nothing]).await;
        let settings = Settings {
            deadline: Duration::from_millis(50),
            ..Settings::default()
        };
        let client = client_of(&fake.address, settings).await;
        for _ in 0..3 {
            let no = client.check(question(BILLING)).await.permit(&[]);
            let no = no.unwrap_err();
            assert!(matches!(no, No::Deadline), "{no}");
            assert!(no.is_undecided());
        }
    });
}

/// Where the service notices the deadline first, it is the same no.
#[test]
fn a_deadline_that_the_service_tells_of_is_the_same_no() {
    run(async {
        let late = Status::deadline_exceeded("too slow");
        assert!(matches!(
            said(Say::Fail(late), &[]).await,
            Err(No::Deadline)
        ));
    });
}

#[test]
fn the_service_is_told_how_long_an_answer_is_awaited() {
    run(async {
        let fake = Fake::saying([answer(permit("r1", &[]))]).await;
        let client = client_of(&fake.address, patient()).await;
        assert!(client.check(question(BILLING)).await.permit(&[]).is_ok());
        assert!(fake.timeouts()[0].is_some(), "{:?}", fake.timeouts());
    });
}

#[test]
fn a_service_that_is_gone_is_a_no_and_is_not_remembered() {
    run(async {
        let (service, client) = example(patient()).await;
        let address = service.address.clone();
        service.stop().await;
        let answer = client.check(question(BILLING)).await;
        assert!(!answer.was_kept());
        assert!(answer.permit(&[]).unwrap_err().is_undecided());

        // One that never met the service hears the same.
        let client = Client::connect_lazy(address, &patient()).unwrap();
        let no = client.check(question(BILLING)).await.permit(&[]);
        let no = no.unwrap_err();
        assert_eq!(no.codes(), ["UNAVAILABLE"]);
        assert!(no.is_undecided());
    });
}

#[test]
fn nobody_is_let_in_by_an_outage_and_a_permit_comes_after_it() {
    run(async {
        let fake = Fake::saying([
            Say::Fail(Status::internal("broken")),
            answer(permit("r1", &[])),
        ])
        .await;
        let client = client_of(&fake.address, patient()).await;
        let no = client.check(question(BILLING)).await.permit(&[]);
        assert_eq!(no.unwrap_err().codes(), ["INTERNAL"]);
        assert!(client.check(question(BILLING)).await.permit(&[]).is_ok());
        assert_eq!(fake.asked(), 2);
    });
}

#[test]
fn a_malformed_question_is_a_no_with_the_reason_of_the_error() {
    run(async {
        let (service, client) = example(patient()).await;
        let no = client.check(pb::CheckRequest::default()).await.permit(&[]);
        assert_eq!(no.unwrap_err().codes(), ["FIELD_INVALID"]);
        service.stop().await;
    });
}

#[test]
fn unavailable_is_tried_once_more() {
    run(async {
        let away = || Say::Fail(Status::unavailable("away"));
        let fake = Fake::saying([away(), answer(permit("r1", &[]))]).await;
        let client = client_of(&fake.address, patient()).await;
        assert!(client.check(question(BILLING)).await.permit(&[]).is_ok());
        assert_eq!(fake.asked(), 2);

        let fake = Fake::saying([away()]).await;
        let client = client_of(&fake.address, patient()).await;
        let no = client.check(question(BILLING)).await.permit(&[]);
        assert_eq!(no.unwrap_err().codes(), ["UNAVAILABLE"]);
        assert_eq!(fake.asked(), 2);
    });
}

#[test]
fn nothing_else_is_tried_again() {
    run(async {
        for code in [Code::Internal, Code::Unknown, Code::ResourceExhausted] {
            let fake = Fake::saying([Say::Fail(Status::new(code, ""))]).await;
            let client = client_of(&fake.address, patient()).await;
            assert!(client.check(question(BILLING)).await.permit(&[]).is_err());
            assert_eq!(fake.asked(), 1, "{code:?}");
        }
        // Nor what the service asks to be left alone for longer than there is time.
        let mut details = ErrorDetails::new();
        details.set_retry_info(Some(Duration::from_secs(61)));
        let away = Status::with_error_details(Code::Unavailable, "away", details);
        let fake = Fake::saying([Say::Fail(away)]).await;
        let client = client_of(&fake.address, patient()).await;
        assert!(client.check(question(BILLING)).await.permit(&[]).is_err());
        assert_eq!(fake.asked(), 1);
    });
}

/// Keeps an answer longer than any machine takes for a test.
fn keeping() -> Settings {
    Settings {
        max_age: Duration::from_hours(1),
        ..patient()
    }
}

#[test]
fn an_answer_is_kept_and_a_change_of_the_inventory_drops_it() {
    run(async {
        let (service, client) = example(keeping()).await;
        let first = client.check(question(BILLING)).await;
        assert!(!first.was_kept());
        let first = first.permit(&[]).unwrap();
        let again = client.clone().check(question(BILLING)).await;
        assert!(again.was_kept());
        assert_eq!(
            again.permit(&[]).unwrap().decision_id(),
            first.decision_id()
        );
        // Denials as well.
        assert!(!client.check(question(UNSAID)).await.was_kept());
        assert!(client.check(question(UNSAID)).await.was_kept());

        let mut inventories = InventoryServiceClient::new(service.channel.clone());
        let change = changes(vec![put(purpose("puzzles", "Sending puzzles"))]);
        inventories.apply_changes(change).await.unwrap();

        // Another question brings the new revision.
        assert!(!client.check(question(SURVEY)).await.was_kept());
        let after = client.check(question(BILLING)).await;
        assert!(!after.was_kept());
        assert_ne!(after.permit(&[]).unwrap().revision(), first.revision());
        service.stop().await;
    });
}

#[test]
fn a_kept_permit_still_needs_its_obligations_read() {
    run(async {
        let (service, client) = example(keeping()).await;
        let first = client.check(question(SURVEY)).await;
        assert!(first.permit(&["OFFER_OBJECTION"]).is_ok());
        let again = client.check(question(SURVEY)).await;
        assert!(again.was_kept());
        assert!(matches!(again.permit(&[]), Err(No::Unheeded(_))));
        service.stop().await;
    });
}

#[test]
fn what_cannot_be_read_is_not_kept() {
    run(async {
        let fake = Fake::saying([
            answer(effect(7)),
            answer(effect(7)),
            answer(permit("r1", &[])),
        ])
        .await;
        let client = client_of(&fake.address, keeping()).await;
        for expected in [false, false, true] {
            let answer = client.check(question(BILLING)).await;
            assert_eq!(answer.permit(&[]).is_ok(), expected);
        }
        assert!(client.check(question(BILLING)).await.was_kept());
        assert_eq!(fake.asked(), 3);
    });
}

#[test]
fn a_client_that_keeps_nothing_asks_each_time() {
    run(async {
        let fake = Fake::saying([answer(permit("r1", &[]))]).await;
        let nothing = Settings {
            cache: 0,
            ..keeping()
        };
        let client = client_of(&fake.address, nothing).await;
        for _ in 0..3 {
            assert!(!client.check(question(BILLING)).await.was_kept());
        }
        assert_eq!(fake.asked(), 3);
    });
}
