//! On which ground, and with which assessment behind it.

use super::shape::{cells, one_of, table};
use crate::domain::basis::{BasisArticle, ConsentText, LegalText, PriorConsultation};

table! {
    /// A ground of Art. 6(1), 9(2) or 10, with what makes it hold: texts of consent, laws,
    /// interests.
    legal_basis: "legal_basis" holds LegalBasis {
        /// Which article it is a ground of. One of the fields of the API under its name.
        article: Option<Json>,
        /// Consent: the versions of the text people agree to. Art. 7(1).
        texts: Option<Json>,
        /// Consent: where it is asked.
        channel: Option<String>,
        /// Consent: how it is withdrawn, as easily as given. Art. 7(3). Told as the route of
        /// OFFER_WITHDRAWAL.
        withdrawal_route: Option<String>,
        /// Consent: how long it is relied on (`P13M`); absent means until withdrawn.
        lifetime: Option<String>,
        /// Consent: a mark, the service is refused without it. Art. 7(4).
        service_conditional: Option<bool>,
        /// Consent: a mark, the person cannot freely refuse. Recital 43.
        imbalance: Option<bool>,
        /// Contract: why the processing is objectively necessary for it.
        necessity_note: Option<String>,
        /// Contract: a mark, steps at the person's request before the contract.
        pre_contract: Option<bool>,
        /// Contract: a mark, what remains to be done after its end.
        winding_up: Option<bool>,
        /// Legal obligation, public task, Art. 9 and 10: the law relied on. Art. 6(3).
        laws: Option<Json>,
        /// Vital interests: a mark, another basis would manifestly do. Recital 46.
        other_basis_available: Option<bool>,
        /// Vital interests: why the person cannot consent.
        incapacity_note: Option<String>,
        /// Legitimate interests: the interest pursued. Art. 13(1)(d).
        interest: Option<String>,
        /// Legitimate interests: whose interest it is.
        whose: Option<String>,
        /// Legitimate interests: the balancing test, an assessment of kind LIA.
        assessment: Option<String>,
        /// Legitimate interests and public task: how to object. Art. 21. Told as the route of
        /// OFFER_OBJECTION.
        objection_route: Option<String>,
        /// Art. 9(2)(h): handled by a professional bound to secrecy. Art. 9(3).
        professional_secrecy: Option<bool>,
        /// Art. 9(2)(e): how it is known that the person published the data.
        public_evidence: Option<String>,
        /// Art. 9(2)(d): a body that may process data of its members.
        member_body: Option<bool>,
    }
}

table! {
    /// A documented weighing: legitimate interests, impact, transfer, compatibility.
    assessment: "assessment" holds Assessment {
        /// What was assessed.
        kind: Option<String>,
        /// What came out. Must fit the kind; absent counts as not done.
        outcome: Option<String>,
        /// The day it was concluded; an assessment without it does not count.
        assessed_on: Option<String>,
        /// The day by which it is to be looked at again.
        review_on: Option<String>,
        /// A mark: the law or the processing changed since.
        changed_since: Option<bool>,
        /// TIA: measures without which the transfer is not safe.
        required_measures: Option<Json>,
        /// LIA: the interest that was weighed. Art. 13(1)(d).
        interest: Option<String>,
        /// COMPATIBILITY: the purpose of collection. Art. 6(4).
        from_purpose: Option<String>,
        /// COMPATIBILITY: the purpose of the further use.
        to_purpose: Option<String>,
        /// DPIA: a mark, a high risk remains. Art. 36(1).
        residual_high_risk: Option<bool>,
        /// DPIA: the prior consultation of the authority. Art. 36.
        consultation: Option<Json>,
        /// TIA: the country assessed.
        country: Option<String>,
        /// TIA: what public authorities there may access.
        access_regime: Option<String>,
    }
}

one_of!(BasisArticle { Article6 article_6, Article9 article_9, Article10 article_10 });
cells!(ConsentText {
    version,
    valid_from
});
cells!(LegalText {
    citation,
    article,
    jurisdiction,
    country,
    valid_from,
    valid_until
});
cells!(PriorConsultation {
    asked_on,
    answered_on,
    extended,
    outcome
});
