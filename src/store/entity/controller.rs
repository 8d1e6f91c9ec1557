//! Who decides: the organisations whose processing the registry records.

use super::shape::{cells, table};
use crate::domain::controller::{
    DataProtectionOfficer, JointController, LeadAuthority, OperatorRegistration,
};

table! {
    /// An organisation that decides why and how personal data are processed (Art. 4(7) GDPR).
    controller: "controller" holds Controller {
        /// The name in the register of companies. Art. 30(1)(a).
        legal_name: Option<String>,
        /// The registration number, as the register writes it.
        registration: Option<String>,
        /// The postal address for requests. Art. 30(1)(a).
        address: Option<String>,
        /// Where the controller is established, as an ISO 3166-1 code (`FR`).
        country: Option<String>,
        /// The IANA time zone (`Europe/Paris`) in which every date of this controller counts.
        /// Without it no check of its activities can permit.
        time_zone: Option<String>,
        /// Where a person may send a request: addresses, role mailboxes, forms. Art. 12(2).
        rights_channels: Option<Json>,
        /// The supervisory authority in charge. Art. 13(2)(d), 56.
        lead_authority: Option<Json>,
        /// The data protection officer. Art. 37.
        dpo: Option<Json>,
        /// The representative in the Union of a controller outside it. Art. 27.
        representative: Option<String>,
        /// Those who decide together with this controller, and under which arrangement. Art. 26.
        joint_controllers: Option<Json>,
        /// A mark: a public authority, which may not rest its tasks on legitimate interests. Art.
        /// 6(1), second subparagraph.
        public_authority: Option<bool>,
        /// A mark: acts under the control of official authority, so may process offence data. Art.
        /// 10.
        official_authority: Option<bool>,
        /// A mark: a not-for-profit body in the sense of Art. 9(2)(d).
        not_for_profit: Option<bool>,
        /// A mark: an operator of public electronic communications, whose traffic and location data
        /// are under special rules (Directive 2002/58/EC, art. 5, 6, 9).
        electronic_communications_operator: Option<Json>,
        /// The breach notification regimes the controller has declared it follows (`GDPR 33`, `EU
        /// 611/2013`).
        breach_regimes: Option<Json>,
    }
}

cells!(LeadAuthority { name, country });
cells!(DataProtectionOfficer {
    contact,
    mandatory_ground
});
cells!(JointController {
    recipient,
    agreement
});
cells!(OperatorRegistration {
    registered_with,
    number
});
