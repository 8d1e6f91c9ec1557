//! What is kept: whether it can be written, is of this program's schema, and is whole.

use std::path::Path;

use super::super::kept::Kept;
use super::super::serve::chain;
use super::finding::{Finding, Place};
use crate::registry::verify::{VerifyError, verify};
use crate::store::backup::file_of;
use crate::store::connect::Store;
use crate::store::error::StoreError;
use crate::store::file::{free_bytes, may_write};
use crate::wire::record::content;

const MIB: u64 = 1 << 20;
/// Below which a disk is as good as full.
const FULL: u64 = 16 * MIB;
/// Below which it soon will be.
const SCARCE: u64 = 256 * MIB;

const PLACE: Place = Place::Database;

/// Looks at the database; what it has, if it can be read.
pub(super) async fn look(url: &str, found: &mut Vec<Finding>) -> Option<Kept> {
    let opened = match file_of(url) {
        Ok(Some(file)) => {
            if !file.exists() {
                found.push(Finding::warn(
                    PLACE,
                    format!("there is none at {}", file.display()),
                    "say --config or --database; `ropa serve` makes one where there is none",
                ));
                return None;
            }
            on_disk(&file, found);
            Store::look(&file).await
        }
        Ok(None) => Store::connect(url).await,
        Err(error) => Err(error),
    };
    let looked = match opened {
        Ok(store) => {
            let looked = inside(&store, found).await;
            drop(store.close().await);
            looked
        }
        Err(error) => Err(error),
    };
    looked.unwrap_or_else(|error| {
        found.push(Finding::wrong(
            PLACE,
            chain(&error),
            "see whether --database names it, and whether it can be reached",
        ));
        None
    })
}

/// The file and its disk.
fn on_disk(file: &Path, found: &mut Vec<Finding>) {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = file.display();
    // SQLite keeps its log beside the file.
    found.push(if may_write(file) && may_write(folder) {
        Finding::ok(PLACE, format!("{name} and its folder can be written"))
    } else {
        Finding::wrong(
            PLACE,
            format!("{name} or its folder cannot be written by this user"),
            "give them to the user that serves, and ask the doctor as that user",
        )
    });
    let size = file.metadata().map_or(0, |about| about.len());
    let free = match free_bytes(folder) {
        Ok(free) => free,
        Err(error) => {
            let told = format!("how much space is left cannot be read: {error}");
            found.push(Finding::warn(PLACE, told, "see `df`"));
            return;
        }
    };
    let told = format!(
        "{} MiB are free, and it has {} MiB",
        free / MIB,
        size.div_ceil(MIB)
    );
    let next = "make space: a full disk refuses every change";
    found.push(match free {
        // A backup needs as much as there is.
        free if free < FULL => Finding::wrong(PLACE, told, next),
        free if free < SCARCE.max(size.saturating_mul(2)) => Finding::warn(PLACE, told, next),
        _ => Finding::ok(PLACE, told),
    });
}

/// What it says itself.
async fn inside(store: &Store, found: &mut Vec<Finding>) -> Result<Option<Kept>, StoreError> {
    if store.database() == "sqlite" {
        let journal = store.journal().await?;
        found.push(if journal == "wal" {
            Finding::ok(
                PLACE,
                "is in WAL mode, so that it can be read while it is written",
            )
        } else {
            Finding::warn(
                PLACE,
                format!("is in journal mode `{journal}`"),
                "nothing, if it was restored: the service sets WAL when it starts",
            )
        });
    }
    let schema = store.schema().await?;
    if !schema.unknown.is_empty() {
        let told = format!(
            "has a newer schema than this program: {}",
            schema.unknown.join(", ")
        );
        found.push(Finding::wrong(PLACE, told, "use a newer ropa"));
        return Ok(None);
    }
    if !schema.pending.is_empty() {
        let told = format!(
            "has an older schema than this program: {}",
            schema.pending.join(", ")
        );
        let next = "`ropa backup`, then `ropa migrate`; `ropa serve` does it, too";
        found.push(Finding::warn(PLACE, told, next));
        return Ok(None);
    }
    found.push(Finding::ok(PLACE, "has the schema of this program"));
    match verify(store).await {
        Ok(whole) => {
            let told = format!(
                "is whole, and its history unaltered up to #{}",
                whole.number
            );
            found.push(Finding::ok(PLACE, told));
            let (_, inventory) = store.load().await?;
            let records = inventory
                .entries()
                .map(|(name, entry)| (name.clone(), content(&entry.record)));
            Ok(Some(Kept {
                revision: whole.revision,
                records: records.collect(),
            }))
        }
        Err(VerifyError::Store(error)) => Err(error),
        Err(error) => {
            found.push(Finding::wrong(
                PLACE,
                error.to_string(),
                "keep it as it is, find out who wrote to it, and `ropa restore` the newest backup",
            ));
            Ok(None)
        }
    }
}
