//! What a record states: nothing that a gap of its stands on. Taken away from the message of the API, field by
//! field.

use std::sync::Arc;

use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use ropa::domain::record::Record;
use ropa::wire::{descriptor, record};

/// A record, without what its gaps take back.
pub(super) fn stated(record: &Arc<Record>) -> Arc<Record> {
    if record.envelope.gaps.is_empty() {
        return Arc::clone(record);
    }
    let described = descriptor::message("Record").expect("records are described");
    let written = record::bytes(record);
    let mut message = DynamicMessage::decode(described, written.as_slice()).expect("a record");
    let word = record.name.kind.word();
    if let Some(Value::Message(body)) = message.get_field_by_name_mut(word) {
        for gap in &record.envelope.gaps {
            let path: Vec<&str> = gap.field.split('.').collect();
            take_back(body, &path);
        }
    }
    let bytes = prost::Message::encode_to_vec(&message);
    Arc::new(record::from_bytes(&bytes).expect("a record that says less"))
}

fn take_back(at: &mut DynamicMessage, path: &[&str]) {
    let (name, below) = path.split_first().expect("a field");
    let described = at.descriptor();
    for field in described.fields() {
        let choice = field.containing_oneof();
        let by_choice = choice.is_some_and(|choice| choice.name() == *name);
        if *name != "*" && field.name() != *name && !by_choice || !at.has_field(&field) {
            continue;
        }
        match (below, at.get_field_mut(&field)) {
            // A list may hold more; what it says it says.
            ([], Value::List(_)) => {}
            ([], _) => at.clear_field(&field),
            // What may be over, or to begin, or be of another country, is not there.
            (
                ["from" | "until" | "valid_from" | "valid_until" | "country"],
                Value::List(entries),
            ) => entries.clear(),
            (below, Value::List(entries)) => {
                for entry in entries.iter_mut().filter_map(Value::as_message_mut) {
                    take_back(entry, below);
                }
            }
            (below, Value::Message(inner)) => take_back(inner, below),
            _ => {}
        }
    }
}
