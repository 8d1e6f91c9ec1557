//! `ropa apply`: shows what a file would change, asks, and applies it.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use super::confirm::confirm;
use super::validate::records;
use super::{Exit, Failure, Format, Remote, Source, compare, print};

/// Applies a file of records.
#[derive(Debug, Args)]
pub(super) struct Apply {
    #[command(flatten)]
    remote: Remote,
    /// The file; `-` for standard input.
    file: Source,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Show what would change, and end.
    #[arg(long)]
    dry_run: bool,
    /// Why, for the history.
    #[arg(long, default_value = "")]
    reason: String,
}

impl Apply {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let (document, read) = records(&self.file)?;
        let mut client = InventoryServiceClient::new(self.remote.connect().await?);
        let mut request = pb::ApplyChangesRequest {
            changes: document
                .message
                .records
                .into_iter()
                .map(|record| pb::Change {
                    operation: Some(pb::change::Operation::Put(pb::PutRecord {
                        record: Some(record),
                    })),
                })
                .collect(),
            validate_only: true,
            reason: self.reason.clone(),
            ..Default::default()
        };
        let dry = client
            .apply_changes(self.remote.request(request.clone()))
            .await?
            .into_inner();
        if dry.changes.is_empty() {
            print::line("nothing changes")?;
            return Ok(Exit::Ok);
        }
        if self.remote.format == Format::Human {
            for change in &dry.changes {
                let after = read
                    .iter()
                    .find(|record| record.name.to_string() == change.name);
                self.show(&mut client, change, after.map(crate::wire::record::content))
                    .await?;
            }
        }
        if self.dry_run {
            if self.remote.format == Format::Json {
                print::json("ApplyChangesResponse", &dry)?;
            }
            return Ok(Exit::Ok);
        }
        if !self.yes && !confirm(&format!("Apply {} changes?", dry.changes.len()))? {
            print::line("nothing was changed")?;
            return Ok(Exit::Failed);
        }
        request.validate_only = false;
        // What was shown is what is applied, or nothing is.
        request.expected_revision = dry.revision;
        let done = client
            .apply_changes(self.remote.request(request))
            .await?
            .into_inner();
        match self.remote.format {
            Format::Json => print::json("ApplyChangesResponse", &done)?,
            Format::Human => print::line(&format!(
                "changed {} records; revision {}",
                done.changes.len(),
                done.revision
            ))?,
        }
        Ok(Exit::Ok)
    }

    /// Shows a change line by line.
    async fn show(
        &self,
        client: &mut InventoryServiceClient<tonic::transport::Channel>,
        change: &pb::RecordChange,
        after: Option<pb::Record>,
    ) -> Result<(), Failure> {
        print::line(&format!(
            "{}  {}",
            print::action(change.action()),
            change.name
        ))?;
        let before = match change.action() {
            pb::ChangeAction::Create => None,
            _ => {
                client
                    .get_record(self.remote.request(pb::GetRecordRequest {
                        name: change.name.clone(),
                    }))
                    .await?
                    .into_inner()
                    .record
            }
        };
        if let (Some(before), Some(after)) = (before, after) {
            compare::show(&before, &after)?;
        }
        Ok(())
    }
}
