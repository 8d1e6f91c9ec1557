//! All that the service has.

use std::collections::BTreeMap;

use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;

use super::{Failure, Remote};
use crate::domain::key::RecordName;
use crate::domain::shape::Text;
use crate::wire::record::kind_of;

/// Records by their names.
pub(super) type Records = BTreeMap<RecordName, pb::Record>;

/// What the service has, at one revision.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The token of the revision.
    pub(super) revision: String,
    /// The records.
    pub(super) records: Records,
}

/// Asks for all: an export is of one revision, where pages of several kinds need not be.
pub(super) async fn kept(remote: &Remote, channel: Channel) -> Result<Kept, Failure> {
    use pb::export_records_response::Part;
    let mut client = InventoryServiceClient::new(channel);
    let mut parts = client
        .export_records(remote.request(pb::ExportRecordsRequest {}))
        .await?
        .into_inner();
    let mut kept = Kept::default();
    while let Some(message) = parts.message().await? {
        match message.part {
            Some(Part::Header(header)) => kept.revision = header.revision,
            Some(Part::Record(record)) => {
                let named = named(&record)
                    .ok_or_else(|| Failure::failed("the service has a record of no name"))?;
                kept.records.insert(named, record);
            }
            _ => {}
        }
    }
    Ok(kept)
}

/// The name of a record.
fn named(record: &pb::Record) -> Option<RecordName> {
    let kind = kind_of(record.body.as_ref()?);
    RecordName::parse(&format!("{}/{}", kind.collection(), record.key))
}
