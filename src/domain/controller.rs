//! Who decides: the organisations whose processing the registry records.

use super::date::TimeZoneName;
use super::key::{AgreementKey, CountryKey, RecipientKey};
use super::shape::{record, words};

record! {
    /// An organisation that decides why and how personal data are processed (Art. 4(7) GDPR).
    /// One registry may hold several; an activity names its own.
    pub struct Controller {
        /// The name in the register of companies. Art. 30(1)(a).
        legal_name: String,
        /// The registration number, as the register writes it.
        registration: String,
        /// The postal address for requests. Art. 30(1)(a).
        address: String,
        /// Where the controller is established, as an ISO 3166-1 code (`FR`).
        country: Option<CountryKey>,
        /// The IANA time zone (`Europe/Paris`) in which every date of this controller counts.
        /// Without it no check of its activities can permit.
        time_zone: Option<TimeZoneName>,
        /// Where a person may send a request: addresses, role mailboxes, forms. Art. 12(2).
        rights_channels: Vec<String>,
        /// The supervisory authority in charge. Art. 13(2)(d), 56.
        lead_authority: Option<LeadAuthority>,
        /// The data protection officer. Art. 37.
        dpo: Option<DataProtectionOfficer>,
        /// The representative in the Union of a controller outside it. Art. 27.
        representative: String,
        /// Those who decide together with this controller, and under which arrangement. Art. 26.
        joint_controllers: Vec<JointController>,
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
        electronic_communications_operator: Option<OperatorRegistration>,
        /// The breach notification regimes the controller has declared it follows (`GDPR 33`, `EU
        /// 611/2013`).
        breach_regimes: Vec<String>,
    }
}

record! {
    /// A supervisory authority. Art. 51.
    pub struct LeadAuthority {
        /// Its name (`CNIL`).
        name: String,
        /// The state it belongs to.
        country: Option<CountryKey>,
    }
}

record! {
    /// The data protection officer and why there must be one.
    pub struct DataProtectionOfficer {
        /// How to reach the officer: a role mailbox where possible, never a person's own address.
        contact: String,
        /// Why the designation is mandatory.
        mandatory_ground: Option<DpoGround>,
    }
}

words! {
    /// Why a data protection officer must be designated. Art. 37(1).
    pub enum DpoGround {
        /// A public authority or body. Art. 37(1)(a).
        PublicAuthority = 1 "PUBLIC_AUTHORITY",
        /// Regular and systematic monitoring on a large scale, such as running a telecommunications
        /// network. Art. 37(1)(b).
        LargeScaleMonitoring = 2 "LARGE_SCALE_MONITORING",
        /// Special categories or offence data on a large scale. Art. 37(1)(c).
        LargeScaleSpecialData = 3 "LARGE_SCALE_SPECIAL_DATA",
        /// Designated freely, or not needed.
        NotMandatory = 4 "NOT_MANDATORY",
    }
}

record! {
    /// One who decides together with the controller.
    pub struct JointController {
        /// The other controller, as a recipient.
        recipient: Option<RecipientKey>,
        /// The arrangement of Art. 26, of kind ARTICLE_26.
        agreement: Option<AgreementKey>,
    }
}

record! {
    /// A registration as operator of electronic communications.
    pub struct OperatorRegistration {
        /// The authority that registers operators (`ARCEP`).
        registered_with: String,
        /// The registration number.
        number: String,
    }
}
