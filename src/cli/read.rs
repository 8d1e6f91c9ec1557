//! `ropa get`, `ropa list` and `ropa history`.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;

use super::{Exit, Failure, Format, Remote, print};

/// Shows a record.
#[derive(Debug, Args)]
pub(super) struct Get {
    #[command(flatten)]
    remote: Remote,
    /// Its name, `purposes/billing`.
    name: String,
}

impl Get {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut client = InventoryServiceClient::new(self.remote.connect().await?);
        let answer = client
            .get_record(
                self.remote
                    .request(pb::GetRecordRequest { name: self.name }),
            )
            .await?
            .into_inner();
        print::json("Record", &answer.record.unwrap_or_default())?;
        Ok(Exit::Ok)
    }
}

/// Lists records.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    remote: Remote,
    /// Which: `kind = purpose AND state = active`.
    #[arg(default_value = "")]
    filter: String,
}

impl List {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut client = InventoryServiceClient::new(self.remote.connect().await?);
        let mut page_token = String::new();
        loop {
            let request = pb::ListRecordsRequest {
                filter: self.filter.clone(),
                page_size: 1_000,
                page_token,
            };
            let answer = client
                .list_records(self.remote.request(request))
                .await?
                .into_inner();
            for record in &answer.records {
                match self.remote.format {
                    Format::Json => print::json("Record", record)?,
                    Format::Human => {
                        let kind = record
                            .body
                            .as_ref()
                            .map_or("", |body| crate::wire::record::kind_of(body).collection());
                        let state = record
                            .state()
                            .as_str_name()
                            .trim_start_matches("RECORD_STATE_")
                            .to_lowercase();
                        print::line(
                            format!("{kind}/{}  {state}  {}", record.key, record.display_name)
                                .trim_end(),
                        )?;
                    }
                }
            }
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(Exit::Ok);
            }
        }
    }
}

/// Shows what happened.
#[derive(Debug, Args)]
pub(super) struct History {
    #[command(flatten)]
    remote: Remote,
    /// Only what was done to this record.
    #[arg(default_value = "")]
    name: String,
    /// How many change sets, newest first.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..))]
    last: i32,
}

impl History {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut client = ChangeServiceClient::new(self.remote.connect().await?);
        let mut page_token = String::new();
        let mut left = self.last;
        let mut last = None;
        loop {
            let request = pb::ListChangesRequest {
                record: self.name.clone(),
                page_size: self.last,
                page_token,
            };
            let answer = client
                .list_changes(self.remote.request(request))
                .await?
                .into_inner();
            for set in &answer.change_sets {
                // A long change set goes on in the next page.
                if last != Some(set.number) {
                    if left == 0 {
                        return Ok(Exit::Ok);
                    }
                    left -= 1;
                    last = Some(set.number);
                    self.head(set)?;
                }
                self.changes(set)?;
            }
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(Exit::Ok);
            }
        }
    }

    fn head(&self, set: &pb::ChangeSet) -> Result<(), Failure> {
        if self.remote.format == Format::Json {
            return Ok(());
        }
        let time = set
            .time
            .and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok());
        let time = time.map(|time| time.to_string()).unwrap_or_default();
        print::line(format!("#{}  {time}  {}  {}", set.number, set.actor, set.reason).trim_end())
    }

    fn changes(&self, set: &pb::ChangeSet) -> Result<(), Failure> {
        if self.remote.format == Format::Json {
            return print::json("ChangeSet", set);
        }
        for change in &set.changes {
            let action = print::action(change.action());
            print::line(&format!("    {action}  {}", change.name))?;
        }
        Ok(())
    }
}
