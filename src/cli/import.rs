//! `ropa import` and `ropa export`.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};
use futures_util::stream;
use indicatif::{ProgressBar, ProgressStyle};
use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use super::confirm::confirm;
use super::validate::records;
use super::{Exit, Failure, Format, Remote, Source, print};
use crate::reference_pack;
use crate::wire::document;

/// How existing records are treated.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    /// A record that exists is an error.
    Create,
    /// A record that exists is written anew.
    Upsert,
    /// As upsert, and what is missing of the file's kinds is ended.
    Replace,
}

/// Loads a file of records as one change. Etags in it are not looked at: `ropa apply` is for a file that others
/// may have changed meanwhile.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    remote: Remote,
    /// The file; `-` for standard input.
    file: Source,
    /// How existing records are treated.
    #[arg(long, value_enum, default_value_t = Mode::Upsert)]
    mode: Mode,
    /// Do everything but store it.
    #[arg(long)]
    validate_only: bool,
    /// Replace without asking.
    #[arg(long)]
    yes: bool,
    /// Why, for the history.
    #[arg(long, default_value = "import")]
    reason: String,
    /// Do nothing if the service has records already, besides the reference pack.
    #[arg(long)]
    if_empty: bool,
}

/// What is not of the reference pack, as a filter.
fn beside_reference() -> String {
    let kinds = reference_pack::KINDS.iter();
    kinds
        .map(|kind| format!("kind != {}", kind.word()))
        .collect::<Vec<_>>()
        .join(" AND ")
}

impl Import {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        use pb::import_records_request::Part;
        let (document, read) = records(&self.file)?;
        let mut client = InventoryServiceClient::new(self.remote.connect().await?);
        if self.if_empty {
            let list = pb::ListRecordsRequest {
                page_size: 1,
                filter: beside_reference(),
                ..Default::default()
            };
            if !client
                .list_records(self.remote.request(list))
                .await?
                .into_inner()
                .records
                .is_empty()
            {
                print::line("the inventory has records already: nothing was imported")?;
                return Ok(Exit::Ok);
            }
        }
        let mode = match self.mode {
            Mode::Create => pb::ImportMode::Create,
            Mode::Upsert => pb::ImportMode::Upsert,
            Mode::Replace => pb::ImportMode::Replace,
        };
        let mut kinds: Vec<String> = Vec::new();
        if matches!(self.mode, Mode::Replace) {
            kinds.extend(
                read.iter()
                    .map(|record| record.name.kind.collection().to_owned()),
            );
            kinds.sort();
            kinds.dedup();
        }
        let header = pb::TransferHeader {
            mode: mode.into(),
            kinds,
            validate_only: self.validate_only,
            reason: self.reason.clone(),
            ..Default::default()
        };
        if matches!(self.mode, Mode::Replace) && !self.validate_only && !self.yes {
            let question = format!(
                "replace all of {} by what the file holds, and end or delete what it does not?",
                header.kinds.join(", ")
            );
            if !confirm(&question)? {
                print::line("nothing was changed")?;
                return Ok(Exit::Failed);
            }
        }
        let bar = bar(read.len() as u64);
        // What an export said of itself must still be so.
        let trailer = document.trailer.unwrap_or(pb::TransferTrailer {
            count: read.len() as u64,
            digest: String::new(),
        });
        let ticking = bar.clone();
        let sent = document.message.records.into_iter().map(move |record| {
            ticking.inc(1);
            Part::Record(record)
        });
        let parts = std::iter::once(Part::Header(header))
            .chain(sent)
            .chain(std::iter::once(Part::Trailer(trailer)));
        let messages =
            stream::iter(parts.map(|part| pb::ImportRecordsRequest { part: Some(part) }));
        let answer = client.import_records(self.remote.request(messages)).await;
        bar.finish_and_clear();
        let answer = answer?.into_inner();
        match self.remote.format {
            Format::Json => print::json("ImportRecordsResponse", &answer)?,
            Format::Human => {
                let done = if answer.validate_only {
                    "would be "
                } else {
                    ""
                };
                print::line(&format!(
                    "{done}created {}, updated {}, retired {}, deleted {}, unchanged {}; digest {}",
                    answer.created,
                    answer.updated,
                    answer.retired,
                    answer.deleted,
                    answer.unchanged,
                    answer.digest
                ))?;
            }
        }
        Ok(Exit::Ok)
    }
}

/// A bar on a terminal, and nothing elsewhere.
fn bar(length: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() || length < 100 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} records, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Writes the whole inventory out, as a file that `import` takes.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    remote: Remote,
}

impl Export {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        use pb::export_records_response::Part;
        let mut client = InventoryServiceClient::new(self.remote.connect().await?);
        let mut parts = client
            .export_records(self.remote.request(pb::ExportRecordsRequest {}))
            .await?
            .into_inner();
        print::line("{\"records\": [")?;
        let mut before: Option<String> = None;
        while let Some(message) = parts.message().await? {
            match message.part {
                Some(Part::Record(mut record)) => {
                    record.etag.clear();
                    record.revision.clear();
                    if let Some(text) = before.take() {
                        print::line(&format!("{text},"))?;
                    }
                    let value = document::json("Record", &record)
                        .ok_or_else(|| Failure::failed("a record cannot be shown"))?;
                    before = Some(value.to_string());
                }
                Some(Part::Trailer(trailer)) => {
                    eprintln!("ropa: {} records, digest {}", trailer.count, trailer.digest);
                }
                _ => {}
            }
        }
        print::line(&format!("{}\n]}}", before.unwrap_or_default()))?;
        Ok(Exit::Ok)
    }
}
