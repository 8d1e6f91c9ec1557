//! What is asked.

use crate::v1::{CheckRequest, Consistency, Processing, TrackerUse, check_request, consistency};

/// Now, and by the newest inventory.
impl From<Processing> for CheckRequest {
    fn from(processing: Processing) -> Self {
        Self {
            question: Some(check_request::Question::Processing(processing)),
            ..Self::default()
        }
    }
}

/// Now, and by the newest inventory.
impl From<TrackerUse> for CheckRequest {
    fn from(tracker: TrackerUse) -> Self {
        Self {
            question: Some(check_request::Question::Tracker(tracker)),
            ..Self::default()
        }
    }
}

/// Whether an earlier answer may serve: not where the question itself says how fresh it must be.
pub(super) const fn may_be_kept(question: &CheckRequest) -> bool {
    matches!(
        question.consistency,
        None | Some(Consistency {
            requirement: None | Some(consistency::Requirement::MinimizeLatency(_)),
        })
    )
}
