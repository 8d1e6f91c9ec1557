//! `ropa right`: what is done with a person's request, and by when.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use super::ask::time;
use super::{Exit, Failure, Format, Remote, Source, print};
use crate::domain::date::Instant;
use crate::wire::document;
use crate::wire::shape::SayOne;

/// Resolves a person's request, given as a file.
#[derive(Debug, Args)]
pub(super) struct Right {
    #[command(flatten)]
    remote: Remote,
    /// The request as a file, or `-` for standard input: the API's JSON or YAML, with `request: …`;
    /// docs/REQUESTS.md shows one.
    file: Source,
    /// When, as RFC 3339 or a day (its beginning in UTC); now, if left out.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Instant>,
}

impl Right {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let name = self.file.name();
        let told = |faults: Vec<document::Fault>| {
            let lines = faults.iter().map(|fault| format!("{name}:{fault}"));
            Failure::invalid(lines.collect::<Vec<_>>().join("\n"))
        };
        let text = self.file.text()?;
        let read = document::read::<pb::ResolveRightRequest>("ResolveRightRequest", &text);
        let mut request = read.map_err(told)?.message;
        if let Some(at) = self.at {
            request.evaluation_time = Some(at.say_one());
        }
        let mut client = DecisionServiceClient::new(self.remote.connect().await?);
        let request = self.remote.request(request);
        let answer = client.resolve_right(request).await?.into_inner();
        match self.remote.format {
            Format::Json => print::json("ResolveRightResponse", &answer)?,
            Format::Human => show(&answer)?,
        }
        let undecided = answer.outcome() == pb::RightOutcome::Unspecified;
        Ok(if undecided { Exit::Invalid } else { Exit::Ok })
    }
}

fn show(answer: &pb::ResolveRightResponse) -> Result<(), Failure> {
    let outcome = match answer.outcome() {
        pb::RightOutcome::Unspecified => "cannot be told yet".to_owned(),
        outcome => word(outcome.as_str_name(), "RIGHT_OUTCOME_"),
    };
    let extended = match answer.extension_valid {
        Some(true) => format!(", extended to {}", answer.extended_due_on),
        _ => String::new(),
    };
    let due = match answer.due_on.as_str() {
        "" => String::new(),
        day => format!("  due {day}{extended}"),
    };
    print::line(&format!("{outcome}{due}"))?;
    for reason in answer.reasons.iter().chain(&answer.alerts) {
        print::short("  ", reason)?;
    }
    match answer.outcome() {
        pb::RightOutcome::AskIdentity => print::line("  once it is sure who asks:")?,
        pb::RightOutcome::ChargeOrRefuse => print::line("  if it is answered all the same:")?,
        _ => {}
    }
    for one in &answer.activities {
        let standing = match one.standing() {
            pb::RightStanding::Unspecified => "undecided".to_owned(),
            standing => word(standing.as_str_name(), "RIGHT_STANDING_"),
        };
        print::line(&format!(
            "  {standing:<16} {}  ({})",
            one.activity, one.provision
        ))?;
        for (how, categories) in together(&one.acts) {
            print::line(&format!("    {how}{}", categories.join(", ")))?;
        }
        for (who, keys) in [
            ("in systems", &one.systems),
            ("by processors", &one.processors),
            ("recipients", &one.recipients),
        ] {
            if !keys.is_empty() {
                print::line(&format!("    {who:<16} {}", keys.join(", ")))?;
            }
        }
        for reason in &one.reasons {
            print::short("    ", reason)?;
        }
    }
    for duty in &answer.obligations {
        let parameters: Vec<&str> = duty.parameters.values().map(String::as_str).collect();
        print::line(format!("  {}  {}", duty.code, parameters.join(", ")).trim_end())?;
    }
    Ok(())
}

/// What is done, and with which categories: those that share all else on one line.
fn together(acts: &[pb::RightAct]) -> Vec<(String, Vec<&str>)> {
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for act in acts {
        let until = match act.until.as_str() {
            "" => String::new(),
            day => format!("until {day}  "),
        };
        let law = match act.texts.as_slice() {
            [] => String::new(),
            texts => format!("{}  ", texts.join("; ")),
        };
        let held = match act.hold.as_str() {
            "" => String::new(),
            hold => format!("held by {hold}  "),
        };
        let action = word(act.action().as_str_name(), "RIGHT_ACTION_");
        let how = format!("{action:<16} {until}{law}{held}");
        match lines.iter_mut().find(|(known, _)| *known == how) {
            Some((_, categories)) => categories.push(&act.category),
            None => lines.push((how, vec![&act.category])),
        }
    }
    lines
}

fn word(name: &str, list: &str) -> String {
    name.trim_start_matches(list)
        .to_lowercase()
        .replace('_', " ")
}
