//! The first schema: records with a body table for each kind, who refers to whom, and the history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, binary_null, boolean_null, integer, integer_null, json_null, string,
    string_null, text, text_null,
};

/// The first schema.
pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261125_000001_create_registry"
    }
}

/// What a column of a body holds.
enum Holds {
    Text,
    Flag,
    Number,
    Data,
}
use Holds::{Data, Flag, Number, Text};

const BODIES: &[(&str, &[(&str, Holds)])] = &[
    (
        "controller",
        &[
            ("legal_name", Text),
            ("registration", Text),
            ("address", Text),
            ("country", Text),
            ("time_zone", Text),
            ("rights_channels", Data),
            ("lead_authority", Data),
            ("dpo", Data),
            ("representative", Text),
            ("joint_controllers", Data),
            ("public_authority", Flag),
            ("official_authority", Flag),
            ("not_for_profit", Flag),
            ("electronic_communications_operator", Data),
            ("breach_regimes", Data),
        ],
    ),
    (
        "data_category",
        &[
            ("parent", Text),
            ("includes_children", Flag),
            ("successor", Text),
            ("special_category", Text),
            ("criminal", Flag),
            ("national_number", Flag),
            ("communication", Text),
            ("highly_personal", Flag),
            ("required_measures", Data),
            ("employment", Flag),
            ("contact_detail", Flag),
            ("aliases", Data),
            ("notice_group", Text),
        ],
    ),
    (
        "data_subject_category",
        &[
            ("parent", Text),
            ("includes_children", Flag),
            ("successor", Text),
            ("children", Flag),
            ("contract_party", Flag),
            ("indirect_source", Flag),
            ("employees", Flag),
            ("vulnerable", Flag),
        ],
    ),
    (
        "purpose",
        &[
            ("parent", Text),
            ("includes_children", Flag),
            ("direct_marketing", Flag),
            ("communications_use", Text),
            ("research_kind", Text),
            ("national_number_ground", Text),
            ("statement", Text),
            ("aliases", Data),
        ],
    ),
    (
        "legal_basis",
        &[
            ("article", Data),
            ("texts", Data),
            ("channel", Text),
            ("withdrawal_route", Text),
            ("lifetime", Text),
            ("service_conditional", Flag),
            ("imbalance", Flag),
            ("necessity_note", Text),
            ("pre_contract", Flag),
            ("winding_up", Flag),
            ("laws", Data),
            ("other_basis_available", Flag),
            ("incapacity_note", Text),
            ("interest", Text),
            ("whose", Text),
            ("assessment", Text),
            ("objection_route", Text),
            ("professional_secrecy", Flag),
            ("public_evidence", Text),
            ("member_body", Flag),
        ],
    ),
    (
        "assessment",
        &[
            ("kind", Text),
            ("outcome", Text),
            ("assessed_on", Text),
            ("review_on", Text),
            ("changed_since", Flag),
            ("required_measures", Data),
            ("interest", Text),
            ("from_purpose", Text),
            ("to_purpose", Text),
            ("residual_high_risk", Flag),
            ("consultation", Data),
            ("country", Text),
            ("access_regime", Text),
        ],
    ),
    (
        "activity",
        &[
            ("controller", Text),
            ("controller_role", Text),
            ("on_behalf_of", Data),
            ("purpose", Text),
            ("legal_basis", Text),
            ("legal_basis_changed_on", Text),
            ("other_legal_bases", Data),
            ("data", Data),
            ("data_subject_categories", Data),
            ("recipients", Data),
            ("systems", Data),
            ("retention_rules", Data),
            ("required_measures", Data),
            ("measures", Data),
            ("assessments", Data),
            ("dpia_triggers", Data),
            ("automated_decision", Data),
            ("profiling", Flag),
            ("authorised_roles", Data),
            ("sources", Data),
            ("notice_exemption", Data),
            ("offered_to_children", Flag),
            ("preventive_service", Flag),
            ("communication_law", Text),
            ("commercial_evidence", Flag),
            ("public_task", Flag),
            ("frequency", Text),
            ("research_safeguards", Flag),
        ],
    ),
    (
        "recipient",
        &[
            ("kind", Text),
            ("role", Text),
            ("roles", Data),
            ("countries", Data),
            ("established_in", Text),
            ("separate_entity", Flag),
            ("subject_to_gdpr", Flag),
            ("group", Text),
            ("listings", Data),
            ("adequacy_scope", Data),
            ("due_diligence", Data),
            ("authority_state", Text),
            ("advertising_partner", Flag),
        ],
    ),
    (
        "agreement",
        &[
            ("kind", Text),
            ("controller", Text),
            ("parties", Data),
            ("activities", Data),
            ("signed_on", Text),
            ("clauses", Data),
            ("subprocessors", Data),
        ],
    ),
    (
        "transfer_safeguard",
        &[
            ("ground", Data),
            ("as_written", Text),
            ("exporter", Data),
            ("importer", Text),
            ("exporter_role", Text),
            ("importer_role", Text),
            ("module", Number),
            ("countries", Data),
            ("categories", Data),
            ("activities", Data),
            ("concluded_on", Text),
            ("processing_changed_on", Text),
            ("signed_by_all", Flag),
            ("annexes_complete", Flag),
            ("altered", Flag),
            ("terminated_on", Text),
            ("assessment", Text),
            ("measures", Data),
            ("approval", Data),
            ("binding_commitment", Flag),
            ("bound_members", Data),
            ("bcr_kind", Text),
            ("onward", Data),
            ("necessity", Text),
            ("frequency", Text),
            ("numbers", Text),
            ("authority_notified_on", Text),
            ("copy_route", Text),
        ],
    ),
    (
        "transfer_tool",
        &[
            ("kind", Text),
            ("citation", Text),
            ("new_until", Text),
            ("existing_until", Text),
            ("needs_module", Flag),
        ],
    ),
    (
        "adequacy_decision",
        &[
            ("about", Data),
            ("citation", Text),
            ("adopted_on", Text),
            ("periods", Data),
            ("invalidated", Data),
            ("needs_listing", Flag),
            ("scope_limited", Flag),
            ("scope_text", Text),
        ],
    ),
    (
        "country",
        &[
            ("eea", Data),
            ("status", Text),
            ("linked_to", Text),
            ("consent_age", Data),
            ("holidays", Data),
            ("day_zone", Text),
            ("bars_special_consent", Flag),
            ("live_call_regime", Data),
        ],
    ),
    (
        "retention_rule",
        &[
            ("categories", Data),
            ("data_subject_categories", Data),
            ("activities", Data),
            ("start_events", Data),
            ("period", Text),
            ("interrupted_by", Data),
            ("kind", Text),
            ("law", Text),
            ("archive_purposes", Data),
            ("fate", Text),
            ("computable", Flag),
            ("ends_on_user_deletion", Flag),
        ],
    ),
    (
        "legal_hold",
        &[
            ("scope", Text),
            ("categories", Data),
            ("data_subject_categories", Data),
            ("activities", Data),
            ("systems", Data),
            ("claim_purpose", Text),
            ("reason", Text),
        ],
    ),
    (
        "security_measure",
        &[
            ("kind", Text),
            ("technical", Flag),
            ("protects", Data),
            ("method", Text),
            ("assessment", Text),
            ("generic", Flag),
            ("dpv", Text),
        ],
    ),
    (
        "system",
        &[
            ("storage_countries", Data),
            ("storage", Flag),
            ("processor", Text),
            ("identities", Data),
            ("measures", Data),
            ("breaches", Data),
        ],
    ),
    (
        "tracker",
        &[
            ("activity", Text),
            ("controller", Text),
            ("class", Text),
            ("purposes", Data),
            ("lifetime", Data),
            ("prolonged_on_visit", Flag),
            ("data_life", Text),
            ("operator", Text),
            ("third_party_access", Flag),
            ("consent_model", Text),
            ("exemption", Data),
            ("medium", Text),
            ("pixel_use", Text),
        ],
    ),
    (
        "notice",
        &[
            ("controller", Text),
            ("version", Text),
            ("language", Text),
            ("activities", Data),
            ("data_subject_categories", Data),
            ("items", Data),
            ("recipients", Data),
            ("transfers", Data),
            ("declared_bases", Data),
            ("undertakings", Data),
            ("rights", Data),
            ("trackers", Data),
        ],
    ),
    (
        "policy",
        &[("rule", Text), ("severity", Text), ("reason", Text)],
    ),
    (
        "limit",
        &[
            ("code", Text),
            ("value", Data),
            ("jurisdiction", Text),
            ("citation", Text),
        ],
    ),
];

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
            Text => create.col(text_null(*name)),
            Flag => create.col(boolean_null(*name)),
            Number => create.col(integer_null(*name)),
            Data => create.col(json_null(*name)),
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
