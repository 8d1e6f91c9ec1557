//! How a message becomes a value and a value a message, by the shape of its fields.

use super::violation::Reader;
use crate::domain::date::Instant;
use crate::domain::shape::{Text, Words};

/// The most characters of a text of a record.
pub const TEXT_CHARS: usize = 8_192;
/// The most items of a list of a record.
pub const LIST_ITEMS: usize = 10_000;

/// One thing read from its form on the wire. `None` when it is not said, or is wrong and told so.
pub trait ReadOne<W>: Sized {
    /// Reads it.
    fn read_one(said: W, reader: &mut Reader) -> Option<Self>;
}

/// A field read from its form on the wire, said or not.
pub trait Read<W> {
    /// Reads it.
    fn read(said: W, reader: &mut Reader) -> Self;
}

/// One thing said in its form on the wire.
pub trait SayOne<W> {
    /// Says it.
    fn say_one(&self) -> W;
}

/// A field said in its form on the wire.
pub trait Say<W> {
    /// Says it.
    fn say(&self) -> W;
}

/// Reads a text that must be said.
pub fn required<T: Text>(said: &str, reader: &mut Reader) -> Option<T> {
    if said.is_empty() {
        reader.refuse(format!("must be said: write {}", T::FORM));
        return None;
    }
    T::read_one(said.to_owned(), reader)
}

impl<T: Text> ReadOne<String> for T {
    fn read_one(said: String, reader: &mut Reader) -> Option<Self> {
        if said.is_empty() {
            return None;
        }
        let value = T::parse(&said);
        if value.is_none() {
            reader.refuse(format!("is malformed: write {}", T::FORM));
        }
        value
    }
}

impl<T: Words> ReadOne<i32> for T {
    fn read_one(said: i32, reader: &mut Reader) -> Option<Self> {
        let value = T::from_number(said);
        if value.is_none() && said != 0 {
            reader.refuse(format!("is no number of this list: write {}", T::FORM));
        }
        value
    }
}

impl ReadOne<bool> for bool {
    fn read_one(said: bool, _: &mut Reader) -> Option<Self> {
        Some(said)
    }
}

impl ReadOne<u32> for u32 {
    fn read_one(said: u32, reader: &mut Reader) -> Option<Self> {
        // What the columns of both databases hold.
        if i32::try_from(said).is_err() {
            reader.refuse("is too large: at most 2147483647");
        }
        Some(said)
    }
}

impl ReadOne<prost_types::Timestamp> for Instant {
    fn read_one(said: prost_types::Timestamp, reader: &mut Reader) -> Option<Self> {
        let micros = said
            .seconds
            .checked_mul(1_000_000)
            .and_then(|us| us.checked_add(i64::from(said.nanos / 1_000)));
        let value = micros
            .filter(|_| (0..1_000_000_000).contains(&said.nanos))
            .and_then(Self::from_micros);
        if value.is_none() {
            reader.refuse("is no time: write an RFC 3339 time, like 2026-06-01T10:00:00Z");
        }
        value
    }
}

impl SayOne<prost_types::Timestamp> for Instant {
    fn say_one(&self) -> prost_types::Timestamp {
        let micros = self.micros();
        let nanos = i32::try_from(micros.rem_euclid(1_000_000)).unwrap_or_default() * 1_000;
        prost_types::Timestamp {
            seconds: micros.div_euclid(1_000_000),
            nanos,
        }
    }
}

impl<T: Text> Read<String> for Option<T> {
    fn read(said: String, reader: &mut Reader) -> Self {
        T::read_one(said, reader)
    }
}

impl<T: Words> Read<i32> for Option<T> {
    fn read(said: i32, reader: &mut Reader) -> Self {
        T::read_one(said, reader)
    }
}

impl<W, T: ReadOne<W>> Read<Option<W>> for Option<T> {
    fn read(said: Option<W>, reader: &mut Reader) -> Self {
        T::read_one(said?, reader)
    }
}

impl<W, T: ReadOne<W>> Read<Vec<W>> for Vec<T> {
    fn read(said: Vec<W>, reader: &mut Reader) -> Self {
        if said.len() > LIST_ITEMS {
            reader.refuse(format!("holds too many items: at most {LIST_ITEMS}"));
            return Self::new();
        }
        let mut values = Self::with_capacity(said.len());
        for (index, one) in said.into_iter().enumerate() {
            reader.item(index, |reader| {
                let refused = reader.refused();
                match T::read_one(one, reader) {
                    Some(value) => values.push(value),
                    None if reader.refused() == refused => {
                        reader.refuse("is empty: leave the item out, or say it");
                    }
                    None => {}
                }
            });
        }
        values
    }
}

impl ReadOne<Self> for String {
    fn read_one(said: Self, reader: &mut Reader) -> Option<Self> {
        let text = <Self as Read<Self>>::read(said, reader);
        (!text.is_empty()).then_some(text)
    }
}

impl Read<Self> for String {
    fn read(said: Self, reader: &mut Reader) -> Self {
        if said.chars().count() > TEXT_CHARS {
            reader.refuse(format!("is too long: at most {TEXT_CHARS} characters"));
        }
        if said
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            reader.refuse("holds control characters: write plain text");
        }
        said
    }
}

impl<T: Text> SayOne<String> for T {
    fn say_one(&self) -> String {
        self.text()
    }
}

impl<T: Words> SayOne<i32> for T {
    fn say_one(&self) -> i32 {
        self.number()
    }
}

impl SayOne<bool> for bool {
    fn say_one(&self) -> bool {
        *self
    }
}

impl SayOne<u32> for u32 {
    fn say_one(&self) -> u32 {
        *self
    }
}

impl SayOne<Self> for String {
    fn say_one(&self) -> Self {
        self.clone()
    }
}

impl<T: Text> Say<String> for Option<T> {
    fn say(&self) -> String {
        self.as_ref().map(Text::text).unwrap_or_default()
    }
}

impl<T: Words> Say<i32> for Option<T> {
    fn say(&self) -> i32 {
        self.map_or(0, Words::number)
    }
}

impl<W, T: SayOne<W>> Say<Option<W>> for Option<T> {
    fn say(&self) -> Option<W> {
        self.as_ref().map(SayOne::say_one)
    }
}

impl<W, T: SayOne<W>> Say<Vec<W>> for Vec<T> {
    fn say(&self) -> Vec<W> {
        self.iter().map(SayOne::say_one).collect()
    }
}

impl Say<Self> for String {
    fn say(&self) -> Self {
        self.clone()
    }
}

/// A message and the value of the same name and fields. The message is taken apart whole: a field
/// that is added to it stops the build until somebody decides what it means.
macro_rules! message {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::wire::shape::ReadOne<::ropa_proto::v1::$name> for $name {
            fn read_one(said: ::ropa_proto::v1::$name, reader: &mut $crate::wire::violation::Reader) -> Option<Self> {
                let ::ropa_proto::v1::$name { $($field),* } = said;
                Some(Self {
                    $($field: reader.field(stringify!($field), |reader| $crate::wire::shape::Read::read($field, reader)),)*
                })
            }
        }

        impl $crate::wire::shape::SayOne<::ropa_proto::v1::$name> for $name {
            fn say_one(&self) -> ::ropa_proto::v1::$name {
                ::ropa_proto::v1::$name { $($field: $crate::wire::shape::Say::say(&self.$field),)* }
            }
        }
    };
}
pub(super) use message;

/// A `oneof` and the value of the same name and variants.
macro_rules! choice {
    ($name:ident: $module:ident::$oneof:ident { $($variant:ident $field:ident),* $(,)? }) => {
        impl $crate::wire::shape::ReadOne<::ropa_proto::v1::$module::$oneof> for $name {
            fn read_one(
                said: ::ropa_proto::v1::$module::$oneof,
                reader: &mut $crate::wire::violation::Reader,
            ) -> Option<Self> {
                use ::ropa_proto::v1::$module::$oneof as Said;
                match said {
                    $(Said::$variant(value) => reader
                        .sibling(stringify!($field), |reader| $crate::wire::shape::ReadOne::read_one(value, reader))
                        .map(Self::$variant),)*
                }
            }
        }

        impl $crate::wire::shape::SayOne<::ropa_proto::v1::$module::$oneof> for $name {
            fn say_one(&self) -> ::ropa_proto::v1::$module::$oneof {
                use ::ropa_proto::v1::$module::$oneof as Said;
                match self {
                    $(Self::$variant(value) => Said::$variant($crate::wire::shape::SayOne::say_one(value)),)*
                }
            }
        }
    };
}
pub(super) use choice;
