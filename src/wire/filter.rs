//! The small filter of lists: terms joined by AND.

use super::violation::Refusal;
use crate::domain::key::Kind;
use crate::domain::record::{Record, State};
use crate::domain::shape::Text;

/// The most characters of a filter.
const CHARS: usize = 1_000;
/// The most terms of a filter.
const TERMS: usize = 20;

/// Which records a list is of: those that every term takes.
#[derive(Clone, Debug, Default)]
pub struct Filter(Vec<Term>);

#[derive(Clone, Debug)]
struct Term {
    field: Field,
    equal: bool,
}

#[derive(Clone, Debug)]
enum Field {
    Kind(Kind),
    Key(String),
    KeyPrefix(String),
    State(State),
    Label(String, String),
    HasLabel(String),
}

impl Filter {
    /// Reads a filter; or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |message| Refusal::new("FILTER_INVALID", "filter", message);
        if text.chars().count() > CHARS {
            return Err(refuse("is too long: at most 1000 characters"));
        }
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let terms: Vec<&str> = text.split(" AND ").collect();
        if terms.len() > TERMS {
            return Err(refuse("has too many terms: at most 20"));
        }
        terms.into_iter().map(term).collect::<Option<Vec<_>>>().map(Self).ok_or_else(|| refuse("cannot be read: write terms like `kind = purpose`, `key : \"contact.\"`, `state != draft`, `labels.team = crm`, joined by AND"))
    }

    /// Whether it takes a record.
    pub fn takes(&self, record: &Record) -> bool {
        self.0.iter().all(|term| {
            let met = match &term.field {
                Field::Kind(kind) => record.name.kind == *kind,
                Field::Key(key) => record.name.key.as_str() == key,
                Field::KeyPrefix(prefix) => record.name.key.as_str().starts_with(prefix.as_str()),
                Field::State(state) => record.envelope.state == *state,
                Field::Label(name, value) => record.envelope.labels.get(name) == Some(value),
                Field::HasLabel(name) => record.envelope.labels.contains_key(name),
            };
            met == term.equal
        })
    }
}

fn term(text: &str) -> Option<Term> {
    let (at, operator) = ["!=", "=", ":"]
        .iter()
        .filter_map(|operator| Some((text.find(operator)?, *operator)))
        .min()?;
    let field = text.get(..at)?.trim();
    let value = text.get(at + operator.len()..)?.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value);
    if value.is_empty() || value.contains(['"', ' ']) && !field.starts_with("labels.") {
        return None;
    }
    let equal = operator != "!=";
    let field = match (field, operator) {
        ("kind", "=" | "!=") => Field::Kind(Kind::parse(value)?),
        ("key", "=" | "!=") => Field::Key(value.to_owned()),
        ("key", _) => Field::KeyPrefix(value.trim_end_matches('*').to_owned()),
        ("state", "=" | "!=") => {
            let word = value.to_uppercase();
            Field::State(State::parse(
                word.strip_prefix("RECORD_STATE_").unwrap_or(&word),
            )?)
        }
        (label, ":") if value == "*" => Field::HasLabel(label.strip_prefix("labels.")?.to_owned()),
        (label, "=" | "!=") => {
            Field::Label(label.strip_prefix("labels.")?.to_owned(), value.to_owned())
        }
        _ => return None,
    };
    Some(Term { field, equal })
}
