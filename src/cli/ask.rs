//! `ropa check` and `ropa explain`.

use clap::Args;
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use super::{Exit, Failure, Format, Remote, Source, print};
use crate::domain::date::{Date, Instant};
use crate::domain::shape::Text;
use crate::wire::document;
use crate::wire::shape::SayOne;

/// Asks before processing: by a file, or by flags for the short questions.
#[derive(Debug, Args)]
pub(super) struct Ask {
    #[command(flatten)]
    pub(super) remote: Remote,
    /// A question as a file, or `-` for standard input: the API's JSON or YAML, with `processing: …`.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["activity", "purpose", "data", "collected_on", "subject", "country", "contract", "consent", "recipient", "operation", "at"])]
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
    /// The day the data were collected, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    collected_on: Option<String>,
    /// The data subject category.
    #[arg(long, short = 's')]
    subject: Option<String>,
    /// Where the person lives, as an ISO 3166-1 code.
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// How the person's consent to this activity or purpose stands (`given`); it is taken to be on record.
    #[arg(long, value_name = "STATE")]
    consent: Option<String>,
    /// Who is to receive the data; may be given several times.
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
    /// The state of the contract with the person (`in_force`).
    #[arg(long)]
    contract: Option<String>,
    /// When, as RFC 3339 or a day (its beginning in UTC); now, if left out.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Instant>,
}

/// Reads a time as the commands take it.
pub(super) fn time(text: &str) -> Result<Instant, String> {
    let day = Date::parse(text);
    let begin = day.and_then(|day| Instant::start_of(day, &jiff::tz::TimeZone::UTC));
    let instant = || text.parse::<jiff::Timestamp>().ok();
    begin
        .or_else(|| Instant::from_micros(instant()?.as_microsecond()))
        .ok_or_else(|| {
            "write a time like 2026-06-01T10:00:00Z, or a day like 2026-06-01".to_owned()
        })
}

impl Ask {
    /// Asks, and shows the answer.
    pub(super) async fn check(self) -> Result<Exit, Failure> {
        let question = self.aimed()?;
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
        } = self.aimed()?;
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
            None => ("the flags".to_owned(), self.written()),
        };
        let read = document::read::<pb::CheckRequest>("CheckRequest", &text).map_err(|faults| {
            let lines: Vec<String> = faults
                .iter()
                .map(|fault| format!("{name}:{fault}"))
                .collect();
            Failure::invalid(lines.join("\n"))
        })?;
        let mut question = read.message;
        if let Some(at) = self.at {
            question.evaluation_time = Some(at.say_one());
        }
        Ok(question)
    }

    /// The question, which must say what it is about.
    fn aimed(&self) -> Result<pb::CheckRequest, Failure> {
        if self.file.is_none() && self.activity.is_none() && self.purpose.is_none() {
            return Err(Failure::usage(
                "say --activity or --purpose, or give a question with --file",
            ));
        }
        self.question()
    }

    /// The flags as a file: they are read the same way.
    fn written(&self) -> String {
        let mut processing = serde_json::Map::new();
        if let Some(activity) = &self.activity {
            processing.insert("activity".to_owned(), activity.as_str().into());
        }
        if let Some(purpose) = &self.purpose {
            processing.insert("purpose".to_owned(), purpose.as_str().into());
        }
        processing.insert("operations".to_owned(), self.operation.clone().into());
        let collected = |mut item: serde_json::Map<String, serde_json::Value>| {
            if let Some(day) = &self.collected_on {
                item.insert("collectedOn".to_owned(), day.as_str().into());
            }
            item
        };
        let named = self.data.iter().map(|category| {
            let category = ("category".to_owned(), category.as_str().into());
            serde_json::Map::from_iter([category])
        });
        let mut items: Vec<_> = named.map(collected).collect();
        if items.is_empty() && self.collected_on.is_some() {
            items.push(collected(serde_json::Map::new()));
        }
        processing.insert("data".to_owned(), items.into());
        let recipients = self.recipient.iter();
        let recipients = recipients.map(|key| serde_json::json!({ "recipient": key }));
        processing.insert("recipients".to_owned(), recipients.collect());
        if let Some(state) = &self.consent {
            let consent = serde_json::json!({
                "scope": "processing",
                "state": state,
                "activities": self.activity.as_slice(),
                "purposes": self.purpose.as_slice(),
                "proofRecorded": true,
            });
            processing.insert("consents".to_owned(), [consent].into_iter().collect());
        }
        let mut subject = serde_json::Map::new();
        if let Some(category) = &self.subject {
            subject.insert("category".to_owned(), category.as_str().into());
        }
        if let Some(country) = &self.country {
            subject.insert("country".to_owned(), country.as_str().into());
        }
        if let Some(state) = &self.contract {
            subject.insert("contract".to_owned(), serde_json::json!({ "state": state }));
        }
        processing.insert("subject".to_owned(), subject.into());
        serde_json::json!({ "processing": processing }).to_string()
    }
}
