//! The one place that makes a `Status`: a code, a reason, what is wrong, and what to do.

use std::collections::HashMap;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt};
use uuid::Uuid;

use crate::domain::key::RecordName;
use crate::engine::snapshot::Snapshot;
use crate::engine::suggest::nearest;
use crate::registry::error::RegistryError;
use crate::store::error::StoreError;
use crate::wire::violation::{Refusal, Violation};

/// The domain of all reasons.
pub const DOMAIN: &str = "ropa";
/// How many violations are told one by one.
const TOLD: usize = 20;
/// How many bytes of violations are told: more, and clients lose the status.
const TOLD_BYTES: usize = 4_096;
/// How long a client waits before it tries again.
const RETRY: std::time::Duration = std::time::Duration::from_secs(1);

fn status(code: Code, reason: &str, message: impl Into<String>, details: ErrorDetails) -> Status {
    let mut details = details;
    details.set_error_info(reason, DOMAIN, HashMap::new());
    Status::with_error_details(code, message, details)
}

fn plain(code: Code, reason: &str, message: impl Into<String>) -> Status {
    status(code, reason, message, ErrorDetails::new())
}

/// Keeps what is told within bounds, and says how much is not.
fn bounded(violations: Vec<Violation>) -> (Vec<Violation>, usize) {
    let all = violations.len();
    let mut bytes = 0;
    let told: Vec<_> = violations
        .into_iter()
        .take(TOLD)
        .take_while(|violation| {
            bytes += violation.path.len() + violation.message.len();
            bytes <= TOLD_BYTES
        })
        .collect();
    let left = all - told.len();
    (told, left)
}

fn summary(told: &[Violation], left: usize) -> String {
    let first = told.first().map(ToString::to_string).unwrap_or_default();
    match told.len() + left {
        0 | 1 => first,
        all => format!("{first} (and {} more)", all - 1),
    }
}

/// Fields are wrong.
pub fn fields(violations: Vec<Violation>) -> Status {
    invalid("FIELD_INVALID", violations)
}

/// Fields are wrong, for a reason of its own.
pub fn invalid(reason: &str, violations: Vec<Violation>) -> Status {
    let (told, left) = bounded(violations);
    let message = summary(&told, left);
    let told = told
        .into_iter()
        .map(|violation| FieldViolation::new(violation.path, violation.message));
    status(
        Code::InvalidArgument,
        reason,
        message,
        ErrorDetails::with_bad_request(told.collect::<Vec<_>>()),
    )
}

/// One field is wrong, for a reason of its own.
pub fn refused(reason: &str, path: &str, message: &str) -> Status {
    invalid(
        reason,
        vec![Violation {
            path: path.to_owned(),
            message: message.to_owned(),
        }],
    )
}

/// There is no such record; the nearest ones there are.
pub fn not_found(name: &RecordName, snapshot: &Snapshot) -> Status {
    let near = nearest(snapshot, name.kind, &name.key);
    let near: Vec<String> = near.iter().map(|key| format!("`{key}`")).collect();
    let meant = if near.is_empty() {
        String::new()
    } else {
        format!("; there is {}", near.join(", "))
    };
    missing(&name.to_string(), &meant)
}

fn missing(name: &str, meant: &str) -> Status {
    let mut details = ErrorDetails::new();
    details.set_resource_info("ropa.v1.Record", name, "", "no record has this name");
    status(
        Code::NotFound,
        "RECORD_NOT_FOUND",
        format!("there is no record `{name}`{meant}"),
        details,
    )
}

/// The pages of a list have lost their revision.
pub fn page_expired() -> Status {
    plain(
        Code::FailedPrecondition,
        "PAGE_SNAPSHOT_EXPIRED",
        "the revision of the page token is no longer kept: start again without one",
    )
}

/// The service is at fault: the client gets an id, and the log gets the rest.
pub fn internal(cause: &dyn std::error::Error) -> Status {
    let mut chain = cause.to_string();
    let mut at = cause.source();
    while let Some(source) = at {
        chain.push_str(": ");
        chain.push_str(&source.to_string());
        at = source.source();
    }
    broken(&chain)
}

/// The service is at fault, and what happened is known in words.
pub fn broken(what: &str) -> Status {
    let id = Uuid::now_v7();
    tracing::error!(error.id = %id, error = %what, "internal error");
    plain(Code::Internal, "INTERNAL", format!("internal error {id}"))
}

/// The message is larger than allowed.
pub fn too_large() -> Status {
    plain(
        Code::ResourceExhausted,
        "MESSAGE_TOO_LARGE",
        "the message is larger than GetServerInfo allows",
    )
}

/// The answer would be larger than clients take.
pub fn answer_too_large() -> Status {
    plain(
        Code::ResourceExhausted,
        "MESSAGE_TOO_LARGE",
        "the answer would be larger than GetServerInfo allows: ask for less at once",
    )
}

/// The call took longer than allowed.
pub fn too_slow() -> Status {
    plain(
        Code::DeadlineExceeded,
        "DEADLINE",
        "the call took longer than allowed: ask for less, or allow more time",
    )
}

/// The service ends.
pub fn shutting_down() -> Status {
    unavailable(
        "SHUTTING_DOWN",
        "the service is going away: try again elsewhere",
    )
}

/// What stands at the end of a stream that a status ends.
pub fn trailers(status: &Status) -> http::HeaderMap {
    let mut trailers = http::HeaderMap::new();
    // What this file makes holds nothing that cannot stand there.
    if status.add_header(&mut trailers).is_err() {
        trailers.clear();
    }
    trailers
}

/// The bytes are no message.
fn malformed() -> Status {
    plain(
        Code::InvalidArgument,
        "MESSAGE_MALFORMED",
        "the bytes are no message of this kind",
    )
}

/// What tonic answered by itself, with a reason and without its text.
pub fn own(code: Code, message: &str) -> Status {
    match code {
        Code::Unimplemented if message.contains("ncoding") || message.contains("ompress") => {
            malformed()
        }
        Code::Unimplemented => plain(
            Code::Unimplemented,
            "METHOD_UNKNOWN",
            "there is no such method: list them with reflection",
        ),
        Code::OutOfRange | Code::ResourceExhausted => too_large(),
        Code::Cancelled => plain(Code::Cancelled, "CALL_CANCELLED", "the call was cancelled"),
        Code::DeadlineExceeded => too_slow(),
        // Faults of ours have a reason already: what is left is a message that the transport refused.
        Code::Internal | Code::Unknown | Code::InvalidArgument => malformed(),
        Code::Unavailable => shutting_down(),
        _ => broken(&format!("unexplained status {code:?}")),
    }
}

/// There are too many calls of this kind at once.
pub fn overloaded() -> Status {
    later(
        Code::ResourceExhausted,
        "OVERLOADED",
        "too many questions over all activities at once: try again, and ask fewer at a time",
    )
}

fn unavailable(reason: &str, message: &str) -> Status {
    later(Code::Unavailable, reason, message)
}

/// Worth another try, after a while.
fn later(code: Code, reason: &str, message: &str) -> Status {
    let mut details = ErrorDetails::new();
    details.set_retry_info(Some(RETRY));
    status(code, reason, message, details)
}

/// Why a change was refused.
pub fn of_registry(error: RegistryError) -> Status {
    match error {
        RegistryError::Request(violations) => fields(violations),
        RegistryError::Mask(violation) => invalid("UPDATE_MASK_INVALID", vec![violation]),
        RegistryError::Invalid(issues) => {
            let violations = issues.into_iter().map(|issue| Violation {
                path: format!("{} {}", issue.name, issue.field),
                message: issue.message,
            });
            precondition("INVENTORY_INVALID", violations.collect())
        }
        RegistryError::NotFound(name) => missing(&name.to_string(), ""),
        RegistryError::Exists(name) => plain(
            Code::AlreadyExists,
            "RECORD_EXISTS",
            format!("there is a record `{name}` already: import with mode UPSERT to replace it"),
        ),
        RegistryError::EtagMismatch(name) => plain(
            Code::Aborted,
            "ETAG_MISMATCH",
            format!(
                "record `{name}` changed since it was read: read it again, and repeat the change"
            ),
        ),
        RegistryError::HeadMoved => plain(
            Code::Aborted,
            "HEAD_MOVED",
            "the inventory is not at the expected revision: read again, and repeat the change",
        ),
        RegistryError::RevisionMalformed => refused(
            "REVISION_MALFORMED",
            "expected_revision",
            "is no revision of this service: give one as it was answered",
        ),
        RegistryError::RevisionForeign => plain(
            Code::FailedPrecondition,
            "REVISION_FOREIGN",
            "the revision belongs to another registry, or to a history that was undone: read again",
        ),
        RegistryError::RequestIdReused => refused(
            "REQUEST_ID_REUSED",
            "request_id",
            "was used for another request: take a new one",
        ),
        RegistryError::Referenced(name, referrers) => {
            let violations = referrers.into_iter().map(|referrer| Violation {
                path: format!("{} {}", referrer.name, referrer.field),
                message: format!("refers to `{name}`: change it first, or in the same request"),
            });
            precondition("RECORD_REFERENCED", violations.collect())
        }
        RegistryError::Used(name) => plain(
            Code::FailedPrecondition,
            "RECORD_USED",
            format!("record `{name}` was active once, so it cannot be deleted: retire it"),
        ),
        RegistryError::Store(StoreError::Unavailable(cause)) => {
            tracing::warn!(error = %cause, "the database cannot be reached, or has no room");
            unavailable(
                "STORE_UNAVAILABLE",
                "the database cannot be reached, or has no room: try again, with the same request id",
            )
        }
        RegistryError::Store(StoreError::Moved) => {
            tracing::error!(
                "the file of the database was moved, removed or put back while it was served: start the service again"
            );
            unavailable(
                "STORE_UNAVAILABLE",
                "the database was taken from under the service: it must be started again",
            )
        }
        RegistryError::Store(StoreError::Silent) => {
            tracing::warn!("the database does not answer");
            plain(
                Code::DeadlineExceeded,
                "DEADLINE",
                "the database did not answer in time: try again, with the same request id",
            )
        }
        RegistryError::Store(error) => internal(&error),
        error @ (RegistryError::HistoryAltered(_)
        | RegistryError::RecordAltered(_)
        | RegistryError::Broken) => internal(&error),
    }
}

fn precondition(reason: &str, violations: Vec<Violation>) -> Status {
    let (told, left) = bounded(violations);
    let message = summary(&told, left);
    let told = told
        .into_iter()
        .map(|violation| PreconditionViolation::new(reason, violation.path, violation.message));
    status(
        Code::FailedPrecondition,
        reason,
        message,
        ErrorDetails::with_precondition_failure(told.collect::<Vec<_>>()),
    )
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let Refusal {
            reason,
            field,
            message,
        } = refusal;
        refused(reason, field, message)
    }
}
