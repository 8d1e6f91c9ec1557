//! The API as its descriptors say it, with the comments.

use std::collections::HashMap;

use prost::Message;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet};

/// What a thing of the API is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Service,
    Method,
    Message,
    Field,
    Choice,
    Enum,
    Value,
}

/// A thing of the API, with what is said of it.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// What it is.
    pub(crate) what: What,
    /// Its whole name; a method as `ropa.v1.DecisionService/Check`.
    pub(crate) name: String,
    /// The comment above it, without the slashes.
    pub(crate) comment: String,
}

/// The files of `ropa.v1`.
pub(crate) fn files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(ropa_proto::FILE_DESCRIPTOR_SET).expect("descriptors");
    let files = set.file.into_iter();
    let ours: Vec<_> = files.filter(|file| file.package() == "ropa.v1").collect();
    assert!(!ours.is_empty());
    ours
}

/// Everything in `ropa.v1`, in the order of the files.
pub(crate) fn things() -> Vec<Thing> {
    files().iter().flat_map(of_file).collect()
}

fn of_file(file: &FileDescriptorProto) -> Vec<Thing> {
    let info = file.source_code_info.as_ref().expect("comments");
    let comments: HashMap<&[i32], &str> = info
        .location
        .iter()
        .map(|place| (place.path.as_slice(), place.leading_comments()))
        .collect();
    let mut walk = Walk {
        comments,
        found: Vec::new(),
    };
    // The numbers are those of the fields of google/protobuf/descriptor.proto.
    for (index, message) in (0..).zip(&file.message_type) {
        walk.message(message, file.package(), &[4, index]);
    }
    for (index, words) in (0..).zip(&file.enum_type) {
        walk.words(words, file.package(), &[5, index]);
    }
    for (index, service) in (0..).zip(&file.service) {
        let name = format!("{}.{}", file.package(), service.name());
        walk.found(What::Service, name.clone(), &[6, index]);
        for (place, method) in (0..).zip(&service.method) {
            let name = format!("{name}/{}", method.name());
            walk.found(What::Method, name, &[6, index, 2, place]);
        }
    }
    walk.found
}

struct Walk<'a> {
    comments: HashMap<&'a [i32], &'a str>,
    found: Vec<Thing>,
}

impl Walk<'_> {
    fn found(&mut self, what: What, name: String, path: &[i32]) {
        let comment = self.comments.get(path).copied().unwrap_or_default();
        let comment = comment.trim().to_owned();
        self.found.push(Thing {
            what,
            name,
            comment,
        });
    }

    fn message(&mut self, message: &DescriptorProto, within: &str, path: &[i32]) {
        let name = format!("{within}.{}", message.name());
        if message
            .options
            .as_ref()
            .is_some_and(prost_types::MessageOptions::map_entry)
        {
            return;
        }
        self.found(What::Message, name.clone(), path);
        for (index, field) in (0..).zip(&message.field) {
            let name = format!("{name}.{}", field.name());
            self.found(What::Field, name, &[path, &[2, index]].concat());
        }
        for (index, choice) in (0..).zip(&message.oneof_decl) {
            // `optional` is a choice of one, which nobody wrote.
            if !choice.name().starts_with('_') {
                let name = format!("{name}.{}", choice.name());
                self.found(What::Choice, name, &[path, &[8, index]].concat());
            }
        }
        for (index, inner) in (0..).zip(&message.nested_type) {
            self.message(inner, &name, &[path, &[3, index]].concat());
        }
        for (index, words) in (0..).zip(&message.enum_type) {
            self.words(words, &name, &[path, &[4, index]].concat());
        }
    }

    fn words(&mut self, words: &EnumDescriptorProto, within: &str, path: &[i32]) {
        let name = format!("{within}.{}", words.name());
        self.found(What::Enum, name.clone(), path);
        for (index, value) in (0..).zip(&words.value) {
            let name = format!("{name}.{}", value.name());
            self.found(What::Value, name, &[path, &[2, index]].concat());
        }
    }
}
