//! Rules 134 to 140: impact assessments and automated decisions. 141 to 143 are about the organisation, and
//! stand in no decision.

use std::collections::BTreeSet;

use ropa::domain::activity::{AutomatedDecisionGround, DpiaCriterion};
use ropa::domain::basis::{
    Article9, Assessment, AssessmentKind, AssessmentOutcome, BasisArticle, ConsultationOutcome,
    LegalBasis,
};
use ropa::domain::date::Period;
use ropa::domain::policy;
use ropa::engine::query::ConsentScope;

use super::consent;
use super::derogations;
use super::lawfulness::our_law;
use super::lookup::{Mark, Row};
use super::matter::Matter;
use super::special;

pub(super) fn judge(matter: &Matter<'_>) {
    if matter.processes() {
        impact(matter);
        automated_decision(matter);
    }
}

/// The assessments of the activity of a kind that count: in force, dated, with an outcome. A second list: those of
/// which something is not known that they would need for it.
fn counting<'a>(
    matter: &Matter<'a>,
    kind: AssessmentKind,
) -> (Vec<Row<'a, Assessment>>, Vec<Row<'a, Assessment>>) {
    let keys = matter.activity.body.assessments.iter();
    let mut rows: Vec<_> = keys
        .filter_map(|key| matter.rows.get::<Assessment>(key))
        .collect();
    rows.retain(|row| {
        let day = row.body.assessed_on;
        (row.body.kind == Some(kind) || row.silent("kind"))
            && (row.body.outcome.is_some() || row.silent("outcome"))
            && (day.is_some_and(|day| matter.rows.has_begun(day)) || row.silent("assessed_on"))
    });
    rows.into_iter().partition(|row| {
        let fields = ["kind", "outcome", "assessed_on"];
        !fields.iter().any(|field| row.silent(field))
    })
}

/// 134 to 137.
fn impact(matter: &Matter<'_>) {
    let triggers = &matter.activity.body.dpia_triggers;
    let criteria: BTreeSet<_> = triggers.iter().filter_map(|one| one.criterion).collect();
    let (impact, maybe_impact) = counting(matter, AssessmentKind::Dpia);
    let (screenings, maybe_screenings) = counting(matter, AssessmentKind::DpiaScreening);
    let concluded_yes = screenings
        .iter()
        .any(|row| row.body.outcome == Some(AssessmentOutcome::Required));
    let required = concluded_yes
        || [
            DpiaCriterion::Art353A,
            DpiaCriterion::Art353B,
            DpiaCriterion::Art353C,
            DpiaCriterion::NationalList,
        ]
        .iter()
        .any(|one| criteria.contains(one));
    if impact.is_empty() {
        let maybe_yes = maybe_screenings.iter().any(|row| {
            row.body.outcome == Some(AssessmentOutcome::Required) || row.silent("outcome")
        });
        if required {
            matter.deny("DPIA_MISSING");
        } else if matter.activity.open("dpia_triggers") || maybe_yes {
            matter.deny("FACT_MISSING");
        } else {
            // 135. DPIA_SCREENING_MISSING.
            let exempt = criteria.contains(&DpiaCriterion::NationalExempt);
            if wp248(matter, &criteria) >= 2 && screenings.is_empty() && !exempt {
                matter.warn("DPIA_SCREENING_MISSING");
            }
        }
    }
    // Of what is not listed, or may count, nobody knows whether it leaves a high risk.
    let maybe_high = maybe_impact.iter().any(|row| {
        let residual = row.mark(row.body.residual_high_risk, "residual_high_risk");
        residual != Mark::No
            || row.silent("outcome")
            || row.body.outcome == Some(AssessmentOutcome::ResidualHighRisk)
    });
    if maybe_high || matter.activity.silent("assessments") {
        matter.deny("FACT_MISSING");
    }
    for row in &impact {
        consultation(matter, row);
        // 137. DPIA_REVIEW_DUE.
        // Without a day of its own, three years after it was made.
        let made = row.body.assessed_on;
        let made = made.and_then(|day| Some(day.plus(term(matter, "DPIA_REVIEW")?)));
        let due = row.body.review_on.or(made);
        let overdue = due.is_some_and(|day| matter.rows.is_over(day));
        let changed = row.mark(row.body.changed_since, "changed_since");
        if overdue || matter.set(changed) {
            matter.warn("DPIA_REVIEW_DUE");
        }
    }
}

/// How many criteria of WP248 are met: the marked ones, and 4 and 7 by the data and the people.
fn wp248(matter: &Matter<'_>, criteria: &BTreeSet<DpiaCriterion>) -> usize {
    let mut met: BTreeSet<_> = criteria
        .iter()
        .copied()
        .filter(|one| (DpiaCriterion::Wp2481..=DpiaCriterion::Wp2489).contains(one))
        .collect();
    let sensitive = matter.items.iter().any(|item| {
        let mark = matter.category_mark(Matter::category(item), |row| {
            row.mark_of(row.body.special_category.as_ref(), "special_category")
                .or(row.mark(row.body.criminal, "criminal"))
                .or(row.mark(row.body.highly_personal, "highly_personal"))
                .or(row.mark_of(row.body.communication.as_ref(), "communication"))
        });
        mark == Mark::Yes || !item.special_content.is_empty()
    });
    if sensitive {
        met.insert(DpiaCriterion::Wp2484);
    }
    let vulnerable = matter.group_mark(|row| {
        row.mark(row.body.vulnerable, "vulnerable")
            .or(row.mark(row.body.children, "children"))
    });
    if vulnerable == Mark::Yes {
        met.insert(DpiaCriterion::Wp2487);
    }
    met.len()
}

/// A term of the reference data.
fn term<'a>(matter: &Matter<'a>, code: &str) -> Option<&'a Period> {
    let limits = matter.rows.current::<policy::Limit>();
    let mut of_code = limits.iter().filter(|limit| limit.body.code == code);
    of_code.find_map(|limit| match &limit.body.value {
        Some(policy::LimitValue::Period(period)) => Some(period),
        _ => None,
    })
}

/// 136. DPIA_PRIOR_CONSULTATION_REQUIRED.
fn consultation(matter: &Matter<'_>, row: &Row<'_, Assessment>) {
    let residual = if row.body.outcome == Some(AssessmentOutcome::ResidualHighRisk) {
        Mark::Yes
    } else {
        row.mark(row.body.residual_high_risk, "residual_high_risk")
    };
    if !matter.set(residual) {
        return;
    }
    let silent = row.silent("consultation.outcome");
    let stated = row.body.consultation.as_ref().filter(|_| !silent);
    let consulted = stated.and_then(|one| {
        let asked = one.asked_on.filter(|day| matter.rows.has_begun(*day))?;
        let answered = one
            .answered_on
            .is_some_and(|day| matter.rows.has_begun(day));
        let outcome = one
            .outcome
            .filter(|_| answered || one.outcome == Some(ConsultationOutcome::Prohibited));
        let mut last = term(matter, "PRIOR_CONSULTATION").map(|term| asked.plus(term));
        if one.extended == Some(true) || row.silent("consultation.extended") {
            let more = term(matter, "PRIOR_CONSULTATION_EXTENSION");
            last = last.and_then(|day| Some(day.plus(more?)));
        }
        Some(match outcome {
            Some(ConsultationOutcome::NoObjection | ConsultationOutcome::Advice) => true,
            Some(ConsultationOutcome::Prohibited) => false,
            // Silence ends it with the last day of its time.
            Some(ConsultationOutcome::Pending) | None => {
                last.is_some_and(|last| matter.rows.is_over(last))
            }
        })
    });
    if consulted != Some(true) {
        matter.deny("DPIA_PRIOR_CONSULTATION_REQUIRED");
    }
}

/// 138 to 140.
fn automated_decision(matter: &Matter<'_>) {
    let record = matter.activity.body.automated_decision.as_ref();
    let said = matter.asked.automated_decision.as_ref();
    // Who says something of it owes both statements; the caller can only make it worse.
    let anything = record.is_some() || said.is_some();
    let mark = |recorded: Option<bool>, said: Option<bool>, field: &str| {
        let silent = matter.activity.silent("automated_decision") || matter.activity.silent(field);
        if said == Some(true) || recorded == Some(true) {
            Mark::Yes
        } else if recorded == Some(false) {
            Mark::No
        } else if silent || said.is_none() && anything {
            Mark::Unknown
        } else {
            Mark::No
        }
    };
    let solely = mark(
        record.and_then(|one| one.solely_automated),
        said.and_then(|one| one.solely_automated),
        "automated_decision.solely_automated",
    );
    let significant = mark(
        record.and_then(|one| one.significant_effect),
        said.and_then(|one| one.significant_effect),
        "automated_decision.significant_effect",
    );
    if !matter.set(solely.and(significant)) {
        return;
    }
    let safe = record.is_some_and(|one| {
        one.human_review == Some(true)
            && one.express_view == Some(true)
            && one.contest == Some(true)
    });
    let consents = consent::serves(matter, ConsentScope::AutomatedDecision)
        && consent::of_scope(matter, ConsentScope::AutomatedDecision)
            .is_some_and(|consent| consent.explicit == Some(true));
    let ground = record.and_then(|one| one.ground);
    match ground.filter(|_| !matter.activity.silent("automated_decision.ground")) {
        Some(AutomatedDecisionGround::Contract) if derogations::has_contract(matter) => {
            safeguards(matter, safe);
        }
        Some(AutomatedDecisionGround::Contract) if !says_contract(matter) => {
            matter.deny("FACT_MISSING");
            safeguards(matter, safe);
        }
        Some(AutomatedDecisionGround::ExplicitConsent) if consents => safeguards(matter, safe),
        Some(AutomatedDecisionGround::Law)
            if matter
                .basis()
                .is_some_and(|basis| our_law(matter, basis.body)) => {}
        ground => {
            matter.deny("AUTOMATED_DECISION_PROHIBITED");
            let guarded = matches!(
                ground,
                Some(AutomatedDecisionGround::ExplicitConsent | AutomatedDecisionGround::Contract)
            );
            if guarded && !safe {
                matter.deny("AUTOMATED_DECISION_SAFEGUARDS_MISSING");
            }
        }
    }
    // 140. AUTOMATED_DECISION_SPECIAL_CATEGORY.
    let mut items = matter.items.iter();
    if items.any(|item| {
        special::is_special(matter, item) == Mark::Yes && !(safe && lifts(matter, item))
    }) {
        matter.deny("AUTOMATED_DECISION_SPECIAL_CATEGORY");
    }
}

/// Whether it is said how a contract with the person stands.
fn says_contract(matter: &Matter<'_>) -> bool {
    let subject = matter.asked.subject.as_ref();
    let contract = subject.and_then(|subject| subject.contract.as_ref());
    contract.is_some_and(|contract| contract.state.is_some())
}

/// 139. AUTOMATED_DECISION_SAFEGUARDS_MISSING.
fn safeguards(matter: &Matter<'_>, safe: bool) {
    if safe {
        matter.oblige("PROVIDE_HUMAN_REVIEW", &[]);
        matter.oblige("INFORM_LOGIC", &[]);
    } else {
        matter.deny("AUTOMATED_DECISION_SAFEGUARDS_MISSING");
    }
}

/// Art. 22(4): explicit consent, or a law of substantial public interest.
fn lifts(matter: &Matter<'_>, item: &ropa::engine::query::DataItem) -> bool {
    let condition = special::condition(matter, item);
    let lifts = |row: Row<'_, LegalBasis>| match row.body.article {
        Some(BasisArticle::Article9(Article9::A)) => special::is_explicit(matter),
        Some(BasisArticle::Article9(Article9::G)) => our_law(matter, row.body),
        _ => false,
    };
    condition.is_some_and(lifts)
}
