//! `ropa backup` and `ropa restore`: copies of the SQLite file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::serve::{Setup, chain};
use super::{Exit, Failure, print};
use crate::registry::verify::{Whole, verify};
use crate::store::backup::{Held, Taken, file_of};
use crate::store::connect::Store;
use crate::store::file::Coming;

/// Copies the database into a file, while it is served.
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    setup: Setup,
    /// The file to make; one that exists is never overwritten.
    target: PathBuf,
}

/// Puts a backup in the place of the database. Nothing may serve it meanwhile.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    setup: Setup,
    /// The file that `ropa backup` made.
    source: PathBuf,
    /// Put it in the place of a database that exists, which is lost.
    #[arg(long)]
    force: bool,
}

fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::failed(chain(error))
}

/// The file of the database.
fn database(setup: &Setup) -> Result<PathBuf, Failure> {
    let url = setup.config()?.database.url;
    let file = file_of(&url).map_err(|error| failed(&error))?;
    let file = file.ok_or_else(|| {
        Failure::usage(
            "the database is PostgreSQL: use pg_dump and pg_restore, or what your provider has",
        )
    })?;
    // Behind a link stands the file that SQLite opens, and beside it what it keeps.
    Ok(file.canonicalize().unwrap_or(file))
}

/// A copy of a file on its way to a place, and what is in it. That it can be restored is found out now, and
/// not on the day it is needed.
async fn copy(from: &Path, place: &Path) -> Result<(Coming, Whole), Failure> {
    let coming = Coming::to(place, &uuid::Uuid::new_v4().simple().to_string());
    let path = coming.path();
    let text = path
        .to_str()
        .ok_or_else(|| Failure::usage(format!("{} is no text", path.display())))?;
    coming
        .begin()
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))?;
    let store = Store::look(from).await.map_err(|error| failed(&error))?;
    let copied = store.copy_into(text).await;
    let closed = store.close().await;
    copied.and(closed).map_err(|error| {
        Failure::failed(format!("cannot copy {}: {}", from.display(), chain(&error)))
    })?;
    let whole = look_through(path).await.map_err(|told| {
        Failure::failed(format!(
            "what {} holds is not whole: {told}",
            from.display()
        ))
    })?;
    Ok((coming, whole))
}

/// What a copy holds, brought to the schema of this program.
async fn look_through(path: &Path) -> Result<Whole, String> {
    let store = Store::look(path).await.map_err(|error| chain(&error))?;
    let looked = async {
        let schema = store.schema().await.map_err(|error| {
            format!(
                "it is no database of ropa, or a damaged one: {}",
                chain(&error)
            )
        })?;
        if !schema.unknown.is_empty() {
            return Err("it was written by a newer version of ropa: use that one".to_owned());
        }
        if !schema.pending.is_empty() {
            // A registry that is there keeps its id.
            let migrated = store.migrate([0; 8]).await;
            migrated.map_err(|error| chain(&error))?;
        }
        verify(&store).await.map_err(|error| chain(&error))
    };
    let looked = looked.await;
    store.close().await.map_err(|error| chain(&error))?;
    looked
}

impl Backup {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let file = database(&self.setup)?;
        let (from, target) = (file.display(), self.target.display());
        if !file.exists() {
            return Err(Failure::failed(format!("there is no database at {from}")));
        }
        if self.target.exists() {
            return Err(Failure::failed(format!(
                "{target} exists, and is not overwritten: name another file"
            )));
        }
        let (coming, whole) = copy(&file, &self.target).await?;
        coming
            .arrive_new(&file)
            .map_err(|error| Failure::failed(format!("cannot write {target}: {error}")))?;
        print::line(&format!(
            "backed up to {target}: {} records at #{}, revision {}",
            whole.records, whole.number, whole.revision
        ))?;
        Ok(Exit::Ok)
    }
}

impl Restore {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let file = database(&self.setup)?;
        let (source, place) = (self.source.display(), file.display());
        if !self.source.exists() {
            return Err(Failure::failed(format!("there is no file {source}")));
        }
        let there = file.exists();
        if there && !self.force {
            return Err(Failure::failed(format!(
                "{place} exists, and would be lost: back it up, then say --force, or name another --database"
            )));
        }
        // Held from before the copy is made until it is in place, so that nothing can begin to serve it.
        let held = if there { take(&file).await? } else { None };
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::failed(format!("cannot make its folder: {error}")))?;
        }
        let (coming, whole) = copy(&self.source, &file).await?;
        // What came to stand there meanwhile is nobody's to be lost.
        let arrived = if there {
            coming.arrive(&file)
        } else {
            coming.arrive_new(&self.source)
        };
        arrived.map_err(|error| Failure::failed(format!("cannot write {place}: {error}")))?;
        if let Some(held) = held {
            held.release().await.map_err(|error| failed(&error))?;
        }
        print::line(&format!(
            "restored {place}: {} records at #{}, revision {}",
            whole.records, whole.number, whole.revision
        ))?;
        Ok(Exit::Ok)
    }
}

/// Takes the file from use.
async fn take(file: &Path) -> Result<Option<Held>, Failure> {
    match Held::take(file).await.map_err(|error| failed(&error))? {
        Taken::Held(held) => Ok(Some(held)),
        Taken::Damaged => Ok(None),
        Taken::Served => Err(Failure::failed(format!(
            "{} is being served, or is otherwise open: stop that first",
            file.display()
        ))),
    }
}
