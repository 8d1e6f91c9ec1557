//! Files of records: the API's own JSON mapping as YAML, as JSON, or as the lines of an export. Whatever
//! is wrong in a file is told with its line, all at once.

mod lines;
mod walk;

use std::collections::BTreeMap;
use std::fmt;

use prost::Message as _;
use prost_reflect::DynamicMessage;
use ropa_proto::v1 as pb;
use saphyr::{LoadableYamlNode, MarkedYaml};
use saphyr_parser::{Event, Parser};
use serde_json::Value as Json;

use self::lines::Lines;
use self::walk::Walk;
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
    /// What the export says of itself that it is the lines of.
    pub trailer: Option<pb::TransferTrailer>,
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
    let lines = Lines::new(text);
    let as_written = |at: &mut At| at.column = lines.column(at.line, at.column);
    match read_apart(name, &lines.text) {
        Ok(mut document) => {
            document.places.values_mut().for_each(as_written);
            Ok(document)
        }
        Err(mut faults) => {
            for fault in &mut faults {
                as_written(&mut fault.at);
            }
            Err(faults)
        }
    }
}

/// Reads a file whose documents stand apart.
fn read_apart<M: prost::Message + Default>(
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
    let mut walk = Walk::new(top);
    let mut whole = serde_json::Map::new();
    for document in load(text)? {
        walk.before = whole
            .get("records")
            .and_then(Json::as_array)
            .map_or(0, Vec::len);
        let read = match lines::part(&document) {
            Some((part, value)) if name == "Inventory" => walk.part(&document, part, value),
            _ => walk.message(&document, &descriptor, ""),
        };
        let Json::Object(part) = read else {
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
    walk.end();
    if !walk.faults.is_empty() {
        walk.faults
            .sort_by_key(|fault| (fault.at.line, fault.at.column));
        return Err(walk.faults);
    }
    let trailer = walk
        .trailer
        .map(|said| decode("TransferTrailer", said))
        .transpose()
        .map_err(|error| fault(&error))?;
    Ok(Document {
        message: decode(name, Json::Object(whole)).map_err(|error| fault(&error))?,
        trailer,
        places: walk.places,
    })
}

/// A message of this name from its JSON.
fn decode<M: prost::Message + Default>(name: &str, said: Json) -> Result<M, String> {
    let descriptor = descriptor::message(name).ok_or("this kind of file is not known")?;
    let dynamic =
        DynamicMessage::deserialize(descriptor, said).map_err(|error| error.to_string())?;
    M::decode(dynamic.encode_to_vec().as_slice()).map_err(|_| "cannot be read".to_owned())
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

/// A message as JSON, the way `grpcurl` prints it.
pub fn json<M: prost::Message>(name: &str, message: &M) -> Option<Json> {
    let descriptor = descriptor::message(name)?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).ok()?;
    serde_json::to_value(dynamic).ok()
}
