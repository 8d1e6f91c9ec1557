//! `ropa lookup` and `ropa describe`: plain questions to the register.

use clap::{Args, Subcommand};
use ropa_proto::v1 as pb;
use ropa_proto::v1::decision_service_client::DecisionServiceClient;

use super::ask::{Ask, time};
use super::{Exit, Failure, Format, Remote, print};
use crate::domain::date::Instant;
use crate::wire::shape::SayOne;

/// Looks something up.
#[derive(Debug, Args)]
pub(super) struct Lookup {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The activities that would permit a question that names none.
    Activities(Ask),
    /// The categories of data that would be permitted, of a question that names none.
    Categories(Ask),
    /// Who gets data: as what, under which contract, where, on which ground, and until when.
    Recipients(Recipients),
}

#[derive(Debug, Args)]
struct Recipients {
    #[command(flatten)]
    remote: Remote,
    /// Only what is given of this category of data, or of one that includes it.
    #[arg(long, value_name = "KEY", default_value = "")]
    category: String,
    /// Only for activities of this purpose.
    #[arg(long, value_name = "KEY", default_value = "")]
    purpose: String,
    /// Only for this activity.
    #[arg(long, value_name = "KEY", default_value = "")]
    activity: String,
    /// Only who is in this country.
    #[arg(long, value_name = "CODE", default_value = "")]
    country: String,
    /// Only this recipient, or sub-processor.
    #[arg(long, value_name = "KEY", default_value = "")]
    recipient: String,
    /// When, as RFC 3339 or a day (its beginning in UTC); now, if left out.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Instant>,
}

/// Tells all about one activity.
#[derive(Debug, Args)]
pub(super) struct Describe {
    #[command(flatten)]
    remote: Remote,
    /// The activity.
    activity: String,
    /// When, as RFC 3339 or a day (its beginning in UTC); now, if left out.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Instant>,
}

impl Lookup {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        match self.what {
            What::Activities(asked) => activities(asked).await,
            What::Categories(asked) => categories(asked).await,
            What::Recipients(asked) => asked.run().await,
        }
    }
}

async fn activities(asked: Ask) -> Result<Exit, Failure> {
    let mut client = DecisionServiceClient::new(asked.remote.connect().await?);
    let (processing, evaluation_time) = asked.processing()?;
    let mut page_token = String::new();
    loop {
        let request = pb::LookupActivitiesRequest {
            processing: Some(processing.clone()),
            evaluation_time,
            page_size: 0,
            page_token,
        };
        let request = asked.remote.request(request);
        let answer = client.lookup_activities(request).await?.into_inner();
        match asked.remote.format {
            Format::Json => print::json("LookupActivitiesResponse", &answer)?,
            Format::Human => {
                for one in &answer.decisions {
                    permit(&one.activity, one)?;
                }
            }
        }
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(Exit::Ok);
        }
    }
}

async fn categories(asked: Ask) -> Result<Exit, Failure> {
    let mut client = DecisionServiceClient::new(asked.remote.connect().await?);
    let (processing, evaluation_time) = asked.processing()?;
    let mut page_token = String::new();
    loop {
        let request = pb::LookupDataCategoriesRequest {
            processing: Some(processing.clone()),
            evaluation_time,
            page_size: 0,
            page_token,
        };
        let request = asked.remote.request(request);
        let answer = client.lookup_data_categories(request).await?.into_inner();
        match asked.remote.format {
            Format::Json => print::json("LookupDataCategoriesResponse", &answer)?,
            Format::Human => {
                for one in &answer.categories {
                    if let Some(decision) = &one.decision {
                        permit(&one.category, decision)?;
                    }
                }
            }
        }
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(Exit::Ok);
        }
    }
}

/// A permit in one line: what it is of, its basis, and what it hangs on.
fn permit(of: &str, decision: &pb::Decision) -> Result<(), Failure> {
    let duties: Vec<&str> = decision
        .obligations
        .iter()
        .map(|obligation| obligation.code.as_str())
        .collect();
    print::line(&format!(
        "{of}  {}  {}",
        decision.legal_basis,
        duties.join(", ")
    ))
}

impl Recipients {
    async fn run(self) -> Result<Exit, Failure> {
        let asked = self;
        let mut client = DecisionServiceClient::new(asked.remote.connect().await?);
        let mut told = String::new();
        let mut page_token = String::new();
        loop {
            let request = pb::LookupRecipientsRequest {
                category: asked.category.clone(),
                purpose: asked.purpose.clone(),
                activity: asked.activity.clone(),
                country: asked.country.clone(),
                recipient: asked.recipient.clone(),
                evaluation_time: asked.at.map(|at| at.say_one()),
                page_size: 0,
                page_token,
            };
            let answer = client
                .lookup_recipients(asked.remote.request(request))
                .await?
                .into_inner();
            match asked.remote.format {
                Format::Json => print::json("LookupRecipientsResponse", &answer)?,
                Format::Human => {
                    for one in &answer.uses {
                        if told != one.activity {
                            print::line(&one.activity)?;
                            told.clone_from(&one.activity);
                        }
                        recipient(one)?;
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

impl Describe {
    pub(super) async fn run(self) -> Result<Exit, Failure> {
        let mut client = DecisionServiceClient::new(self.remote.connect().await?);
        let request = pb::DescribeActivityRequest {
            activity: self.activity,
            evaluation_time: self.at.map(|at| at.say_one()),
        };
        let answer = client
            .describe_activity(self.remote.request(request))
            .await?
            .into_inner();
        match self.remote.format {
            Format::Json => print::json("DescribeActivityResponse", &answer)?,
            Format::Human => description(&answer)?,
        }
        Ok(Exit::Ok)
    }
}

fn description(about: &pb::DescribeActivityResponse) -> Result<(), Failure> {
    let standing = if about.in_force {
        ""
    } else {
        "  (not in force)"
    };
    print::line(&format!(
        "{}  {}{standing}",
        about.activity, about.display_name
    ))?;
    print::line(&format!(
        "  purpose     {}  {}",
        about.purpose, about.purpose_statement
    ))?;
    match &about.legal_basis {
        None => print::line("  basis       none in force")?,
        Some(basis) => {
            let letter = word(basis.article_6().as_str_name());
            print::line(&format!(
                "  basis       {}  art. 6(1)({letter})",
                basis.legal_basis
            ))?;
            for law in &basis.laws {
                print::line(&format!("                {law}"))?;
            }
            if !basis.interest.is_empty() {
                print::line(&format!("                {}", basis.interest))?;
            }
        }
    }
    print::line(&format!(
        "  people      {}",
        about.data_subject_categories.join(", ")
    ))?;
    print::line("  data")?;
    for category in &about.categories {
        let marks = if category.marks.is_empty() {
            String::new()
        } else {
            format!("  [{}]", category.marks.join(", "))
        };
        print::line(&format!("    {}{marks}", category.category))?;
        for rule in &category.retention {
            let kind = word(rule.kind().as_str_name());
            let events: Vec<String> = rule
                .start_events()
                .map(|event| word(event.as_str_name()))
                .collect();
            print::line(&format!(
                "      {kind}  {} from {}  ({})",
                rule.period,
                events.join(" or "),
                rule.rule
            ))?;
        }
    }
    print::line("  recipients")?;
    for one in &about.recipients {
        recipient(one)?;
    }
    for system in &about.systems {
        let place = system.storage_countries.join(", ");
        print::line(&format!("  system      {}  {place}", system.system))?;
    }
    print::line(&format!("  measures    {}", about.measures.join(", ")))?;
    print::line(&format!("  notices     {}", about.notices.join(", ")))?;
    for gap in &about.gaps {
        let kind = word(gap.kind().as_str_name());
        print::line(&format!(
            "  gap         {} {}: {kind} {}",
            gap.record, gap.field, gap.note
        ))?;
    }
    if !about.lapses.is_empty() {
        print::line("  what ends or falls due")?;
    }
    for lapse in &about.lapses {
        print::line(&format!(
            "    {}  {} {}",
            lapse.date, lapse.record, lapse.field
        ))?;
    }
    Ok(())
}

fn recipient(one: &pb::RecipientUse) -> Result<(), Failure> {
    let standing = word(one.standing().as_str_name());
    let through = match (one.engaged_by.as_str(), one.system.as_str()) {
        ("", "") => String::new(),
        ("", system) => format!("  runs {system}"),
        (from, _) => format!("  engaged by {from}"),
    };
    print::line(&format!("    {}  {standing}{through}", one.recipient))?;
    if !one.categories.is_empty() {
        print::line(&format!("      gets      {}", one.categories.join(", ")))?;
    }
    if !one.agreement.is_empty() {
        let until = match one.agreement_until.as_str() {
            "" => String::new(),
            day => format!(" until {day}"),
        };
        print::line(&format!("      contract  {}{until}", one.agreement))?;
    }
    for place in &one.places {
        let country = match place.country.as_str() {
            "" => "nowhere that is recorded",
            country => country,
        };
        let ground = match place.ground() {
            pb::TransferGround::Unspecified => "nothing lets data be there".to_owned(),
            ground => word(ground.as_str_name()),
        };
        let measures = match place.required_measures.as_slice() {
            [] => String::new(),
            needed => format!("  with {}", needed.join(", ")),
        };
        print::line(format!("      {country}  {ground}  {}{measures}", place.record).trim_end())?;
        for reason in &place.reasons {
            print::line(&format!("        {}: {}", reason.code, reason.message))?;
        }
    }
    for reason in &one.reasons {
        print::line(&format!("      {}: {}", reason.code, reason.message))?;
    }
    let until = one
        .valid_until_time
        .and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok());
    if let Some(until) = until {
        print::line(&format!("      holds until {until}"))?;
    }
    Ok(())
}

/// A word of the API as people read it: what stands behind the name of its list.
fn word(name: &str) -> String {
    let known = [
        "RECIPIENT_STANDING_",
        "TRANSFER_GROUND_",
        "RETENTION_KIND_",
        "START_EVENT_",
        "GAP_KIND_",
        "ARTICLE6_",
        "ARTICLE_6_",
    ];
    let plain = known.iter().find_map(|list| name.strip_prefix(list));
    plain.unwrap_or(name).to_lowercase().replace('_', " ")
}
