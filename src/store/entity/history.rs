//! What happened, and up to where: the tables that only ever grow, and the one row that says which
//! revision is the newest.

/// The newest revision: one row, locked first by every write.
pub(crate) mod registry_head {
    use sea_orm::entity::prelude::*;

    /// The row of `registry_head`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "registry_head")]
    pub(crate) struct Model {
        /// Always 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        /// The id of this registry, made when it was founded; 8 bytes.
        pub registry_id: Vec<u8>,
        /// The number of the newest change set; 0 before the first.
        pub number: i64,
        /// The hash of the history up to it; 32 bytes.
        pub hash: Vec<u8>,
    }

    /// It stands alone.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Change sets: never altered, never taken away.
pub(crate) mod change_set {
    use sea_orm::entity::prelude::*;

    /// A row of `change_set`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "change_set")]
    pub(crate) struct Model {
        /// Its number, from 1, without gaps.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        /// When it was made, in microseconds since 1970 UTC.
        pub time_us: i64,
        /// The name its maker gave, unverified; empty when none was given.
        pub actor: String,
        /// Why.
        pub reason: String,
        /// The client's own id of the request.
        pub request_id: Option<String>,
        /// SHA-256 of what was asked under that id.
        pub request_digest: Vec<u8>,
        /// SHA-256 over the hash before it and its content.
        pub hash: Vec<u8>,
    }

    /// The changes are reached through the number.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What change sets did to records: never altered, never taken away.
pub(crate) mod change {
    use sea_orm::entity::prelude::*;

    /// A row of `change`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "change")]
    pub(crate) struct Model {
        /// The number of the change set.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        /// Its place in the change set, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// The kind of the record.
        pub kind: String,
        /// The key of the record.
        pub key: String,
        /// The record before, as protobuf of the API; NULL if there was none.
        pub before: Option<Vec<u8>>,
        /// The record after, as protobuf of the API; NULL if it was deleted.
        pub after: Option<Vec<u8>>,
    }

    /// The change set is reached through the number.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who refers to whom: the foreign keys of the inventory, written last in each change.
pub(crate) mod reference {
    use sea_orm::entity::prelude::*;

    /// A row of `reference`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reference")]
    pub(crate) struct Model {
        /// The kind of the record that refers.
        #[sea_orm(primary_key, auto_increment = false)]
        pub from_kind: String,
        /// The key of the record that refers.
        #[sea_orm(primary_key, auto_increment = false)]
        pub from_key: String,
        /// The field it refers in, with the place in lists.
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
        /// The kind of the record it refers to.
        pub to_kind: String,
        /// The key of the record it refers to.
        pub to_key: String,
    }

    /// Both ends are reached through their names.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
