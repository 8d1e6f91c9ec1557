//! Keeping the inventory.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_server::InventoryService;
use tonic::{Request, Response, Status, Streaming};

use super::actor::actor;
use super::import::Import;
use super::pages::Pages;
use crate::domain::change::Action;
use crate::domain::inventory::Entry;
use crate::domain::key::RecordName;
use crate::domain::shape::Text;
use crate::registry::live::{Live, Registry};
use crate::rpc::status;
use crate::wire::change::{Unreadable, read_request, say_record_change};
use crate::wire::filter::Filter;
use crate::wire::limits::PAGE_BYTES;
use crate::wire::page::{self, Page};
use crate::wire::record;

/// Keeps the inventory.
#[derive(Debug)]
pub struct Inventories {
    /// The inventory.
    pub registry: Arc<Registry>,
    /// Snapshots that pages go on from.
    pub pages: Pages,
}

#[tonic::async_trait]
impl InventoryService for Inventories {
    async fn apply_changes(
        &self,
        request: Request<pb::ApplyChangesRequest>,
    ) -> Result<Response<pb::ApplyChangesResponse>, Status> {
        let actor = actor(request.metadata())?;
        let request =
            read_request(request.into_inner(), actor).map_err(|unreadable| match unreadable {
                Unreadable::Fields(violations) => status::fields(violations),
                Unreadable::Mask(violation) => {
                    status::invalid("UPDATE_MASK_INVALID", vec![violation])
                }
            })?;
        let validate_only = request.validate_only;
        let applied = self
            .registry
            .apply(request)
            .await
            .map_err(status::of_registry)?;
        Ok(Response::new(pb::ApplyChangesResponse {
            revision: applied.revision,
            changes: applied.changes.iter().map(say_record_change).collect(),
            validate_only,
        }))
    }

    async fn get_record(
        &self,
        request: Request<pb::GetRecordRequest>,
    ) -> Result<Response<pb::GetRecordResponse>, Status> {
        let name = read_name(&request.into_inner().name)?;
        let live = self.registry.live();
        let entry = live
            .snapshot
            .inventory()
            .get(&name)
            .ok_or_else(|| status::not_found(&name, &live.snapshot))?;
        Ok(Response::new(pb::GetRecordResponse {
            record: Some(say(entry, &live)),
            revision: live.revision.clone(),
        }))
    }

    async fn list_records(
        &self,
        request: Request<pb::ListRecordsRequest>,
    ) -> Result<Response<pb::ListRecordsResponse>, Status> {
        let pb::ListRecordsRequest {
            filter,
            page_size,
            page_token,
        } = request.into_inner();
        let question = ["records", filter.as_str()];
        let size = page::size(page_size)?;
        let page = Page::parse(&page_token, &question)?;
        let takes = Filter::parse(&filter)?;
        let live = self.pages.of(page.as_ref(), &self.registry)?;
        let after = match page {
            Some(page) => Some(RecordName::parse(&page.after).ok_or_else(page::invalid)?),
            None => None,
        };
        let mut records = Vec::new();
        let mut bytes = 0;
        let mut next = None;
        for (_, entry) in live
            .snapshot
            .inventory()
            .entries_after(after.as_ref())
            .filter(|(_, entry)| takes.takes(&entry.record))
        {
            let said = say(entry, &live);
            bytes += said.encoded_len();
            if let Some((last, _)) = records.last()
                && (records.len() == size || bytes > PAGE_BYTES)
            {
                next = Some(RecordName::to_string(last));
                break;
            }
            records.push((entry.record.name.clone(), said));
        }
        Ok(Response::new(pb::ListRecordsResponse {
            records: records.into_iter().map(|(_, said)| said).collect(),
            next_page_token: self.pages.token(next, &live, &question),
            revision: live.revision.clone(),
        }))
    }

    async fn list_referrers(
        &self,
        request: Request<pb::ListReferrersRequest>,
    ) -> Result<Response<pb::ListReferrersResponse>, Status> {
        let pb::ListReferrersRequest {
            name,
            page_size,
            page_token,
        } = request.into_inner();
        let question = ["referrers", name.as_str()];
        let size = page::size(page_size)?;
        let page = Page::parse(&page_token, &question)?;
        let live = self.pages.of(page.as_ref(), &self.registry)?;
        let name = read_name(&name)?;
        if live.snapshot.inventory().get(&name).is_none() {
            return Err(status::not_found(&name, &live.snapshot));
        }
        let told = match page {
            Some(page) => page.after.parse::<usize>().map_err(|_| page::invalid())?,
            None => 0,
        };
        let all = live.snapshot.referrers(&name);
        let referrers: Vec<_> = all
            .iter()
            .skip(told)
            .take(size)
            .map(|referrer| pb::Referrer {
                name: referrer.name.to_string(),
                field: referrer.field.clone(),
            })
            .collect();
        let end = told + referrers.len();
        let next = (end < all.len()).then(|| end.to_string());
        Ok(Response::new(pb::ListReferrersResponse {
            referrers,
            next_page_token: self.pages.token(next, &live, &question),
            revision: live.revision.clone(),
        }))
    }

    type ExportRecordsStream =
        Pin<Box<dyn Stream<Item = Result<pb::ExportRecordsResponse, Status>> + Send>>;

    async fn export_records(
        &self,
        _: Request<pb::ExportRecordsRequest>,
    ) -> Result<Response<Self::ExportRecordsStream>, Status> {
        use pb::export_records_response::Part;
        let live = self.registry.live();
        let header = pb::TransferHeader {
            revision: live.revision.clone(),
            ..Default::default()
        };
        let trailer = pb::TransferTrailer {
            count: live.snapshot.inventory().len() as u64,
            digest: live.digest.clone(),
        };
        // One record at a time, so that a large inventory is never said whole in memory.
        let records = stream::unfold((live, None::<RecordName>), |(live, after)| async move {
            let entry = live
                .snapshot
                .inventory()
                .entries_after(after.as_ref())
                .next()
                .map(|(_, entry)| entry.clone())?;
            let said = say(&entry, &live);
            let name = entry.record.name.clone();
            Some((Part::Record(said), (live, Some(name))))
        });
        let parts = stream::iter([Part::Header(header)])
            .chain(records)
            .chain(stream::iter([Part::Trailer(trailer)]));
        let messages = parts.map(|part| Ok(pb::ExportRecordsResponse { part: Some(part) }));
        Ok(Response::new(Box::pin(messages)))
    }

    async fn import_records(
        &self,
        request: Request<Streaming<pb::ImportRecordsRequest>>,
    ) -> Result<Response<pb::ImportRecordsResponse>, Status> {
        let actor = actor(request.metadata())?;
        let import = Import::read(request.into_inner(), actor).await?;
        let validate_only = import.request.validate_only;
        let sent = import.request.edits.len();
        let before = self.registry.live().snapshot.inventory().len();
        tracing::debug!(records.sent = sent, records.before = before, "import read");
        let applied = self
            .registry
            .apply(import.request)
            .await
            .map_err(status::of_registry)?;
        let count = |action| {
            applied
                .changes
                .iter()
                .filter(|change| change.action() == action)
                .count() as u64
        };
        let named: BTreeSet<_> = import.names.into_iter().collect();
        let touched = applied
            .changes
            .iter()
            .filter(|change| named.contains(&change.name))
            .count();
        Ok(Response::new(pb::ImportRecordsResponse {
            revision: applied.revision,
            created: count(Action::Create),
            updated: count(Action::Update),
            retired: count(Action::Retire),
            deleted: count(Action::Delete),
            unchanged: (sent - touched) as u64,
            digest: applied.digest,
            validate_only,
        }))
    }
}

fn read_name(said: &str) -> Result<RecordName, Status> {
    RecordName::parse(said).ok_or_else(|| {
        status::refused(
            "FIELD_INVALID",
            "name",
            &format!("is malformed: write {}", RecordName::FORM),
        )
    })
}

/// Says a record as it is served: with the revision that last touched it.
fn say(entry: &Entry, live: &Live) -> pb::Record {
    let mut said = record::say(&entry.record);
    said.revision = live.revision_of(entry.revision);
    said
}
