//! Chapter 2.8: to whom data go, in which role, under which contract.

use ropa::domain::activity::{ActivityRecipient, RecipientRole};
use ropa::domain::basis::LegalBasis;
use ropa::domain::category::DataCategory;
use ropa::domain::key::RecipientKey;
use ropa::domain::recipient::{AgreementKind, Recipient, RecipientKind};
use ropa::engine::query::{DataItem, Disclosure};

use super::candidates::registered;
use super::contracts;
use super::lookup::{Mark, Row};
use super::matter::{Matter, letter};
use super::principles;
use super::safeguards;
use super::transfers;

/// One who receives data: named by the question, or because it runs a system.
pub(super) struct Receiver<'a> {
    pub(super) key: &'a RecipientKey,
    pub(super) row: Option<Row<'a, Recipient>>,
    pub(super) entry: Option<&'a ActivityRecipient>,
    /// Whether its role in the activity is what the source is silent about.
    silent_here: bool,
    /// What the question says of it; nothing of who runs a system.
    pub(super) said: Option<&'a Disclosure>,
    /// The items it gets.
    pub(super) items: Vec<&'a DataItem>,
}

impl Receiver<'_> {
    /// Its role here: the activity's word before the recipient's own.
    pub(super) fn role(&self) -> Option<RecipientRole> {
        // Own staff and authorities are what they are, whatever they are called here.
        if matches!(
            self.kind(),
            RecipientKind::Internal | RecipientKind::Authority
        ) {
            return None;
        }
        // It may be an authority; or something else here than elsewhere.
        if self.row.is_some_and(|row| row.silent("kind")) || self.silent_here {
            return None;
        }
        let here = self.entry.and_then(|entry| entry.role);
        // A role of which the source is silent is not stated, whatever stands there.
        let own = self.row.filter(|row| !row.silent("role"));
        here.or_else(|| own.and_then(|row| row.body.role))
    }

    pub(super) fn kind(&self) -> RecipientKind {
        let kind = self.row.and_then(|row| row.body.kind);
        kind.unwrap_or(RecipientKind::Organisation)
    }
}

/// Everyone who receives data: the named ones, then those who run the systems.
pub(super) fn receivers<'a>(matter: &Matter<'a>) -> Vec<Receiver<'a>> {
    let entry = |key: &RecipientKey| {
        let mut entries = matter.activity.body.recipients.iter();
        entries.find(|entry| entry.recipient.as_ref() == Some(key))
    };
    let silent = |entry: Option<&ActivityRecipient>| {
        let mut gaps = matter.activity.record.envelope.gaps.iter();
        let here = gaps.any(|gap| gap.field == "recipients.role");
        entry.is_some_and(|entry| entry.role.is_none() && here)
    };
    let mut all = Vec::new();
    for said in &matter.asked.recipients {
        let Some(key) = said.recipient.as_ref() else {
            continue;
        };
        let mut items = matter.items.clone();
        items.retain(|item| {
            said.categories.is_empty()
                || matter.rows.covers(&said.categories, Matter::category(item))
        });
        if items.is_empty() && !said.categories.is_empty() {
            let named = matter.asked.data.iter();
            let mut named = named
                .filter_map(|item| item.category.as_ref())
                .filter(|key| {
                    let row = matter.rows.known::<DataCategory>(*key);
                    row.is_some_and(|row| registered(matter.rows, matter.asked, &row))
                });
            if named.any(|category| matter.rows.covers(&said.categories, category)) {
                // Who gets anonymous data alone gets no personal data.
                continue;
            }
            // What is named is none of the items: all may be meant.
            items.clone_from(&matter.items);
        }
        all.push(Receiver {
            key,
            row: matter.rows.get(key),
            entry: entry(key),
            silent_here: silent(entry(key)),
            said: Some(said),
            items,
        });
    }
    for system in matter.systems() {
        let Some(key) = &system.body.processor else {
            continue;
        };
        let known = |one: &Receiver<'_>| one.said.is_none() && one.key == key;
        if !all.iter().any(known) {
            all.push(Receiver {
                key,
                row: matter.rows.get(key),
                entry: entry(key),
                silent_here: silent(entry(key)),
                said: None,
                items: matter.items.clone(),
            });
        }
    }
    all
}

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() {
        return;
    }
    // Whether somebody runs a system for the controller must be known.
    for system in matter.systems() {
        matter.set(
            match system.mark_of(system.body.processor.as_ref(), "processor") {
                Mark::Unknown => Mark::Unknown,
                _ => Mark::No,
            },
        );
    }
    for receiver in receivers(matter) {
        let Some(row) = receiver.row else {
            // 75. RECIPIENT_UNREGISTERED.
            matter.deny("RECIPIENT_UNREGISTERED");
            continue;
        };
        not_authorised_for_activity(matter, &receiver);
        if receiver.kind() == RecipientKind::Internal {
            onward(matter, &receiver);
            continue;
        }
        let authority = receiver.kind() == RecipientKind::Authority;
        let named = receiver.said.is_some();
        match receiver.role() {
            // 77. RECIPIENT_ROLE_UNKNOWN.
            None if !authority => matter.deny("RECIPIENT_ROLE_UNKNOWN"),
            Some(RecipientRole::Processor) => processor(matter, &receiver, &row),
            Some(role) if named && !authority => {
                if role == RecipientRole::JointController
                    && !contracts::is_arranged(matter, receiver.key)
                {
                    // 85. JOINT_CONTROLLER_ARRANGEMENT_MISSING.
                    matter.warn("JOINT_CONTROLLER_ARRANGEMENT_MISSING");
                }
                basis_of_disclosure(matter, &receiver);
            }
            None | Some(_) => {}
        }
        onward(matter, &receiver);
        if authority && named {
            authority_request(matter, &receiver, &row);
        }
        if !authority && named {
            in_notice(matter, &receiver);
        }
    }
}

/// 76. RECIPIENT_NOT_AUTHORISED_FOR_ACTIVITY.
fn not_authorised_for_activity(matter: &Matter<'_>, receiver: &Receiver<'_>) {
    let Some(entry) = receiver.entry else {
        return matter.deny("RECIPIENT_NOT_AUTHORISED_FOR_ACTIVITY");
    };
    for item in &receiver.items {
        let category = Matter::category(item);
        // A list that is empty because its source is silent is no "all".
        let silent = |field| matter.activity.silent(field);
        let by_entry = entry.categories.is_empty() && !silent("recipients.categories")
            || matter.rows.covers(&entry.categories, category);
        let own = matter
            .entry(category)
            .map(|data| data.recipients.as_slice());
        let by_data = own.is_none_or(|own| {
            own.is_empty() && !silent("data.recipients") || own.contains(receiver.key)
        });
        if !(by_entry && by_data) {
            matter.deny("RECIPIENT_NOT_AUTHORISED_FOR_ACTIVITY");
        }
    }
}

/// 78 to 81, and 84.
fn processor(matter: &Matter<'_>, receiver: &Receiver<'_>, row: &Row<'_, Recipient>) {
    let all = contracts::with(matter, receiver.key, AgreementKind::Article28);
    let binding: Vec<_> = all
        .iter()
        .filter(|one| contracts::binds(matter, one) == Mark::Yes)
        .collect();
    if binding.is_empty() && !safeguards::clauses_are_contract(matter, receiver.key) {
        if all.is_empty() {
            matter.deny("PROCESSOR_CONTRACT_MISSING");
        } else {
            matter.deny("PROCESSOR_CONTRACT_NOT_IN_FORCE");
        }
    }
    // 80. PROCESSOR_CONTRACT_INCOMPLETE.
    let whole = |one: &&Row<'_, _>| contracts::has(one, contracts::all_clauses());
    if !binding.is_empty() && !binding.iter().copied().any(|one| whole(&one)) {
        matter.warn("PROCESSOR_CONTRACT_INCOMPLETE");
    }
    // 81. PROCESSOR_GUARANTEES_UNVERIFIED.
    let looked = row.body.due_diligence.as_ref();
    let done = looked
        .and_then(|one| one.done_on)
        .is_some_and(|day| matter.rows.has_begun(day));
    let overdue = looked
        .and_then(|one| one.review_on)
        .is_some_and(|day| matter.rows.is_over(day));
    if !done || overdue {
        matter.warn("PROCESSOR_GUARANTEES_UNVERIFIED");
    }
    // 84. PROCESSOR_OWN_PURPOSE.
    if receiver
        .said
        .is_some_and(|said| said.own_purpose == Some(true))
    {
        matter.deny("PROCESSOR_OWN_PURPOSE");
    }
}

/// 82. SUBPROCESSOR_NOT_AUTHORISED, 83. SUBPROCESSOR_TERMS_MISSING, and 75 of each link.
fn onward(matter: &Matter<'_>, receiver: &Receiver<'_>) {
    let onward_to = receiver
        .said
        .map_or(&[][..], |said| said.onward_to.as_slice());
    let (links, open) = contracts::chain(matter, receiver.key, receiver.role(), onward_to);
    if open {
        matter.deny("SUBPROCESSOR_NOT_AUTHORISED");
    }
    for link in links {
        if link.to.is_none() {
            matter.deny("RECIPIENT_UNREGISTERED");
        }
        if let Some(fault) = link.fault {
            matter.deny(fault);
        }
    }
}

/// 86. CONTROLLER_TO_CONTROLLER_BASIS_MISSING: the basis must hold as one of an activity must.
fn basis_of_disclosure(matter: &Matter<'_>, receiver: &Receiver<'_>) {
    let Some(entry) = receiver.entry else { return };
    let key = entry.disclosure_basis.as_ref();
    // What is wrong with the activity's own basis is told there.
    if key.is_some() && key == matter.activity.body.legal_basis.as_ref() && matter.basis().is_some()
    {
        return;
    }
    let row = key
        .and_then(|key| matter.rows.get::<LegalBasis>(key))
        .filter(|row| letter(row.body).is_some())
        .filter(|_| !matter.activity.silent("recipients.disclosure_basis"));
    if !row.is_some_and(|row| super::lawfulness::holds(matter, row)) {
        matter.deny("CONTROLLER_TO_CONTROLLER_BASIS_MISSING");
    }
}

/// 87. AUTHORITY_REQUEST_UNSUBSTANTIATED, 88. FOREIGN_AUTHORITY_REQUEST.
fn authority_request(matter: &Matter<'_>, receiver: &Receiver<'_>, row: &Row<'_, Recipient>) {
    let request = receiver
        .said
        .and_then(|said| said.authority_request.as_ref());
    let state = row.body.authority_state.as_ref();
    let outside = state.is_some_and(|state| !matter.rows.inside(state));
    // One that does not say whose it is may be that of another state, and of this one.
    if outside || state.is_none() {
        let agreed = request.is_some_and(|one| one.international_agreement == Some(true));
        if !agreed && !transfers::has_derogation(matter, receiver) {
            matter.deny("FOREIGN_AUTHORITY_REQUEST");
        }
    }
    if outside {
        return;
    }
    let substantiated = request.is_some_and(|one| {
        one.written == Some(true)
            && one.reasoned == Some(true)
            && one.legal_ground_cited == Some(true)
    });
    if !substantiated {
        matter.deny("AUTHORITY_REQUEST_UNSUBSTANTIATED");
    }
}

/// 89. RECIPIENT_NOT_IN_NOTICE.
fn in_notice(matter: &Matter<'_>, receiver: &Receiver<'_>) {
    let notices = principles::notices(matter);
    let told = notices
        .iter()
        .any(|notice| notice.body.recipients.contains(receiver.key));
    if !told {
        matter.warn("RECIPIENT_NOT_IN_NOTICE");
    }
}
