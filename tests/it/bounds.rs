//! Nothing that is asked costs more, and nothing that is answered is larger, than was said beforehand.

use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_client::AdminServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use crate::support::given::{paths, reason};
use crate::support::{Database, On, Service, run};

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
