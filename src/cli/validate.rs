//! `ropa validate`: the same look at an inventory as a write takes, without a server.

use std::sync::Arc;

use clap::Args;
use ropa_proto::v1 as pb;

use super::{Exit, Failure, Source, print};
use crate::domain::inventory::Inventory;
use crate::domain::record::Record;
use crate::engine::compile::compile;
use crate::reference_pack;
use crate::wire::document::{self, Document};
use crate::wire::inventory;
use crate::wire::record::kind_of;

/// Looks for what is wrong in files.
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// The files of one inventory; `-` for standard input.
    #[arg(required = true)]
    files: Vec<Source>,
    /// Without the reference pack beneath: what the files refer to stands in them.
    #[arg(long)]
    without_reference: bool,
}

/// The records of a file, each checked by itself.
pub(super) fn records(source: &Source) -> Result<(Document<pb::Inventory>, Vec<Record>), Failure> {
    let name = source.name();
    let told = |faults: Vec<document::Fault>| {
        Failure::invalid(
            faults
                .iter()
                .map(|fault| format!("{name}:{fault}"))
                .collect::<Vec<_>>()
                .join("\n"),
        )
    };
    let (document, records) = inventory::read(&source.text()?).map_err(told)?;
    // A file that was cut off, or is the wrong one, would look like a wish for nothing.
    if records.is_empty() {
        return Err(Failure::invalid(format!("{name}: holds no records")));
    }
    Ok((document, records))
}

impl Validate {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let mut inventory = Inventory::default();
        if !self.without_reference {
            for record in reference_pack::records() {
                inventory.put(record, 0);
            }
        }
        let mut origin = std::collections::BTreeMap::new();
        let mut wrong = Vec::new();
        let mut count = 0;
        for source in &self.files {
            let (document, records) = match records(source) {
                Ok(read) => read,
                Err(failure) => {
                    failure.tell();
                    wrong.push(String::new());
                    continue;
                }
            };
            for (index, record) in records.into_iter().enumerate() {
                let path = format!("records[{index}]");
                let at = document.place(&path);
                if let Some((file, line, _)) = origin.get(&record.name) {
                    wrong.push(format!(
                        "{}:{}: `{}` stands at {file}:{line} too",
                        source.name(),
                        at.line,
                        record.name
                    ));
                }
                let kind = document
                    .message
                    .records
                    .get(index)
                    .and_then(|said| said.body.as_ref())
                    .map(kind_of);
                debug_assert_eq!(
                    kind,
                    Some(record.name.kind),
                    "a record is of the kind of its body"
                );
                origin.insert(
                    record.name.clone(),
                    (source.name(), at.line, (path, record.name.clone())),
                );
                inventory.put(Arc::new(record), 0);
                count += 1;
            }
        }
        if wrong.is_empty()
            && let Err(issues) = compile(inventory)
        {
            for issue in issues {
                let place = origin
                    .get(&issue.name)
                    .map(|(file, line, _)| format!("{file}:{line}: "))
                    .unwrap_or_default();
                wrong.push(format!(
                    "{place}{} {}: {}",
                    issue.name, issue.field, issue.message
                ));
            }
        }
        if !wrong.is_empty() {
            wrong.retain(|line| !line.is_empty());
            return Err(Failure::invalid(if wrong.is_empty() {
                "not valid".to_owned()
            } else {
                wrong.join("\n")
            }));
        }
        print::line(&format!("valid: {count} records"))?;
        Ok(Exit::Ok)
    }
}
