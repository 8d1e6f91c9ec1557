//! Answers for people.

use std::io::{self, Write};

use ropa_proto::v1 as pb;

use super::color::{BAD, GOOD, WARN, paint};
use super::{Exit, Failure};
use crate::wire::document;

/// Writes a line, without its colours where there are to be none; a reader who has gone is no failure.
pub(super) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(anstream::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a message in the API's own JSON.
pub(super) fn json<M: prost::Message>(name: &str, message: &M) -> Result<(), Failure> {
    let value = document::json(name, message)
        .ok_or_else(|| Failure::failed("the answer cannot be shown"))?;
    let text = serde_json::to_string_pretty(&value)
        .map_err(|_| Failure::failed("the answer cannot be shown"))?;
    line(&text)
}

/// What was done to a record, in one word.
pub(super) fn action(action: pb::ChangeAction) -> String {
    let word = action.as_str_name().trim_start_matches("CHANGE_ACTION_");
    word.to_lowercase()
}

/// How a command ends that got this decision: anything but a permit is a denial.
pub(super) fn exit_of(decision: Option<&pb::Decision>) -> Exit {
    match decision.map(pb::Decision::effect) {
        Some(pb::Effect::Permit) => Exit::Ok,
        _ => Exit::Denied,
    }
}

/// Prints a decision.
pub(super) fn decision(decision: &pb::Decision) -> Result<(), Failure> {
    let permit = decision.effect() == pb::Effect::Permit;
    let by = match (decision.activity.as_str(), decision.legal_basis.as_str()) {
        ("", _) => String::new(),
        (activity, "") => format!("  activity {activity}"),
        (activity, basis) => format!("  activity {activity}, legal basis {basis}"),
    };
    let effect = if permit {
        paint(GOOD, "PERMIT")
    } else {
        paint(BAD, "DENY")
    };
    line(&format!("{effect}{by}"))?;
    reasons("", &decision.reasons)?;
    reasons(&paint(WARN, "warning  "), &decision.warnings)?;
    for ground in &decision.grounds {
        line(&format!(
            "\nground   {}  ({})\n         {}",
            ground.code, ground.citation, ground.message
        ))?;
    }
    if !decision.obligations.is_empty() {
        line("\nObligations:")?;
    }
    for obligation in &decision.obligations {
        let mut with: Vec<String> = obligation
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        if !obligation.categories.is_empty() {
            with.push(format!("for: {}", obligation.categories.join(", ")));
        }
        let when = if obligation.blocking {
            "  (before or with the operation)"
        } else {
            ""
        };
        line(&format!("  {}{when}", obligation.code))?;
        if !with.is_empty() {
            line(&format!("      {}", with.join("; ")))?;
        }
    }
    if !decision.candidates.is_empty() {
        line("\nActivities looked at:")?;
    }
    for candidate in &decision.candidates {
        let effect = if candidate.effect() == pb::Effect::Permit {
            "permits".to_owned()
        } else {
            format!("denies: {}", candidate.codes.join(", "))
        };
        line(&format!("  {}  {effect}", candidate.activity))?;
    }
    if let Some(subset) = &decision.permitted_subset {
        line(&format!(
            "\nAlone, these would pass: {}",
            [subset.categories.join(", "), subset.recipients.join(", ")]
                .join(" ")
                .trim()
        ))?;
    }
    if let Some(until) = decision
        .valid_until_time
        .and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok())
    {
        line(&format!(
            "\nHolds until {until}, or the next change of the inventory."
        ))?;
    }
    Ok(())
}

fn reasons(mark: &str, reasons: &[pb::Reason]) -> Result<(), Failure> {
    for reason in reasons {
        line(&format!("\n{mark}{}  ({})", reason.code, reason.citation))?;
        line(&format!("    {}", reason.message))?;
        for at in &reason.at {
            let gap = if at.gap.is_empty() {
                String::new()
            } else {
                format!("  [gap: {}{}]", at.gap, note(&at.gap_note))
            };
            line(&format!("    see {} {}{gap}", at.record, at.field))?;
        }
        if !reason.suggestions.is_empty() {
            line(&format!(
                "    did you mean {}?",
                reason.suggestions.join(", ")
            ))?;
        }
        line(&format!("    next: {}", reason.next_step))?;
    }
    Ok(())
}

/// A reason in short, what to do about it a step further in.
pub(super) fn short(indent: &str, reason: &pb::Reason) -> Result<(), Failure> {
    line(&format!("{indent}{}: {}", reason.code, reason.message))?;
    line(&format!("{indent}    {}", reason.next_step))?;
    if !reason.suggestions.is_empty() {
        let near = reason.suggestions.join(", ");
        line(&format!("{indent}    did you mean {near}?"))?;
    }
    Ok(())
}

fn note(note: &str) -> String {
    if note.is_empty() {
        String::new()
    } else {
        format!(", {note}")
    }
}
