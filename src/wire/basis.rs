//! On which ground, and with which assessment behind it.

use super::shape::{choice, message};
use crate::domain::basis::{
    Assessment, BasisArticle, ConsentText, LegalBasis, LegalText, PriorConsultation,
};

message!(LegalBasis {
    article,
    texts,
    channel,
    withdrawal_route,
    lifetime,
    service_conditional,
    imbalance,
    necessity_note,
    pre_contract,
    winding_up,
    laws,
    other_basis_available,
    incapacity_note,
    interest,
    whose,
    assessment,
    objection_route,
    professional_secrecy,
    public_evidence,
    member_body
});
choice!(BasisArticle: legal_basis::Article { Article6 article_6, Article9 article_9, Article10 article_10 });
message!(ConsentText {
    version,
    valid_from
});
message!(LegalText {
    citation,
    article,
    jurisdiction,
    country,
    valid_from,
    valid_until
});
message!(Assessment {
    kind,
    outcome,
    assessed_on,
    review_on,
    changed_since,
    required_measures,
    interest,
    from_purpose,
    to_purpose,
    residual_high_risk,
    consultation,
    country,
    access_regime
});
message!(PriorConsultation {
    asked_on,
    answered_on,
    extended,
    outcome
});
