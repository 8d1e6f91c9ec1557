//! The first schema: records with a body table for each kind, who refers to whom, and the history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, binary_null, boolean_null, integer, integer_null, json_null, string,
    string_null, text, text_null,
};

mod bodies;

use bodies::{BODIES, Holds};

/// The first schema.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261125_000001_create_registry"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(record()).await?;
        for (table, columns) in BODIES {
            manager.create_table(body(table, columns)).await?;
        }
        manager.create_table(reference()).await?;
        let to = Index::create()
            .name("ix_reference_to")
            .table("reference")
            .col("to_kind")
            .col("to_key")
            .to_owned();
        manager.create_index(to).await?;
        manager.create_table(registry_head()).await?;
        manager.create_table(change_set()).await?;
        manager.create_table(change()).await?;
        let of = Index::create()
            .name("ix_change_record")
            .table("change")
            .col("kind")
            .col("key")
            .col("number")
            .to_owned();
        manager.create_index(of).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["change", "change_set", "registry_head", "reference"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        for (table, _) in BODIES {
            manager
                .drop_table(Table::drop().table(*table).to_owned())
                .await?;
        }
        manager
            .drop_table(Table::drop().table("record").to_owned())
            .await
    }
}

fn record() -> TableCreateStatement {
    Table::create()
        .table("record")
        .col(string("kind"))
        .col(string("key"))
        .col(text_null("display_name"))
        .col(text_null("description"))
        .col(string("state"))
        .col(string_null("valid_from"))
        .col(string_null("valid_until"))
        .col(json_null("provenance"))
        .col(json_null("gaps"))
        .col(json_null("labels"))
        .col(string_null("reviewed_on"))
        .col(string_null("review_every"))
        .col(big_integer("revision"))
        .primary_key(Index::create().col("kind").col("key"))
        .to_owned()
}

/// A body belongs to its record, and goes with it.
fn body(table: &'static str, columns: &'static [(&'static str, Holds)]) -> TableCreateStatement {
    let mut create = Table::create();
    create
        .table(table)
        .col(string("record_kind").check(Expr::col("record_kind").eq(table)))
        .col(string("record_key").primary_key());
    for (name, holds) in columns {
        match holds {
            Holds::Text => create.col(text_null(*name)),
            Holds::Flag => create.col(boolean_null(*name)),
            Holds::Number => create.col(integer_null(*name)),
            Holds::Data => create.col(json_null(*name)),
        };
    }
    let owner = ForeignKey::create()
        .name(format!("fk_{table}_record"))
        .from(table, ("record_kind", "record_key"))
        .to("record", ("kind", "key"))
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned();
    create.foreign_key(&mut owner.clone()).to_owned()
}

/// What a record refers to cannot be taken away.
fn reference() -> TableCreateStatement {
    Table::create()
        .table("reference")
        .col(string("from_kind"))
        .col(string("from_key"))
        .col(string("field"))
        .col(string("to_kind"))
        .col(string("to_key"))
        .primary_key(
            Index::create()
                .col("from_kind")
                .col("from_key")
                .col("field"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_reference_from")
                .from("reference", ("from_kind", "from_key"))
                .to("record", ("kind", "key"))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_reference_to")
                .from("reference", ("to_kind", "to_key"))
                .to("record", ("kind", "key"))
                .on_delete(ForeignKeyAction::Restrict),
        )
        .to_owned()
}

fn registry_head() -> TableCreateStatement {
    Table::create()
        .table("registry_head")
        .col(integer("id").primary_key().check(Expr::col("id").eq(1)))
        .col(binary("registry_id"))
        .col(big_integer("number"))
        .col(binary("hash"))
        .to_owned()
}

fn change_set() -> TableCreateStatement {
    Table::create()
        .table("change_set")
        .col(big_integer("number").primary_key())
        .col(big_integer("time_us"))
        .col(text("actor"))
        .col(text("reason"))
        .col(string_null("request_id").unique_key())
        .col(binary("request_digest"))
        .col(binary("hash"))
        .to_owned()
}

fn change() -> TableCreateStatement {
    Table::create()
        .table("change")
        .col(big_integer("number"))
        .col(integer("position"))
        .col(string("kind"))
        .col(string("key"))
        .col(binary_null("before"))
        .col(binary_null("after"))
        .primary_key(Index::create().col("number").col("position"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_change_set")
                .from("change", "number")
                .to("change_set", "number"),
        )
        .to_owned()
}
