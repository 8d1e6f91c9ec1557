//! What a client asks to be changed.

use std::sync::Arc;

use super::mask::Patch;
use crate::domain::date::Date;
use crate::domain::key::{Kind, RecordName};
use crate::domain::record::Record;

/// What a client asks to be changed.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What to do, in order.
    pub edits: Vec<Edit>,
    /// Collections that the edits are the whole of: what does not come goes.
    pub replaced: Vec<Kind>,
    /// Do everything but store it.
    pub validate_only: bool,
    /// The client's own id of the request.
    pub request_id: Option<String>,
    /// SHA-256 of what was asked.
    pub digest: [u8; 32],
    /// Only if the inventory is at this revision.
    pub expected_revision: Option<String>,
    /// Who asks, as the client says.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// One thing to do to one record.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Write it whole.
    Put {
        /// The record.
        record: Arc<Record>,
        /// Only if the stored one has this etag.
        etag: Option<String>,
        /// Only if there is none.
        create: bool,
    },
    /// Take over some fields.
    Update {
        /// The record.
        name: RecordName,
        /// The fields, with their values.
        patch: Patch,
        /// Only if the stored one has this etag.
        etag: Option<String>,
    },
    /// End it.
    Retire {
        /// The record.
        name: RecordName,
        /// The last day it is in force.
        until: Date,
        /// Only if the stored one has this etag.
        etag: Option<String>,
    },
    /// Take it away.
    Delete {
        /// The record.
        name: RecordName,
        /// Only if the stored one has this etag.
        etag: Option<String>,
    },
}

impl Edit {
    /// The record it is about.
    pub fn name(&self) -> &RecordName {
        match self {
            Self::Put { record, .. } => &record.name,
            Self::Update { name, .. } | Self::Retire { name, .. } | Self::Delete { name, .. } => {
                name
            }
        }
    }

    /// The etag that the stored record must have, if one is asked for.
    pub fn etag(&self) -> Option<&str> {
        match self {
            Self::Put { etag, .. }
            | Self::Update { etag, .. }
            | Self::Retire { etag, .. }
            | Self::Delete { etag, .. } => etag.as_deref(),
        }
    }
}
