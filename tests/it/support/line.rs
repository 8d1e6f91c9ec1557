//! Lines for the shell, as comments and pages show them.

use serde_json::{Deserializer, Value};

/// The address that the lines name: where `make run` serves.
const ADDRESS: &str = "localhost:7421";

/// A line for the shell that calls a method.
#[derive(Debug)]
pub(crate) struct Line {
    /// The messages, as JSON.
    pub(crate) sent: Vec<Value>,
    /// `ropa.v1.Service/Method`.
    pub(crate) method: String,
}

impl Line {
    /// Reads `grpcurl -plaintext [-d '…'] localhost:7421 ropa.v1.Service/Method`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("grpcurl -plaintext ")?;
        let (sent, rest) = match rest.strip_prefix("-d '") {
            Some(rest) => rest.split_once("' ")?,
            // Without data, grpcurl sends one empty message.
            None => ("{}", rest),
        };
        let method = rest.strip_prefix(ADDRESS)?.strip_prefix(' ')?;
        let sent: Result<Vec<Value>, _> = Deserializer::from_str(sent).into_iter().collect();
        Some(Self {
            sent: sent.ok()?,
            method: method.to_owned(),
        })
    }
}
