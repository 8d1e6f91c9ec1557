//! Chapter 2.3: the one operative basis of Art. 6, and what makes it hold for this person.

use ropa::domain::basis::{
    Article6, Assessment, AssessmentKind, AssessmentOutcome, BasisArticle, Jurisdiction,
    LegalBasis, LegalText,
};
use ropa::domain::policy::Severity;
use ropa::engine::query::DataItem;
use ropa::engine::query::{ConsentScope, ContractState, ObjectionState};

use super::consent;
use super::lookup::{Mark, Row};
use super::matter::{COLLECTING, Matter, STORING, USING, letter, person_state_required, severity};
use super::retention;

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() || matter.deceased() {
        return;
    }
    match matter.basis() {
        Some(basis) => {
            lawful_basis_multiple(matter, &basis);
            by_letter(matter, basis);
            objected(matter, &basis);
        }
        None => lawful_basis_missing(matter),
    }
    lawful_basis_changed(matter);
}

/// 20. LAWFUL_BASIS_MISSING, and 63. ART6_AND_ART9_BOTH beside it.
fn lawful_basis_missing(matter: &Matter<'_>) {
    matter.deny("LAWFUL_BASIS_MISSING");
    let has_condition = matter.items.iter().any(|item| {
        let entry = matter.entry(Matter::category(item));
        let key = entry.and_then(|entry| entry.condition.as_ref());
        let row = key.and_then(|key| matter.rows.get::<LegalBasis>(key));
        row.is_some_and(|row| matches!(row.body.article, Some(BasisArticle::Article9(_))))
    });
    if has_condition {
        matter.warn("ART6_AND_ART9_BOTH");
    }
}

/// 21. LAWFUL_BASIS_MULTIPLE.
fn lawful_basis_multiple(matter: &Matter<'_>, basis: &Row<'_, LegalBasis>) {
    let mut others = matter.activity.body.other_legal_bases.iter();
    if others.any(|key| {
        !super::principles::same(
            key,
            &super::lookup::typed::<ropa::domain::key::LegalBasisKey>(&basis.record.name.key),
        )
    }) {
        matter.warn("LAWFUL_BASIS_MULTIPLE");
    }
}

/// The rules of each letter.
fn by_letter(matter: &Matter<'_>, basis: Row<'_, LegalBasis>) {
    match letter(basis.body) {
        Some(Article6::A) => consent_rules(matter, basis),
        Some(Article6::B) => contract_rules(matter, basis),
        Some(Article6::C) => legal_obligation(matter, &basis),
        Some(Article6::D) => vital_interest(matter, &basis),
        Some(Article6::E) => public_task(matter, &basis),
        Some(Article6::F) => legitimate_interest(matter, &basis),
        None => {}
    }
}

/// Whether a basis of a disclosure holds for this person, as one of an activity must.
pub(super) fn holds(matter: &Matter<'_>, basis: Row<'_, LegalBasis>) -> bool {
    if matter.deceased() {
        return true;
    }
    // Judged like the activity's own, on a sheet of its own.
    let aside = std::mem::take(&mut *matter.found.borrow_mut());
    by_letter(matter, basis);
    objected(matter, &basis);
    let found = std::mem::replace(&mut *matter.found.borrow_mut(), aside);
    found.reasons.is_empty()
}

/// 22 to 29.
fn consent_rules(matter: &Matter<'_>, basis: Row<'_, LegalBasis>) {
    let fault = consent::fault(matter, ConsentScope::Processing, Some(basis));
    if let (Some(code), None) = (fault.warns, fault.denies) {
        matter.warn(code);
    }
    if let Some(code) = fault.denies {
        matter.deny(code);
        if code == "CONSENT_WITHDRAWN" {
            matter.oblige_denied("STOP_PROCESSING", &[]);
            for item in &matter.items {
                if !retention::kept_elsewhere(matter, item, true) {
                    matter.oblige_denied("ERASE_NOW", &[("category", category_text(item))]);
                }
            }
        }
    }
    // 29. CONSENT_CONDITIONAL.
    let employees = matter.group_mark(|row| row.mark(row.body.employees, "employees"));
    let imbalance = basis.mark(basis.body.imbalance, "imbalance").or(employees);
    let conditional = basis.mark(basis.body.service_conditional, "service_conditional");
    match imbalance {
        Mark::Yes => matter.deny("CONSENT_CONDITIONAL"),
        Mark::Unknown => matter.deny("FACT_MISSING"),
        Mark::No if matter.set(conditional) => matter.warn("CONSENT_CONDITIONAL"),
        Mark::No => {}
    }
}

/// The category of an item, as it is written.
pub(super) fn category_text(item: &DataItem) -> String {
    ropa::domain::shape::Text::text(Matter::category(item))
}

/// 30 to 32.
fn contract_rules(matter: &Matter<'_>, basis: Row<'_, LegalBasis>) {
    if basis.body.necessity_note.is_empty() {
        matter.warn("CONTRACT_NECESSITY_UNDOCUMENTED");
    }
    let subject = matter.asked.subject.as_ref();
    let contract = subject.and_then(|subject| subject.contract.as_ref());
    let pre_contract = basis.mark(basis.body.pre_contract, "pre_contract");
    let winding_up = basis.mark(basis.body.winding_up, "winding_up");
    let Some((contract, state)) = contract.and_then(|one| Some((one, one.state?))) else {
        return matter.deny("FACT_MISSING");
    };
    match state {
        ContractState::NotParty => return matter.deny("CONTRACT_SUBJECT_NOT_PARTY"),
        ContractState::PreContractRequest => {
            if pre_contract == Mark::Unknown {
                matter.deny("FACT_MISSING");
            } else if pre_contract == Mark::No {
                matter.deny("CONTRACT_SUBJECT_NOT_PARTY");
            }
            return;
        }
        ContractState::InForce | ContractState::Ended => {}
    }
    // 31. CONTRACT_NOT_IN_FORCE.
    if !matter.asks(COLLECTING) && !matter.asks(USING) {
        return;
    }
    if pre_contract == Mark::Yes || winding_up == Mark::Yes {
        return;
    }
    let running = match (state, contract.ended_on) {
        (ContractState::Ended, None) => return matter.deny("FACT_MISSING"),
        (_, ended) => matter.rows.runs(contract.started_on, ended),
    };
    if !running {
        if pre_contract == Mark::Unknown || winding_up == Mark::Unknown {
            matter.deny("FACT_MISSING");
        } else {
            matter.deny("CONTRACT_NOT_IN_FORCE");
        }
    }
}

/// Whether a law of the Union or a Member State is cited and in force.
pub(super) fn our_law(matter: &Matter<'_>, basis: &LegalBasis) -> bool {
    laws_in_force(matter, basis)
        .into_iter()
        .any(|law| is_ours(matter, law))
}

fn laws_in_force<'b>(matter: &Matter<'_>, basis: &'b LegalBasis) -> Vec<&'b LegalText> {
    let cited = basis.laws.iter().filter(|law| !law.citation.is_empty());
    cited
        .filter(|law| matter.rows.runs(law.valid_from, law.valid_until))
        .collect()
}

/// The law of a state that is outside at the time is law of a third country.
fn is_ours(matter: &Matter<'_>, law: &LegalText) -> bool {
    match law.jurisdiction {
        Some(Jurisdiction::Union) => true,
        Some(Jurisdiction::MemberState) => law
            .country
            .as_ref()
            .is_none_or(|country| matter.rows.inside(country)),
        Some(Jurisdiction::ThirdCountry) | None => false,
    }
}

/// 41. LEGAL_OBLIGATION_LAW_UNCITED, 42. LEGAL_OBLIGATION_FOREIGN_LAW.
fn legal_obligation(matter: &Matter<'_>, basis: &Row<'_, LegalBasis>) {
    let laws = laws_in_force(matter, basis.body);
    if laws.iter().any(|law| is_ours(matter, law)) {
        return;
    }
    if laws.iter().any(|law| law.jurisdiction.is_some()) {
        matter.deny("LEGAL_OBLIGATION_FOREIGN_LAW");
    } else {
        matter.deny("LEGAL_OBLIGATION_LAW_UNCITED");
    }
}

/// 43. PUBLIC_TASK_LAW_UNCITED.
fn public_task(matter: &Matter<'_>, basis: &Row<'_, LegalBasis>) {
    if !our_law(matter, basis.body) {
        matter.deny("PUBLIC_TASK_LAW_UNCITED");
    }
}

/// 44. VITAL_INTEREST_NOT_SUBSIDIARY.
fn vital_interest(matter: &Matter<'_>, basis: &Row<'_, LegalBasis>) {
    let mark = basis.mark(basis.body.other_basis_available, "other_basis_available");
    if matter.set(mark) {
        matter.warn("VITAL_INTEREST_NOT_SUBSIDIARY");
    }
}

/// 33 to 37.
fn legitimate_interest(matter: &Matter<'_>, basis: &Row<'_, LegalBasis>) {
    let named = basis.body.assessment.as_ref();
    let lia = named
        .and_then(|key| matter.rows.get::<Assessment>(key))
        .filter(|row| {
            // One without a day weighs nothing in favour.
            let day = row.body.assessed_on;
            row.body.kind == Some(AssessmentKind::Lia)
                && day.is_some_and(|day| matter.rows.has_begun(day))
        });
    // 33. LEGITIMATE_INTEREST_UNSPECIFIED.
    let in_assessment = lia.is_some_and(|row| !row.body.interest.is_empty());
    if basis.body.interest.is_empty() && !in_assessment {
        matter.deny("LEGITIMATE_INTEREST_UNSPECIFIED");
    }
    let outcome = lia.and_then(|row| row.body.outcome);
    let weighed = matches!(
        outcome,
        Some(AssessmentOutcome::Favourable | AssessmentOutcome::Overridden)
    );
    // 34. LIA_MISSING.
    if !weighed {
        matter.deny_by_policy("LIA_MISSING");
    }
    // 35. LIA_NEGATIVE: one without a day, or a kind, stands against.
    let against = named
        .and_then(|key| matter.rows.get::<Assessment>(key))
        .filter(|row| {
            let body = row.body;
            let may_be = body.kind.is_none_or(|kind| kind == AssessmentKind::Lia);
            let begun = body
                .assessed_on
                .is_none_or(|day| matter.rows.has_begun(day));
            may_be && begun
        });
    let outcome = against.and_then(|row| row.body.outcome);
    if outcome == Some(AssessmentOutcome::Overridden) {
        matter.deny("LIA_NEGATIVE");
    }
    // Where a policy lets it pass that nothing was weighed, what is not known may be against it.
    let passes = severity(matter.rows, "LIA_MISSING") == Some(Severity::Warning);
    let unnamed = named.is_none() && basis.silent("assessment");
    let untold = against.is_some_and(|row| row.body.outcome.is_none() && row.silent("outcome"));
    if passes && (unnamed || untold) {
        matter.deny("FACT_MISSING");
    }
    // 36. LIA_REVIEW_DUE.
    let review = lia.and_then(|row| row.body.review_on);
    let untold = lia.is_some_and(|row| row.body.review_on.is_none() && row.silent("review_on"));
    if untold || review.is_some_and(|review| matter.rows.is_over(review)) {
        matter.warn_by_policy("LIA_REVIEW_DUE");
    }
    // 37. LEGITIMATE_INTEREST_PUBLIC_AUTHORITY.
    if matter.set(public_authority_at_its_task(matter)) {
        matter.deny("LEGITIMATE_INTEREST_PUBLIC_AUTHORITY");
    }
}

/// Whether a public authority acts in its tasks.
pub(super) fn public_authority_at_its_task(matter: &Matter<'_>) -> Mark {
    let controller = &matter.controller;
    let authority = controller.mark(controller.body.public_authority, "public_authority");
    let task = matter
        .activity
        .mark(matter.activity.body.public_task, "public_task");
    authority.and(task)
}

/// The objection of Art. 21(1), if one has been made by now.
pub(super) fn objection(matter: &Matter<'_>) -> Option<ObjectionState> {
    let rights = matter.asked.rights.as_ref();
    let objection = rights.and_then(|rights| rights.objection.as_ref())?;
    let state = objection
        .state
        .filter(|state| *state != ObjectionState::None)?;
    let made = objection
        .recorded_time
        .is_none_or(|time| matter.rows.has_come(time));
    made.then_some(state)
}

/// 38. SUBJECT_OBJECTED, 39. OBJECTION_OVERRIDDEN.
fn objected(matter: &Matter<'_>, basis: &Row<'_, LegalBasis>) {
    if !matches!(letter(basis.body), Some(Article6::E | Article6::F)) {
        return;
    }
    let rights = matter.asked.rights.as_ref();
    let said = rights
        .and_then(|rights| rights.objection.as_ref()?.state)
        .is_some();
    if !said && person_state_required(matter.rows) {
        matter.deny("FACT_MISSING");
    }
    match objection(matter) {
        Some(ObjectionState::Recorded) => stop(matter),
        Some(ObjectionState::GroundsUnderReview) => {
            if matter.asks(COLLECTING) || matter.asks(USING) {
                stop(matter);
            } else {
                matter.oblige("RESTRICTED_USE_ONLY", &[]);
            }
        }
        Some(ObjectionState::OverriddenCompelling | ObjectionState::OverriddenLegalClaim) => {
            matter.ground("OBJECTION_OVERRIDDEN");
            matter.oblige("RECORD_COMPELLING_GROUNDS", &[]);
            matter.oblige("INFORM_OUTCOME", &[]);
        }
        Some(ObjectionState::None) | None => {}
    }
}

fn stop(matter: &Matter<'_>) {
    matter.deny("SUBJECT_OBJECTED");
    matter.oblige_denied("STOP_PROCESSING", &[]);
}

/// 45. LAWFUL_BASIS_CHANGED.
fn lawful_basis_changed(matter: &Matter<'_>) {
    let rests = matter.basis().is_some_and(|row| letter(row.body).is_some());
    let Some(changed) = matter.activity.body.legal_basis_changed_on else {
        let existing = matter.asks(STORING) || matter.asks(USING);
        if rests && existing && matter.activity.silent("legal_basis_changed_on") {
            matter.deny("FACT_MISSING");
        }
        return;
    };
    if !rests || !matter.rows.has_begun(changed) || !(matter.asks(STORING) || matter.asks(USING)) {
        return;
    }
    for item in &matter.items {
        match super::retention_clock::collected(matter, item) {
            Some(day) if day < changed => matter.deny("LAWFUL_BASIS_CHANGED"),
            Some(_) => {}
            None => matter.deny("FACT_MISSING"),
        }
    }
}
