//! What all values of the inventory have in common: they may be absent, they may be written as
//! text, and they may refer to records.

use std::fmt;

use super::key::{Key, Kind};

/// Something a person writes and reads as one word: a key, a date, a period, a choice.
pub trait Text: Sized {
    /// What such a text looks like, to end the sentence "write …".
    const FORM: &'static str;

    /// Reads it; `None` when the text is not of the form.
    fn parse(text: &str) -> Option<Self>;

    /// As it is written.
    fn text(&self) -> String;
}

/// A closed list of words. The numbers are those of the API's enums; 0 is "not said" there and has
/// no word here.
pub trait Words: Text + Copy + 'static {
    /// All of them, in the order of their numbers.
    const ALL: &'static [Self];

    /// The number of this word in the API.
    fn number(self) -> i32;

    /// The word of a number of the API.
    fn from_number(number: i32) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|word| word.number() == number)
    }
}

/// Where inside a record something stands: `data[2].category`.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// The record itself.
    Record,
    /// A field.
    Field(&'a Place<'a>, &'static str),
    /// An element of a list, from 0.
    Item(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    /// A field of what stands here.
    #[must_use]
    pub fn field(&'a self, name: &'static str) -> Self {
        Place::Field(self, name)
    }

    /// An element of the list that stands here.
    #[must_use]
    pub fn item(&'a self, index: usize) -> Self {
        Place::Item(self, index)
    }

    /// A field beside this one: the way a choice is told, by the name of what was chosen.
    #[must_use]
    pub fn sibling(&self, name: &'static str) -> Self {
        match *self {
            Place::Field(parent, _) => Place::Field(parent, name),
            other => other,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Record => Ok(()),
            Place::Field(Place::Record, name) => f.write_str(name),
            Place::Field(parent, name) => write!(f, "{parent}.{name}"),
            Place::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Told each reference of a value: where it stands, and which record it names.
pub type Visit<'v> = dyn FnMut(Place<'_>, Kind, &Key) + 'v;

/// A value that may refer to records.
pub trait Refer {
    /// Tells `visit` each reference, in the order of the fields.
    fn refer(&self, at: Place<'_>, visit: &mut Visit<'_>);
}

/// A value that can be taken back where its source turns out to be silent.
pub trait Silence {
    /// Takes back what stands at a path below this value: names of fields, lists without numbers. Of a
    /// list nothing is taken back but what a path into its entries names: it may hold more than it says,
    /// and what it says it says. Entries of which it is not known when or where they hold are taken back whole.
    fn silence(&mut self, path: &[&str]) {
        let _ = path;
    }
}

/// Values without parts, that refer to nothing.
macro_rules! plain {
    ($($type:ty),*) => {
        $(
            impl $crate::domain::shape::Refer for $type {
                fn refer(&self, _: $crate::domain::shape::Place<'_>, _: &mut $crate::domain::shape::Visit<'_>) {}
            }

            impl $crate::domain::shape::Silence for $type {}
        )*
    };
}
pub(crate) use plain;

plain!(bool, u32);

impl Refer for String {
    fn refer(&self, _: Place<'_>, _: &mut Visit<'_>) {}
}

impl Silence for String {
    fn silence(&mut self, path: &[&str]) {
        if path.is_empty() {
            self.clear();
        }
    }
}

impl<T: Refer> Refer for Option<T> {
    fn refer(&self, at: Place<'_>, visit: &mut Visit<'_>) {
        if let Some(value) = self {
            value.refer(at, visit);
        }
    }
}

impl<T: Silence> Silence for Option<T> {
    fn silence(&mut self, path: &[&str]) {
        if path.is_empty() {
            *self = None;
        } else if let Some(value) = self {
            value.silence(path);
        }
    }
}

impl<T: Refer> Refer for Vec<T> {
    fn refer(&self, at: Place<'_>, visit: &mut Visit<'_>) {
        for (index, value) in self.iter().enumerate() {
            value.refer(at.item(index), visit);
        }
    }
}

impl<T: Silence> Silence for Vec<T> {
    fn silence(&mut self, path: &[&str]) {
        match path {
            [] => return,
            // What may be over, or to begin, or be of another country, is not there.
            ["from" | "until" | "valid_from" | "valid_until" | "country"] => return self.clear(),
            _ => {}
        }
        for value in self {
            value.silence(path);
        }
    }
}

/// What stands for all fields, where a field is named.
pub const EVERY_FIELD: &str = "*";

/// A group of fields, each of which may be absent.
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl $crate::domain::shape::Refer for $name {
            fn refer(&self, at: $crate::domain::shape::Place<'_>, visit: &mut $crate::domain::shape::Visit<'_>) {
                $($crate::domain::shape::Refer::refer(&self.$field, at.field(stringify!($field)), visit);)*
            }
        }

        impl $crate::domain::shape::Silence for $name {
            fn silence(&mut self, path: &[&str]) {
                let Some((name, below)) = path.split_first() else { return };
                $(if matches!(*name, stringify!($field) | $crate::domain::shape::EVERY_FIELD) {
                    $crate::domain::shape::Silence::silence(&mut self.$field, below);
                })*
            }
        }
    };
}
pub(crate) use record;

/// One of several fields; each variant bears the name its field has in the API.
macro_rules! choice {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident($type:ty) $field:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant($type),)* }

        impl $crate::domain::shape::Refer for $name {
            fn refer(&self, at: $crate::domain::shape::Place<'_>, visit: &mut $crate::domain::shape::Visit<'_>) {
                match self {
                    $(Self::$variant(value) => $crate::domain::shape::Refer::refer(value, at.sibling($field), visit),)*
                }
            }
        }

        impl $crate::domain::shape::Silence for $name {}
    };
}
pub(crate) use choice;

/// A closed list of words with the numbers of the API.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$word_doc:meta])* $word:ident = $number:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$word_doc])* $word = $number,)* }

        impl $name {
            /// The word in capitals, as in the API but for the name of the list.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text,)* }
            }
        }

        impl $crate::domain::shape::Words for $name {
            const ALL: &'static [Self] = &[$(Self::$word,)*];

            fn number(self) -> i32 {
                self as i32
            }
        }

        impl $crate::domain::shape::Text for $name {
            const FORM: &'static str = concat!("one of" $(, " ", $text)*);

            fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$word),)* _ => None }
            }

            fn text(&self) -> String {
                self.as_str().to_owned()
            }
        }

        $crate::domain::shape::plain!($name);
    };
}
pub(crate) use words;
