//! What data, and about whom.

use super::shape::{cells, table};
use crate::domain::category::Alias;

table! {
    /// A named class of personal data (Art. 30(1)(c)). Keys are dotted and hierarchical:
    /// `contact.email` has the parent `contact`, which must exist.
    data_category: "data_category" holds DataCategory {
        /// The parent; if given it must be the key up to the last dot.
        parent: Option<String>,
        /// Whether an activity that lists this category covers its descendants too.
        includes_children: Option<bool>,
        /// For a deprecated category: the one to use instead. A check that names this key is told
        /// so.
        successor: Option<String>,
        /// A mark: a special category of Art. 9(1).
        special_category: Option<String>,
        /// A mark: convictions, offences or security measures. Art. 10.
        criminal: Option<bool>,
        /// A mark: a national identification number (in France the NIR). Art. 87.
        national_number: Option<bool>,
        /// A mark: content, traffic data or location data of electronic communications (Directive
        /// 2002/58/EC).
        communication: Option<String>,
        /// A mark: of a highly personal nature (WP248, criterion 4).
        highly_personal: Option<bool>,
        /// Security measures without which these data may not be processed. Art. 32(1).
        required_measures: Option<Json>,
        /// A mark: data about staff in their employment.
        employment: Option<bool>,
        /// A mark: an address, number or e-mail by which a person is reached.
        contact_detail: Option<bool>,
        /// The same category in other vocabularies, such as DPV.
        aliases: Option<Json>,
        /// The heading under which the notice tells of these data.
        notice_group: Option<String>,
    }
}

table! {
    /// A group of people whose data are processed (Art. 30(1)(c)): `customers`, `correspondents`.
    /// Dotted and hierarchical like data categories.
    data_subject_category: "data_subject_category" holds DataSubjectCategory {
        /// The parent; if given it must be the key up to the last dot.
        parent: Option<String>,
        /// Whether an activity or notice that lists this group covers its descendants too.
        includes_children: Option<bool>,
        /// For a deprecated group: the one to use instead.
        successor: Option<String>,
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

cells!(Alias { vocabulary, term });
