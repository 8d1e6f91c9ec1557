//! The person, as one of a group.

use crate::domain::date::Date;
use crate::domain::key::{CountryKey, DataSubjectCategoryKey};
use crate::domain::shape::{record, words};

record! {
    /// The person, as one of a group; never who.
    pub struct Subject {
        /// The group. Key of `dataSubjectCategories`.
        category: Option<DataSubjectCategoryKey>,
        /// Where the person lives. ISO 3166-1 code.
        country: Option<CountryKey>,
        /// Age in whole years at the evaluation; 18 may stand for any adult.
        age_years: Option<u32>,
        /// Whether the person lives.
        vital_status: Option<VitalStatus>,
        /// For a deceased person.
        post_mortem: Option<PostMortem>,
        /// The contract between the controller and this very person.
        contract: Option<Contract>,
        /// In which capacity the person is dealt with. Not said is read as CONSUMER.
        capacity: Option<Capacity>,
    }
}

words! {
    /// Whether a person lives.
    pub enum VitalStatus {
        /// Lives.
        Living = 1 "LIVING",
        /// Is deceased. Recital 27.
        Deceased = 2 "DECEASED",
    }
}

record! {
    /// What is known about the data of a deceased person (French law 78-17, art. 85).
    pub struct PostMortem {
        /// What the person directed for after death.
        directive: Option<PostMortemDirective>,
        /// What heirs ask for, where there is no directive.
        heir_action: Option<HeirAction>,
    }
}

words! {
    /// A directive for after death.
    pub enum PostMortemDirective {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// One allows this processing.
        AllowsThis = 2 "ALLOWS_THIS",
        /// One forbids it.
        ForbidsThis = 3 "FORBIDS_THIS",
    }
}

words! {
    /// What heirs may ask for.
    pub enum HeirAction {
        /// Settle the estate.
        EstateSettlement = 1 "ESTATE_SETTLEMENT",
        /// Obtain digital goods and family memories.
        DigitalGoods = 2 "DIGITAL_GOODS",
        /// Close the account.
        CloseAccount = 3 "CLOSE_ACCOUNT",
        /// Oppose further processing.
        Oppose = 4 "OPPOSE",
        /// Have the death recorded.
        Update = 5 "UPDATE",
    }
}

record! {
    /// A contract between the controller and the person.
    pub struct Contract {
        /// How it stands.
        state: Option<ContractState>,
        /// Its first day, YYYY-MM-DD.
        started_on: Option<Date>,
        /// Its last day, YYYY-MM-DD. Needed with ENDED.
        ended_on: Option<Date>,
    }
}

words! {
    /// How a contract stands.
    pub enum ContractState {
        /// The person is no party to one.
        NotParty = 1 "NOT_PARTY",
        /// The person asked for steps before one.
        PreContractRequest = 2 "PRE_CONTRACT_REQUEST",
        /// It is in force.
        InForce = 3 "IN_FORCE",
        /// It has ended.
        Ended = 4 "ENDED",
    }
}

words! {
    /// In which capacity a person is dealt with.
    pub enum Capacity {
        /// For themselves.
        Consumer = 1 "CONSUMER",
        /// In their profession.
        Professional = 2 "PROFESSIONAL",
        /// As the contact of a legal person.
        ContactOfLegalPerson = 3 "CONTACT_OF_LEGAL_PERSON",
    }
}
