//! Records and requests that tests are made of.

use ropa::wire::document;
use ropa_proto::v1 as pb;
use tonic_types::StatusExt;

use super::file;

/// The records of an inventory file.
pub(crate) fn inventory(name: &str) -> Vec<pb::Record> {
    let text = std::fs::read_to_string(file::path(name)).expect("the file is there");
    document::read::<pb::Inventory>("Inventory", &text)
        .expect("it can be read")
        .message
        .records
}

/// The example operator, on the reference pack that it refers to.
pub(crate) fn operator() -> Vec<pb::Record> {
    let reference = [
        "countries",
        "adequacy-decisions",
        "transfer-tools",
        "limits",
    ];
    let pack = reference.map(|name| inventory(&format!("reference/{name}.yaml")));
    let mut records: Vec<_> = pack.into_iter().flatten().collect();
    records.extend(inventory("examples/telecom-operator.yaml"));
    records
}

/// An active purpose.
pub(crate) fn purpose(key: &str, statement: &str) -> pb::Record {
    pb::Record {
        key: key.to_owned(),
        state: pb::RecordState::Active.into(),
        body: Some(pb::record::Body::Purpose(pb::Purpose {
            statement: statement.to_owned(),
            ..Default::default()
        })),
        ..Default::default()
    }
}

/// A change that puts a record.
pub(crate) fn put(record: pb::Record) -> pb::Change {
    pb::Change {
        operation: Some(pb::change::Operation::Put(pb::PutRecord {
            record: Some(record),
        })),
    }
}

/// A change that deletes a record.
pub(crate) fn delete(name: &str) -> pb::Change {
    let delete = pb::DeleteRecord {
        name: name.to_owned(),
        etag: String::new(),
    };
    pb::Change {
        operation: Some(pb::change::Operation::Delete(delete)),
    }
}

/// A request with these changes.
pub(crate) fn changes(changes: Vec<pb::Change>) -> pb::ApplyChangesRequest {
    pb::ApplyChangesRequest {
        changes,
        reason: "test".to_owned(),
        ..Default::default()
    }
}

/// The reason of an error; every error has one.
pub(crate) fn reason(status: &tonic::Status) -> String {
    let details = status.get_error_details();
    let info = details
        .error_info()
        .unwrap_or_else(|| panic!("an error without a reason: {status:?}"));
    assert_eq!(info.domain, "ropa");
    info.reason.clone()
}

/// The paths of the fields that an error is about.
pub(crate) fn paths(status: &tonic::Status) -> Vec<String> {
    let details = status.get_error_details();
    let fields = details.bad_request().map(|bad| {
        bad.field_violations
            .iter()
            .map(|one| one.field.clone())
            .collect()
    });
    fields.unwrap_or_default()
}

/// The source of a record is silent about a field.
pub(crate) fn silent(record: &mut pb::Record, field: &str) {
    record.gaps.push(pb::Gap {
        field: field.to_owned(),
        kind: pb::GapKind::NotStated.into(),
        note: String::new(),
    });
}
