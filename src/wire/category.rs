//! What data, and about whom.

use super::shape::message;
use crate::domain::category::{Alias, DataCategory, DataSubjectCategory};

message!(DataCategory {
    parent,
    includes_children,
    successor,
    special_category,
    criminal,
    national_number,
    communication,
    highly_personal,
    required_measures,
    employment,
    contact_detail,
    aliases,
    notice_group
});
message!(Alias { vocabulary, term });
message!(DataSubjectCategory {
    parent,
    includes_children,
    successor,
    children,
    contract_party,
    indirect_source,
    employees,
    vulnerable
});
