//! The joining record: what is done with which data, why, on which basis.

use super::date::Date;
use super::key::{
    ActivityKey, AssessmentKey, ControllerKey, DataCategoryKey, DataSubjectCategoryKey,
    LegalBasisKey, PurposeKey, RecipientKey, RetentionRuleKey, SecurityMeasureKey, SystemKey, Tag,
    TransferSafeguardKey,
};
use super::shape::{choice, record, words};

record! {
    /// One row of the record of processing activities (Art. 30): a purpose, its basis, the data,
    /// the people, the recipients and the rest.
    /// A check names an activity, or a purpose that activities serve.
    pub struct Activity {
        /// The controller of this activity.
        controller: Option<ControllerKey>,
        /// As what the organisation acts. Absent means CONTROLLER.
        controller_role: Option<ControllerRole>,
        /// PROCESSOR: the controllers it acts for. Art. 30(2)(a).
        on_behalf_of: Vec<String>,
        /// Why. Without it no check permits.
        purpose: Option<PurposeKey>,
        /// The one operative basis of Art. 6(1). Without it only erasing is permitted.
        legal_basis: Option<LegalBasisKey>,
        /// The day the basis was swapped: data collected before it are not covered by the new one.
        legal_basis_changed_on: Option<Date>,
        /// Other bases claimed beside it: a warning, and never a rescue.
        other_legal_bases: Vec<LegalBasisKey>,
        /// The categories of data. Art. 30(1)(c).
        data: Vec<ActivityData>,
        /// The groups of people. Art. 30(1)(c).
        data_subject_categories: Vec<DataSubjectCategoryKey>,
        /// Who receives the data. Art. 30(1)(d).
        recipients: Vec<ActivityRecipient>,
        /// Where the data are processed and stored.
        systems: Vec<SystemKey>,
        /// Retention rules bound to this activity; they go before rules bound to none.
        retention_rules: Vec<RetentionRuleKey>,
        /// Measures without which this activity may not run. Art. 32(1).
        required_measures: Vec<SecurityMeasureKey>,
        /// Measures in place. Art. 30(1)(g).
        measures: Vec<SecurityMeasureKey>,
        /// Assessments of this activity: DPIA, screening.
        assessments: Vec<AssessmentKey>,
        /// What calls for an impact assessment. Art. 35(3), WP248.
        dpia_triggers: Vec<DpiaTrigger>,
        /// Decisions without a human. Art. 22.
        automated_decision: Option<ActivityAutomatedDecision>,
        /// A mark: personal aspects are evaluated automatically. Art. 4(4).
        profiling: Option<bool>,
        /// The staff roles that may act; empty means any. Art. 29.
        authorised_roles: Vec<Tag>,
        /// Where the data come from, if not from the person. Art. 14(2)(f).
        sources: Vec<DataSource>,
        /// Why people need not be informed. Art. 13(4), 14(5).
        notice_exemption: Option<NoticeExemption>,
        /// A mark: an online service offered directly to children. Art. 8.
        offered_to_children: Option<bool>,
        /// A mark: preventive or counselling service to a child. Recital 38.
        preventive_service: Option<bool>,
        /// The law that orders the handling of communications, as a basis of letter C.
        communication_law: Option<LegalBasisKey>,
        /// Recording as evidence of a commercial transaction; counts only with a law. Directive
        /// 2002/58/EC art. 5(2).
        commercial_evidence: Option<bool>,
        /// A mark: a task of a public authority.
        public_task: Option<bool>,
        /// How often data are transferred. Art. 49.
        frequency: Option<Frequency>,
        /// The safeguards of Art. 89(1) are in place.
        research_safeguards: Option<bool>,
    }
}

words! {
    /// As what the organisation acts in an activity.
    pub enum ControllerRole {
        /// It decides alone. Art. 4(7).
        Controller = 1 "CONTROLLER",
        /// It decides together with others. Art. 26.
        Joint = 2 "JOINT",
        /// It acts on behalf of others. Art. 4(8).
        Processor = 3 "PROCESSOR",
    }
}

record! {
    /// A category of data in an activity.
    pub struct ActivityData {
        /// The category.
        category: Option<DataCategoryKey>,
        /// For special categories or offence data: the ground of Art. 9(2) or 10.
        condition: Option<LegalBasisKey>,
        /// Who receives this category; empty means as the activity's recipients say.
        recipients: Vec<RecipientKey>,
        /// What these data were first collected for, if not for this activity. Art. 5(1)(b).
        collected_for: Option<CollectedFor>,
    }
}

choice! {
    /// What these data were first collected for, if not for this activity. Art. 5(1)(b).
    pub enum CollectedFor {
        /// The activity of collection.
        CollectedForActivity(ActivityKey) "collected_for_activity",
        /// The purpose of collection.
        CollectedForPurpose(PurposeKey) "collected_for_purpose",
    }
}

record! {
    /// A recipient in an activity.
    pub struct ActivityRecipient {
        /// The recipient.
        recipient: Option<RecipientKey>,
        /// Its role here; absent means the recipient's own.
        role: Option<RecipientRole>,
        /// The categories it receives; empty means all.
        categories: Vec<DataCategoryKey>,
        /// For another controller: the basis of the disclosure itself. Art. 6(1).
        disclosure_basis: Option<LegalBasisKey>,
        /// The transfer safeguard relied on. Chapter V.
        safeguard: Option<TransferSafeguardKey>,
        /// States that nothing is paid for the data.
        not_for_consideration: Option<bool>,
    }
}

words! {
    /// What a recipient is in relation to the controller.
    pub enum RecipientRole {
        /// Acts on its behalf. Art. 4(8), 28.
        Processor = 1 "PROCESSOR",
        /// Decides together with it. Art. 26.
        JointController = 2 "JOINT_CONTROLLER",
        /// Decides for itself.
        Controller = 3 "CONTROLLER",
    }
}

record! {
    /// Something that calls for an impact assessment.
    pub struct DpiaTrigger {
        /// Which case or criterion.
        criterion: Option<DpiaCriterion>,
        /// The number of the item in the national list.
        item: Option<u32>,
    }
}

words! {
    /// The cases of Art. 35(3), the criteria of WP248 and the authority's lists.
    pub enum DpiaCriterion {
        /// Systematic and extensive evaluation with significant decisions. Art. 35(3)(a).
        Art353A = 1 "ART_35_3_A",
        /// Special categories or offence data on a large scale. Art. 35(3)(b).
        Art353B = 2 "ART_35_3_B",
        /// Monitoring of a public area on a large scale. Art. 35(3)(c).
        Art353C = 3 "ART_35_3_C",
        /// Evaluation or scoring.
        Wp2481 = 4 "WP248_1",
        /// Automated decision with legal or similar effect.
        Wp2482 = 5 "WP248_2",
        /// Systematic monitoring.
        Wp2483 = 6 "WP248_3",
        /// Sensitive or highly personal data.
        Wp2484 = 7 "WP248_4",
        /// Large scale.
        Wp2485 = 8 "WP248_5",
        /// Matching or combining.
        Wp2486 = 9 "WP248_6",
        /// Vulnerable people.
        Wp2487 = 10 "WP248_7",
        /// Innovative technology.
        Wp2488 = 11 "WP248_8",
        /// Prevents a right, a service or a contract.
        Wp2489 = 12 "WP248_9",
        /// An item of the authority's list of Art. 35(4).
        NationalList = 13 "NATIONAL_LIST",
        /// An item of the authority's list of Art. 35(5): none is required.
        NationalExempt = 14 "NATIONAL_EXEMPT",
    }
}

record! {
    /// Decisions without a human. Art. 22.
    pub struct ActivityAutomatedDecision {
        /// A mark: no human takes part.
        solely_automated: Option<bool>,
        /// A mark: legal or similarly significant effect.
        significant_effect: Option<bool>,
        /// The ground of Art. 22(2).
        ground: Option<AutomatedDecisionGround>,
        /// A human can be asked to intervene. Art. 22(3).
        human_review: Option<bool>,
        /// The person can express a view.
        express_view: Option<bool>,
        /// The person can contest the decision.
        contest: Option<bool>,
        /// The logic involved, as told to people. Art. 13(2)(f).
        logic: String,
    }
}

words! {
    /// The grounds of Art. 22(2) GDPR.
    pub enum AutomatedDecisionGround {
        /// Necessary for a contract. Art. 22(2)(a).
        Contract = 1 "CONTRACT",
        /// Authorised by law. Art. 22(2)(b).
        Law = 2 "LAW",
        /// Explicit consent. Art. 22(2)(c).
        ExplicitConsent = 3 "EXPLICIT_CONSENT",
    }
}

record! {
    /// Where data come from, if not from the person.
    pub struct DataSource {
        /// The source, as a recipient.
        recipient: Option<RecipientKey>,
        /// Whether it may give the data.
        lawfulness: Option<SourceLawfulness>,
    }
}

words! {
    /// Whether a source may give the data.
    pub enum SourceLawfulness {
        /// It may.
        Lawful = 1 "LAWFUL",
        /// It may not.
        Unlawful = 2 "UNLAWFUL",
        /// Looked at, and not known.
        Unknown = 3 "UNKNOWN",
    }
}

record! {
    /// Why people need not be informed.
    pub struct NoticeExemption {
        /// The provision (`14(5)(c)`).
        article: String,
        /// Why it applies.
        reason: String,
    }
}

words! {
    /// How often something happens.
    pub enum Frequency {
        /// Now and then.
        Occasional = 1 "OCCASIONAL",
        /// Regularly.
        Recurring = 2 "RECURRING",
    }
}
