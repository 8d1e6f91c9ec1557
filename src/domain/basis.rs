//! On which ground, and with which assessment behind it.

use super::date::{Date, Period};
use super::key::{AssessmentKey, CountryKey, PurposeKey, SecurityMeasureKey};
use super::shape::{choice, record, words};

record! {
    /// A ground of Art. 6(1), 9(2) or 10, with what makes it hold: texts of consent, laws,
    /// interests.
    pub struct LegalBasis {
        /// Which article it is a ground of.
        article: Option<BasisArticle>,
        /// Consent: the versions of the text people agree to. Art. 7(1).
        texts: Vec<ConsentText>,
        /// Consent: where it is asked.
        channel: String,
        /// Consent: how it is withdrawn, as easily as given. Art. 7(3). Told as the route of
        /// OFFER_WITHDRAWAL.
        withdrawal_route: String,
        /// Consent: how long it is relied on (`P13M`); absent means until withdrawn.
        lifetime: Option<Period>,
        /// Consent: a mark, the service is refused without it. Art. 7(4).
        service_conditional: Option<bool>,
        /// Consent: a mark, the person cannot freely refuse. Recital 43.
        imbalance: Option<bool>,
        /// Contract: why the processing is objectively necessary for it.
        necessity_note: String,
        /// Contract: a mark, steps at the person's request before the contract.
        pre_contract: Option<bool>,
        /// Contract: a mark, what remains to be done after its end.
        winding_up: Option<bool>,
        /// Legal obligation, public task, Art. 9 and 10: the law relied on. Art. 6(3).
        laws: Vec<LegalText>,
        /// Vital interests: a mark, another basis would manifestly do. Recital 46.
        other_basis_available: Option<bool>,
        /// Vital interests: why the person cannot consent.
        incapacity_note: String,
        /// Legitimate interests: the interest pursued. Art. 13(1)(d).
        interest: String,
        /// Legitimate interests: whose interest it is.
        whose: Option<InterestHolder>,
        /// Legitimate interests: the balancing test, an assessment of kind LIA.
        assessment: Option<AssessmentKey>,
        /// Legitimate interests and public task: how to object. Art. 21. Told as the route of
        /// OFFER_OBJECTION.
        objection_route: String,
        /// Art. 9(2)(h): handled by a professional bound to secrecy. Art. 9(3).
        professional_secrecy: Option<bool>,
        /// Art. 9(2)(e): how it is known that the person published the data.
        public_evidence: String,
        /// Art. 9(2)(d): a body that may process data of its members.
        member_body: Option<bool>,
    }
}

choice! {
    /// Which article it is a ground of.
    pub enum BasisArticle {
        /// A letter of Art. 6(1): what an activity's `legal_basis` must be.
        Article6(Article6) "article_6",
        /// A letter of Art. 9(2): on top of an Art. 6 basis, never instead.
        Article9(Article9) "article_9",
        /// A ground of Art. 10 for offence data.
        Article10(Article10) "article_10",
    }
}

words! {
    /// The letters of Art. 6(1) GDPR.
    pub enum Article6 {
        /// Consent.
        A = 1 "A",
        /// A contract with the person, or steps before it at the person's request.
        B = 2 "B",
        /// A legal obligation of the controller.
        C = 3 "C",
        /// Vital interests of a person.
        D = 4 "D",
        /// A task in the public interest or official authority.
        E = 5 "E",
        /// Legitimate interests.
        F = 6 "F",
    }
}

words! {
    /// The letters of Art. 9(2) GDPR.
    pub enum Article9 {
        /// Explicit consent.
        A = 1 "A",
        /// Employment and social security law.
        B = 2 "B",
        /// Vital interests of a person who cannot consent.
        C = 3 "C",
        /// A not-for-profit body about its members.
        D = 4 "D",
        /// Made public by the person.
        E = 5 "E",
        /// Legal claims.
        F = 6 "F",
        /// Substantial public interest by law.
        G = 7 "G",
        /// Health or social care.
        H = 8 "H",
        /// Public health by law.
        I = 9 "I",
        /// Archiving, research or statistics by law.
        J = 10 "J",
    }
}

words! {
    /// The grounds of Art. 10 GDPR.
    pub enum Article10 {
        /// Under the control of official authority.
        OfficialAuthority = 1 "OFFICIAL_AUTHORITY",
        /// Authorised by Union or Member State law.
        AuthorisedByLaw = 2 "AUTHORISED_BY_LAW",
    }
}

record! {
    /// One version of a text of consent.
    pub struct ConsentText {
        /// The name of the version, as a check states it.
        version: String,
        /// The first day on which it was shown.
        valid_from: Option<Date>,
    }
}

record! {
    /// A law relied on.
    pub struct LegalText {
        /// The law (`CPCE L34-1 II bis 1`).
        citation: String,
        /// The article within it, if the citation does not say.
        article: String,
        /// Whose law it is.
        jurisdiction: Option<Jurisdiction>,
        /// The state, for the law of a state.
        country: Option<CountryKey>,
        /// The first day on which it is in force.
        valid_from: Option<Date>,
        /// The last day on which it is in force; absent means still.
        valid_until: Option<Date>,
    }
}

words! {
    /// Whose law a text is.
    pub enum Jurisdiction {
        /// The law of the European Union.
        Union = 1 "UNION",
        /// The law of a state of the Union or the EEA.
        MemberState = 2 "MEMBER_STATE",
        /// The law of any other state: never a basis by itself. Art. 6(3), 48.
        ThirdCountry = 3 "THIRD_COUNTRY",
    }
}

words! {
    /// Whose legitimate interest is pursued.
    pub enum InterestHolder {
        /// The controller's own.
        Controller = 1 "CONTROLLER",
        /// A third party's.
        ThirdParty = 2 "THIRD_PARTY",
    }
}

record! {
    /// A documented weighing: legitimate interests, impact, transfer, compatibility.
    pub struct Assessment {
        /// What was assessed.
        kind: Option<AssessmentKind>,
        /// What came out. Must fit the kind; absent counts as not done.
        outcome: Option<AssessmentOutcome>,
        /// The day it was concluded; an assessment without it does not count.
        assessed_on: Option<Date>,
        /// The day by which it is to be looked at again.
        review_on: Option<Date>,
        /// A mark: the law or the processing changed since.
        changed_since: Option<bool>,
        /// TIA: measures without which the transfer is not safe.
        required_measures: Vec<SecurityMeasureKey>,
        /// LIA: the interest that was weighed. Art. 13(1)(d).
        interest: String,
        /// COMPATIBILITY: the purpose of collection. Art. 6(4).
        from_purpose: Option<PurposeKey>,
        /// COMPATIBILITY: the purpose of the further use.
        to_purpose: Option<PurposeKey>,
        /// DPIA: a mark, a high risk remains. Art. 36(1).
        residual_high_risk: Option<bool>,
        /// DPIA: the prior consultation of the authority. Art. 36.
        consultation: Option<PriorConsultation>,
        /// TIA: the country assessed.
        country: Option<CountryKey>,
        /// TIA: what public authorities there may access.
        access_regime: String,
    }
}

words! {
    /// What an assessment is about.
    pub enum AssessmentKind {
        /// Legitimate interests: interest, necessity, balance. Art. 6(1)(f).
        Lia = 1 "LIA",
        /// Data protection impact. Art. 35.
        Dpia = 2 "DPIA",
        /// Law and practice of the country of a transfer (C-311/18).
        Tia = 3 "TIA",
        /// A further use against the purpose of collection. Art. 6(4).
        Compatibility = 4 "COMPATIBILITY",
        /// Whether a DPIA is required.
        DpiaScreening = 5 "DPIA_SCREENING",
    }
}

words! {
    /// What an assessment found.
    pub enum AssessmentOutcome {
        /// LIA: the interest prevails.
        Favourable = 1 "FAVOURABLE",
        /// LIA: the person's interests prevail.
        Overridden = 2 "OVERRIDDEN",
        /// DPIA: the risks are acceptable.
        Acceptable = 3 "ACCEPTABLE",
        /// DPIA: a high risk remains.
        ResidualHighRisk = 4 "RESIDUAL_HIGH_RISK",
        /// DPIA_SCREENING: a DPIA is required.
        Required = 5 "REQUIRED",
        /// DPIA_SCREENING: none is required.
        NotRequired = 6 "NOT_REQUIRED",
        /// TIA: protection is essentially equivalent.
        Adequate = 7 "ADEQUATE",
        /// TIA: equivalent with the required measures.
        AdequateWithMeasures = 8 "ADEQUATE_WITH_MEASURES",
        /// TIA: no measure helps.
        Inadequate = 9 "INADEQUATE",
        /// COMPATIBILITY: the further use is compatible.
        Compatible = 10 "COMPATIBLE",
        /// COMPATIBILITY: it is not.
        Incompatible = 11 "INCOMPATIBLE",
    }
}

record! {
    /// The prior consultation of a supervisory authority. Art. 36.
    pub struct PriorConsultation {
        /// The day the authority received the request.
        asked_on: Option<Date>,
        /// The day of its answer.
        answered_on: Option<Date>,
        /// Whether it extended its eight weeks by six.
        extended: Option<bool>,
        /// Its answer.
        outcome: Option<ConsultationOutcome>,
    }
}

words! {
    /// The answer to a prior consultation.
    pub enum ConsultationOutcome {
        /// None yet.
        Pending = 1 "PENDING",
        /// No objection.
        NoObjection = 2 "NO_OBJECTION",
        /// Written advice.
        Advice = 3 "ADVICE",
        /// Processing prohibited.
        Prohibited = 4 "PROHIBITED",
    }
}
