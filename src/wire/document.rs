//! Files of records: the API's own JSON mapping as YAML, as JSON, or as the lines of an export. Whatever
//! is wrong in a file is told with its line, all at once.

use std::collections::BTreeMap;
use std::fmt;

use prost::Message as _;
use prost_reflect::{Cardinality, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use saphyr_parser::{Event, Parser};
use serde_json::Value as Json;

use super::descriptor;
use super::limits::FILE_DEPTH;
use super::violation::Violation;

/// A place in a file: line and column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One thing wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the file.
    pub at: At,
    /// The path of the field.
    pub path: String,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.at.line, self.at.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// A file as a message, and where its fields stand.
#[derive(Debug)]
pub struct Document<M> {
    /// What it says.
    pub message: M,
    places: BTreeMap<String, At>,
}

impl<M> Document<M> {
    /// What is wrong with the message, at its place in the file.
    pub fn locate(&self, violation: Violation) -> Fault {
        Fault {
            at: self.place(&violation.path),
            path: violation.path,
            message: violation.message,
        }
    }

    /// Where a path stands: its own place, or that of the nearest field around it.
    pub fn place(&self, path: &str) -> At {
        let mut path = path;
        loop {
            if let Some(at) = self.places.get(path) {
                return *at;
            }
            match path.rfind(['.', '[']) {
                Some(cut) => path = path.get(..cut).unwrap_or_default(),
                None => {
                    return self
                        .places
                        .get("")
                        .copied()
                        .unwrap_or(At { line: 1, column: 1 });
                }
            }
        }
    }
}

/// Reads a file that is one message of this name (`Inventory`, `CheckRequest`).
pub fn read<M: prost::Message + Default>(
    name: &str,
    text: &str,
) -> Result<Document<M>, Vec<Fault>> {
    let top = At { line: 1, column: 1 };
    let fault = |message: &str| {
        vec![Fault {
            at: top,
            path: String::new(),
            message: message.to_owned(),
        }]
    };
    let descriptor =
        descriptor::message(name).ok_or_else(|| fault("this kind of file is not known"))?;
    refuse_tricks(text)?;
    let mut walk = Walk {
        faults: Vec::new(),
        places: BTreeMap::from([(String::new(), top)]),
    };
    let mut whole = serde_json::Map::new();
    for document in load(text)? {
        let Json::Object(part) = walk.message(&document, &descriptor, "") else {
            continue;
        };
        for (field, value) in part {
            match (whole.get_mut(&field), value) {
                // Several documents are one file.
                (Some(Json::Array(all)), Json::Array(more)) => all.extend(more),
                (_, value) => {
                    whole.insert(field, value);
                }
            }
        }
    }
    if !walk.faults.is_empty() {
        walk.faults
            .sort_by_key(|fault| (fault.at.line, fault.at.column));
        return Err(walk.faults);
    }
    let dynamic = DynamicMessage::deserialize(descriptor, Json::Object(whole))
        .map_err(|error| fault(&error.to_string()))?;
    let message =
        M::decode(dynamic.encode_to_vec().as_slice()).map_err(|_| fault("cannot be read"))?;
    Ok(Document {
        message,
        places: walk.places,
    })
}

/// The documents of a text; nothing for an empty one.
fn load(text: &str) -> Result<Vec<MarkedYaml<'_>>, Vec<Fault>> {
    MarkedYaml::load_from_str(text).map_err(|error| {
        let at = At {
            line: error.marker().line(),
            column: error.marker().col() + 1,
        };
        vec![Fault {
            at,
            path: String::new(),
            message: error.info().to_owned(),
        }]
    })
}

/// Anchors, aliases and deep nesting make small files large: they are refused before anything is built.
fn refuse_tricks(text: &str) -> Result<(), Vec<Fault>> {
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else {
            return Ok(());
        };
        let at = At {
            line: span.start.line(),
            column: span.start.col() + 1,
        };
        let refuse = |message: &str| {
            Err(vec![Fault {
                at,
                path: String::new(),
                message: message.to_owned(),
            }])
        };
        let anchor = match event {
            Event::Alias(_) => return refuse("is an alias: write the value out"),
            Event::Scalar(_, _, anchor, _) => anchor,
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                depth += 1;
                anchor
            }
            Event::SequenceEnd | Event::MappingEnd => {
                depth -= 1;
                0
            }
            _ => 0,
        };
        if anchor != 0 {
            return refuse("is an anchor: write the value out where it is used");
        }
        if depth > FILE_DEPTH {
            return refuse("is nested too deep");
        }
    }
    Ok(())
}

fn at_of(node: &MarkedYaml<'_>) -> At {
    At {
        line: node.span.start.line(),
        column: node.span.start.col() + 1,
    }
}

/// Walks a file beside the description of its message.
struct Walk {
    faults: Vec<Fault>,
    places: BTreeMap<String, At>,
}

impl Walk {
    fn refuse(&mut self, node: &MarkedYaml<'_>, path: &str, message: impl Into<String>) -> Json {
        let at = at_of(node);
        self.faults.push(Fault {
            at,
            path: path.to_owned(),
            message: message.into(),
        });
        Json::Null
    }

    fn message(
        &mut self,
        node: &MarkedYaml<'_>,
        descriptor: &MessageDescriptor,
        path: &str,
    ) -> Json {
        if descriptor.full_name().starts_with("google.protobuf.") {
            return match &node.data {
                YamlData::Value(Scalar::String(text)) => Json::String(text.to_string()),
                _ => self.refuse(node, path, "must be a text in quotes"),
            };
        }
        let YamlData::Mapping(fields) = &node.data else {
            return self.refuse(
                node,
                path,
                format!("must be a group of fields, as `{}` has", descriptor.name()),
            );
        };
        let mut object = serde_json::Map::new();
        let mut chosen: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in fields {
            let YamlData::Value(Scalar::String(said)) = &name.data else {
                self.refuse(name, path, "is no name of a field");
                continue;
            };
            let Some(field) = descriptor::field(descriptor, said) else {
                let message = match near(descriptor, said) {
                    Some(near) => format!(
                        "there is no field `{said}` in `{}`: did you mean `{near}`?",
                        descriptor.name()
                    ),
                    None => format!("there is no field `{said}` in `{}`", descriptor.name()),
                };
                self.refuse(name, path, message);
                continue;
            };
            let path = if path.is_empty() {
                field.name().to_owned()
            } else {
                format!("{path}.{}", field.name())
            };
            let at = at_of(name);
            self.places.insert(path.clone(), at);
            if object.contains_key(field.json_name()) {
                self.refuse(name, &path, "stands here twice, in both spellings");
                continue;
            }
            if let Some(oneof) = field
                .containing_oneof()
                .filter(|oneof| !oneof.is_synthetic())
            {
                if let Some(other) = chosen.get(oneof.name()) {
                    let message = format!("stands beside `{other}`: only one of them can be said");
                    self.refuse(name, &path, message);
                    continue;
                }
                chosen.insert(oneof.name().to_owned(), field.name().to_owned());
            }
            let read = self.field(value, &field, &path);
            object.insert(field.json_name().to_owned(), read);
        }
        Json::Object(object)
    }

    fn field(&mut self, node: &MarkedYaml<'_>, field: &FieldDescriptor, path: &str) -> Json {
        if field.is_map() {
            let YamlData::Mapping(entries) = &node.data else {
                return self.refuse(node, path, "must be names with values");
            };
            let mut object = serde_json::Map::new();
            for (name, value) in entries {
                match (&name.data, &value.data) {
                    (
                        YamlData::Value(Scalar::String(name)),
                        YamlData::Value(Scalar::String(value)),
                    ) => {
                        object.insert(name.to_string(), Json::String(value.to_string()));
                    }
                    _ => {
                        self.refuse(name, path, "must be a name with a text: put it in quotes");
                    }
                }
            }
            return Json::Object(object);
        }
        if field.cardinality() == Cardinality::Repeated {
            let YamlData::Sequence(items) = &node.data else {
                return self.refuse(node, path, "must be a list");
            };
            let mut list = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{index}]");
                let at = at_of(item);
                self.places.insert(path.clone(), at);
                list.push(self.one(item, field, &path));
            }
            return Json::Array(list);
        }
        self.one(node, field, path)
    }

    fn one(&mut self, node: &MarkedYaml<'_>, field: &FieldDescriptor, path: &str) -> Json {
        match (field.kind(), &node.data) {
            (Kind::Message(message), _) => self.message(node, &message, path),
            (Kind::String, YamlData::Value(Scalar::String(text))) => Json::String(text.to_string()),
            (Kind::String, _) => self.refuse(node, path, "must be a text: put it in quotes"),
            (Kind::Bool, YamlData::Value(Scalar::Boolean(value))) => Json::Bool(*value),
            (Kind::Bool, _) => self.refuse(node, path, "must be `true` or `false`"),
            (Kind::Enum(words), YamlData::Value(Scalar::String(said))) => {
                let prefix = words
                    .values()
                    .next()
                    .map(|zero| zero.name().trim_end_matches("UNSPECIFIED").to_owned())
                    .unwrap_or_default();
                let full = said.to_uppercase().replace('-', "_");
                let found = [full.clone(), format!("{prefix}{full}")]
                    .into_iter()
                    .find(|name| words.get_value_by_name(name).is_some());
                if let Some(name) = found {
                    Json::String(name)
                } else {
                    let known: Vec<String> = words
                        .values()
                        .filter(|word| word.number() != 0)
                        .map(|word| {
                            word.name()
                                .trim_start_matches(prefix.as_str())
                                .to_lowercase()
                        })
                        .collect();
                    self.refuse(node, path, format!("must be one of {}", known.join(", ")))
                }
            }
            (Kind::Enum(_), _) => self.refuse(node, path, "must be a word of the list"),
            (
                Kind::Uint32 | Kind::Int32 | Kind::Uint64,
                YamlData::Value(Scalar::Integer(number)),
            ) if (0..=i64::from(u32::MAX)).contains(number) => Json::from(*number),
            (Kind::Uint64, YamlData::Value(Scalar::String(text)))
                if text.parse::<u64>().is_ok() =>
            {
                Json::String(text.to_string())
            }
            _ => self.refuse(node, path, "must be a whole number"),
        }
    }
}

/// The field whose name is nearest to one that is not.
fn near(descriptor: &MessageDescriptor, said: &str) -> Option<String> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let said = plain(said);
    let same_start = |name: &str| {
        let name = plain(name);
        name.chars()
            .zip(said.chars())
            .take_while(|(a, b)| a == b)
            .count()
    };
    descriptor
        .fields()
        .map(|field| field.json_name().to_owned())
        .max_by_key(|name| same_start(name))
        .filter(|name| same_start(name) * 2 >= said.chars().count().max(4))
}

/// A message as JSON, the way `grpcurl` prints it.
pub fn json<M: prost::Message>(name: &str, message: &M) -> Option<Json> {
    let descriptor = descriptor::message(name)?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).ok()?;
    serde_json::to_value(dynamic).ok()
}
