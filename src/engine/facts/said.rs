//! What the person said, and how the processing meets them.

use super::{Fact, fact};

pub(super) const FACTS: &[Fact] = &[
    fact(
        "processing.consents",
        &[
            10, 11, 22, 23, 24, 25, 26, 27, 28, 46, 47, 48, 49, 50, 51, 53, 59, 68, 93, 116, 117,
            138, 140,
        ],
        "CONSENT_MISSING on a basis of consent; else whatever rule needs one",
    ),
    fact(
        "processing.consents[].scope",
        &[
            10, 11, 22, 23, 24, 25, 26, 27, 28, 46, 48, 49, 50, 51, 59, 116, 138, 140,
        ],
        "malformed: refused",
    ),
    fact(
        "processing.consents[].state",
        &[22, 23, 24, 25, 26, 47, 68, 93, 117],
        "CONSENT_MISSING",
    ),
    fact(
        "processing.consents[].given_time",
        &[22, 24, 54, 55],
        "the age and the law at the time of the check; FACT_MISSING where the basis has a lifetime",
    ),
    fact(
        "processing.consents[].expiry_time",
        &[25],
        "the basis's lifetime, if it has one",
    ),
    fact(
        "processing.consents[].withdrawn_time",
        &[24],
        "with WITHDRAWN: withdrawn at all times",
    ),
    fact(
        "processing.consents[].proof_recorded",
        &[28, 93, 117],
        "CONSENT_PROOF_MISSING",
    ),
    fact(
        "processing.consents[].text_version",
        &[27, 28],
        "any text; one the basis does not list: CONSENT_SCOPE_MISMATCH",
    ),
    fact(
        "processing.consents[].subject_age_years",
        &[53, 54, 55],
        "`subject.age_years`, less the years since",
    ),
    fact(
        "processing.consents[].purposes",
        &[27, 93, 117],
        "with no activity either: CONSENT_SCOPE_MISMATCH",
    ),
    fact(
        "processing.consents[].activities",
        &[27],
        "with no purpose either: CONSENT_SCOPE_MISMATCH",
    ),
    fact(
        "processing.consents[].controller",
        &[27],
        "the only one; where there are several, CONSENT_SCOPE_MISMATCH",
    ),
    fact("processing.consents[].categories", &[27], "not limited"),
    fact(
        "processing.consents[].recipients",
        &[27, 93, 117],
        "not limited",
    ),
    fact(
        "processing.consents[].explicit",
        &[59, 93, 116, 117, 138, 140],
        "not explicit",
    ),
    fact(
        "processing.consents[].informed_of_risks",
        &[93, 116, 117],
        "TRANSFER_DEROGATION_CONDITIONS_UNMET",
    ),
    fact("processing.consents[].given_by", &[54, 55, 56], "SUBJECT"),
    fact(
        "processing.consents[].parental_verification",
        &[56],
        "PARENTAL_CONSENT_UNVERIFIED where a parent gave it",
    ),
    fact(
        "processing.consents[].all_parties",
        &[49],
        "COMMUNICATION_CONFIDENTIALITY",
    ),
    fact(
        "processing.rights.objection",
        &[38, 39, 40, 46, 47, 86],
        "taken as no, and listed as assumed",
    ),
    fact(
        "processing.rights.marketing_objection",
        &[40, 46, 47],
        "taken as no, and listed as assumed",
    ),
    fact(
        "processing.rights.restriction",
        &[14, 120, 124],
        "taken as no, and listed as assumed",
    ),
    fact(
        "processing.rights.erasure",
        &[121, 122, 124],
        "taken as no, and listed as assumed",
    ),
    fact(
        "processing.rights.accuracy",
        &[14, 120],
        "taken as no, and listed as assumed",
    ),
    fact(
        "processing.rights.rectification",
        &[123, 124],
        "none is open",
    ),
    fact("processing.rights.recipients_notified", &[124], "not told"),
    fact(
        "processing.marketing.details_obtained_at_sale",
        &[10, 46, 47],
        "does not help",
    ),
    fact(
        "processing.marketing.similar_own_product",
        &[10, 46, 47],
        "does not help",
    ),
    fact(
        "processing.marketing.opt_out_offered_at_collection",
        &[10, 46, 47],
        "does not help",
    ),
    fact(
        "processing.marketing.opt_out_in_message",
        &[10, 46, 47],
        "does not help",
    ),
    fact(
        "processing.marketing.professional_matter",
        &[46, 47],
        "does not help",
    ),
    fact(
        "processing.marketing.running_contract_offer",
        &[48],
        "does not help",
    ),
    fact(
        "processing.communication.correspondent_informed",
        &[49, 52],
        "CORRESPONDENT_NOT_INFORMED where a communication is recorded or its content used",
    ),
    fact(
        "processing.communication.staff_informed",
        &[52],
        "a warning",
    ),
    fact(
        "processing.automated_decision.solely_automated",
        &[138, 139, 140],
        "what the activity says",
    ),
    fact(
        "processing.automated_decision.significant_effect",
        &[138, 139, 140],
        "what the activity says",
    ),
    fact(
        "processing.requester_role",
        &[18],
        "ACCESS_NOT_AUTHORISED where the activity lists roles",
    ),
];
