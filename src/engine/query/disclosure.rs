//! Who is to receive the data.

use crate::domain::key::{CountryKey, DataCategoryKey, RecipientKey, TransferSafeguardKey};
use crate::domain::shape::{record, words};

record! {
    /// One recipient of a disclosure.
    pub struct Disclosure {
        /// Who. Key of `recipients`.
        recipient: Option<RecipientKey>,
        /// The categories it gets. Keys of `dataCategories`; empty means all items.
        categories: Vec<DataCategoryKey>,
        /// Where it accesses the data, if in one only of its countries. ISO 3166-1 code.
        country: Option<CountryKey>,
        /// The safeguard relied on. Key of `transferSafeguards`; left out, any that holds.
        safeguard: Option<TransferSafeguardKey>,
        /// How the data get there. Not said is read as SENT.
        access: Option<DisclosureAccess>,
        /// Whether something is paid for the data.
        for_consideration: Option<bool>,
        /// Whether the recipient uses them for a purpose of its own.
        own_purpose: Option<bool>,
        /// For an authority: its request.
        authority_request: Option<AuthorityRequest>,
        /// The derogation of Art. 49 relied on.
        derogation: Option<DerogationUse>,
        /// Where the data go beyond the registered chain. Keys of `recipients`.
        onward_to: Vec<RecipientKey>,
    }
}

words! {
    /// How data get to a recipient.
    pub enum DisclosureAccess {
        /// They are sent.
        Sent = 1 "SENT",
        /// They are accessed from afar.
        RemoteAccess = 2 "REMOTE_ACCESS",
        /// Own staff access them on a journey.
        OwnStaffTravelling = 3 "OWN_STAFF_TRAVELLING",
        /// The person sends them.
        SentBySubject = 4 "SENT_BY_SUBJECT",
    }
}

record! {
    /// A request of an authority. Recital 31.
    pub struct AuthorityRequest {
        /// It is in writing.
        written: Option<bool>,
        /// It states reasons.
        reasoned: Option<bool>,
        /// It cites its legal ground.
        legal_ground_cited: Option<bool>,
        /// An international agreement in force covers it. Art. 48.
        international_agreement: Option<bool>,
    }
}

record! {
    /// A derogation relied on for one transfer. Art. 49.
    pub struct DerogationUse {
        /// Its letter in Art. 49(1), `a` to `g`, or `compelling` for the second subparagraph.
        letter: String,
        /// Whether the transfer is necessary for it.
        necessary: Option<bool>,
        /// Whether it is occasional.
        occasional: Option<bool>,
    }
}
