//! What clients say: much, in every place where they can say something.

use std::collections::BTreeMap;

use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::{KEY, secret};
use crate::support::given::{changes, inventory, purpose, put};

/// The trace of a caller who exports it.
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A request with what a client may say beside its message.
pub(super) fn with<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let metadata = request.metadata_mut();
    for (name, value) in [
        ("authorization", "Bearer zqsecret-authorization"),
        ("cookie", "session=zqsecret-cookie"),
        ("ropa-actor", "zqsecret-actor"),
        ("x-request-id", "zqsecret-header"),
        ("traceparent", PARENT),
        ("tracestate", "zqsecret=zqsecret-state"),
        ("baggage", "zqsecret=zqsecret-baggage"),
    ] {
        metadata.insert(name, value.parse().unwrap());
    }
    metadata.insert_bin(
        "x-secret-bin",
        tonic::metadata::MetadataValue::from_bytes(b"zqsecret-bin"),
    );
    request
}

/// A purpose with a text in each place for one.
pub(super) fn told(key: &str) -> pb::Record {
    let provenance = pb::Provenance {
        document: secret("document"),
        section: secret("section"),
        statement: secret("statement"),
        source_id: secret("source"),
    };
    let gap = pb::Gap {
        field: "*".to_owned(),
        kind: pb::GapKind::Unclear.into(),
        note: secret("note"),
    };
    pb::Record {
        display_name: secret("display-name"),
        description: format!(
            "{}, jane.roe@example.org, +33 6 12 34 56 78",
            secret("description")
        ),
        provenance: vec![provenance],
        gaps: vec![gap],
        labels: BTreeMap::from([(secret("label"), secret("label-value"))]),
        ..purpose(key, &secret("purpose"))
    }
}

/// A question with a word in each place for one.
pub(super) fn question() -> pb::Processing {
    let disclosure = pb::Disclosure {
        recipient: format!("{KEY}-recipient"),
        derogation: Some(pb::DerogationUse {
            letter: "a".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    };
    pb::Processing {
        controller: format!("{KEY}-controller"),
        target: Some(pb::processing::Target::Activity(format!("{KEY}-activity"))),
        operations: vec![pb::Operation::Use.into()],
        data: vec![pb::DataItem {
            category: format!("{KEY}-category"),
            ..Default::default()
        }],
        subject: Some(pb::Subject {
            category: format!("{KEY}-subject"),
            age_years: Some(37),
            ..Default::default()
        }),
        recipients: vec![disclosure],
        requester_role: secret("role"),
        ..Default::default()
    }
}

/// A client of each service, who says much.
pub(super) struct Clients {
    pub(super) inventory: InventoryServiceClient<Channel>,
    pub(super) decisions: DecisionServiceClient<Channel>,
    pub(super) history: ChangeServiceClient<Channel>,
    pub(super) channel: Channel,
}

impl Clients {
    pub(super) fn new(channel: &Channel) -> Self {
        Self {
            inventory: InventoryServiceClient::new(channel.clone()),
            decisions: DecisionServiceClient::new(channel.clone()),
            history: ChangeServiceClient::new(channel.clone()),
            channel: channel.clone(),
        }
    }

    pub(super) async fn apply(
        &mut self,
        request: pb::ApplyChangesRequest,
    ) -> Result<String, Status> {
        let answer = self.inventory.apply_changes(with(request)).await?;
        Ok(answer.into_inner().revision)
    }

    pub(super) async fn put(&mut self, record: pb::Record) -> Result<String, Status> {
        let request = pb::ApplyChangesRequest {
            reason: secret("reason"),
            ..changes(vec![put(record)])
        };
        self.apply(request).await
    }

    pub(super) async fn import(
        &mut self,
        mode: pb::ImportMode,
        records: Vec<pb::Record>,
    ) -> Result<(), Status> {
        use pb::import_records_request::Part;
        let header = pb::TransferHeader {
            mode: mode.into(),
            reason: secret("import-reason"),
            ..Default::default()
        };
        let parts =
            std::iter::once(Part::Header(header)).chain(records.into_iter().map(Part::Record));
        let messages: Vec<_> = parts
            .map(|part| pb::ImportRecordsRequest { part: Some(part) })
            .collect();
        self.inventory
            .import_records(with(tokio_stream::iter(messages)))
            .await?;
        Ok(())
    }

    pub(super) async fn list(
        &mut self,
        filter: &str,
        page_token: String,
    ) -> Result<String, Status> {
        let request = pb::ListRecordsRequest {
            filter: filter.to_owned(),
            page_size: 1,
            page_token,
        };
        let answer = self.inventory.list_records(with(request)).await?;
        Ok(answer.into_inner().next_page_token)
    }

    /// All that is answered.
    pub(super) async fn ask(&mut self) {
        self.import(pb::ImportMode::Upsert, inventory("tests/every-kind.yaml"))
            .await
            .unwrap();
        let request = pb::ApplyChangesRequest {
            request_id: secret("request-id"),
            reason: secret("reason"),
            ..changes(vec![put(told("kept")), put(told(&format!("{KEY}-kept")))])
        };
        self.apply(request.clone()).await.unwrap();
        self.apply(request).await.unwrap();
        self.list(
            &format!("labels.{} = {}", secret("label"), secret("label-value")),
            String::new(),
        )
        .await
        .unwrap();
        let name = "purposes/kept".to_owned();
        self.inventory
            .get_record(with(pb::GetRecordRequest { name: name.clone() }))
            .await
            .unwrap();
        let request = pb::ListReferrersRequest {
            name: name.clone(),
            ..Default::default()
        };
        self.inventory.list_referrers(with(request)).await.unwrap();
        let mut parts = self
            .inventory
            .export_records(with(pb::ExportRecordsRequest {}))
            .await
            .unwrap()
            .into_inner();
        while parts.message().await.unwrap().is_some() {}
        self.history
            .list_changes(with(pb::ListChangesRequest::default()))
            .await
            .unwrap();
        let request = pb::CheckRequest {
            question: Some(pb::check_request::Question::Processing(question())),
            ..Default::default()
        };
        self.decisions.check(with(request)).await.unwrap();
        let request = pb::ExplainRequest {
            question: Some(pb::explain_request::Question::Processing(question())),
            ..Default::default()
        };
        self.decisions.explain(with(request)).await.unwrap();
        let item = |reference| pb::BatchCheckItem {
            reference,
            question: Some(pb::batch_check_item::Question::Processing(question())),
        };
        let request = pb::BatchCheckRequest {
            checks: vec![
                item(secret("reference")),
                item("Zqsecret, no reference".to_owned()),
            ],
            ..Default::default()
        };
        self.decisions.batch_check(with(request)).await.unwrap();
    }
}
