//! `ropa diff`: what files say against what the service has.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::json;

use super::color::{BAD, GOOD, WARN, paint};
use super::kept::{Records, kept};
use super::validate::records;
use super::{Exit, Failure, Format, Remote, Source, compare, print};
use crate::domain::key::RecordName;
use crate::wire::record::content;

/// Compares files with the service: exit 0 if they say the same, 4 if not.
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    remote: Remote,
    /// The files of one inventory; `-` for standard input.
    #[arg(required = true)]
    files: Vec<Source>,
    /// The files are the whole of their kinds: a record that only the service has is a difference.
    #[arg(long)]
    whole: bool,
}

impl Diff {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let said = self.said()?;
        let kept = kept(&self.remote, self.remote.connect().await?).await?;
        let kinds: BTreeSet<_> = said.keys().map(|name| name.kind).collect();
        let added: Vec<&RecordName> = said
            .keys()
            .filter(|name| !kept.records.contains_key(name))
            .collect();
        let changed: Vec<_> = said
            .iter()
            .filter_map(|(name, said)| Some((name, kept.records.get(name)?, said)))
            .filter(|(_, kept, said)| !compare::fields(kept, said).is_empty())
            .collect();
        let only: Vec<&RecordName> = kept
            .records
            .keys()
            .filter(|name| kinds.contains(&name.kind) && !said.contains_key(name))
            .collect();
        let same = added.is_empty() && changed.is_empty() && (only.is_empty() || !self.whole);
        if self.remote.format == Format::Json {
            let names = |names: &[&RecordName]| -> Vec<String> {
                names.iter().map(ToString::to_string).collect()
            };
            let changed = changed.iter().map(|(name, kept, said)| {
                let fields = compare::fields(kept, said);
                let fields = fields.into_iter().map(|field| {
                    json!({ "path": field.path, "server": field.before, "file": field.after })
                });
                json!({ "name": name.to_string(), "fields": fields.collect::<Vec<_>>() })
            });
            let told = json!({
                "revision": kept.revision,
                "same": same,
                "added": names(&added),
                "changed": changed.collect::<Vec<_>>(),
                "onlyOnServer": names(&only),
            });
            print::line(&format!("{told:#}"))?;
        } else {
            for name in &added {
                print::line(&format!("{}  {name}", paint(GOOD, "added")))?;
            }
            for (name, kept, said) in &changed {
                print::line(&format!("{}  {name}", paint(WARN, "changed")))?;
                compare::show(kept, said)?;
            }
            for name in &only {
                let mark = "only on the server";
                let mark = if self.whole {
                    paint(BAD, mark)
                } else {
                    mark.to_owned()
                };
                print::line(&format!("{mark}  {name}"))?;
            }
            let counts = format!(
                "added {}, changed {}, only on the server {}; the server is at revision {}",
                added.len(),
                changed.len(),
                only.len(),
                kept.revision
            );
            let verdict = if same { "no difference" } else { "they differ" };
            print::line(&format!("{verdict}: {counts}"))?;
        }
        Ok(if same { Exit::Ok } else { Exit::Different })
    }

    /// What the files say, each record once.
    fn said(&self) -> Result<Records, Failure> {
        let mut said = Records::new();
        for source in &self.files {
            for record in records(source)?.1 {
                let name = record.name.clone();
                if said.insert(name.clone(), content(&record)).is_some() {
                    let file = source.name();
                    return Err(Failure::invalid(format!("{file}: `{name}` stands twice")));
                }
            }
        }
        Ok(said)
    }
}
