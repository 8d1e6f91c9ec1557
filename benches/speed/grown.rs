//! The example operator, several times over: an inventory of any size whose parts are real.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use prost::Message;
use prost_reflect::{DynamicMessage, Value};
use ropa::domain::inventory::Inventory;
use ropa::domain::record::Record;
use ropa::wire::shape::ReadOne;
use ropa::wire::violation::read;
use ropa::wire::{descriptor, document};
use ropa_proto::v1 as pb;

/// How many activities the example has.
const ACTIVITIES: usize = 40;

fn file(name: &str) -> Vec<pb::Record> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let read = document::read::<pb::Inventory>("Inventory", &text).unwrap();
    read.message.records
}

/// The law, and so many activities, rounded up to whole copies: each copy has data, people, recipients and rules of its own, and one
/// controller has them all.
pub(crate) fn records(activities: usize) -> Vec<pb::Record> {
    let pack = [
        "countries",
        "adequacy-decisions",
        "transfer-tools",
        "limits",
    ];
    let mut records: Vec<_> = pack
        .iter()
        .flat_map(|name| file(&format!("reference/{name}.yaml")))
        .collect();
    let (shared, own): (Vec<_>, Vec<_>) = file("examples/telecom-operator.yaml")
        .into_iter()
        .partition(|record| matches!(record.body, Some(pb::record::Body::Controller(_))));
    let counted = own
        .iter()
        .filter(|record| matches!(record.body, Some(pb::record::Body::Activity(_))))
        .count();
    assert_eq!(counted, ACTIVITIES, "the example has grown");
    let keys: HashSet<&str> = own.iter().map(|record| record.key.as_str()).collect();
    // The controller keeps its key, and refers to the first copy.
    records.extend(shared.iter().map(|record| copied(record, 0, &keys)));
    for copy in 0..activities.div_ceil(ACTIVITIES) {
        records.extend(own.iter().map(|record| copied(record, copy, &keys)));
    }
    records
}

/// A record under another key, and what it refers to as well.
fn copied(record: &pb::Record, copy: usize, keys: &HashSet<&str>) -> pb::Record {
    let described = descriptor::message("Record").unwrap();
    let mut message = DynamicMessage::new(described);
    message.transcode_from(record).unwrap();
    renamed(&mut message, copy, keys);
    pb::Record::decode(message.encode_to_vec().as_slice()).unwrap()
}

fn renamed(message: &mut DynamicMessage, copy: usize, keys: &HashSet<&str>) {
    for (_, value) in message.fields_mut() {
        rename(value, copy, keys);
    }
}

fn rename(value: &mut Value, copy: usize, keys: &HashSet<&str>) {
    match value {
        Value::String(text) if keys.contains(text.as_str()) => *text = key(copy, text),
        Value::Message(message) => renamed(message, copy, keys),
        Value::List(values) => {
            for value in values {
                rename(value, copy, keys);
            }
        }
        _ => {}
    }
}

/// A key of the example, in one of its copies.
pub(crate) fn key(copy: usize, key: &str) -> String {
    format!("c{copy}-{key}")
}

/// The same as values.
pub(crate) fn inventory(activities: usize) -> Inventory {
    let mut inventory = Inventory::default();
    for said in records(activities) {
        let record = read(|reader| Record::read_one(said, reader)).unwrap();
        inventory.put(Arc::new(record), 1);
    }
    inventory
}

/// May billing use the e-mail address of a customer while the contract runs?
pub(crate) fn plain() -> pb::Processing {
    pb::Processing {
        target: Some(pb::processing::Target::Activity(key(0, "billing"))),
        operations: vec![pb::Operation::Use.into()],
        data: vec![pb::DataItem {
            category: key(0, "contact.email"),
            ..Default::default()
        }],
        subject: Some(customer()),
        ..Default::default()
    }
}

/// May a ticket be shown to a desk abroad, which has others work for it in turn?
pub(crate) fn chained() -> pb::Processing {
    pb::Processing {
        target: Some(pb::processing::Target::Activity(key(0, "customer-support"))),
        operations: vec![pb::Operation::Disclose.into()],
        data: vec![pb::DataItem {
            category: key(0, "support.ticket"),
            collected_on: "2026-05-20".to_owned(),
            ..Default::default()
        }],
        subject: Some(customer()),
        recipients: vec![pb::Disclosure {
            recipient: key(0, "example-support-in"),
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn customer() -> pb::Subject {
    pb::Subject {
        category: key(0, "customers"),
        contract: Some(pb::Contract {
            state: pb::ContractState::InForce.into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// When it is asked.
pub(crate) const AT: prost_types::Timestamp = prost_types::Timestamp {
    // 2026-06-01T10:00:00Z
    seconds: 1_780_308_000,
    nanos: 0,
};
