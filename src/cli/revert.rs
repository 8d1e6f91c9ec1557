//! `ropa revert`: undoes one change set, as one change set.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::change_service_client::ChangeServiceClient;
use ropa_proto::v1::inventory_service_client::InventoryServiceClient;
use tonic::transport::Channel;

use super::confirm::confirm;
use super::{Exit, Failure, Format, Remote, compare, print};
use crate::clock::SystemClock;
use crate::domain::record::Record;
use crate::reference_pack;
use crate::wire::limits::CHANGES;
use crate::wire::record::content;
use crate::wire::shape::ReadOne;
use crate::wire::violation::read;

/// Undoes one change set: what it changed becomes as it was, what it made is taken away or ended.
#[derive(Debug, Args)]
pub(super) struct Revert {
    #[command(flatten)]
    remote: Remote,
    /// The revision to undo: its number as `ropa history` shows it (`12` or `#12`), or its token.
    revision: String,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Show what would be done, and end.
    #[arg(long)]
    dry_run: bool,
    /// Why, for the history; left out, `revert #12`.
    #[arg(long)]
    reason: Option<String>,
}

/// How many records that stand in the way are told.
const TOLD: usize = 10;

/// What was made by mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    /// Is deleted if it never counted, else ended.
    Goes,
    /// Is ended, whether it counted or not.
    Ends,
}

impl Revert {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let channel = self.remote.connect().await?;
        let mut history = ChangeServiceClient::new(channel.clone());
        let set = self.find(&mut history).await?;
        let (request, dry) = self.look(channel.clone(), &set).await?;
        // Only now: what came before this look is seen by it, and what comes after is refused, since the
        // change expects the revision of the dry run.
        self.refuse_if_touched_since(&mut history, &set).await?;
        if dry.changes.is_empty() {
            print::line("nothing changes")?;
            return Ok(Exit::Ok);
        }
        if self.remote.format == Format::Human {
            show(&set, &request, &dry)?;
        }
        if self.dry_run {
            if self.remote.format == Format::Json {
                print::json("ApplyChangesResponse", &dry)?;
            }
            return Ok(Exit::Ok);
        }
        let question = format!("Revert #{}: {} records?", set.number, dry.changes.len());
        if !self.yes && !confirm(&question)? {
            print::line("nothing was changed")?;
            return Ok(Exit::Failed);
        }
        let request = pb::ApplyChangesRequest {
            validate_only: false,
            expected_revision: dry.revision,
            ..request
        };
        let done = InventoryServiceClient::new(channel)
            .apply_changes(self.remote.request(request))
            .await?
            .into_inner();
        match self.remote.format {
            Format::Json => print::json("ApplyChangesResponse", &done)?,
            Format::Human => print::line(&format!(
                "reverted #{}: changed {} records; revision {}",
                set.number,
                done.changes.len(),
                done.revision
            ))?,
        }
        Ok(Exit::Ok)
    }

    /// The change set, with all that it changed.
    async fn find(
        &self,
        history: &mut ChangeServiceClient<Channel>,
    ) -> Result<pb::ChangeSet, Failure> {
        let number: Option<u64> = self
            .revision
            .strip_prefix('#')
            .unwrap_or(&self.revision)
            .parse()
            .ok();
        let mut found: Option<pb::ChangeSet> = None;
        let mut page_token = String::new();
        loop {
            let request = pb::ListChangesRequest {
                page_size: 100,
                page_token,
                ..Default::default()
            };
            let page = history
                .list_changes(self.remote.request(request))
                .await?
                .into_inner();
            for set in page.change_sets {
                if !number.map_or(set.revision == self.revision, |it| it == set.number) {
                    continue;
                }
                if set.change_count > CHANGES as u64 {
                    return Err(Failure::failed(format!(
                        "#{} touched {} records, and at most {CHANGES} are undone at once: `ropa restore` a backup, or import what was",
                        set.number, set.change_count
                    )));
                }
                // A long one goes on in the next page.
                match &mut found {
                    Some(begun) => begun.changes.extend(set.changes),
                    None => found = Some(set),
                }
            }
            match found.take_if(|set| set.changes.len() as u64 == set.change_count) {
                Some(set) if is_the_law(&set) => {
                    return Err(Failure::invalid(format!(
                        "#{} is the reference pack, the law that every check reads: import another in its place",
                        set.number
                    )));
                }
                Some(set) => return Ok(set),
                None => page_token = page.next_page_token,
            }
            if page_token.is_empty() {
                return Err(Failure::invalid(format!(
                    "there is no revision `{}`: `ropa history` shows those there are",
                    self.revision
                )));
            }
        }
    }

    /// What is to be done, and what the service says of it. A draft that another record of the same set
    /// refers to cannot be deleted, because that one stays when it ended: then all are ended.
    async fn look(
        &self,
        channel: Channel,
        set: &pb::ChangeSet,
    ) -> Result<(pb::ApplyChangesRequest, pb::ApplyChangesResponse), Failure> {
        let mut client = InventoryServiceClient::new(channel.clone());
        let mut made = Made::Goes;
        loop {
            let request = pb::ApplyChangesRequest {
                changes: set
                    .changes
                    .iter()
                    .map(|change| undo(change, made))
                    .collect(),
                validate_only: true,
                reason: self
                    .reason
                    .clone()
                    .unwrap_or_else(|| format!("revert #{}", set.number)),
                ..Default::default()
            };
            let asked = self.remote.request(request.clone());
            match client.apply_changes(asked).await {
                Ok(dry) => return Ok((request, dry.into_inner())),
                Err(status)
                    if made == Made::Goes && status.code() == tonic::Code::FailedPrecondition =>
                {
                    made = Made::Ends;
                }
                Err(status) if status.code() == tonic::Code::NotFound => {
                    // Deleted since: the look at what came later says by which revision.
                    let mut history = ChangeServiceClient::new(channel);
                    self.refuse_if_touched_since(&mut history, set).await?;
                    return Err(status.into());
                }
                Err(status) => return Err(status.into()),
            }
        }
    }

    /// Refuses to undo what a later change builds upon. What was changed and changed back is as it was.
    async fn refuse_if_touched_since(
        &self,
        history: &mut ChangeServiceClient<Channel>,
        set: &pb::ChangeSet,
    ) -> Result<(), Failure> {
        let mut touched = Vec::new();
        for change in &set.changes {
            let request = pb::ListChangesRequest {
                record: change.name.clone(),
                page_size: 1,
                page_token: String::new(),
            };
            let newest = history
                .list_changes(self.remote.request(request))
                .await?
                .into_inner()
                .change_sets;
            for later in newest.iter().filter(|newest| newest.number > set.number) {
                let now = later.changes.first().and_then(|later| later.after.as_ref());
                if now.map(bare) != change.after.as_ref().map(bare) {
                    touched.push(format!("  {} by #{}", change.name, later.number));
                }
            }
        }
        if touched.len() > TOLD {
            let more = touched.len() - TOLD;
            touched.truncate(TOLD);
            touched.push(format!("  and {more} more"));
        }
        if touched.is_empty() {
            return Ok(());
        }
        Err(Failure::invalid(format!(
            "#{} cannot be undone, because records were changed after it; revert those first:\n{}",
            set.number,
            touched.join("\n")
        )))
    }
}

/// Whether a change set is what a new registry begins with.
fn is_the_law(set: &pb::ChangeSet) -> bool {
    let kinds = reference_pack::KINDS.iter().map(|kind| kind.collection());
    let kinds: Vec<&str> = kinds.collect();
    let of_the_pack = |change: &pb::RecordHistory| {
        let collection = change.name.split('/').next();
        collection.is_some_and(|collection| kinds.contains(&collection))
    };
    set.number == 1 && set.changes.iter().all(of_the_pack)
}

/// A record as it is, whenever it became so.
fn bare(record: &pb::Record) -> pb::Record {
    let mut record = record.clone();
    record.etag.clear();
    record.revision.clear();
    record
}

/// What undoes a change of a record.
fn undo(change: &pb::RecordHistory, made: Made) -> pb::Change {
    use pb::change::Operation;
    let put = |record: pb::Record| {
        Operation::Put(pb::PutRecord {
            record: Some(bare(&record)),
        })
    };
    let operation = match (&change.before, &change.after) {
        (Some(before), _) => put(before.clone()),
        (None, Some(after)) if made == Made::Ends || after.state() != pb::RecordState::Draft => {
            put(ended(after))
        }
        (None, _) => Operation::Delete(pb::DeleteRecord {
            name: change.name.clone(),
            etag: String::new(),
        }),
    };
    pb::Change {
        operation: Some(operation),
    }
}

/// A record that ended, as an import ends what is missing.
fn ended(record: &pb::Record) -> pb::Record {
    let known = read(|reader| Record::read_one(record.clone(), reader));
    // What the service told is a record; one that could not be read would be refused by it.
    known.map_or_else(
        |_| record.clone(),
        |known| content(&known.ended(SystemClock.now())),
    )
}

fn show(
    set: &pb::ChangeSet,
    request: &pb::ApplyChangesRequest,
    dry: &pb::ApplyChangesResponse,
) -> Result<(), Failure> {
    use pb::change::Operation;
    print::line(format!("reverting #{}  {}  {}", set.number, set.actor, set.reason).trim_end())?;
    for (change, undone) in set.changes.iter().zip(&request.changes) {
        let Some(done) = dry.changes.iter().find(|done| done.name == change.name) else {
            continue;
        };
        print::line(&format!(
            "{}  {}",
            print::action(done.action()),
            change.name
        ))?;
        if let (Some(now), Some(Operation::Put(pb::PutRecord { record: Some(then) }))) =
            (&change.after, &undone.operation)
        {
            compare::show(now, then)?;
        }
    }
    Ok(())
}
