//! `ropa doctor`: what is wrong with a deployment, and what to do about it.

mod database;
mod finding;
mod inventory;
mod service;

use clap::Args;
use serde_json::json;

use self::finding::{Finding, Level, Place};
use super::kept::Kept;
use super::serve::Setup;
use super::{Exit, Failure, Format, Remote, print};

/// Looks at a deployment: its configuration, its service, its database, what is in it.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    remote: Remote,
}

impl Doctor {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut found = Vec::new();
        let config = self.setup.config();
        let place = Place::Configuration;
        match &config {
            Ok(_) => found.push(Finding::ok(place, "can be read, and is right")),
            Err(failure) => found.push(Finding::wrong(
                place,
                failure.message(),
                "mend the file of --config, or the variables that begin with ROPA_",
            )),
        }
        let mut kept = service::look(&self.remote, &mut found).await;
        if let Ok(config) = &config {
            let stored = database::look(&config.database.url, &mut found).await;
            kept = agree(kept, stored, &mut found);
        }
        if let Some(kept) = &kept {
            inventory::look(&kept.records, &mut found);
        }
        self.tell(&found)?;
        let wrong = found.iter().any(|finding| finding.level == Level::Wrong);
        Ok(if wrong { Exit::Failed } else { Exit::Ok })
    }

    fn tell(&self, found: &[Finding]) -> Result<(), Failure> {
        if self.remote.format == Format::Json {
            let told = found.iter().map(|finding| {
                json!({
                    "level": finding.level.word(),
                    "place": finding.place.word(),
                    "message": finding.message,
                    "next": finding.next,
                })
            });
            return print::line(&format!("{:#}", told.collect::<serde_json::Value>()));
        }
        for finding in found {
            print::line(&finding.to_string())?;
        }
        Ok(())
    }
}

/// What the service has, or else the database: if both are there, they are of one history.
fn agree(served: Option<Kept>, stored: Option<Kept>, found: &mut Vec<Finding>) -> Option<Kept> {
    use crate::registry::revision::Revision;
    let (Some(served), Some(stored)) = (&served, &stored) else {
        return served.or(stored);
    };
    let revisions = (
        Revision::parse(&served.revision),
        Revision::parse(&stored.revision),
    );
    // Either may be a little ahead: they are not looked at in the same instant.
    let one = matches!(revisions, (Ok(served), Ok(stored))
        if served.is_native_to(&stored) || stored.is_native_to(&served));
    if !one {
        found.push(Finding::warn(
            Place::Database,
            "is not the one that the service serves",
            "say --config or --database as the service was started with, or --server",
        ));
    }
    Some(Kept {
        revision: served.revision.clone(),
        records: served.records.clone(),
    })
}
