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

/// The path of a field of records of `kind`, of its body or else of its envelope, in the spelling of the
/// API; `None` if there is none. A field that is one of several takes the name of the choice.
pub fn field_path(kind: Kind, path: &str) -> Option<String> {
    let record = message("Record")?;
    let within_body = path_in(child(&record, kind.word())?, path);
    within_body.or_else(|| path_in(record, path).filter(|path| ENVELOPE.contains(&path.as_str())))
}

/// What an envelope states, and its source may be silent about. Not when the record holds: that is for its keeper to
/// say, and a record of which nobody says it is a draft.
const ENVELOPE: &[&str] = &["display_name", "description", "reviewed_on", "review_every"];

fn path_in(mut at: MessageDescriptor, path: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let mut parts = path.split('.').peekable();
    while let Some(name) = parts.next() {
        let last = parts.peek().is_none();
        if last && at.oneofs().any(|choice| choice.name() == name) {
            names.push(name.to_owned());
            break;
        }
        let found = field(&at, name)?;
        let choice = found
            .containing_oneof()
            .filter(|choice| last && !choice.is_synthetic());
        names.push(match choice {
            Some(choice) => choice.name().to_owned(),
            None => found.name().to_owned(),
        });
        if parts.peek().is_some() {
            match found.kind() {
                FieldKind::Message(message) => at = message,
                _ => return None,
            }
        }
    }
    Some(names.join("."))
}

fn child(message: &MessageDescriptor, name: &str) -> Option<MessageDescriptor> {
    match field(message, name)?.kind() {
        FieldKind::Message(message) => Some(message),
        _ => None,
    }
}
