//! The joining record: what is done with which data, why, on which basis.

use super::shape::{choice, message};
use crate::domain::activity::{
    Activity, ActivityAutomatedDecision, ActivityData, ActivityRecipient, CollectedFor, DataSource,
    DpiaTrigger, NoticeExemption,
};

message!(Activity {
    controller,
    controller_role,
    on_behalf_of,
    purpose,
    legal_basis,
    legal_basis_changed_on,
    other_legal_bases,
    data,
    data_subject_categories,
    recipients,
    systems,
    retention_rules,
    required_measures,
    measures,
    assessments,
    dpia_triggers,
    automated_decision,
    profiling,
    authorised_roles,
    sources,
    notice_exemption,
    offered_to_children,
    preventive_service,
    communication_law,
    commercial_evidence,
    public_task,
    frequency,
    research_safeguards
});
message!(ActivityData {
    category,
    condition,
    recipients,
    collected_for
});
choice!(CollectedFor: activity_data::CollectedFor { CollectedForActivity collected_for_activity, CollectedForPurpose collected_for_purpose });
message!(ActivityRecipient {
    recipient,
    role,
    categories,
    disclosure_basis,
    safeguard,
    not_for_consideration
});
message!(DpiaTrigger { criterion, item });
message!(ActivityAutomatedDecision {
    solely_automated,
    significant_effect,
    ground,
    human_review,
    express_view,
    contest,
    logic
});
message!(DataSource {
    recipient,
    lawfulness
});
message!(NoticeExemption { article, reason });
