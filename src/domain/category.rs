//! What data, and about whom.

use super::key::{DataCategoryKey, DataSubjectCategoryKey, SecurityMeasureKey};
use super::shape::{record, words};

record! {
    /// A named class of personal data (Art. 30(1)(c)). Keys are dotted and hierarchical:
    /// `contact.email` has the parent `contact`, which must exist.
    /// Marks reach every descendant; a listed parent covers its children only where it says
    /// `includes_children`.
    pub struct DataCategory {
        /// The parent; if given it must be the key up to the last dot.
        parent: Option<DataCategoryKey>,
        /// Whether an activity that lists this category covers its descendants too.
        includes_children: Option<bool>,
        /// For a deprecated category: the one to use instead. A check that names this key is told
        /// so.
        successor: Option<DataCategoryKey>,
        /// A mark: a special category of Art. 9(1).
        special_category: Option<SpecialCategory>,
        /// A mark: convictions, offences or security measures. Art. 10.
        criminal: Option<bool>,
        /// A mark: a national identification number (in France the NIR). Art. 87.
        national_number: Option<bool>,
        /// A mark: content, traffic data or location data of electronic communications (Directive
        /// 2002/58/EC).
        communication: Option<CommunicationData>,
        /// A mark: of a highly personal nature (WP248, criterion 4).
        highly_personal: Option<bool>,
        /// Security measures without which these data may not be processed. Art. 32(1).
        required_measures: Vec<SecurityMeasureKey>,
        /// A mark: data about staff in their employment.
        employment: Option<bool>,
        /// A mark: an address, number or e-mail by which a person is reached.
        contact_detail: Option<bool>,
        /// The same category in other vocabularies, such as DPV.
        aliases: Vec<Alias>,
        /// The heading under which the notice tells of these data.
        notice_group: String,
    }
}

words! {
    /// The special categories of Art. 9(1) GDPR.
    pub enum SpecialCategory {
        /// Racial or ethnic origin.
        RacialOrEthnicOrigin = 1 "RACIAL_OR_ETHNIC_ORIGIN",
        /// Political opinions.
        PoliticalOpinions = 2 "POLITICAL_OPINIONS",
        /// Religious or philosophical beliefs.
        ReligiousOrPhilosophicalBeliefs = 3 "RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS",
        /// Trade union membership.
        TradeUnionMembership = 4 "TRADE_UNION_MEMBERSHIP",
        /// Genetic data.
        Genetic = 5 "GENETIC",
        /// Biometric data processed to identify a person uniquely.
        BiometricIdentification = 6 "BIOMETRIC_IDENTIFICATION",
        /// Data concerning health.
        Health = 7 "HEALTH",
        /// Sex life or sexual orientation.
        SexLifeOrOrientation = 8 "SEX_LIFE_OR_ORIENTATION",
    }
}

words! {
    /// What electronic communications data are, in the sense of Directive 2002/58/EC.
    pub enum CommunicationData {
        /// The content of a communication. Art. 5.
        Content = 1 "CONTENT",
        /// Data processed to convey or bill a communication. Art. 6.
        Traffic = 2 "TRAFFIC",
        /// Location data other than traffic data. Art. 9.
        Location = 3 "LOCATION",
    }
}

record! {
    /// The name of a record in another vocabulary.
    pub struct Alias {
        /// The vocabulary (`DPV 2.3`).
        vocabulary: String,
        /// The term or IRI in it.
        term: String,
    }
}

record! {
    /// A group of people whose data are processed (Art. 30(1)(c)): `customers`, `correspondents`.
    /// Dotted and hierarchical like data categories.
    pub struct DataSubjectCategory {
        /// The parent; if given it must be the key up to the last dot.
        parent: Option<DataSubjectCategoryKey>,
        /// Whether an activity or notice that lists this group covers its descendants too.
        includes_children: Option<bool>,
        /// For a deprecated group: the one to use instead.
        successor: Option<DataSubjectCategoryKey>,
        /// A mark: persons under 18.
        children: Option<bool>,
        /// A mark: parties to a contract with the controller.
        contract_party: Option<bool>,
        /// A mark: their data are not collected from themselves, so Art. 14 applies.
        indirect_source: Option<bool>,
        /// A mark: staff of the controller, whose consent is presumed not to be free. Recital 43.
        employees: Option<bool>,
        /// A mark: vulnerable persons (WP248, criterion 7).
        vulnerable: Option<bool>,
    }
}
