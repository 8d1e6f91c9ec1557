//! `ropa retention`: how long data may be kept, and must be.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use super::ask::time;
use super::{Exit, Failure, Format, Remote, Source, print};
use crate::domain::date::Instant;
use crate::wire::document;
use crate::wire::shape::SayOne;

/// Asks how long data may be kept: by a file, or by flags for the short questions.
#[derive(Debug, Args)]
pub(super) struct Retention {
    #[command(flatten)]
    remote: Remote,
    /// A question as a file, or `-` for standard input: the API's JSON or YAML, with `keeping: …`.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["activity", "data", "collected_on", "subject", "contract_ended"])]
    file: Option<Source>,
    /// Only for this activity.
    #[arg(long, value_name = "KEY", default_value = "")]
    activity: String,
    /// A data category; may be given several times.
    #[arg(long, short = 'd', value_name = "KEY")]
    data: Vec<String>,
    /// The day the data were collected, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", default_value = "")]
    collected_on: String,
    /// The data subject category.
    #[arg(long, short = 's', value_name = "KEY", default_value = "")]
    subject: String,
    /// The day the contract with the person ended, YYYY-MM-DD; `running` while it runs.
    #[arg(long, value_name = "DATE")]
    contract_ended: Option<String>,
    /// When, as RFC 3339 or a day (its beginning in UTC); now, if left out.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Instant>,
}

impl Retention {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut request = self.question()?;
        if let Some(at) = self.at {
            request.evaluation_time = Some(at.say_one());
        }
        let mut client = DecisionServiceClient::new(self.remote.connect().await?);
        let request = self.remote.request(request);
        let answer = client.compute_retention(request).await?.into_inner();
        match self.remote.format {
            Format::Json => print::json("ComputeRetentionResponse", &answer)?,
            Format::Human => show(&answer)?,
        }
        Ok(if answer.reasons.is_empty() {
            Exit::Ok
        } else {
            Exit::Invalid
        })
    }

    fn question(&self) -> Result<pb::ComputeRetentionRequest, Failure> {
        let Some(file) = &self.file else {
            return Ok(self.written());
        };
        let name = file.name();
        let told = |faults: Vec<document::Fault>| {
            let lines = faults.iter().map(|fault| format!("{name}:{fault}"));
            Failure::invalid(lines.collect::<Vec<_>>().join("\n"))
        };
        let text = file.text()?;
        let read = document::read::<pb::ComputeRetentionRequest>("ComputeRetentionRequest", &text);
        Ok(read.map_err(told)?.message)
    }

    fn written(&self) -> pb::ComputeRetentionRequest {
        let item = |category: &String| pb::DataItem {
            category: category.clone(),
            collected_on: self.collected_on.clone(),
            ..Default::default()
        };
        let contract = self.contract_ended.as_ref().map(|day| {
            let running = day == "running";
            let state = if running {
                pb::ContractState::InForce
            } else {
                pb::ContractState::Ended
            };
            pb::Contract {
                state: state.into(),
                ended_on: if running { String::new() } else { day.clone() },
                ..Default::default()
            }
        });
        let subject = pb::Subject {
            category: self.subject.clone(),
            contract,
            ..Default::default()
        };
        pb::ComputeRetentionRequest {
            keeping: Some(pb::Keeping {
                activity: self.activity.clone(),
                data: self.data.iter().map(item).collect(),
                subject: Some(subject),
                ..Default::default()
            }),
            evaluation_time: None,
        }
    }
}

fn show(answer: &pb::ComputeRetentionResponse) -> Result<(), Failure> {
    for reason in &answer.reasons {
        print::short("", reason)?;
    }
    for item in &answer.items {
        print::line(&format!("{}  {}", item.category, summary(item)))?;
        for one in &item.activities {
            let by = one.by.as_ref().map(bound).unwrap_or_default();
            print::line(format!("  {:<14} {}{by}", word(one.state()), one.activity).trim_end())?;
            if let Some(then) = &one.then {
                print::line(&format!("                 then apart{}", bound(then)))?;
            }
            for hold in &one.holds {
                print::line(&format!("                 held by {hold}"))?;
            }
            for reason in &one.reasons {
                print::short("                 ", reason)?;
            }
        }
    }
    Ok(())
}

/// In how many activities what may be done, where that is not the same in all.
fn summary(item: &pb::ItemRetention) -> String {
    let states = [
        pb::RetentionState::Use,
        pb::RetentionState::Restrict,
        pb::RetentionState::Erase,
        pb::RetentionState::NotComputable,
    ];
    let count = |state| {
        item.activities
            .iter()
            .filter(|one| one.state() == state)
            .count()
    };
    let found: Vec<_> = states
        .into_iter()
        .map(|state| (word(state), count(state)))
        .filter(|(_, count)| *count > 0)
        .collect();
    match found.as_slice() {
        [] => word(item.state()).to_owned(),
        [(only, _)] => (*only).to_owned(),
        several => {
            let each = several
                .iter()
                .map(|(word, count)| format!("{word} in {count}"));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

const fn word(state: pb::RetentionState) -> &'static str {
    match state {
        pb::RetentionState::Use => "use",
        pb::RetentionState::Restrict => "keep apart",
        pb::RetentionState::Erase => "erase",
        pb::RetentionState::NotComputable | pb::RetentionState::Unspecified => "not computable",
    }
}

fn bound(by: &pb::RetentionBound) -> String {
    let until = if by.until.is_empty() {
        let events = by.start_events().map(|event| {
            event
                .as_str_name()
                .trim_start_matches("START_EVENT_")
                .to_lowercase()
                .replace('_', " ")
        });
        format!(
            "{} after {}",
            by.period,
            events.collect::<Vec<_>>().join(" or ")
        )
    } else {
        format!("until {}", by.until)
    };
    let law = match by.texts.as_slice() {
        [] => String::new(),
        texts => format!(", {}", texts.join("; ")),
    };
    format!(" {until}  ({}{law})", by.rule)
}
