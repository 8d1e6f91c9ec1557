//! The joining record: what is done with which data, why, on which basis.

use super::shape::{cells, one_of, table};
use crate::domain::activity::{
    ActivityAutomatedDecision, ActivityData, ActivityRecipient, CollectedFor, DataSource,
    DpiaTrigger, NoticeExemption,
};

table! {
    /// One row of the record of processing activities (Art. 30): a purpose, its basis, the data,
    /// the people, the recipients and the rest.
    activity: "activity" holds Activity {
        /// The controller of this activity.
        controller: Option<String>,
        /// As what the organisation acts. Absent means CONTROLLER.
        controller_role: Option<String>,
        /// PROCESSOR: the controllers it acts for. Art. 30(2)(a).
        on_behalf_of: Option<Json>,
        /// Why. Without it no check permits.
        purpose: Option<String>,
        /// The one operative basis of Art. 6(1). Without it only erasing is permitted.
        legal_basis: Option<String>,
        /// The day the basis was swapped: data collected before it are not covered by the new one.
        legal_basis_changed_on: Option<String>,
        /// Other bases claimed beside it: a warning, and never a rescue.
        other_legal_bases: Option<Json>,
        /// The categories of data. Art. 30(1)(c).
        data: Option<Json>,
        /// The groups of people. Art. 30(1)(c).
        data_subject_categories: Option<Json>,
        /// Who receives the data. Art. 30(1)(d).
        recipients: Option<Json>,
        /// Where the data are processed and stored.
        systems: Option<Json>,
        /// Retention rules bound to this activity; they go before rules bound to none.
        retention_rules: Option<Json>,
        /// Measures without which this activity may not run. Art. 32(1).
        required_measures: Option<Json>,
        /// Measures in place. Art. 30(1)(g).
        measures: Option<Json>,
        /// Assessments of this activity: DPIA, screening.
        assessments: Option<Json>,
        /// What calls for an impact assessment. Art. 35(3), WP248.
        dpia_triggers: Option<Json>,
        /// Decisions without a human. Art. 22.
        automated_decision: Option<Json>,
        /// A mark: personal aspects are evaluated automatically. Art. 4(4).
        profiling: Option<bool>,
        /// The staff roles that may act; empty means any. Art. 29.
        authorised_roles: Option<Json>,
        /// Where the data come from, if not from the person. Art. 14(2)(f).
        sources: Option<Json>,
        /// Why people need not be informed. Art. 13(4), 14(5).
        notice_exemption: Option<Json>,
        /// A mark: an online service offered directly to children. Art. 8.
        offered_to_children: Option<bool>,
        /// A mark: preventive or counselling service to a child. Recital 38.
        preventive_service: Option<bool>,
        /// The law that orders the handling of communications, as a basis of letter C.
        communication_law: Option<String>,
        /// Recording as evidence of a commercial transaction; counts only with a law. Directive
        /// 2002/58/EC art. 5(2).
        commercial_evidence: Option<bool>,
        /// A mark: a task of a public authority.
        public_task: Option<bool>,
        /// How often data are transferred. Art. 49.
        frequency: Option<String>,
        /// The safeguards of Art. 89(1) are in place.
        research_safeguards: Option<bool>,
    }
}

cells!(ActivityData {
    category,
    condition,
    recipients,
    collected_for
});
one_of!(CollectedFor { CollectedForActivity collected_for_activity, CollectedForPurpose collected_for_purpose });
cells!(ActivityRecipient {
    recipient,
    role,
    categories,
    disclosure_basis,
    safeguard,
    not_for_consideration
});
cells!(DpiaTrigger { criterion, item });
cells!(ActivityAutomatedDecision {
    solely_automated,
    significant_effect,
    ground,
    human_review,
    express_view,
    contest,
    logic
});
cells!(DataSource {
    recipient,
    lawfulness
});
cells!(NoticeExemption { article, reason });
