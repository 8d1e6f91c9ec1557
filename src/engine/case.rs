//! One candidate activity, the question, and what both refer to: what rules judge.

use std::cell::{OnceCell, RefCell};

use super::query::{Consent, ConsentScope, ContractState, DataItem, Processing, TrackerUse};
use super::resolve::operations;
use super::rule::{Gate, Place};
use super::rules::{Link, Receiver, Retention, Transfer, links, needs_consent, transfers};
use super::snapshot::Node;
use super::view::{Mark, View, gap, place};
use crate::domain::activity::{Activity, ActivityData};
use crate::domain::basis::{Article6, BasisArticle, LegalBasis};
use crate::domain::category::{DataCategory, DataSubjectCategory};
use crate::domain::controller::Controller;
use crate::domain::date::Period;
use crate::domain::key::{Key, TypedKey};
use crate::domain::purpose::Purpose;
use crate::domain::system::System;
use crate::domain::tracker::Tracker;

/// What rules judge.
#[derive(Debug)]
pub struct Case<'a> {
    /// The inventory at the instant of the decision.
    pub view: View<'a>,
    /// The question.
    pub query: &'a Processing,
    /// The operations asked for.
    pub operations: Gate,
    /// The candidate.
    pub activity: Node<'a, Activity>,
    /// Its controller.
    pub controller: Node<'a, Controller>,
    /// Its purpose.
    pub purpose: Node<'a, Purpose>,
    /// Its basis, if it has one that is in force.
    pub basis: Option<Node<'a, LegalBasis>>,
    /// The data asked for, as far as their categories are known.
    pub items: Vec<Item<'a>>,
    /// The group of the person, if it is known.
    pub subject: Option<Node<'a, DataSubjectCategory>>,
    /// The tracker, if the question is about one.
    pub(super) tracking: Option<Tracking<'a>>,
    /// How long each personal item is kept, once a rule asks.
    pub(super) retention: OnceCell<Vec<Retention<'a>>>,
    /// Who receives the data, once a rule asks.
    pub(super) receivers: OnceCell<Vec<Receiver<'a>>>,
    /// The chains of sub-processors, once a rule asks.
    pub(super) links: OnceCell<Vec<Link<'a>>>,
    /// What is found about transfers, once a rule asks.
    pub(super) transfers: OnceCell<Vec<Transfer<'a>>>,
    pub(super) assumed: RefCell<Vec<String>>,
}

/// A tracker, and what is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Tracking<'a> {
    /// What is said.
    pub said: &'a TrackerUse,
    /// Its record.
    pub tracker: Node<'a, Tracker>,
}

/// One item of the data asked for.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// Its place in the question.
    pub index: usize,
    /// What is said of it.
    pub said: &'a DataItem,
    /// Its category.
    pub category: Node<'a, DataCategory>,
    /// The categories below, where it includes its children: they are asked for with it.
    pub included: Vec<Node<'a, DataCategory>>,
    /// What the activity says of that category, if it lists it.
    pub entry: Option<&'a ActivityData>,
    /// Whether it is anonymous: most rules have then nothing to say.
    pub anonymous: bool,
}

impl Item<'_> {
    /// The path of a fact of this item.
    pub fn fact(&self, field: &str) -> String {
        let index = self.index;
        if field.is_empty() {
            format!("processing.data[{index}]")
        } else {
            format!("processing.data[{index}].{field}")
        }
    }

    /// The key of its category.
    pub fn key(&self) -> &Key {
        self.category.key()
    }
}

impl<'a> Case<'a> {
    /// One candidate, and what the question and it refer to.
    pub(super) fn of(
        view: View<'a>,
        query: &'a Processing,
        activity: Node<'a, Activity>,
        controller: Node<'a, Controller>,
        purpose: Node<'a, Purpose>,
    ) -> Self {
        let mut case = Self {
            view,
            query,
            operations: operations(query),
            activity,
            controller,
            purpose,
            basis: None,
            items: Vec::new(),
            subject: None,
            tracking: None,
            retention: OnceCell::new(),
            receivers: OnceCell::new(),
            links: OnceCell::new(),
            transfers: OnceCell::new(),
            assumed: RefCell::default(),
        };
        case.view.touch(activity);
        case.view.touch(controller);
        case.view.touch(purpose);
        case.complete();
        case
    }

    /// Finds what the question and the activity refer to.
    fn complete(&mut self) {
        let erasing = self.operations.within(Gate::ERASING);
        let snapshot = self.view.snapshot;
        self.basis = self
            .activity
            .body
            .legal_basis
            .as_ref()
            .and_then(|key| snapshot.legal_basis(key))
            .filter(|basis| self.view.in_force(*basis))
            // One of which it is unclear what it is carries nothing.
            .filter(|basis| gap(basis.record, "article").is_none());
        self.subject = self
            .query
            .subject
            .as_ref()
            .and_then(|subject| snapshot.data_subject_category(subject.category.as_ref()?))
            .filter(|subject| self.view.known(*subject, erasing));
        let mut items = Vec::with_capacity(self.query.data.len());
        for (index, said) in self.query.data.iter().enumerate() {
            let category = said
                .category
                .as_ref()
                .and_then(|key| snapshot.data_category(key))
                .filter(|category| self.view.known(*category, erasing));
            let Some(category) = category else { continue };
            // Data that are being collected are personal: anonymity comes afterwards.
            let anonymous =
                self.operations.within(Gate::EXISTING) && super::rules::is_anonymous(self, said);
            items.push(Item {
                index,
                said,
                category,
                included: self.included(category),
                entry: self.entry(category),
                anonymous,
            });
        }
        self.items = items;
    }

    /// The categories that are asked for with one that includes its children, or may.
    fn included(&self, category: Node<'a, DataCategory>) -> Vec<Node<'a, DataCategory>> {
        // The category is known: what it includes was asked for with it, also where it has ended.
        let includes = category.body.includes_children;
        if Mark::of(category.record, "includes_children", includes) == Mark::No {
            return Vec::new();
        }
        let below = self.view.snapshot.below(category.number).into_iter();
        let children = below.filter_map(|number| self.view.snapshot.node(number));
        // Data outlive their category: of one that ended there may be some.
        let counts = |child: &Node<'a, DataCategory>| child.record.envelope.may_hold_data();
        children.filter(counts).collect()
    }

    /// What the activity says of a category: by its own key, else by one above that includes it.
    fn entry(&self, category: Node<'a, DataCategory>) -> Option<&'a ActivityData> {
        let listed = &self.activity.body.data;
        let exact = |entry: &&ActivityData| {
            let key = entry.category.as_ref();
            key.is_some_and(|listed| listed.key() == category.key())
        };
        let covering = |entry: &&ActivityData| {
            let key = entry.category.as_ref();
            key.is_some_and(|listed| self.view.covers(listed, category.key()))
        };
        listed
            .iter()
            .find(exact)
            .or_else(|| listed.iter().find(covering))
    }

    /// The same case, if it rested on another basis: what rules say of that one.
    pub(super) fn resting_on(&self, basis: Node<'a, LegalBasis>) -> Self {
        Self {
            view: View::new(self.view.snapshot, self.view.clock),
            basis: Some(basis),
            items: self.items.clone(),
            retention: OnceCell::new(),
            receivers: OnceCell::new(),
            links: OnceCell::new(),
            transfers: OnceCell::new(),
            assumed: RefCell::default(),
            ..*self
        }
    }

    /// The path of a fact of the question.
    pub fn fact(&self, field: &str) -> String {
        match self.tracking {
            Some(_) => format!("tracker.{field}"),
            None => format!("processing.{field}"),
        }
    }

    /// The path of the fact that names the activity.
    pub fn target_fact(&self) -> String {
        self.fact(if self.tracking.is_some() {
            "tracker"
        } else {
            "activity"
        })
    }

    /// The path of a fact of a consent; of the consents, where none is told.
    pub fn consent_fact(&self, told: Option<(usize, &Consent)>, field: &str) -> String {
        match (told, self.tracking) {
            (Some(_), Some(_)) => format!("tracker.consent.{field}"),
            (None, Some(_)) => "tracker.consent".to_owned(),
            (Some((index, _)), None) => format!("processing.consents[{index}].{field}"),
            (None, None) => "processing.consents".to_owned(),
        }
    }

    /// The scope of the consent that it rests on, if it rests on consent.
    pub(super) fn rests_on(&self) -> Option<ConsentScope> {
        match self.tracking {
            Some(tracking) => {
                let needed = needs_consent(self, tracking);
                needed.then_some(ConsentScope::TerminalAccess)
            }
            None => (self.letter() == Some(Article6::A)).then_some(ConsentScope::Processing),
        }
    }

    /// Notes that a fact was not said and is taken as "no".
    pub fn assume(&self, fact: &str) {
        let mut assumed = self.assumed.borrow_mut();
        if !assumed.iter().any(|known| known == fact) {
            assumed.push(fact.to_owned());
        }
    }

    /// The data that are personal: those not shown to be anonymous.
    pub fn personal(&self) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(|item| !item.anonymous)
    }

    /// Whether the question is about personal data at all: it is, unless everything is shown to be
    /// anonymous. Data whose category is not known are personal.
    pub fn is_about_people(&self) -> bool {
        self.items.len() < self.query.data.len()
            || self.items.is_empty()
            || self.personal().next().is_some()
    }

    /// Whether a contract with the person runs: by how it stands and by its days, and not by one of them alone.
    pub fn contract_runs(&self) -> bool {
        let subject = self.query.subject.as_ref();
        let Some(contract) = subject.and_then(|subject| subject.contract.as_ref()) else {
            return false;
        };
        let clock = self.view.clock;
        let begun = contract.started_on.is_none_or(|day| clock.begun(day));
        let over = contract.ended_on.map(|day| clock.over(day));
        begun
            && match contract.state {
                Some(ContractState::InForce) => over != Some(true),
                Some(ContractState::Ended) => over == Some(false),
                Some(ContractState::NotParty | ContractState::PreContractRequest) | None => false,
            }
    }

    /// How a contract with the person stands, if that is said.
    pub fn contract_state(&self) -> Option<ContractState> {
        self.query.subject.as_ref()?.contract.as_ref()?.state
    }

    /// Whether a contract with the person runs, or was asked for by the person.
    pub fn has_contract(&self) -> bool {
        self.contract_state() == Some(ContractState::PreContractRequest) || self.contract_runs()
    }

    /// A limit of the law or of guidance, as it holds where the controller is.
    pub fn limit(&self, code: &str) -> Option<&'a Period> {
        self.view.limit(code, self.controller.body.country.as_ref())
    }

    /// Whether what is done is to keep the data, and at most to erase some.
    pub fn only_stores(&self) -> bool {
        self.operations.meets(Gate::STORING)
            && self.operations.within(Gate::STORING.and(Gate::ERASING))
    }

    /// Whether the basis cites law of the Union or of a Member State that holds at the decision.
    pub fn cites_law(&self) -> bool {
        let basis = self.basis.filter(|_| self.letter().is_some());
        basis.is_some_and(|basis| self.view.cites_law(basis.body))
    }

    /// The letter of Art. 6(1) of the basis.
    pub fn letter(&self) -> Option<Article6> {
        match self.basis?.body.article {
            Some(BasisArticle::Article6(letter)) => Some(letter),
            _ => None,
        }
    }

    /// The systems the question is about: the one it names, else those of the activity.
    pub fn systems(&self) -> Vec<Node<'a, System>> {
        let named = self.query.system.as_slice();
        let listed = &self.activity.body.systems;
        let keys = if named.is_empty() {
            listed.as_slice()
        } else {
            named
        };
        keys.iter()
            .filter_map(|key| self.view.snapshot.system(key))
            .filter(|system| self.view.in_force(*system))
            .collect()
    }

    /// Who receives the data: those that the question names, and the processors of its systems.
    pub(super) fn receivers(&self) -> &[Receiver<'a>] {
        self.receivers.get_or_init(|| Receiver::all(self))
    }

    /// The chains of sub-processors below them.
    pub(super) fn links(&self) -> &[Link<'a>] {
        self.links.get_or_init(|| links(self))
    }

    /// What is found about their transfers.
    pub(super) fn transfers(&self) -> &[Transfer<'a>] {
        self.transfers.get_or_init(|| transfers(self))
    }

    /// The activity, in reasons.
    pub fn here(&self, field: &str) -> Place {
        place(self.activity.record, field)
    }

    /// The basis, in reasons; the activity's field where there is none.
    pub fn basis_at(&self, field: &str) -> Place {
        self.basis.map_or_else(
            || self.here("legal_basis"),
            |basis| place(basis.record, field),
        )
    }

    /// The consent of a scope, if one was told.
    pub fn consent(&self, scope: ConsentScope) -> Option<(usize, &'a Consent)> {
        self.query
            .consents
            .iter()
            .enumerate()
            .find(|(_, consent)| consent.scope == Some(scope))
    }

    /// Whether the category of an item bears a mark, or one above it, or one that is asked for with it;
    /// and where.
    pub(super) fn item_mark(
        &self,
        item: &Item<'a>,
        field: &str,
        said: impl Fn(&DataCategory) -> Option<bool>,
    ) -> (Mark, Node<'a, DataCategory>) {
        let mut found = self.view.mark_upwards(item.category, field, &said);
        for child in &item.included {
            let mark = Mark::of(child.record, field, said(child.body));
            if mark == Mark::Yes && found.0 != Mark::Yes
                || mark == Mark::Unknown && found.0 == Mark::No
            {
                found = (mark, *child);
            }
        }
        found
    }

    /// Whether the group of the person bears a mark, or one above it; and where. `None` where the group
    /// is not known.
    pub(super) fn subject_mark(
        &self,
        field: &str,
        said: impl Fn(&DataSubjectCategory) -> Option<bool>,
    ) -> Option<(Mark, Node<'a, DataSubjectCategory>)> {
        Some(self.view.mark_upwards(self.subject?, field, said))
    }
}
