//! `ropa check` and `ropa explain`.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use super::{Exit, Failure, Format, Remote, Source, print};
use crate::wire::document;

/// Asks before processing: by a file, or by flags for the short questions.
#[derive(Debug, Args)]
pub(super) struct Ask {
    #[command(flatten)]
    pub(super) remote: Remote,
    /// A question as a file, or `-` for standard input: the API's JSON or YAML, with `processing: …`.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["activity", "purpose", "data", "subject", "operation"])]
    file: Option<Source>,
    /// The activity.
    #[arg(long, conflicts_with = "purpose")]
    activity: Option<String>,
    /// The purpose, where no activity is named.
    #[arg(long)]
    purpose: Option<String>,
    /// What is to be done (`use`); may be given several times.
    #[arg(long, short = 'o')]
    operation: Vec<String>,
    /// A data category; may be given several times.
    #[arg(long, short = 'd')]
    data: Vec<String>,
    /// The data subject category.
    #[arg(long, short = 's')]
    subject: Option<String>,
    /// The state of the contract with the person (`in_force`).
    #[arg(long)]
    contract: Option<String>,
    /// When, as RFC 3339; now, if left out.
    #[arg(long)]
    at: Option<String>,
}

impl Ask {
    /// Asks, and shows the answer.
    pub(super) async fn check(self) -> Result<Exit, Failure> {
        let question = self.question()?;
        let mut client = DecisionServiceClient::new(self.remote.connect().await?);
        let answer = client
            .check(self.remote.request(question))
            .await?
            .into_inner();
        match self.remote.format {
            Format::Json => print::json("CheckResponse", &answer)?,
            Format::Human => {
                print::decision(answer.decision.as_ref().unwrap_or(&pb::Decision::default()))?;
            }
        }
        Ok(print::exit_of(answer.decision.as_ref()))
    }

    /// Asks, and shows the answer with its working.
    pub(super) async fn explain(self) -> Result<Exit, Failure> {
        use pb::check_request::Question as Asked;
        let pb::CheckRequest {
            consistency,
            question,
            evaluation_time,
            as_of,
        } = self.question()?;
        let question = question.map(|question| match question {
            Asked::Processing(processing) => pb::explain_request::Question::Processing(processing),
            Asked::Tracker(tracker) => pb::explain_request::Question::Tracker(tracker),
        });
        let request = pb::ExplainRequest {
            consistency,
            question,
            evaluation_time,
            as_of,
        };
        let mut client = DecisionServiceClient::new(self.remote.connect().await?);
        let answer = client
            .explain(self.remote.request(request))
            .await?
            .into_inner();
        if self.remote.format == Format::Json {
            print::json("ExplainResponse", &answer)?;
            return Ok(print::exit_of(answer.decision.as_ref()));
        }
        print::decision(answer.decision.as_ref().unwrap_or(&pb::Decision::default()))?;
        for trace in &answer.traces {
            print::line(&format!(
                "\nRules looked at for activity {}:",
                trace.activity
            ))?;
            for rule in &trace.rules {
                let outcome = match rule.outcome() {
                    pb::RuleOutcome::Satisfied => "satisfied",
                    pb::RuleOutcome::Fired => "FIRED",
                    pb::RuleOutcome::FactMissing => "FACT MISSING",
                    _ => continue,
                };
                print::line(&format!("  {outcome:<13}{}", rule.code))?;
            }
        }
        if !answer.assumed.is_empty() {
            print::line(&format!(
                "\nNot said, and taken as no: {}",
                answer.assumed.join(", ")
            ))?;
        }
        Ok(print::exit_of(answer.decision.as_ref()))
    }

    /// The processing asked about, and when.
    pub(super) fn processing(
        &self,
    ) -> Result<(pb::Processing, Option<prost_types::Timestamp>), Failure> {
        let asked = self.question()?;
        match asked.question {
            Some(pb::check_request::Question::Processing(processing)) => {
                Ok((processing, asked.evaluation_time))
            }
            _ => Err(Failure::usage("a look-up is about a processing")),
        }
    }

    fn question(&self) -> Result<pb::CheckRequest, Failure> {
        let (name, text) = match &self.file {
            Some(source) => (source.name(), source.text()?),
            None => ("the flags".to_owned(), self.written()?),
        };
        let read = document::read::<pb::CheckRequest>("CheckRequest", &text).map_err(|faults| {
            let lines: Vec<String> = faults
                .iter()
                .map(|fault| format!("{name}:{fault}"))
                .collect();
            Failure::invalid(lines.join("\n"))
        })?;
        Ok(read.message)
    }

    /// The flags as a file: they are read the same way.
    fn written(&self) -> Result<String, Failure> {
        if self.activity.is_none() && self.purpose.is_none() {
            return Err(Failure::usage(
                "say --activity or --purpose, or give a question with --file",
            ));
        }
        let mut processing = serde_json::Map::new();
        if let Some(activity) = &self.activity {
            processing.insert("activity".to_owned(), activity.as_str().into());
        }
        if let Some(purpose) = &self.purpose {
            processing.insert("purpose".to_owned(), purpose.as_str().into());
        }
        processing.insert("operations".to_owned(), self.operation.clone().into());
        let items: Vec<_> = self
            .data
            .iter()
            .map(|category| serde_json::json!({ "category": category }))
            .collect();
        processing.insert("data".to_owned(), items.into());
        let mut subject = serde_json::Map::new();
        if let Some(category) = &self.subject {
            subject.insert("category".to_owned(), category.as_str().into());
        }
        if let Some(state) = &self.contract {
            subject.insert("contract".to_owned(), serde_json::json!({ "state": state }));
        }
        processing.insert("subject".to_owned(), subject.into());
        let mut question = serde_json::json!({ "processing": processing });
        if let (Some(at), Some(question)) = (&self.at, question.as_object_mut()) {
            question.insert("evaluationTime".to_owned(), at.as_str().into());
        }
        Ok(question.to_string())
    }
}
