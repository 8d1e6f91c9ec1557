//! What a check says about the processing at hand.

use super::shape::{choice, message};
use crate::domain::activity::CollectedFor;
use crate::engine::keeping::Keeping;
use crate::engine::query::{
    AuthorityRequest, AutomatedDecision, Channel, Communication, Consent, Contract, DataItem,
    DatedEvent, DerogationUse, Disclosure, Erasure, EventTime, Marketing, MarketingObjection,
    Objection, PostMortem, Processing, Restriction, RightsState, Subject, Target, TrackerUse,
};

message!(Processing {
    controller,
    target,
    operations,
    data,
    subject,
    recipients,
    system,
    storage_country,
    channel,
    consents,
    rights,
    marketing,
    communication,
    automated_decision,
    requester_role
});
choice!(Target: processing::Target { Activity activity, Purpose purpose });
message!(DataItem {
    category,
    collected_on,
    events,
    collected_for,
    origin,
    source,
    anonymisation,
    special_content,
    published_by_subject,
    deleted_by_user,
    legal_holds
});
message!(DatedEvent { event, other, when });
choice!(EventTime: dated_event::When { Date date, NotYet not_yet });
message!(Subject {
    category,
    country,
    age_years,
    vital_status,
    post_mortem,
    contract,
    capacity
});
message!(PostMortem {
    directive,
    heir_action
});
message!(Contract {
    state,
    started_on,
    ended_on
});
message!(Consent {
    scope,
    state,
    given_time,
    expiry_time,
    withdrawn_time,
    proof_recorded,
    text_version,
    subject_age_years,
    purposes,
    activities,
    controller,
    categories,
    recipients,
    explicit,
    informed_of_risks,
    given_by,
    parental_verification,
    all_parties
});
message!(RightsState {
    objection,
    marketing_objection,
    restriction,
    erasure,
    accuracy,
    rectification,
    recipients_notified
});
message!(Objection {
    state,
    recorded_time
});
message!(MarketingObjection {
    state,
    recorded_time
});
message!(Restriction { state, exception });
message!(Erasure {
    state,
    categories,
    exception
});
message!(Marketing {
    details_obtained_at_sale,
    similar_own_product,
    opt_out_offered_at_collection,
    opt_out_in_message,
    professional_matter,
    running_contract_offer
});
message!(Communication {
    correspondent_informed,
    staff_informed
});
message!(AutomatedDecision {
    solely_automated,
    significant_effect
});
message!(Disclosure {
    recipient,
    categories,
    country,
    safeguard,
    access,
    for_consideration,
    own_purpose,
    authority_request,
    derogation,
    onward_to
});
message!(AuthorityRequest {
    written,
    reasoned,
    legal_ground_cited,
    international_agreement
});
message!(DerogationUse {
    letter,
    necessary,
    occasional
});
message!(Channel { measures, medium });
message!(Keeping {
    controller,
    activity,
    data,
    subject
});
message!(TrackerUse {
    tracker,
    access,
    consent,
    choice_time,
    objected,
    requested_service,
    placed_on,
    data_collected_on,
    subject
});
choice!(CollectedFor: data_item::CollectedFor { CollectedForActivity collected_for_activity, CollectedForPurpose collected_for_purpose });
