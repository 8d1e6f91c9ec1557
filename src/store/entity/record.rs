//! What every record has, in its table.

use sea_orm::entity::prelude::*;

use super::shape::{Cell, cells};
use crate::domain::key::{Key, Kind, RecordName};
use crate::domain::record::{self as domain, Body, Envelope, Gap, Provenance};

cells!(Provenance {
    document,
    section,
    statement,
    source_id
});
cells!(Gap { field, kind, note });

/// A row of `record`: the envelope of a record of any kind.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record")]
pub(crate) struct Model {
    /// The kind, in the word of its table.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The key among those of its kind.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// How people call it.
    pub display_name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Whether it counts.
    pub state: String,
    /// The first day it is in force.
    pub valid_from: Option<String>,
    /// The last day it is in force.
    pub valid_until: Option<String>,
    /// Where it was stated.
    pub provenance: Option<Json>,
    /// Where its source is silent.
    pub gaps: Option<Json>,
    /// Words of the organisation's own.
    pub labels: Option<Json>,
    /// When it was last looked at.
    pub reviewed_on: Option<String>,
    /// How often it is to be looked at.
    pub review_every: Option<String>,
    /// The number of the change set that last touched it.
    pub revision: i64,
}

/// The bodies are reached through the name.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The row of a record.
    pub(crate) fn hold(record: &domain::Record, revision: i64) -> Self {
        use super::shape::Column as _;
        let Envelope {
            display_name,
            description,
            state,
            valid_from,
            valid_until,
            provenance,
            gaps,
            labels,
            reviewed_on,
            review_every,
        } = &record.envelope;
        Self {
            kind: record.name.kind.word().to_owned(),
            key: record.name.key.to_string(),
            display_name: Option::hold(display_name.cell()),
            description: Option::hold(description.cell()),
            state: state.as_str().to_owned(),
            valid_from: Option::hold(valid_from.cell()),
            valid_until: Option::hold(valid_until.cell()),
            provenance: Option::hold(provenance.cell()),
            gaps: Option::hold(gaps.cell()),
            labels: Option::hold(labels.cell()),
            reviewed_on: Option::hold(reviewed_on.cell()),
            review_every: Option::hold(review_every.cell()),
            revision,
        }
    }

    /// The name of the record; or the column that does not hold what it should.
    pub(crate) fn name(&self) -> Result<RecordName, &'static str> {
        let kind = Kind::parse(&self.kind).ok_or("kind")?;
        Ok(RecordName::new(
            kind,
            Key::parse(kind, &self.key).ok_or("key")?,
        ))
    }

    /// The record, with its body; or the column that does not hold what it should.
    pub(crate) fn record(self, body: Body) -> Result<domain::Record, &'static str> {
        fn read<T: Cell>(
            column: impl super::shape::Column,
            name: &'static str,
        ) -> Result<T, &'static str> {
            T::parse(column.give()).ok_or(name)
        }
        let name = self.name()?;
        let envelope = Envelope {
            display_name: read(self.display_name, "display_name")?,
            description: read(self.description, "description")?,
            state: read(Some(self.state), "state")?,
            valid_from: read(self.valid_from, "valid_from")?,
            valid_until: read(self.valid_until, "valid_until")?,
            provenance: read(self.provenance, "provenance")?,
            gaps: read(self.gaps, "gaps")?,
            labels: read(self.labels, "labels")?,
            reviewed_on: read(self.reviewed_on, "reviewed_on")?,
            review_every: read(self.review_every, "review_every")?,
        };
        Ok(domain::Record {
            name,
            envelope,
            body,
        })
    }
}
