//! Whether answers for people are coloured, and how.

use std::ffi::OsString;

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};

/// What permits, is new, is as it should be.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What denies, goes, is wrong.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is to be looked at.
pub(super) const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// A text in a style; `print::line` takes it off where there are to be no colours.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Whether answers for people are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that can, unless the environment says otherwise.
    Auto,
    /// Wherever it goes.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// What the words of the command say, before they are read: what is said about wrong words, and the
    /// help, heed it too.
    pub(super) fn said(words: impl Iterator<Item = OsString>) -> Self {
        let words = words.filter_map(|word| word.into_string().ok());
        let mut words = words.take_while(|word| word != "--");
        let mut said = Self::Auto;
        while let Some(word) = words.next() {
            let value = match word.strip_prefix("--color") {
                Some("") => words.next(),
                Some(rest) => rest.strip_prefix('=').map(ToOwned::to_owned),
                None => None,
            };
            if let Some(value) = value.and_then(|value| Self::from_str(&value, false).ok()) {
                said = value;
            }
        }
        said
    }

    /// Heeds it for all that is written from now on.
    pub(super) fn heed(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}
