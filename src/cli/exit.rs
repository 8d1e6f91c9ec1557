//! How a command ends.

use std::process::ExitCode;

use tonic::Status;
use tonic_types::StatusExt;

/// How a command ends, for those who call it from a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It worked; a check is permitted.
    Ok,
    /// It failed.
    Failed,
    /// A check is denied.
    Denied,
    /// The inventory or the input is not valid.
    Invalid,
    /// Two inventories that were compared are not the same. A number of its own: who asks whether they
    /// differ must not take a service that cannot be reached for a yes.
    Different,
    /// The command was not called right.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Denied => 2,
            Exit::Invalid => 3,
            Exit::Different => 4,
            Exit::Usage => 64,
        })
    }
}

/// Why a command failed, for people.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// It failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            message: message.into(),
        }
    }

    /// The inventory or the input is not valid.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Invalid,
            message: message.into(),
        }
    }

    /// The command was not called right.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
        }
    }

    /// Why, as it is told.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Tells it, and gives the exit code.
    pub fn tell(&self) -> ExitCode {
        eprintln!("ropa: {}", legible(&self.message));
        self.exit.into()
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let reason = details
            .error_info()
            .map(|info| info.reason.clone())
            .unwrap_or_default();
        let mut lines = Vec::new();
        for violation in details
            .bad_request()
            .map(|bad| bad.field_violations.as_slice())
            .unwrap_or_default()
        {
            lines.push(format!("  {}: {}", violation.field, violation.description));
        }
        for violation in details
            .precondition_failure()
            .map(|failure| failure.violations.as_slice())
            .unwrap_or_default()
        {
            lines.push(format!(
                "  {}: {}",
                violation.subject, violation.description
            ));
        }
        let exit = match status.code() {
            tonic::Code::InvalidArgument
            | tonic::Code::FailedPrecondition
            | tonic::Code::NotFound
            | tonic::Code::AlreadyExists => Exit::Invalid,
            _ => Exit::Failed,
        };
        let head = if reason.is_empty() {
            status.code().to_string()
        } else {
            reason
        };
        let message = if lines.is_empty() {
            format!("{head}: {}", status.message())
        } else {
            format!("{head}:\n{}", lines.join("\n"))
        };
        Self { exit, message }
    }
}

/// A message as a terminal may be given it: what was typed may hold what would move its cursor or change its colours.
fn legible(message: &str) -> String {
    let mut legible = String::with_capacity(message.len());
    for letter in message.chars() {
        if letter.is_control() && letter != '\n' {
            legible.extend(letter.escape_default());
        } else {
            legible.push(letter);
        }
    }
    legible
}
