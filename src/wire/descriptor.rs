//! The API's own description, by which files are read, masks applied and gaps checked.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind as FieldKind, MessageDescriptor};

use crate::domain::key::Kind;

static POOL: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(ropa_proto::FILE_DESCRIPTOR_SET).ok());

/// All messages of the API.
pub fn pool() -> Option<&'static DescriptorPool> {
    POOL.as_ref()
}

/// A message of the API by its short name.
pub fn message(name: &str) -> Option<MessageDescriptor> {
    pool()?.get_message_by_name(&format!("ropa.v1.{name}"))
}

/// A field by its name in the API, in either spelling.
pub fn field(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message
        .get_field_by_name(name)
        .or_else(|| message.get_field_by_json_name(name))
}

/// Whether records of `kind` have a field of this path (`automated_decision.logic`).
pub fn has_field(kind: Kind, path: &str) -> bool {
    let Some(mut at) = message("Record").and_then(|record| child(&record, kind.word())) else {
        return false;
    };
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        let Some(found) = field(&at, name) else {
            return false;
        };
        if names.peek().is_none() {
            return true;
        }
        match found.kind() {
            FieldKind::Message(message) => at = message,
            _ => return false,
        }
    }
    false
}

fn child(message: &MessageDescriptor, name: &str) -> Option<MessageDescriptor> {
    match field(message, name)?.kind() {
        FieldKind::Message(message) => Some(message),
        _ => None,
    }
}
