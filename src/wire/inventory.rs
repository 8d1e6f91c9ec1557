//! A file of records.

use ropa_proto::v1 as pb;

use super::document::{self, Document, Fault};
use super::shape::ReadOne;
use super::violation;
use crate::domain::record::Record;

/// Reads a file of records, each checked by itself; or everything that is wrong with it.
pub fn read(text: &str) -> Result<(Document<pb::Inventory>, Vec<Record>), Vec<Fault>> {
    let document = document::read::<pb::Inventory>("Inventory", text)?;
    let mut faults = Vec::new();
    let mut records = Vec::new();
    for (index, said) in document.message.records.iter().enumerate() {
        let read = violation::read(|reader| {
            reader.element("records", index, |reader| {
                Record::read_one(said.clone(), reader)
            })
        });
        match read {
            Ok(record) => records.push(record),
            Err(violations) => {
                let placed = violations.into_iter();
                faults.extend(placed.map(|violation| document.locate(violation)));
            }
        }
    }
    if faults.is_empty() {
        Ok((document, records))
    } else {
        Err(faults)
    }
}
