//! Why not.

use std::fmt;
use std::sync::Arc;

use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::answer::Decided;
use crate::v1 as pb;

/// Why processing must not take place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum No {
    /// It is not permitted. The decision has every reason with its next step, and it may have obligations too:
    /// to stop, to erase.
    Denied(Arc<Decided>),
    /// It would be permitted under these blocking obligations, and nobody said that they are fulfilled.
    Unheeded(Vec<pb::Obligation>),
    /// An effect that this client does not know.
    UnknownEffect(i32),
    /// An answer without a decision.
    NoDecision,
    /// No answer in time.
    Deadline,
    /// An error instead of an answer: the service is away, or the question is malformed.
    Failed(Box<Status>),
}

impl No {
    /// Whether nobody decided anything: the same question may be permitted later. Where it is false, asking
    /// again is of no use before something changed.
    pub const fn is_undecided(&self) -> bool {
        !matches!(self, Self::Denied(_) | Self::Unheeded(_))
    }

    /// What it comes down to, in words of the API, for a log or a metric: the codes of the reasons, or of the
    /// obligations that were not heeded, or the reason of the error.
    pub fn codes(&self) -> Vec<String> {
        match self {
            Self::Denied(decided) => {
                let reasons = decided.decision.reasons.iter();
                reasons.map(|reason| reason.code.clone()).collect()
            }
            Self::Unheeded(obligations) => {
                let obligations = obligations.iter();
                obligations.map(|one| one.code.clone()).collect()
            }
            Self::UnknownEffect(_) => vec!["EFFECT_UNKNOWN".to_owned()],
            Self::NoDecision => vec!["DECISION_MISSING".to_owned()],
            Self::Deadline => vec!["DEADLINE".to_owned()],
            Self::Failed(status) => {
                let info = status.get_details_error_info();
                let reason =
                    info.map_or_else(|| name(status.code()).to_owned(), |info| info.reason);
                vec![reason]
            }
        }
    }
}

impl fmt::Display for No {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Denied(_) => "denied",
            Self::Unheeded(_) => "blocking obligations were not heeded",
            Self::UnknownEffect(_) | Self::NoDecision => "the answer cannot be read",
            Self::Deadline | Self::Failed(_) => "no answer",
        };
        write!(formatter, "{what}: {}", self.codes().join(", "))
    }
}

impl std::error::Error for No {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(status) => Some(status),
            _ => None,
        }
    }
}

/// The name of a code, as gRPC writes it.
const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
