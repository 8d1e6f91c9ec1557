//! How two records differ, field by field.

use std::collections::BTreeSet;

use ropa_proto::v1 as pb;
use serde_json::Value;

use super::color::{BAD, GOOD, paint};
use super::{Failure, print};
use crate::wire::document;

/// A field that differs.
#[derive(Debug)]
pub(super) struct Field {
    /// Its path (`activity.data[0].category`); of a list that grew or shrank, the path of the list.
    pub(super) path: String,
    /// What it was; none, if it was not there.
    pub(super) before: Option<Value>,
    /// What it became; none, if it is not there any more.
    pub(super) after: Option<Value>,
}

/// The fields in which two records differ. How they are kept, their etag and revision, is none.
pub(super) fn fields(before: &pb::Record, after: &pb::Record) -> Vec<Field> {
    let mut found = Vec::new();
    let (before, after) = (plain(before), plain(after));
    walk("", Some(&before), Some(&after), &mut found);
    found
}

/// Shows the fields in which two records differ, a line each.
pub(super) fn show(before: &pb::Record, after: &pb::Record) -> Result<(), Failure> {
    for field in fields(before, after) {
        let old = field.before.map(|value| paint(BAD, &value.to_string()));
        let new = field.after.map(|value| paint(GOOD, &value.to_string()));
        let told = match (old, new) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (Some(old), None) => format!("- {old}"),
            (None, new) => format!("+ {}", new.unwrap_or_default()),
        };
        print::line(&format!("    {}: {told}", field.path))?;
    }
    Ok(())
}

/// What a record holds, as JSON.
fn plain(record: &pb::Record) -> Value {
    let mut record = record.clone();
    record.etag.clear();
    record.revision.clear();
    document::json("Record", &record).unwrap_or_default()
}

fn walk(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Field>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let inner = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                walk(&inner, old.get(name), new.get(name), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                walk(&format!("{path}[{index}]"), Some(old), Some(new), found);
            }
        }
        // By place all that comes after would differ, too: what went and what came is told.
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            let went = old.iter().filter(|item| !new.contains(item));
            let came = new.iter().filter(|item| !old.contains(item));
            let told = found.len();
            found.extend(went.map(|item| field(path, Some(item), None)));
            found.extend(came.map(|item| field(path, None, Some(item))));
            if found.len() == told {
                found.push(field(path, before, after));
            }
        }
        _ => found.push(field(path, before, after)),
    }
}

fn field(path: &str, before: Option<&Value>, after: Option<&Value>) -> Field {
    Field {
        path: path.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
    }
}
