//! A file beside the description of its message: what is wrong in it, and where its fields stand.

use std::collections::BTreeMap;

use prost_reflect::{Cardinality, FieldDescriptor, Kind, MessageDescriptor};
use saphyr::{MarkedYaml, Scalar, YamlData};
use serde_json::Value as Json;

use super::lines::Part;
use super::{At, Fault};
use crate::wire::descriptor;

fn at_of(node: &MarkedYaml<'_>) -> At {
    At {
        line: node.span.start.line(),
        column: node.span.start.col() + 1,
    }
}

/// Walks a file beside the description of its message.
pub(super) struct Walk {
    pub(super) faults: Vec<Fault>,
    pub(super) places: BTreeMap<String, At>,
    /// How many records stand in the documents before this one.
    pub(super) before: usize,
    /// Where the header of an export stands.
    header: Option<At>,
    /// The trailer of an export.
    pub(super) trailer: Option<Json>,
}

impl Walk {
    /// At the top of a file.
    pub(super) fn new(top: At) -> Self {
        Self {
            faults: Vec::new(),
            places: BTreeMap::from([(String::new(), top)]),
            before: 0,
            header: None,
            trailer: None,
        }
    }

    /// A line of an export: its record, or nothing where it is the header or the trailer.
    pub(super) fn part(
        &mut self,
        document: &MarkedYaml<'_>,
        part: Part,
        value: &MarkedYaml<'_>,
    ) -> Json {
        let (path, name) = match part {
            Part::Header => ("header".to_owned(), "TransferHeader"),
            Part::Record => (format!("records[{}]", self.before), "Record"),
            Part::Trailer => ("trailer".to_owned(), "TransferTrailer"),
        };
        let Some(descriptor) = descriptor::message(name) else {
            return Json::Null;
        };
        if self.trailer.is_some() {
            return self.refuse(
                document,
                &path,
                "stands after the trailer: one export a file",
            );
        }
        if part == Part::Header && (self.header.is_some() || self.before > 0) {
            return self.refuse(document, &path, "must come first: one export a file");
        }
        self.places.insert(path.clone(), at_of(document));
        let read = self.message(value, &descriptor, &path);
        let mut object = serde_json::Map::new();
        match part {
            Part::Header => {
                self.header = Some(at_of(document));
                let said = read.as_object().into_iter().flat_map(serde_json::Map::keys);
                if said.into_iter().any(|name| name != "revision") {
                    let message = "says how to import, which is said to the command: leave all but `revision` out";
                    self.refuse(document, &path, message);
                }
            }
            Part::Record => {
                object.insert("records".to_owned(), Json::Array(vec![read]));
            }
            Part::Trailer => self.trailer = Some(read),
        }
        Json::Object(object)
    }

    /// An export that begins comes to its end.
    pub(super) fn end(&mut self) {
        if let (Some(at), None) = (self.header, &self.trailer) {
            self.faults.push(Fault {
                at,
                path: "header".to_owned(),
                message: "has no trailer at the end of the file: the export was cut short"
                    .to_owned(),
            });
        }
    }

    fn refuse(&mut self, node: &MarkedYaml<'_>, path: &str, message: impl Into<String>) -> Json {
        let at = at_of(node);
        self.faults.push(Fault {
            at,
            path: path.to_owned(),
            message: message.into(),
        });
        Json::Null
    }

    pub(super) fn message(
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
            let before = if path == "records" { self.before } else { 0 };
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{}]", before + index);
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
