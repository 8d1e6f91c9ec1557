//! Why data are processed.

use super::shape::table;

table! {
    /// A specified, explicit and legitimate aim (Art. 5(1)(b)). Dotted and hierarchical; an
    /// activity on a parent answers for its children only where the parent says
    /// `includes_children`.
    purpose: "purpose" holds Purpose {
        /// The parent; if given it must be the key up to the last dot.
        parent: Option<String>,
        /// Whether activities of this purpose answer for its descendants.
        includes_children: Option<bool>,
        /// A mark: direct marketing, profiling for it included. Art. 21(2).
        direct_marketing: Option<bool>,
        /// A mark: what this purpose does with communications data. Absent means OTHER.
        communications_use: Option<String>,
        /// Archiving, research or statistics under Art. 89(1).
        research_kind: Option<String>,
        /// The text that allows this purpose to use the national identification number. Art. 87.
        national_number_ground: Option<String>,
        /// The purpose as told to people.
        statement: Option<String>,
        /// The same purpose in other vocabularies.
        aliases: Option<Json>,
    }
}
