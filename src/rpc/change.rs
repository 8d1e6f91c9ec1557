//! The history of the inventory.

use std::sync::Arc;

use prost::Message;
use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_server::ChangeService;
use tonic::{Request, Response, Status};

use crate::domain::date::Instant;
use crate::domain::key::RecordName;
use crate::domain::shape::Text;
use crate::registry::live::Registry;
use crate::wire::change::say_history;
use crate::wire::limits::PAGE_BYTES;
use crate::wire::page::{self, Page};
use crate::wire::shape::SayOne;
use crate::wire::status;

/// How many records of one change set are told.
const TOLD: u64 = 1_000;

/// Tells what happened.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The inventory.
    pub registry: Arc<Registry>,
}

#[tonic::async_trait]
impl ChangeService for Changes {
    async fn list_changes(
        &self,
        request: Request<pb::ListChangesRequest>,
    ) -> Result<Response<pb::ListChangesResponse>, Status> {
        let pb::ListChangesRequest {
            record,
            page_size,
            page_token,
        } = request.into_inner();
        let question = ["changes", record.as_str()];
        let size = page::size(page_size)?;
        let page = Page::parse(&page_token, &question)?;
        let name = match record.as_str() {
            "" => None,
            said => Some(RecordName::parse(said).ok_or_else(|| {
                status::refused(
                    "FIELD_INVALID",
                    "record",
                    &format!("is malformed: write {}", RecordName::FORM),
                )
            })?),
        };
        // History only grows at its end, so where the last page ended is enough to go on from.
        let below = page.map_or(u64::MAX >> 1, |page| page.revision);
        let sets = self
            .registry
            .change_sets(below, name.as_ref(), size as u64 + 1)
            .await
            .map_err(status::of_registry)?;
        let mut told = Vec::new();
        let mut bytes = 0;
        let mut next = None;
        for set in sets {
            if told.len() == size || bytes > PAGE_BYTES {
                next = told.last().map(|last: &pb::ChangeSet| last.number);
                break;
            }
            let changes = self
                .registry
                .changes_of(&set, name.as_ref(), TOLD)
                .await
                .map_err(status::of_registry)?;
            let change_count = self
                .registry
                .change_count(&set)
                .await
                .map_err(status::of_registry)?;
            let mut said = pb::ChangeSet {
                revision: self.registry.revision_of(&set),
                number: set.number,
                time: Instant::from_micros(set.time_us).map(|time| time.say_one()),
                actor: if set.actor.is_empty() {
                    "anonymous".to_owned()
                } else {
                    format!("anonymous ({}, unverified)", set.actor)
                },
                reason: set.reason,
                hash: data_encoding::HEXLOWER.encode(&set.hash),
                changes: Vec::new(),
                change_count,
            };
            for change in &changes {
                let history = say_history(change);
                bytes += history.encoded_len();
                if bytes > PAGE_BYTES && !said.changes.is_empty() {
                    break;
                }
                said.changes.push(history);
            }
            told.push(said);
        }
        let next_page_token = next
            .map(|number| {
                Page {
                    revision: number,
                    after: String::new(),
                }
                .token(&question)
            })
            .unwrap_or_default();
        Ok(Response::new(pb::ListChangesResponse {
            change_sets: told,
            next_page_token,
        }))
    }
}
