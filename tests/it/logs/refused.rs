//! Every kind of refusal, each for a request that says much.

use ropa::registry::revision::Revision;
use ropa_proto::v1 as pb;
use tonic::Status;

use super::asked::{Clients, question, told, with};
use super::{KEY, secret};
use crate::support::given::{changes, delete, purpose, put};
use crate::support::raw::send;

/// What was refused, each with the reason it must have.
#[derive(Default)]
pub(super) struct Refused(pub(super) Vec<(&'static str, Status)>);

impl Refused {
    /// Takes up a refusal.
    pub(super) fn add<T: std::fmt::Debug>(
        &mut self,
        reason: &'static str,
        came: Result<T, Status>,
    ) {
        self.0.push((reason, came.expect_err(reason)));
    }

    /// All that clients can bring about.
    pub(super) async fn provoke(&mut self, clients: &mut Clients) {
        self.malformed(clients).await;
        self.too_much(clients).await;
        self.out_of_date(clients).await;
        self.unfit(clients).await;
    }

    async fn malformed(&mut self, clients: &mut Clients) {
        let mut wrong = told(&secret("No Key"));
        wrong.valid_from = secret("date");
        wrong.review_every = secret("period");
        self.add("FIELD_INVALID", clients.put(wrong).await);
        let wrong = pb::ApplyChangesRequest {
            request_id: format!("{} {{\"json\": ", secret("No Id")),
            ..changes(vec![put(told("p"))])
        };
        self.add("FIELD_INVALID", clients.apply(wrong).await);
        let mut asked = question();
        asked.storage_country = secret("country");
        let request = pb::CheckRequest {
            question: Some(pb::check_request::Question::Processing(asked)),
            ..Default::default()
        };
        let came = clients.decisions.check(with(request)).await;
        self.add("FIELD_INVALID", came);
        let update = pb::UpdateRecord {
            record: Some(told("kept")),
            update_mask: Some(prost_types::FieldMask {
                paths: vec![secret("mask")],
            }),
        };
        let update = pb::Change {
            operation: Some(pb::change::Operation::Update(update)),
        };
        let came = clients.apply(changes(vec![update])).await;
        self.add("UPDATE_MASK_INVALID", came);
        let came = clients.list(&secret("filter"), String::new()).await;
        self.add("FILTER_INVALID", came);
        let mut bytes = vec![0x12, 0x7f];
        bytes.extend(secret("bytes").as_bytes());
        let path = "/ropa.v1.InventoryService/ApplyChanges";
        let came = send(clients.channel.clone(), path, bytes).await;
        self.0.push(("MESSAGE_MALFORMED", came));
        let path = "/ropa.v1.DecisionService/zqsecret-method";
        let came = send(clients.channel.clone(), path, Vec::new()).await;
        self.0.push(("METHOD_UNKNOWN", came));
    }

    async fn too_much(&mut self, clients: &mut Clients) {
        let many = changes(vec![put(told("p")); 1_001]);
        self.add("FIELD_INVALID", clients.apply(many).await);
        let item = pb::BatchCheckItem {
            reference: secret("many"),
            question: None,
        };
        let request = pb::BatchCheckRequest {
            checks: vec![item; 1_001],
            ..Default::default()
        };
        let came = clients.decisions.batch_check(with(request)).await;
        self.add("BATCH_TOO_LARGE", came);
        let large = purpose("p", &secret("large").repeat(500_000));
        self.add("MESSAGE_TOO_LARGE", clients.put(large).await);
    }

    async fn out_of_date(&mut self, clients: &mut Clients) {
        let head = clients.put(told("second")).await.unwrap();
        let with_id = |statement: &str| pb::ApplyChangesRequest {
            request_id: secret("twice"),
            ..changes(vec![put(purpose("twice", statement))])
        };
        clients.apply(with_id("one")).await.unwrap();
        let came = clients.apply(with_id(&secret("other"))).await;
        self.add("REQUEST_ID_REUSED", came);
        let came = clients.list("", secret("token")).await;
        self.add("PAGE_TOKEN_INVALID", came);
        let token = clients.list("", String::new()).await.unwrap();
        let other = format!("labels.{} = x", secret("label"));
        let came = clients.list(&other, token.clone()).await;
        self.add("PAGE_TOKEN_MISMATCH", came);
        for number in 0..6 {
            clients.put(told(&format!("n{number}"))).await.unwrap();
            clients.list("", String::new()).await.unwrap();
        }
        let came = clients.list("", token).await;
        self.add("PAGE_SNAPSHOT_EXPIRED", came);
        for (reason, expected_revision) in [
            ("REVISION_MALFORMED", secret("revision")),
            ("HEAD_MOVED", head),
            (
                "REVISION_FOREIGN",
                Revision::new(*b"zqsecret", 1, &[7; 32]).token(),
            ),
        ] {
            let request = pb::ApplyChangesRequest {
                expected_revision,
                ..changes(vec![put(told("p"))])
            };
            self.add(reason, clients.apply(request).await);
        }
        let mut stale = told("kept");
        stale.etag = secret("etag");
        self.add("ETAG_MISMATCH", clients.put(stale).await);
    }

    async fn unfit(&mut self, clients: &mut Clients) {
        let name = format!("purposes/{KEY}-nowhere");
        let request = with(pb::GetRecordRequest { name });
        let came = clients.inventory.get_record(request).await;
        self.add("RECORD_NOT_FOUND", came);
        let kept = vec![told(&format!("{KEY}-kept"))];
        let came = clients.import(pb::ImportMode::Create, kept).await;
        self.add("RECORD_EXISTS", came);
        let used = delete(&format!("purposes/{KEY}-kept"));
        self.add("RECORD_USED", clients.apply(changes(vec![used])).await);
        let mut lost = told(&format!("{KEY}-nowhere.child"));
        lost.state = pb::RecordState::Draft.into();
        self.add("INVENTORY_INVALID", clients.put(lost).await);
        let referred = changes(vec![delete("purposes/one")]);
        self.add("RECORD_REFERENCED", clients.apply(referred).await);
    }
}
