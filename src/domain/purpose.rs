//! Why data are processed.

use super::category::Alias;
use super::key::PurposeKey;
use super::shape::{record, words};

record! {
    /// A specified, explicit and legitimate aim (Art. 5(1)(b)). Dotted and hierarchical; an
    /// activity on a parent answers for its children only where the parent says
    /// `includes_children`.
    pub struct Purpose {
        /// The parent; if given it must be the key up to the last dot.
        parent: Option<PurposeKey>,
        /// Whether activities of this purpose answer for its descendants.
        includes_children: Option<bool>,
        /// A mark: direct marketing, profiling for it included. Art. 21(2).
        direct_marketing: Option<bool>,
        /// A mark: what this purpose does with communications data. Absent means OTHER.
        communications_use: Option<CommunicationsUse>,
        /// Archiving, research or statistics under Art. 89(1).
        research_kind: Option<ResearchKind>,
        /// The text that allows this purpose to use the national identification number. Art. 87.
        national_number_ground: String,
        /// The purpose as told to people.
        statement: String,
        /// The same purpose in other vocabularies.
        aliases: Vec<Alias>,
    }
}

words! {
    /// What a purpose does with electronic communications data (Directive 2002/58/EC, art. 5, 6,
    /// 9).
    pub enum CommunicationsUse {
        /// Conveys a message or delivers it to its addressee.
        Transmission = 1 "TRANSMISSION",
        /// Billing and payment of interconnection.
        Billing = 2 "BILLING",
        /// Security of the network, fraud.
        NetworkSecurity = 3 "NETWORK_SECURITY",
        /// What a cited law orders.
        LegalObligation = 4 "LEGAL_OBLIGATION",
        /// Marketing of communication services.
        Marketing = 5 "MARKETING",
        /// A value-added service.
        ValueAdded = 6 "VALUE_ADDED",
        /// Anything else.
        Other = 7 "OTHER",
    }
}

words! {
    /// The purposes that Art. 5(1)(b) and 89(1) favour.
    pub enum ResearchKind {
        /// Archiving in the public interest.
        Archiving = 1 "ARCHIVING",
        /// Scientific or historical research.
        Research = 2 "RESEARCH",
        /// Statistical purposes.
        Statistics = 3 "STATISTICS",
    }
}
