//! Which rights the person has exercised.

use crate::domain::date::Instant;
use crate::domain::key::DataCategoryKey;
use crate::domain::shape::{record, words};

record! {
    /// Which rights the person has exercised. What is not said is taken as "no" and listed as assumed,
    /// unless the policy REQUIRE_PERSON_STATE asks for it.
    pub struct RightsState {
        /// An objection on grounds of the person's situation. Art. 21(1).
        objection: Option<Objection>,
        /// An objection to direct marketing. Art. 21(2).
        marketing_objection: Option<MarketingObjection>,
        /// A restriction of processing. Art. 18.
        restriction: Option<Restriction>,
        /// A request for erasure. Art. 17.
        erasure: Option<Erasure>,
        /// Whether the person contests that the data are correct. Art. 18(1)(a).
        accuracy: Option<Accuracy>,
        /// A request for rectification. Art. 16.
        rectification: Option<Rectification>,
        /// Whether recipients were told of a rectification, erasure or restriction. Art. 19.
        recipients_notified: Option<bool>,
    }
}

record! {
    /// An objection on grounds of the person's situation.
    pub struct Objection {
        /// How it stands.
        state: Option<ObjectionState>,
        /// When it was recorded; not said is read as "always".
        recorded_time: Option<Instant>,
    }
}

words! {
    /// How an objection stands.
    pub enum ObjectionState {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It stands.
        Recorded = 2 "RECORDED",
        /// It stands while the grounds are examined.
        GroundsUnderReview = 3 "GROUNDS_UNDER_REVIEW",
        /// Overridden by compelling legitimate grounds, which are recorded.
        OverriddenCompelling = 4 "OVERRIDDEN_COMPELLING",
        /// Overridden by legal claims, which are recorded.
        OverriddenLegalClaim = 5 "OVERRIDDEN_LEGAL_CLAIM",
    }
}

record! {
    /// An objection to direct marketing.
    pub struct MarketingObjection {
        /// Whether there is one.
        state: Option<MarketingObjectionState>,
        /// When it was recorded; not said is read as "always".
        recorded_time: Option<Instant>,
    }
}

words! {
    /// Whether there is an objection to direct marketing.
    pub enum MarketingObjectionState {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It stands.
        Recorded = 2 "RECORDED",
    }
}

record! {
    /// A restriction of processing.
    pub struct Restriction {
        /// Whether there is one.
        state: Option<RestrictionState>,
        /// The exception that allows this processing all the same. Art. 18(2).
        exception: Option<RestrictionException>,
    }
}

words! {
    /// Whether processing is restricted.
    pub enum RestrictionState {
        /// Looked at: it is not.
        None = 1 "NONE",
        /// It is.
        Active = 2 "ACTIVE",
    }
}

words! {
    /// The exceptions of Art. 18(2).
    pub enum RestrictionException {
        /// The person consents, or asked for this erasure after the restriction.
        Consent = 1 "CONSENT",
        /// Legal claims.
        LegalClaim = 2 "LEGAL_CLAIM",
        /// The rights of another person.
        RightsOfAnother = 3 "RIGHTS_OF_ANOTHER",
        /// An important public interest.
        PublicInterest = 4 "PUBLIC_INTEREST",
    }
}

record! {
    /// A request for erasure.
    pub struct Erasure {
        /// How it stands.
        state: Option<ErasureState>,
        /// The data it covers. Keys of `dataCategories`; empty is read as every category.
        categories: Vec<DataCategoryKey>,
        /// The exception of Art. 17(3) relied on.
        exception: Option<ErasureException>,
    }
}

words! {
    /// How a request for erasure stands.
    pub enum ErasureState {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It is open.
        Pending = 2 "PENDING",
        /// It was granted and carried out.
        Executed = 3 "EXECUTED",
    }
}

words! {
    /// The exceptions of Art. 17(3).
    pub enum ErasureException {
        /// Freedom of expression and information.
        A = 1 "A",
        /// A legal obligation or a public task.
        B = 2 "B",
        /// Public health.
        C = 3 "C",
        /// Archiving, research, statistics.
        D = 4 "D",
        /// Legal claims.
        E = 5 "E",
    }
}

words! {
    /// Whether the accuracy of data is contested.
    pub enum Accuracy {
        /// Looked at: it is not.
        NotContested = 1 "NOT_CONTESTED",
        /// It is, and not settled.
        Contested = 2 "CONTESTED",
    }
}

words! {
    /// How a request for rectification stands.
    pub enum Rectification {
        /// Looked at: there is none.
        None = 1 "NONE",
        /// It is open.
        Pending = 2 "PENDING",
        /// It was done.
        Done = 3 "DONE",
    }
}
