//! The lines of an export as a file: a header, the records, a trailer, each a JSON object that begins at
//! the beginning of a line, compact or over several lines as `grpcurl` prints them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use saphyr::{MarkedYaml, Scalar, YamlData};
use serde::de::IgnoredAny;

/// What is put before each object but the first, so that each is a document of its own.
const MARK: &str = "--- ";

/// A text with its JSON objects apart.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    /// The text, as YAML of one or several documents.
    pub(super) text: Cow<'a, str>,
    /// The lines with a mark before them, from 1.
    marked: BTreeSet<usize>,
}

impl<'a> Lines<'a> {
    /// Sets JSON objects that follow one another apart; any other text stays as it is.
    pub(super) fn new(text: &'a str) -> Self {
        let starts = starts(text);
        if starts.is_empty() {
            return Self {
                text: Cow::Borrowed(text),
                marked: BTreeSet::new(),
            };
        }
        let mut apart = String::with_capacity(text.len() + starts.len() * MARK.len());
        let mut marked = BTreeSet::new();
        let (mut from, mut line) = (0, 1);
        for start in starts {
            let before = text.get(from..start).unwrap_or_default();
            line += before.matches('\n').count();
            apart.push_str(before);
            apart.push_str(MARK);
            marked.insert(line);
            from = start;
        }
        apart.push_str(text.get(from..).unwrap_or_default());
        Self {
            text: Cow::Owned(apart),
            marked,
        }
    }

    /// The column in the text as it was written.
    pub(super) fn column(&self, line: usize, column: usize) -> usize {
        if self.marked.contains(&line) {
            column.saturating_sub(MARK.len()).max(1)
        } else {
            column
        }
    }
}

/// Where JSON objects begin after another, each at the beginning of a line.
fn starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    if !text.trim_start().starts_with('{') {
        return starts;
    }
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    while let Some(Ok(_)) = objects.next() {
        let end = objects.byte_offset();
        let rest = text.get(end..).unwrap_or_default();
        let space = rest.len() - rest.trim_start().len();
        let between = rest.get(..space).unwrap_or_default();
        if !rest.trim_start().starts_with('{') || !between.ends_with('\n') {
            break;
        }
        starts.push(end + space);
    }
    starts
}

/// What a line of an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Comes first.
    Header,
    /// One record.
    Record,
    /// Comes last.
    Trailer,
}

/// The part of an export that a document is, if it is one.
pub(super) fn part<'d, 'y>(document: &'d MarkedYaml<'y>) -> Option<(Part, &'d MarkedYaml<'y>)> {
    let YamlData::Mapping(fields) = &document.data else {
        return None;
    };
    let (name, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    let YamlData::Value(Scalar::String(name)) = &name.data else {
        return None;
    };
    let part = match name.as_ref() {
        "header" => Part::Header,
        "record" => Part::Record,
        "trailer" => Part::Trailer,
        _ => return None,
    };
    Some((part, value))
}
