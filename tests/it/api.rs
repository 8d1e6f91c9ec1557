//! Keeping the inventory and asking, the way an admin and a service do.

use ropa::wire::document;
use ropa_proto::v1 as pb;
use ropa_proto::v1::admin_service_client::AdminServiceClient;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use crate::support::given::{changes, inventory, operator, purpose, put};
use crate::support::{Service, run};

fn question(text: &str) -> pb::CheckRequest {
    document::read::<pb::CheckRequest>("CheckRequest", text)
        .unwrap()
        .message
}

async fn ask(service: &Service, text: &str) -> pb::Decision {
    let mut client = DecisionServiceClient::new(service.channel.clone());
    client
        .check(question(text))
        .await
        .unwrap()
        .into_inner()
        .decision
        .unwrap()
}

fn codes(decision: &pb::Decision) -> Vec<&str> {
    decision
        .reasons
        .iter()
        .map(|reason| reason.code.as_str())
        .collect()
}

#[test]
fn an_empty_inventory_permits_nothing() {
    run(async {
        let service = Service::start().await;
        let text = r"{processing: {activity: billing, operations: [use], data: [{category: contact}], subject: {category: customers}}}";
        let decision = ask(&service, text).await;
        assert_eq!(decision.effect(), pb::Effect::Deny);
        assert!(codes(&decision).contains(&"PURPOSE_UNREGISTERED"));
        assert!(
            decision
                .reasons
                .iter()
                .all(|reason| !reason.next_step.is_empty()
                    && !reason.citation.is_empty()
                    && !reason.fact.is_empty())
        );
        service.stop().await;
    });
}

#[test]
fn adding_what_the_answers_name_leads_to_the_permit() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        let mut said = "activity: billing".to_owned();
        let steps = [
            (
                "REQUEST_INCOMPLETE",
                ", operations: [use], data: [{category: contact.email}], subject: {category: customers}",
            ),
            ("FACT_MISSING", ""),
        ];
        for (code, more) in steps {
            let decision = ask(&service, &format!("{{processing: {{{said}}}}}")).await;
            assert_eq!(decision.effect(), pb::Effect::Deny);
            assert!(codes(&decision).contains(&code), "{:?}", codes(&decision));
            said.push_str(more);
        }
        let said = said.replace(
            "{category: customers}",
            "{category: customers, contract: {state: in_force}}",
        );
        let decision = ask(&service, &format!("{{processing: {{{said}}}}}")).await;
        assert_eq!(
            decision.effect(),
            pb::Effect::Permit,
            "{:?}",
            codes(&decision)
        );
        service.stop().await;
    });
}

#[test]
fn a_dry_run_stores_nothing_and_the_change_turns_the_check_around() {
    run(async {
        let service = Service::start().await;
        service
            .import(inventory("tests/cases/base.yaml"))
            .await
            .unwrap();
        let text = r"{processing: {purpose: billing, operations: [use], data: [{category: contact.email}],
            subject: {category: customers, contract: {state: in_force}}}}";
        assert_eq!(ask(&service, text).await.effect(), pb::Effect::Permit);

        let mut client = InventoryServiceClient::new(service.channel.clone());
        let mut activity = client
            .get_record(pb::GetRecordRequest {
                name: "activities/billing".to_owned(),
            })
            .await
            .unwrap()
            .into_inner()
            .record
            .unwrap();
        activity.state = pb::RecordState::Suspended.into();
        let mut request = changes(vec![put(activity)]);
        request.validate_only = true;
        let dry = client
            .apply_changes(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(dry.changes.len(), 1);
        assert_eq!(ask(&service, text).await.effect(), pb::Effect::Permit);

        request.validate_only = false;
        let mut request = tonic::Request::new(request);
        request
            .metadata_mut()
            .insert("ropa-actor", "dpo".parse().unwrap());
        client.apply_changes(request).await.unwrap();
        let decision = ask(&service, text).await;
        assert_eq!(codes(&decision), ["ACTIVITY_NOT_ACTIVE"]);
        assert_eq!(decision.candidates.len(), 1);

        let mut history = ChangeServiceClient::new(service.channel.clone());
        let request = pb::ListChangesRequest {
            record: "activities/billing".to_owned(),
            ..Default::default()
        };
        let sets = history
            .list_changes(request)
            .await
            .unwrap()
            .into_inner()
            .change_sets;
        assert_eq!(sets[0].actor, "anonymous (dpo, unverified)");
        assert_eq!(
            sets[0].changes[0].before.as_ref().unwrap().state(),
            pb::RecordState::Active
        );
        assert_eq!(
            sets[0].changes[0].after.as_ref().unwrap().state(),
            pb::RecordState::Suspended
        );
        drop((client, history));
        service.stop().await;
    });
}

#[test]
fn a_mask_takes_over_what_it_names_and_nothing_else() {
    run(async {
        let service = Service::start().await;
        let mut client = InventoryServiceClient::new(service.channel.clone());
        let mut first = purpose("billing", "Send bills");
        first.display_name = "Billing".to_owned();
        client
            .apply_changes(changes(vec![put(first)]))
            .await
            .unwrap();
        let update = pb::UpdateRecord {
            record: Some(purpose("billing", "Send invoices")),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["purpose.statement".to_owned()],
            }),
        };
        let change = pb::Change {
            operation: Some(pb::change::Operation::Update(update)),
        };
        client.apply_changes(changes(vec![change])).await.unwrap();
        let kept = client
            .get_record(pb::GetRecordRequest {
                name: "purposes/billing".to_owned(),
            })
            .await
            .unwrap()
            .into_inner();
        let kept = kept.record.unwrap();
        assert_eq!(kept.display_name, "Billing");
        let Some(pb::record::Body::Purpose(body)) = kept.body else {
            panic!("it is a purpose")
        };
        assert_eq!(body.statement, "Send invoices");
        drop(client);
        service.stop().await;
    });
}

#[test]
fn pages_are_of_one_revision_and_miss_nothing() {
    run(async {
        let service = Service::start().await;
        service.import(operator()).await.unwrap();
        let (all, _) = service.export().await;
        let mut client = InventoryServiceClient::new(service.channel.clone());
        let mut listed = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = pb::ListRecordsRequest {
                page_size: 7,
                page_token,
                ..Default::default()
            };
            let page = client.list_records(request).await.unwrap().into_inner();
            listed.extend(page.records);
            if listed.len() == 7 {
                // What happens meanwhile belongs to another revision.
                client
                    .apply_changes(changes(vec![put(purpose("meanwhile", ""))]))
                    .await
                    .unwrap();
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(listed, all);
        drop(client);
        service.stop().await;
    });
}

#[test]
fn explain_says_the_same_as_check_and_shows_every_rule() {
    run(async {
        let service = Service::start().await;
        service
            .import(inventory("tests/cases/base.yaml"))
            .await
            .unwrap();
        let text = r#"{evaluationTime: "2026-06-01T10:00:00Z", processing: {activity: improvement, operations: [use],
            data: [{category: browsing, collectedOn: "2026-05-01"}], subject: {category: customers}}}"#;
        let pb::CheckRequest {
            question: asked,
            evaluation_time,
            ..
        } = question(text);
        let asked = asked.map(|asked| match asked {
            pb::check_request::Question::Processing(processing) => {
                pb::explain_request::Question::Processing(processing)
            }
            pb::check_request::Question::Tracker(tracker) => {
                pb::explain_request::Question::Tracker(tracker)
            }
        });
        let mut client = DecisionServiceClient::new(service.channel.clone());
        let request = pb::ExplainRequest {
            question: asked,
            evaluation_time,
            ..Default::default()
        };
        let explained = client.explain(request).await.unwrap().into_inner();
        assert_eq!(explained.decision, Some(ask(&service, text).await));
        assert!(
            explained
                .assumed
                .contains(&"processing.rights.objection".to_owned()),
            "{:?}",
            explained.assumed
        );
        let info = AdminServiceClient::new(service.channel.clone())
            .get_server_info(pb::GetServerInfoRequest {})
            .await
            .unwrap()
            .into_inner();
        assert_eq!(explained.traces[0].rules.len(), info.rules.len());
        drop(client);
        service.stop().await;
    });
}

/// Two outermost regions, each linked to the other: neither is inside the EEA.
#[test]
fn regions_linked_in_a_circle_are_outside() {
    run(async {
        let service = Service::start().await;
        let mut records = inventory("tests/cases/base.yaml");
        for (key, state) in [("GP", "MQ"), ("MQ", "GP")] {
            let country = pb::Country {
                status: pb::CountryStatus::Outermost.into(),
                linked_to: state.to_owned(),
                ..Default::default()
            };
            let body = Some(pb::record::Body::Country(country));
            records.push(pb::Record {
                key: key.to_owned(),
                body,
                ..purpose("", "")
            });
        }
        for record in &mut records {
            if let Some(pb::record::Body::System(system)) = &mut record.body {
                system.storage_countries = vec!["GP".to_owned()];
            }
        }
        service.import(records).await.unwrap();
        let text = "{processing: {activity: billing, operations: [store], data: [{category: contact.email}],
            subject: {category: customers, contract: {state: in_force}}}}";
        let decision = ask(&service, text).await;
        assert_eq!(codes(&decision), ["TRANSFER_NO_LEGAL_GROUND"]);
        service.stop().await;
    });
}

/// What goes with a replacing import takes with it what only it referred to.
#[test]
fn a_replacing_import_takes_away_drafts_that_refer_to_one_another() {
    run(async {
        let service = Service::start().await;
        let draft = pb::RecordState::Draft.into();
        let mut idea = purpose("idea", "");
        idea.state = draft;
        let mut plan = purpose("plan", "");
        plan.state = draft;
        plan.body = Some(pb::record::Body::Activity(pb::Activity {
            purpose: "idea".to_owned(),
            ..Default::default()
        }));
        service.import(vec![idea, plan]).await.unwrap();
        let header = pb::TransferHeader {
            mode: pb::ImportMode::Replace.into(),
            kinds: vec!["purposes".to_owned(), "activities".to_owned()],
            ..Default::default()
        };
        let done = service
            .import_as(header, vec![purpose("other", "")])
            .await
            .unwrap();
        assert_eq!((done.created, done.deleted, done.retired), (1, 2, 0));
        service.stop().await;
    });
}
