//! Taking over some fields of a record, by a mask.

use std::sync::Arc;

use prost::Message;
use prost_reflect::{DynamicMessage, Kind as FieldKind, MessageDescriptor, ReflectMessage};
use ropa_proto::v1 as pb;

use super::descriptor;
use super::record::{content, kind_of};
use super::shape::ReadOne;
use super::violation::{Violation, read};
use crate::domain::record::Record;

/// Fields of a record that a client may not write one by one.
const FIXED: &[&str] = &["key", "revision", "etag"];

/// Some fields of a record, with the values they are to have.
#[derive(Clone, Debug)]
pub struct Patch {
    values: DynamicMessage,
    paths: Vec<Vec<String>>,
}

impl Patch {
    /// Reads a patch; or what is wrong with the mask.
    pub fn new(record: &pb::Record, paths: &[String]) -> Result<Self, Violation> {
        let refuse = |message: String| Violation {
            path: "update_mask".to_owned(),
            message,
        };
        let descriptor =
            descriptor::message("Record").ok_or_else(|| refuse("cannot be read".to_owned()))?;
        let kind = record.body.as_ref().map_or("", |body| kind_of(body).word());
        if paths.is_empty() {
            return Err(refuse("is empty: name the fields to take over".to_owned()));
        }
        let values = DynamicMessage::decode(descriptor.clone(), record.encode_to_vec().as_slice())
            .map_err(|_| refuse("cannot be read".to_owned()))?;
        let paths = paths
            .iter()
            .map(|path| names(&descriptor, kind, path))
            .collect::<Option<Vec<_>>>();
        let paths = paths.ok_or_else(|| {
            refuse("names a field that records do not have, or that cannot be changed: write paths like `purpose.statement`".to_owned())
        })?;
        Ok(Self { values, paths })
    }

    /// The record with the fields taken over; or what is wrong with it then.
    pub fn apply(&self, record: &Arc<Record>) -> Result<Record, Vec<Violation>> {
        let mut patched = self.values.clone();
        patched.clear();
        let said = content(record).encode_to_vec();
        let refuse = || {
            vec![Violation {
                path: "record".to_owned(),
                message: "cannot be read".to_owned(),
            }]
        };
        patched.merge(said.as_slice()).map_err(|_| refuse())?;
        for path in &self.paths {
            take_over(&mut patched, &self.values, path);
        }
        let said = pb::Record::decode(patched.encode_to_vec().as_slice()).map_err(|_| refuse())?;
        read(|reader| Record::read_one(said, reader))
    }
}

/// The names along a path, in the spelling of the API.
fn names(record: &MessageDescriptor, kind: &str, path: &str) -> Option<Vec<String>> {
    let mut at = record.clone();
    let mut names = Vec::new();
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let field = descriptor::field(&at, part)?;
        // The body is that of the record: another kind's fields are not its own.
        let of_other_kind = field
            .containing_oneof()
            .is_some_and(|oneof| oneof.name() == "body")
            && field.name() != kind;
        if names.is_empty() && of_other_kind {
            return None;
        }
        if names.is_empty() && FIXED.contains(&field.name()) {
            return None;
        }
        names.push(field.name().to_owned());
        if parts.peek().is_some() {
            match field.kind() {
                FieldKind::Message(message) if !field.is_list() && !field.is_map() => at = message,
                _ => return None,
            }
        }
    }
    Some(names)
}

fn take_over(into: &mut DynamicMessage, from: &DynamicMessage, path: &[String]) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let Some(field) = into.descriptor().get_field_by_name(name) else {
        return;
    };
    if rest.is_empty() {
        if from.has_field(&field) {
            into.set_field(&field, from.get_field(&field).into_owned());
        } else {
            into.clear_field(&field);
        }
        return;
    }
    let value = from.get_field(&field);
    if let (Some(into), Some(from)) = (
        into.get_field_mut(&field).as_message_mut(),
        value.as_message(),
    ) {
        take_over(into, from, rest);
    }
}
