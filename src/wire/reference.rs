//! A client's own word for something of its own: echoed, and never logged.

use crate::domain::shape::Text;

/// At most this many characters.
const CHARS: usize = 64;

/// A client's own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Text for Reference {
    const FORM: &'static str =
        "at most 64 lower-case letters, digits, dots, hyphens, colons and underscores";

    fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.len() <= CHARS
            && text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:_".contains(&byte)
            });
        fits.then(|| Self(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}
