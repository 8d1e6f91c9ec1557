//! One thing that a client asks to be done to one record.

use std::sync::Arc;

use super::error::RegistryError;
use crate::domain::key::RecordName;
use crate::domain::record::{Record, State};
use crate::wire;
use crate::wire::edit::Edit;

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
            let refuse = |message: &str| {
                RegistryError::Request(vec![wire::violation::Violation {
                    path: format!("changes[{index}].retire"),
                    message: message.to_owned(),
                }])
            };
            // To end a record never makes it count: not one that did not, and not for longer.
            if matches!(record.envelope.state, State::Draft | State::Suspended) {
                return Err(refuse(
                    "is of a record that does not count: put it with state RETIRED and a past `valid_until`, or delete a draft",
                ));
            }
            let ends = record.envelope.valid_until;
            if ends.is_some_and(|ends| ends < *until)
                || record.envelope.state == State::Retired && ends.is_none()
            {
                return Err(refuse(
                    "would make the record count longer than it does: write its `valid_until`, or an earlier day",
                ));
            }
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
