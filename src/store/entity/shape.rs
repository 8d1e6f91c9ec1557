//! How a value becomes the columns of a table, and columns a value. What is absent is NULL.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::Json;

use crate::domain::shape::Text;

/// A value that stands in a column, or inside a JSON column under the names of the API.
pub(crate) trait Cell: Sized {
    /// The value as JSON; null when there is none.
    fn cell(&self) -> Json;

    /// Reads it back; `None` when it cannot have been written by [`Cell::cell`].
    fn parse(cell: Json) -> Option<Self>;
}

impl<T: Text> Cell for T {
    fn cell(&self) -> Json {
        Json::String(self.text())
    }

    fn parse(cell: Json) -> Option<Self> {
        T::parse(cell.as_str()?)
    }
}

impl Cell for String {
    fn cell(&self) -> Json {
        if self.is_empty() {
            Json::Null
        } else {
            Json::String(self.clone())
        }
    }

    fn parse(cell: Json) -> Option<Self> {
        match cell {
            Json::Null => Some(Self::new()),
            Json::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Cell for bool {
    fn cell(&self) -> Json {
        Json::Bool(*self)
    }

    fn parse(cell: Json) -> Option<Self> {
        cell.as_bool()
    }
}

impl Cell for u32 {
    fn cell(&self) -> Json {
        Json::from(*self)
    }

    fn parse(cell: Json) -> Option<Self> {
        cell.as_u64()?.try_into().ok()
    }
}

impl<T: Cell> Cell for Option<T> {
    fn cell(&self) -> Json {
        self.as_ref().map_or(Json::Null, Cell::cell)
    }

    fn parse(cell: Json) -> Option<Self> {
        if cell.is_null() {
            Some(None)
        } else {
            T::parse(cell).map(Some)
        }
    }
}

impl<T: Cell> Cell for Vec<T> {
    fn cell(&self) -> Json {
        if self.is_empty() {
            Json::Null
        } else {
            Json::Array(self.iter().map(Cell::cell).collect())
        }
    }

    fn parse(cell: Json) -> Option<Self> {
        match cell {
            Json::Null => Some(Self::new()),
            Json::Array(cells) => cells.into_iter().map(T::parse).collect(),
            _ => None,
        }
    }
}

impl Cell for BTreeMap<String, String> {
    fn cell(&self) -> Json {
        if self.is_empty() {
            return Json::Null;
        }
        Json::Object(
            self.iter()
                .map(|(name, value)| (name.clone(), Json::String(value.clone())))
                .collect(),
        )
    }

    fn parse(cell: Json) -> Option<Self> {
        match cell {
            Json::Null => Some(Self::new()),
            Json::Object(cells) => cells
                .into_iter()
                .map(|(name, value)| Some((name, String::parse(value)?)))
                .collect(),
            _ => None,
        }
    }
}

/// A column of a table.
pub(crate) trait Column: Sized {
    /// Holds a cell; what does not fit is a fault of the entity, and read back as absent.
    fn hold(cell: Json) -> Self;

    /// Gives it back.
    fn give(self) -> Json;
}

impl Column for Option<String> {
    fn hold(cell: Json) -> Self {
        match cell {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    fn give(self) -> Json {
        self.map_or(Json::Null, Json::String)
    }
}

impl Column for Option<bool> {
    fn hold(cell: Json) -> Self {
        cell.as_bool()
    }

    fn give(self) -> Json {
        self.map_or(Json::Null, Json::Bool)
    }
}

impl Column for Option<i32> {
    fn hold(cell: Json) -> Self {
        cell.as_i64()?.try_into().ok()
    }

    fn give(self) -> Json {
        self.map_or(Json::Null, Json::from)
    }
}

impl Column for Option<Json> {
    fn hold(cell: Json) -> Self {
        (!cell.is_null()).then_some(cell)
    }

    fn give(self) -> Json {
        self.unwrap_or(Json::Null)
    }
}

/// A table that holds the bodies of one kind of record.
pub(crate) trait Holds: Sized {
    /// The row of a record; `None` if it is of another kind.
    fn hold(record: &crate::domain::record::Record) -> Option<Self>;

    /// The body; or the column that does not hold what it should.
    fn body(self) -> Result<crate::domain::record::Body, &'static str>;

    /// The key of the record.
    fn key(&self) -> &str;
}

/// An empty body of the kind that `make` makes.
pub(crate) fn empty<T: Default>(_: fn(T) -> crate::domain::record::Body) -> T {
    T::default()
}

/// The table of one kind of record: a documented column for each field of its body.
macro_rules! table {
    ($(#[$doc:meta])* $module:ident: $table:literal holds $kind:ident { $($(#[$column_doc:meta])* $column:ident: $type:ty,)* }) => {
        $(#[$doc])*
        pub mod $module {
            use sea_orm::entity::prelude::*;

            use $crate::domain::record::{Body, Record};
            use $crate::store::entity::shape::{Cell, Column as _, Holds, empty};

            #[doc = concat!("A row of `", $table, "`: the body of a record.")]
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                /// The kind of the record; always this table's.
                pub record_kind: String,
                /// The key of the record.
                #[sea_orm(primary_key, auto_increment = false)]
                pub record_key: String,
                $($(#[$column_doc])* pub $column: $type,)*
            }

            /// The record is reached through its name.
            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}

            impl Holds for Model {
                fn hold(record: &Record) -> Option<Self> {
                    let Body::$kind(body) = &record.body else { return None };
                    Some(Self {
                        record_kind: record.name.kind.word().to_owned(),
                        record_key: record.name.key.to_string(),
                        $($column: <$type>::hold(body.$column.cell()),)*
                    })
                }

                fn body(self) -> Result<Body, &'static str> {
                    let mut body = empty(Body::$kind);
                    $(body.$column = Cell::parse(self.$column.give()).ok_or(stringify!($column))?;)*
                    Ok(Body::$kind(body))
                }

                fn key(&self) -> &str {
                    &self.record_key
                }
            }
        }
    };
}
pub(super) use table;

/// A group of fields inside a JSON column.
macro_rules! cells {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::store::entity::shape::Cell for $name {
            fn cell(&self) -> sea_orm::entity::prelude::Json {
                let mut cells = serde_json::Map::new();
                $({
                    let cell = $crate::store::entity::shape::Cell::cell(&self.$field);
                    if !cell.is_null() {
                        cells.insert(stringify!($field).to_owned(), cell);
                    }
                })*
                sea_orm::entity::prelude::Json::Object(cells)
            }

            fn parse(cell: sea_orm::entity::prelude::Json) -> Option<Self> {
                let sea_orm::entity::prelude::Json::Object(mut cells) = cell else { return None };
                Some(Self {
                    $($field: $crate::store::entity::shape::Cell::parse(
                        cells.remove(stringify!($field)).unwrap_or(sea_orm::entity::prelude::Json::Null),
                    )?,)*
                })
            }
        }
    };
}
pub(crate) use cells;

/// One of several fields inside a JSON column, under the name of what was chosen.
macro_rules! one_of {
    ($name:ident { $($variant:ident $field:ident),* $(,)? }) => {
        impl $crate::store::entity::shape::Cell for $name {
            fn cell(&self) -> sea_orm::entity::prelude::Json {
                let (name, cell) = match self {
                    $(Self::$variant(value) => (stringify!($field), $crate::store::entity::shape::Cell::cell(value)),)*
                };
                sea_orm::entity::prelude::Json::Object(serde_json::Map::from_iter([(name.to_owned(), cell)]))
            }

            fn parse(cell: sea_orm::entity::prelude::Json) -> Option<Self> {
                let sea_orm::entity::prelude::Json::Object(cells) = cell else { return None };
                let (name, cell) = cells.into_iter().next()?;
                match name.as_str() {
                    $(stringify!($field) => $crate::store::entity::shape::Cell::parse(cell).map(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(super) use one_of;
