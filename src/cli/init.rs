//! `ropa init`: a first inventory to write one's own organisation into.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, print};
use crate::reference_pack;

/// The skeleton, as it is written.
const SKELETON: &str = include_str!("../../examples/skeleton.yaml");

/// Writes a commented skeleton of an organisation, valid as it stands.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The file; one that exists is never overwritten. `-` for standard output.
    #[arg(default_value = "inventory.yaml")]
    file: PathBuf,
    /// Write the reference pack of this program instead: countries, adequacy decisions, transfer tools,
    /// limits. A registry has it from its beginning; `ropa diff` tells what a newer one changes.
    #[arg(long)]
    reference: bool,
}

impl Init {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let text = if self.reference {
            reference_pack::text()
        } else {
            SKELETON.to_owned()
        };
        if self.file.as_os_str() == "-" {
            print::line(text.trim_end())?;
            return Ok(Exit::Ok);
        }
        let name = self.file.display();
        let made = std::fs::File::create_new(&self.file).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        made.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::failed(format!(
                "{name} exists, and is not overwritten: name another file"
            )),
            _ => Failure::failed(format!("cannot write {name}: {error}")),
        })?;
        print::line(&format!("wrote {name}"))?;
        if !self.reference {
            print::line(&format!(
                "next: fill in what it marks, `ropa validate {name}`, `ropa import {name}`"
            ))?;
        }
        Ok(Exit::Ok)
    }
}
