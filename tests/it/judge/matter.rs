//! What is judged: one activity, for one question, at one instant; and what was found about it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ropa::domain::activity::{Activity, ActivityData};
use ropa::domain::basis::{Article6, BasisArticle, LegalBasis};
use ropa::domain::category::{DataCategory, DataSubjectCategory};
use ropa::domain::controller::Controller;
use ropa::domain::key::{DataCategoryKey, DataSubjectCategoryKey, PurposeKey, TypedKey};
use ropa::domain::policy::{Policy, Severity};
use ropa::domain::purpose::Purpose;
use ropa::domain::system::System;
use ropa::engine::query::{DataItem, Operation, Processing, VitalStatus};

use super::lookup::{Mark, Row, Rows};

/// Parameters of an obligation.
pub(crate) type Parameters = BTreeMap<&'static str, String>;

/// What the rules found.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) reasons: BTreeSet<&'static str>,
    /// How often something denied: candidates are compared by it.
    pub(crate) denials: usize,
    pub(crate) warnings: BTreeSet<&'static str>,
    pub(crate) grounds: BTreeSet<&'static str>,
    /// What comes with a denial.
    pub(crate) with_denial: BTreeSet<(&'static str, Parameters)>,
    /// What comes with a permit.
    pub(crate) with_permit: BTreeSet<(&'static str, Parameters)>,
}

/// One activity, judged for one question.
pub(crate) struct Matter<'a> {
    pub(crate) rows: &'a Rows<'a>,
    pub(crate) asked: &'a Processing,
    pub(crate) controller: Row<'a, Controller>,
    pub(crate) activity: Row<'a, Activity>,
    /// The purpose that is asked; without one, the activity's.
    pub(crate) purpose: Row<'a, Purpose>,
    /// The items whose category is registered and that are not anonymous.
    pub(crate) items: Vec<&'a DataItem>,
    /// Whether anything that is asked about is, or may be, personal.
    pub(crate) personal: bool,
    /// The group of the person, if it is registered.
    pub(crate) group: Option<DataSubjectCategoryKey>,
    pub(crate) found: RefCell<Findings>,
}

/// The operations of the columns of facts.md 1.8.
pub(crate) const COLLECTING: &[Operation] = &[Operation::Collect, Operation::RecordCommunication];
pub(crate) const STORING: &[Operation] = &[Operation::Store];
pub(crate) const USING: &[Operation] = &[Operation::Use, Operation::Disclose, Operation::Transfer];
pub(crate) const DISCLOSING: &[Operation] = &[Operation::Disclose, Operation::Transfer];
pub(crate) const ERASING: &[Operation] = &[Operation::Erase, Operation::Anonymise];

impl<'a> Matter<'a> {
    // The question.

    /// Whether one of these operations is asked for.
    pub(crate) fn asks(&self, operations: &[Operation]) -> bool {
        self.asked
            .operations
            .iter()
            .any(|one| operations.contains(one))
    }

    /// Whether something else than ending it is asked for.
    pub(crate) fn processes(&self) -> bool {
        self.asks(COLLECTING) || self.asks(STORING) || self.asks(USING)
    }

    /// Whether data that are there are kept or used.
    pub(crate) fn existing(&self) -> bool {
        self.asks(STORING) || self.asks(USING)
    }

    /// Whether the person is deceased: most of the GDPR does not apply then.
    pub(crate) fn deceased(&self) -> bool {
        let subject = self.asked.subject.as_ref();
        subject.and_then(|subject| subject.vital_status) == Some(VitalStatus::Deceased)
    }

    /// The category of an item.
    pub(crate) fn category(item: &DataItem) -> &DataCategoryKey {
        item.category.as_ref().expect("a complete question")
    }

    // The records.

    /// The entry of the activity that covers a category.
    pub(crate) fn entry(&self, category: &DataCategoryKey) -> Option<&'a ActivityData> {
        let listed = self.activity.body.data.iter();
        let keys = listed.clone().filter_map(|data| data.category.as_ref());
        let found = self.rows.cover(&keys, category)?;
        listed
            .into_iter()
            .find(|data| data.category.as_ref() == Some(found))
    }

    /// The operative basis, if it is one of Art. 6 and in force.
    pub(crate) fn basis(&self) -> Option<Row<'a, LegalBasis>> {
        let key = self.activity.body.legal_basis.as_ref()?;
        let row = self.rows.get::<LegalBasis>(key)?;
        let clear = !row.silent("article");
        (clear && letter(row.body).is_some()).then_some(row)
    }

    /// The letter of the operative basis.
    pub(crate) fn letter(&self) -> Option<Article6> {
        self.basis().and_then(|basis| letter(basis.body))
    }

    /// The systems in question: the named one, else all of the activity. Only those in force.
    pub(crate) fn systems(&self) -> Vec<Row<'a, System>> {
        let keys = match &self.asked.system {
            Some(named) => std::slice::from_ref(named),
            None => self.activity.body.systems.as_slice(),
        };
        keys.iter().filter_map(|key| self.rows.get(key)).collect()
    }

    /// The key of the purpose that is asked.
    pub(crate) fn purpose_key(&self) -> PurposeKey {
        super::lookup::typed(&self.purpose.record.name.key)
    }

    /// Whether a key names the activity.
    pub(crate) fn is_activity(&self, key: &impl TypedKey) -> bool {
        *key.key() == self.activity.record.name.key
    }

    /// Whether a key names the controller.
    pub(crate) fn is_controller(&self, key: &impl TypedKey) -> bool {
        *key.key() == self.controller.record.name.key
    }

    // Marks.

    /// A mark of a category, those above it and those asked with it.
    pub(crate) fn category_mark(
        &self,
        category: &DataCategoryKey,
        mark: impl Fn(&Row<'a, DataCategory>) -> Mark,
    ) -> Mark {
        let rows = self.rows.binding(category);
        rows.iter().map(mark).fold(Mark::No, Mark::or)
    }

    /// A mark of the group of the person and those above it.
    pub(crate) fn group_mark(&self, mark: impl Fn(&Row<'a, DataSubjectCategory>) -> Mark) -> Mark {
        let Some(group) = &self.group else {
            return Mark::No;
        };
        let rows = self.rows.group_line(group);
        rows.iter().map(mark).fold(Mark::No, Mark::or)
    }

    /// Whether the purpose, or one above it, is direct marketing.
    pub(crate) fn direct_marketing(&self) -> Mark {
        self.marketing_of(&self.purpose_key())
    }

    /// Whether a purpose, or one above it, is direct marketing.
    pub(crate) fn marketing_of(&self, purpose: &PurposeKey) -> Mark {
        let line = self.rows.purpose_line(purpose);
        line.iter()
            .map(|row| row.mark(row.body.direct_marketing, "direct_marketing"))
            .fold(Mark::No, Mark::or)
    }

    // What was found.

    /// A rule denies.
    pub(crate) fn deny(&self, code: &'static str) {
        let mut found = self.found.borrow_mut();
        found.reasons.insert(code);
        found.denials += 1;
    }

    /// A rule warns.
    pub(crate) fn warn(&self, code: &'static str) {
        self.found.borrow_mut().warnings.insert(code);
    }

    /// A rule of level P denies, unless a policy says otherwise. Whether it denied.
    pub(crate) fn deny_by_policy(&self, code: &'static str) -> bool {
        self.by_policy(code, Severity::Deny)
    }

    /// A rule of level P warns, unless a policy says otherwise.
    pub(crate) fn warn_by_policy(&self, code: &'static str) {
        self.by_policy(code, Severity::Warning);
    }

    fn by_policy(&self, code: &'static str, default: Severity) -> bool {
        match severity(self.rows, code).unwrap_or(default) {
            Severity::Deny => {
                self.deny(code);
                true
            }
            Severity::Warning => {
                self.warn(code);
                false
            }
        }
    }

    /// A mark that is needed and not known denies; else whether it is set.
    pub(crate) fn set(&self, mark: Mark) -> bool {
        if mark == Mark::Unknown {
            self.deny("FACT_MISSING");
        }
        mark == Mark::Yes
    }

    /// A permit rests on a rule.
    pub(crate) fn ground(&self, code: &'static str) {
        self.found.borrow_mut().grounds.insert(code);
    }

    /// Something is to be done with a permit.
    pub(crate) fn oblige(&self, code: &'static str, parameters: &[(&'static str, String)]) {
        let parameters = parameters.iter().cloned().collect();
        self.found
            .borrow_mut()
            .with_permit
            .insert((code, parameters));
    }

    /// Something is to be done with a denial.
    pub(crate) fn oblige_denied(&self, code: &'static str, parameters: &[(&'static str, String)]) {
        let parameters = parameters.iter().cloned().collect();
        self.found
            .borrow_mut()
            .with_denial
            .insert((code, parameters));
    }
}

/// The letter of Art. 6 that a basis is of.
pub(crate) fn letter(basis: &LegalBasis) -> Option<Article6> {
    match basis.article {
        Some(BasisArticle::Article6(letter)) => Some(letter),
        _ => None,
    }
}

/// What the policies in force make of a rule; of two, the stricter counts.
pub(crate) fn severity(rows: &Rows<'_>, code: &str) -> Option<Severity> {
    let policies = rows.current::<Policy>();
    let set = policies.iter().filter(|policy| policy.body.rule == code);
    // One that does not say denies.
    let severities: Vec<_> = set
        .map(|policy| policy.body.severity.unwrap_or(Severity::Deny))
        .collect();
    if severities.contains(&Severity::Deny) {
        return Some(Severity::Deny);
    }
    severities.first().copied()
}

/// Whether a policy asks that the state of people is always said.
pub(crate) fn person_state_required(rows: &Rows<'_>) -> bool {
    severity(rows, "REQUIRE_PERSON_STATE").is_some()
}
