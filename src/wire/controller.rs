//! Who decides: the organisations whose processing the registry records.

use super::shape::message;
use crate::domain::controller::{
    Controller, DataProtectionOfficer, JointController, LeadAuthority, OperatorRegistration,
};

message!(Controller {
    legal_name,
    registration,
    address,
    country,
    time_zone,
    rights_channels,
    lead_authority,
    dpo,
    representative,
    joint_controllers,
    public_authority,
    official_authority,
    not_for_profit,
    electronic_communications_operator,
    breach_regimes
});
message!(LeadAuthority { name, country });
message!(DataProtectionOfficer {
    contact,
    mandatory_ground
});
message!(JointController {
    recipient,
    agreement
});
message!(OperatorRegistration {
    registered_with,
    number
});
