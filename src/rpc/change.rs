//! The history of the inventory.

use std::sync::Arc;

use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_server::ChangeService;
use tonic::{Request, Response, Status};

use crate::domain::date::Instant;
use crate::domain::key::RecordName;
use crate::domain::shape::Text;
use crate::registry::history::Told;
use crate::registry::live::Registry;
use crate::rpc::status;
use crate::store::history::Place;
use crate::wire::change::say_history;
use crate::wire::limits::PAGE_BYTES;
use crate::wire::page::{self, Page};
use crate::wire::shape::SayOne;

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
        let from = page.map_or(Ok(Place::first(u64::MAX)), |page| read_place(&page))?;
        let part = self
            .registry
            .history(from, name.as_ref(), size, PAGE_BYTES)
            .await
            .map_err(status::of_registry)?;
        if let Some(name) = &name
            && page_token.is_empty()
            && part.sets.is_empty()
        {
            return Err(status::not_found(name, &self.registry.live().snapshot));
        }
        let change_sets = part.sets.into_iter().map(|told| self.say(told)).collect();
        let next_page_token = part
            .next
            .map(|place| say_place(place).token(&question))
            .unwrap_or_default();
        Ok(Response::new(pb::ListChangesResponse {
            change_sets,
            next_page_token,
        }))
    }
}

impl Changes {
    fn say(&self, told: Told) -> pb::ChangeSet {
        let Told {
            set,
            count,
            changes,
        } = told;
        pb::ChangeSet {
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
            changes: changes.iter().map(say_history).collect(),
            change_count: count,
        }
    }
}

/// A page begins at the change set of its number, and in it at a change.
fn say_place(place: Place) -> Page {
    Page {
        revision: place.number,
        after: place.position.to_string(),
    }
}

fn read_place(page: &Page) -> Result<Place, Status> {
    let position = page.after.parse().map_err(|_| page::invalid())?;
    Ok(Place {
        number: page.revision,
        position,
    })
}
