//! An import, from its stream to one change.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use ropa_proto::v1 as pb;
use sha2::{Digest, Sha256};
use tonic::{Status, Streaming};

use crate::domain::key::{Kind, RecordName};
use crate::domain::record::Record;
use crate::rpc::status;
use crate::wire::change::{read_reason, read_request_id};
use crate::wire::edit::{self, Edit};
use crate::wire::limits::{IMPORT_BYTES, IMPORT_RECORDS};
use crate::wire::record;
use crate::wire::shape::ReadOne;
use crate::wire::violation::{Violation, read};

/// How long an import may be silent between two messages.
const IDLE: Duration = Duration::from_secs(30);

/// An import, read to its end.
pub(super) struct Import {
    /// What is asked.
    pub(super) request: edit::Request,
    /// The records that came.
    pub(super) names: Vec<RecordName>,
}

impl Import {
    /// Reads it; or what is wrong with it, all at once.
    pub(super) async fn read(
        mut parts: Streaming<pb::ImportRecordsRequest>,
        actor: String,
    ) -> Result<Self, Status> {
        use pb::import_records_request::Part;
        let Some(Part::Header(header)) = next(&mut parts).await?.and_then(|message| message.part)
        else {
            return Err(status::refused(
                "FIELD_INVALID",
                "header",
                "must come first",
            ));
        };
        let (mut request, create) = read_header(header, actor)?;
        let mut hash = Sha256::new();
        let mut violations = Vec::new();
        let mut names = BTreeSet::new();
        let mut trailer = None;
        let mut count = 0_usize;
        let mut bytes = 0_usize;
        while let Some(message) = next(&mut parts).await? {
            bytes += message.encoded_len();
            if bytes > IMPORT_BYTES {
                return Err(status::too_large());
            }
            if trailer.is_some() {
                return Err(status::refused(
                    "FIELD_INVALID",
                    "trailer",
                    "must come last",
                ));
            }
            match message.part {
                Some(Part::Record(said)) => {
                    let path = format!("record[{count}]");
                    count += 1;
                    if count > IMPORT_RECORDS {
                        return Err(status::refused(
                            "BATCH_TOO_LARGE",
                            "record",
                            "too many records in one import",
                        ));
                    }
                    match read(|reader| Record::read_one(said, reader)) {
                        Ok(record) if names.insert(record.name.clone()) => {
                            hash.update(record::bytes(&record));
                            request.edits.push(Edit::Put {
                                record: Arc::new(record),
                                etag: None,
                                create,
                            });
                        }
                        Ok(record) => violations.push(Violation {
                            path,
                            message: format!("`{}` comes twice", record.name),
                        }),
                        Err(wrong) => {
                            violations.extend(wrong.into_iter().map(|one| one.within(&path)))
                        }
                    }
                }
                Some(Part::Trailer(last)) => trailer = Some(last),
                Some(Part::Header(_)) => {
                    return Err(status::refused(
                        "FIELD_INVALID",
                        "header",
                        "must come once, and first",
                    ));
                }
                None => {
                    return Err(status::refused(
                        "FIELD_INVALID",
                        "part",
                        "must be a header, a record or a trailer",
                    ));
                }
            }
        }
        if !violations.is_empty() {
            return Err(status::fields(violations));
        }
        check_whole(trailer.as_ref(), &request)?;
        request.digest = {
            let head = request.digest;
            let records: [u8; 32] = hash.finalize().into();
            Sha256::digest([head, records].concat()).into()
        };
        Ok(Self {
            request,
            names: names.into_iter().collect(),
        })
    }
}

/// The next message of a stream, if it comes in time: an idle one holds what it sent.
async fn next(
    parts: &mut Streaming<pb::ImportRecordsRequest>,
) -> Result<Option<pb::ImportRecordsRequest>, Status> {
    match tokio::time::timeout(IDLE, parts.message()).await {
        Ok(message) => message,
        Err(_) => Err(status::too_slow()),
    }
}

fn read_header(said: pb::TransferHeader, actor: String) -> Result<(edit::Request, bool), Status> {
    let digest = Sha256::digest(
        pb::TransferHeader {
            request_id: String::new(),
            ..said.clone()
        }
        .encode_to_vec(),
    )
    .into();
    let pb::TransferHeader {
        revision: _,
        mode,
        kinds,
        validate_only,
        request_id,
        expected_revision,
        reason,
    } = said;
    let read = read(|reader| {
        reader.field("header", |reader| {
            let mode = pb::ImportMode::try_from(mode).ok();
            if mode.is_none() {
                reader.refuse_field("mode", "is no mode: write CREATE, UPSERT or REPLACE");
            }
            let mut replaced = Vec::new();
            for (index, kind) in kinds.iter().enumerate() {
                match Kind::parse(kind) {
                    Some(kind) => replaced.push(kind),
                    None => reader.element("kinds", index, |reader| {
                        reader.refuse("is no collection: write one like `purposes`");
                    }),
                }
            }
            let is_replace = mode == Some(pb::ImportMode::Replace);
            if is_replace == kinds.is_empty() {
                reader.refuse_field("kinds", "must be said with REPLACE, and only then");
            }
            let request = edit::Request {
                edits: Vec::new(),
                replaced,
                validate_only,
                request_id: read_request_id(request_id, reader),
                digest,
                expected_revision: (!expected_revision.is_empty()).then_some(expected_revision),
                actor,
                reason: read_reason(reason, reader),
            };
            Some((request, mode == Some(pb::ImportMode::Create)))
        })
    });
    read.map_err(status::fields)
}

/// All has come, and nothing but what was announced.
fn check_whole(
    trailer: Option<&pb::TransferTrailer>,
    request: &edit::Request,
) -> Result<(), Status> {
    match trailer {
        Some(trailer) => check_trailer(trailer, request)?,
        // Without it, a stream that was cut short would end what did not come.
        None if !request.replaced.is_empty() => {
            let message = "must come last with REPLACE, with the count";
            return Err(status::refused("FIELD_INVALID", "trailer", message));
        }
        None => {}
    }
    let announced =
        |edit: &&Edit| request.replaced.is_empty() || request.replaced.contains(&edit.name().kind);
    match request.edits.iter().find(|edit| !announced(edit)) {
        Some(edit) => {
            let message = format!("does not name the kind of `{}`, which came", edit.name());
            Err(status::refused("FIELD_INVALID", "header.kinds", &message))
        }
        None => Ok(()),
    }
}

/// What was sent is what came.
fn check_trailer(trailer: &pb::TransferTrailer, request: &edit::Request) -> Result<(), Status> {
    let mut records: Vec<&Record> = request
        .edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Put { record, .. } => Some(record.as_ref()),
            _ => None,
        })
        .collect();
    records.sort_by(|a, b| a.name.cmp(&b.name));
    if trailer.count != records.len() as u64 {
        let message = format!("says {} records, and {} came", trailer.count, records.len());
        return Err(status::refused("FIELD_INVALID", "trailer.count", &message));
    }
    if !trailer.digest.is_empty() && trailer.digest != record::digest(records.into_iter()) {
        return Err(status::refused(
            "FIELD_INVALID",
            "trailer.digest",
            "is not that of the records that came",
        ));
    }
    Ok(())
}
