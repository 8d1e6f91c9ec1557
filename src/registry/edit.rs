//! One thing that a client asks to be done to one record.

use std::sync::Arc;

use super::error::RegistryError;
use crate::domain::date::Date;
use crate::domain::key::RecordName;
use crate::domain::record::{Record, State};
use crate::wire;
use crate::wire::mask::Patch;

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

    fn etag(&self) -> Option<&str> {
        match self {
            Self::Put { etag, .. }
            | Self::Update { etag, .. }
            | Self::Retire { etag, .. }
            | Self::Delete { etag, .. } => etag.as_deref(),
        }
    }
}

/// What a record becomes. `index` is the place of the edit in the request, for what is wrong with it.
pub fn edit(
    edit: &Edit,
    index: usize,
    before: Option<&Arc<Record>>,
) -> Result<Option<Arc<Record>>, RegistryError> {
    let name = edit.name();
    if let Some(etag) = edit.etag()
        && before.is_none_or(|record| wire::record::etag(record) != etag)
    {
        return Err(RegistryError::EtagMismatch(name.clone()));
    }
    let known = || before.ok_or_else(|| RegistryError::NotFound(name.clone()));
    match edit {
        Edit::Put { create: true, .. } if before.is_some() => {
            Err(RegistryError::Exists(name.clone()))
        }
        Edit::Put { record, .. } => Ok(Some(Arc::clone(record))),
        Edit::Update { patch, .. } => {
            let patched = patch.apply(known()?);
            patched
                .and_then(|record| same(name, record))
                .map(|record| Some(Arc::new(record)))
                .map_err(|violations| {
                    let path = format!("changes[{index}].update.record");
                    RegistryError::Request(
                        violations
                            .into_iter()
                            .map(|one| one.within(&path))
                            .collect(),
                    )
                })
        }
        Edit::Retire { until, .. } => {
            let mut record = known()?.as_ref().clone();
            record.envelope.state = State::Retired;
            record.envelope.valid_until = Some(*until);
            if record.envelope.valid_from.is_some_and(|from| *until < from) {
                let violation = wire::violation::Violation {
                    path: format!("changes[{index}].retire.valid_until"),
                    message: "is before the record's `valid_from`: write that day or a later one"
                        .to_owned(),
                };
                return Err(RegistryError::Request(vec![violation]));
            }
            Ok(Some(Arc::new(record)))
        }
        Edit::Delete { .. } => known().map(|_| None),
    }
}

/// INVARIANT (a record keeps its name): an update changes what a record says, and never what it is.
fn same(name: &RecordName, record: Record) -> Result<Record, Vec<wire::violation::Violation>> {
    if record.name == *name {
        return Ok(record);
    }
    let message = "would become a record of another kind".to_owned();
    Err(vec![wire::violation::Violation {
        path: "update_mask".to_owned(),
        message,
    }])
}
