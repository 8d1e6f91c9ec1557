//! Case files: YAML as JSON values, merged by depth.

use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

/// A file beside the tests.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The Rust files of a folder and of those in it.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn gather(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("it can be read");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    gather(&path(folder), &mut found);
    assert!(!found.is_empty());
    found
}

/// Reads a file of one YAML document.
pub(crate) fn yaml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the file is there");
    let documents =
        Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    value(&documents[0])
}

fn value(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::Bool(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::String(text)) => Value::String(text.to_string()),
        Yaml::Sequence(items) => Value::Array(items.iter().map(value).collect()),
        Yaml::Mapping(fields) => {
            let name = |key: &Yaml<'_>| value(key).as_str().expect("names are texts").to_owned();
            Value::Object(
                fields
                    .iter()
                    .map(|(key, field)| (name(key), value(field)))
                    .collect::<Map<_, _>>(),
            )
        }
        other => panic!("not used in case files: {other:?}"),
    }
}

/// Lays `over` on `under`: groups merge, everything else replaces, null removes.
pub(crate) fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                if value.is_null() {
                    under.remove(name);
                } else {
                    merge(under.entry(name.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (under, over) => *under = over.clone(),
    }
}
