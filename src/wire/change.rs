//! Changes, as they are asked and told.

use std::sync::Arc;

use prost::Message;
use ropa_proto::v1 as pb;
use sha2::{Digest, Sha256};

use super::edit::{Edit, Request};
use super::limits::REASON_CHARS;
use super::mask::Patch;
use super::record::{etag, kind_of, say};
use super::reference::Reference;
use super::shape::{ReadOne, required};
use super::violation::{Reader, Violation, read};
use crate::domain::change::Change;
use crate::domain::date::Date;
use crate::domain::key::{Key, RecordName};
use crate::domain::record::Record;
use crate::domain::shape::{Text, Words};

/// Why a change cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// Fields are wrong.
    Fields(Vec<Violation>),
    /// A mask is wrong.
    Mask(Violation),
}

/// Reads a request to change the inventory.
pub fn read_request(said: pb::ApplyChangesRequest, actor: String) -> Result<Request, Unreadable> {
    let digest = request_digest(&said);
    let pb::ApplyChangesRequest {
        changes,
        validate_only,
        request_id,
        expected_revision,
        reason,
    } = said;
    let mut masks = Vec::new();
    let request = read(|reader| {
        if changes.is_empty() || changes.len() > super::limits::CHANGES {
            reader.refuse_field("changes", "must be 1 to 1000: for more, import");
            return None;
        }
        let mut edits: Vec<Edit> = Vec::new();
        for (index, change) in changes.into_iter().enumerate() {
            reader.element("changes", index, |reader| {
                    let edit = read_change(change, reader, &mut |violation: Violation| {
                        masks.push(violation.within(&format!("changes[{index}].update")));
                    });
                    if let Some(edit) = edit {
                        if edits.iter().any(|other| other.name() == edit.name()) {
                            reader.refuse("is about a record that stands in the request before: one change a record");
                        }
                        edits.push(edit);
                    }
            });
        }
        Some(Request {
            edits,
            replaced: Vec::new(),
            validate_only,
            request_id: read_request_id(request_id, reader),
            digest,
            expected_revision: (!expected_revision.is_empty()).then_some(expected_revision),
            actor,
            reason: read_reason(reason, reader),
        })
    });
    match (request, masks.into_iter().next()) {
        (Err(violations), _) if !violations.is_empty() => Err(Unreadable::Fields(violations)),
        (_, Some(mask)) => Err(Unreadable::Mask(mask)),
        (Ok(request), None) => Ok(request),
        (Err(violations), None) => Err(Unreadable::Fields(violations)),
    }
}

/// Reads the client's own id of a request.
pub fn read_request_id(said: String, reader: &mut Reader) -> Option<String> {
    if said.is_empty() {
        return None;
    }
    if Reference::parse(&said).is_none() {
        reader.refuse_field(
            "request_id",
            format!("is malformed: write {}", Reference::FORM),
        );
    }
    Some(said)
}

/// Reads why.
pub fn read_reason(said: String, reader: &mut Reader) -> String {
    if said.chars().count() > REASON_CHARS {
        reader.refuse_field(
            "reason",
            format!("is too long: at most {REASON_CHARS} characters"),
        );
    }
    // A history is read line by line: a reason must not look like another entry of it.
    let unfit = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
    };
    if said.chars().any(unfit) {
        reader.refuse_field(
            "reason",
            "holds line breaks or control characters: write one line of plain text",
        );
    }
    said
}

/// Of what is asked, without how: a retry may differ in the id alone.
fn request_digest(said: &pb::ApplyChangesRequest) -> [u8; 32] {
    let plain = pb::ApplyChangesRequest {
        request_id: String::new(),
        ..said.clone()
    };
    Sha256::digest(plain.encode_to_vec()).into()
}

fn read_change(
    said: pb::Change,
    reader: &mut Reader,
    mask: &mut dyn FnMut(Violation),
) -> Option<Edit> {
    use pb::change::Operation;
    match said.operation {
        Some(Operation::Put(pb::PutRecord { record })) => reader.field("put", |reader| {
            let (record, etag) = read_record(record, reader)?;
            Some(Edit::Put {
                record: Arc::new(record),
                etag,
                create: false,
            })
        }),
        Some(Operation::Update(pb::UpdateRecord {
            record,
            update_mask,
        })) => reader.field("update", |reader| {
            let Some(record) = record else {
                reader.refuse_field("record", "must be said");
                return None;
            };
            let name = read_name_of(&record, reader)?;
            let etag = (!record.etag.is_empty()).then(|| record.etag.clone());
            match Patch::new(&record, &update_mask.unwrap_or_default().paths) {
                Ok(patch) => Some(Edit::Update { name, patch, etag }),
                Err(violation) => {
                    mask(violation);
                    None
                }
            }
        }),
        Some(Operation::Retire(pb::RetireRecord {
            name,
            valid_until,
            etag,
        })) => reader.field("retire", |reader| {
            let name = reader.field("name", |reader| required::<RecordName>(&name, reader));
            let until = reader.field("valid_until", |reader| {
                required::<Date>(&valid_until, reader)
            });
            Some(Edit::Retire {
                name: name?,
                until: until?,
                etag: (!etag.is_empty()).then_some(etag),
            })
        }),
        Some(Operation::Delete(pb::DeleteRecord { name, etag })) => {
            reader.field("delete", |reader| {
                let name = reader.field("name", |reader| required::<RecordName>(&name, reader));
                Some(Edit::Delete {
                    name: name?,
                    etag: (!etag.is_empty()).then_some(etag),
                })
            })
        }
        None => {
            reader.refuse("must say `put`, `update`, `retire` or `delete`");
            None
        }
    }
}

fn read_record(said: Option<pb::Record>, reader: &mut Reader) -> Option<(Record, Option<String>)> {
    let Some(said) = said else {
        reader.refuse_field("record", "must be said");
        return None;
    };
    let etag = (!said.etag.is_empty()).then(|| said.etag.clone());
    reader
        .field("record", |reader| Record::read_one(said, reader))
        .map(|record| (record, etag))
}

/// The name of a record that is said in part.
fn read_name_of(said: &pb::Record, reader: &mut Reader) -> Option<RecordName> {
    let Some(kind) = said.body.as_ref().map(kind_of) else {
        reader.refuse_field(
            "record",
            "has no body, so its kind is not known: say `\"purpose\": {}` or the like",
        );
        return None;
    };
    let key = Key::parse(kind, &said.key);
    if key.is_none() {
        reader.field("record", |reader| {
            reader.refuse_field("key", "is malformed, or not said");
        });
    }
    Some(RecordName::new(kind, key?))
}

/// Says what became of a record.
pub fn say_record_change(change: &Change) -> pb::RecordChange {
    pb::RecordChange {
        name: change.name.to_string(),
        action: change.action().number(),
        etag: change
            .after
            .as_ref()
            .map(|record| etag(record))
            .unwrap_or_default(),
    }
}

/// Says what was done to a record, whole.
pub fn say_history(change: &Change) -> pb::RecordHistory {
    pb::RecordHistory {
        name: change.name.to_string(),
        action: change.action().number(),
        before: change.before.as_ref().map(|record| say(record)),
        after: change.after.as_ref().map(|record| say(record)),
    }
}
