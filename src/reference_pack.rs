//! The reference pack: the law that is the same for everybody, as dated records. It ships with the program
//! and is loaded once, as the first change of a new registry; from then on its records are like any other.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::key::Kind;
use crate::domain::record::Record;
use crate::registry::error::RegistryError;
use crate::registry::live::Registry;
use crate::wire::edit::{Edit, Request};
use crate::wire::{inventory, record};

/// The day the pack was last brought up to date.
pub const EDITION: &str = "2026-11-25";

/// The kinds of record it is made of.
pub const KINDS: &[Kind] = &[
    Kind::Country,
    Kind::AdequacyDecision,
    Kind::TransferTool,
    Kind::Limit,
];

const FILES: &[&str] = &[
    include_str!("../reference/countries.yaml"),
    include_str!("../reference/adequacy-decisions.yaml"),
    include_str!("../reference/transfer-tools.yaml"),
    include_str!("../reference/limits.yaml"),
];

/// The pack as a file of several documents.
pub fn text() -> String {
    FILES.join("---\n")
}

/// The records of the pack. That all of its files can be read is tested.
pub fn records() -> Vec<Arc<Record>> {
    FILES
        .iter()
        .filter_map(|file| inventory::read(file).ok())
        .flat_map(|(_, records)| records)
        .map(Arc::new)
        .collect()
}

/// Loads the pack into a registry that has no history yet. Of several replicas that start at once, one does;
/// the others find the request answered.
pub async fn found(registry: &Registry) -> Result<(), RegistryError> {
    if registry.live().head.number > 0 {
        return Ok(());
    }
    let mut digest = Sha256::new();
    let mut edits = Vec::new();
    for record in records() {
        digest.update(record::bytes(&record));
        edits.push(Edit::Put {
            record,
            etag: None,
            create: false,
        });
    }
    let revision = registry.live().revision.clone();
    let request = Request {
        edits,
        expected_revision: Some(revision),
        request_id: Some(format!("reference-pack-{EDITION}")),
        digest: digest.finalize().into(),
        actor: "ropa".to_owned(),
        reason: format!("reference pack of {EDITION}"),
        ..Request::default()
    };
    match registry.apply(request).await {
        // Another replica came first.
        Ok(_) | Err(RegistryError::HeadMoved) => Ok(()),
        Err(error) => Err(error),
    }
}
