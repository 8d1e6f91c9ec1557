//! Who gets data where: a recipient of the question, a link of its chain, the place of a system.

use crate::domain::activity::ControllerRole;
use crate::domain::key::{CountryKey, LegalBasisKey, RecipientKey, TransferSafeguardKey, TypedKey};
use crate::domain::recipient::{Recipient, RecipientKind};
use crate::domain::transfer::{
    Exporter, SafeguardGround, ToolKind, TransferRole, TransferSafeguard,
};
use crate::engine::case::{Case, Item};
use crate::engine::query::{Disclosure, DisclosureAccess};
use crate::engine::rule::{Fired, Place};
use crate::engine::rules::recipient::{Receiver, Role, registered, role};
use crate::engine::snapshot::Node;
use crate::engine::view::{Mark, gap, place};

/// Data that go to somebody, somewhere.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Import<'a> {
    /// The path of the fact it begins with.
    pub fact: String,
    /// What the question says of it.
    pub said: Option<&'a Disclosure>,
    /// Who gets them; `None` for a place alone.
    pub importer: Option<Node<'a, Recipient>>,
    /// As what.
    pub role: Role,
    /// Who they come from; `None` is the controller.
    pub from: Option<&'a RecipientKey>,
    /// As what that acts.
    pub sender: TransferRole,
    /// The categories that go.
    pub categories: Vec<Node<'a, crate::domain::category::DataCategory>>,
    /// The countries that are known.
    pub countries: Vec<&'a CountryKey>,
    /// Where the countries are stated.
    pub at: Place,
    /// Where countries should be stated, and are not.
    pub unplaced: Option<Place>,
    /// The safeguard that the activity names for it.
    pub named: Option<&'a TransferSafeguardKey>,
    /// The basis of the disclosure, which the activity names.
    pub disclosure_basis: Option<&'a LegalBasisKey>,
}

impl<'a> Import<'a> {
    /// All imports of a case, each after the one it comes from.
    pub(super) fn all(case: &Case<'a>) -> Vec<Self> {
        let mut imports = Vec::new();
        for (index, receiver) in case.receivers().iter().enumerate() {
            imports.extend(Self::of(case, receiver));
            for link in case.links().iter().filter(|link| link.receiver == index) {
                let Some(recipient) = link.recipient else {
                    continue;
                };
                let countries = countries(recipient);
                let at = place(recipient.record, "countries");
                imports.push(Self {
                    fact: link.fact.clone(),
                    said: None,
                    importer: Some(recipient),
                    role: link.role,
                    from: Some(link.from),
                    sender: match receiver.role {
                        Role::Processor => TransferRole::Processor,
                        _ => TransferRole::Controller,
                    },
                    categories: going(&receiver.items(case)),
                    unplaced: countries.is_none().then(|| at.clone()),
                    countries: countries.unwrap_or_default(),
                    at,
                    named: None,
                    disclosure_basis: None,
                });
            }
        }
        imports.extend(places(case));
        imports
    }

    fn of(case: &Case<'a>, receiver: &Receiver<'a>) -> Option<Self> {
        let recipient = receiver.recipient?;
        let access = receiver.said.and_then(|said| said.access);
        // Staff on a journey, and a part of the same entity, import nothing; nor does who the person
        // sends the data to.
        if is_own(receiver.role, recipient) || access == Some(DisclosureAccess::SentBySubject) {
            return None;
        }
        let mut known = countries(recipient);
        let at = place(recipient.record, "countries");
        if let Some(said) = receiver.said.and_then(|said| said.country.as_ref()) {
            let narrower = recipient.body.countries.contains(said);
            known = narrower.then(|| vec![said]);
        }
        let mut unplaced = known.is_none().then(|| at.clone());
        let mut known = known.unwrap_or_default();
        if let Some(system) = receiver.system {
            // Where nothing is stored there is no place of storage.
            let passes_on = system.body.storage == Some(false);
            let unstated = system.body.storage_countries.is_empty()
                || gap(system.record, "storage_countries").is_some();
            if unstated && !passes_on {
                unplaced = Some(place(system.record, "storage_countries"));
            }
            known.extend(&system.body.storage_countries);
            known.sort();
            known.dedup();
        }
        Some(Self {
            fact: receiver.fact("recipient"),
            said: receiver.said,
            importer: Some(recipient),
            role: receiver.role,
            from: None,
            sender: own_role(case),
            categories: going(&receiver.items(case)),
            countries: known,
            at,
            unplaced,
            named: receiver
                .entry
                .and_then(|(_, entry)| entry.safeguard.as_ref()),
            disclosure_basis: receiver
                .entry
                .and_then(|(_, entry)| entry.disclosure_basis.as_ref()),
        })
    }

    /// Whether who gets them is an international organisation: that is no part of any country.
    pub(super) fn is_organisation(&self) -> bool {
        let kind = self.importer.and_then(|importer| importer.body.kind);
        kind == Some(RecipientKind::InternationalOrganisation)
    }

    /// Whether a safeguard is between who sends and who gets the data.
    pub(super) fn is_between(&self, case: &Case<'_>, safeguard: &TransferSafeguard) -> bool {
        let Some(importer) = self.importer else {
            return false;
        };
        let is = |key: &RecipientKey| key.key() == importer.key();
        let to =
            safeguard.importer.as_ref().is_none_or(is) || safeguard.bound_members.iter().any(is);
        to && self.is_sent_under(case, safeguard)
    }

    /// How it is called in reasons.
    pub(super) fn name(&self) -> String {
        match (self.importer, self.from) {
            (Some(importer), Some(from)) => {
                format!("`{}`, engaged by `{}`,", importer.key(), from.key())
            }
            (Some(importer), None) => format!("recipient `{}`", importer.key()),
            (None, _) => "the place of storage".to_owned(),
        }
    }

    /// A firing about it, where its countries are stated.
    pub(super) fn fired(&self, message: String) -> Fired {
        Fired::about(self.fact.clone(), message).at(self.at.clone())
    }

    /// The safeguards it relies on: the one that the question names, else the activity's and all that are
    /// recorded for who gets the data and who sends them.
    pub(super) fn safeguards(&self, case: &Case<'a>) -> Vec<Node<'a, TransferSafeguard>> {
        let snapshot = case.view.snapshot;
        if let Some(said) = self.said.and_then(|said| said.safeguard.as_ref()) {
            return snapshot.transfer_safeguard(said).into_iter().collect();
        }
        // What has ended and was no tool of Art. 46 is as if it had never been; a tool that has ended is
        // told as that.
        let counts = |safeguard: &Node<'a, TransferSafeguard>| {
            let tool = match &safeguard.body.ground {
                Some(SafeguardGround::Tool(key)) => snapshot.transfer_tool(key),
                _ => None,
            };
            let is_tool = tool.is_some_and(|tool| tool.body.kind != Some(ToolKind::NotATool));
            let ended = safeguard.body.terminated_on;
            let ended = ended.is_some_and(|day| case.view.clock.over(day));
            is_tool || case.view.in_force(*safeguard) && !ended
        };
        let Some(importer) = self.importer else {
            return Vec::new();
        };
        let named = self.named.and_then(|key| snapshot.transfer_safeguard(key));
        let mut found: Vec<_> = snapshot
            .safeguards_for(importer.number)
            .filter(|safeguard| self.is_sent_under(case, safeguard.body))
            .filter(|safeguard| covers_activity(case, *safeguard))
            .chain(named)
            .filter(counts)
            .collect();
        found.sort_by_key(|safeguard| safeguard.number);
        found.dedup_by_key(|safeguard| safeguard.number);
        found
    }

    /// Whether a safeguard is one of who sends. One that does not say is looked at, and found wanting.
    fn is_sent_under(&self, case: &Case<'_>, safeguard: &TransferSafeguard) -> bool {
        match (&safeguard.exporter, self.from) {
            (None, _) => true,
            (Some(Exporter::ExportingController(key)), None) => key.key() == case.controller.key(),
            (Some(Exporter::ExportingRecipient(key)), Some(from)) => key == from,
            // Corporate rules bind all members, whoever sends.
            _ => {
                matches!(safeguard.ground, Some(SafeguardGround::Tool(_)))
                    && !safeguard.bound_members.is_empty()
            }
        }
    }
}

/// Whether a safeguard is for the activity; one that names none is for all.
pub(super) fn covers_activity(case: &Case<'_>, safeguard: Node<'_, TransferSafeguard>) -> bool {
    let listed = &safeguard.body.activities;
    // A list that is empty because its source is silent is no "all".
    listed.is_empty() && gap(safeguard.record, "activities").is_none()
        || listed.iter().any(|key| key.key() == case.activity.key())
}

/// Whether a safeguard's categories, none meaning all, cover all that go.
pub(super) fn covers_categories(
    case: &Case<'_>,
    import: &Import<'_>,
    safeguard: Node<'_, TransferSafeguard>,
) -> bool {
    let listed = &safeguard.body.categories;
    if listed.is_empty() {
        return gap(safeguard.record, "categories").is_none();
    }
    import.categories.iter().all(|category| {
        listed
            .iter()
            .any(|key| case.view.covers(key, category.key()))
    })
}

fn going<'a>(items: &[&Item<'a>]) -> Vec<Node<'a, crate::domain::category::DataCategory>> {
    let all = items.iter();
    all.flat_map(|item| std::iter::once(item.category).chain(item.included.iter().copied()))
        .collect()
}

/// As what the organisation of the case acts.
fn own_role(case: &Case<'_>) -> TransferRole {
    match case.activity.body.controller_role {
        Some(ControllerRole::Processor) => TransferRole::Processor,
        Some(ControllerRole::Controller | ControllerRole::Joint) | None => TransferRole::Controller,
    }
}

/// Every country of a recipient, that of its seat included; `None` where that is not known.
fn countries(recipient: Node<'_, Recipient>) -> Option<Vec<&CountryKey>> {
    let listed = &recipient.body.countries;
    let open = |field| gap(recipient.record, field).is_some();
    let known = !listed.is_empty() && !open("countries") && !open("established_in");
    known.then(|| {
        let mut countries: Vec<_> = listed
            .iter()
            .chain(&recipient.body.established_in)
            .collect();
        countries.sort();
        countries.dedup();
        countries
    })
}

/// Whether somebody is a part of the controller: staff, or no entity of its own.
fn is_own(role: Role, recipient: Node<'_, Recipient>) -> bool {
    let separate = recipient.body.separate_entity;
    let is_none = Mark::of(recipient.record, "separate_entity", separate) == Mark::No;
    is_none && (role == Role::Internal || separate == Some(false))
}

/// Places of storage without an importer: own systems, and a country said alone.
fn places<'a>(case: &Case<'a>) -> Vec<Import<'a>> {
    if !case.is_about_people() {
        return Vec::new();
    }
    let at_place = |fact: &str, countries: Vec<&'a CountryKey>, at: Place| Import {
        fact: fact.to_owned(),
        said: None,
        importer: None,
        role: Role::Unknown,
        from: None,
        sender: own_role(case),
        categories: case.personal().map(|item| item.category).collect(),
        countries,
        at,
        unplaced: None,
        named: None,
        disclosure_basis: None,
    };
    let own = case.systems().into_iter().filter_map(|system| {
        let processor = system.body.processor.as_ref();
        let runs = processor.and_then(|key| registered(case, key));
        // Whoever runs one, and is not registered or a part of the controller, runs it somewhere all the same.
        let elsewhere = |recipient| !is_own(role(case, recipient, None), recipient);
        if runs.is_some_and(elsewhere) {
            return None;
        }
        let countries: Vec<_> = system.body.storage_countries.iter().collect();
        let at = place(system.record, "storage_countries");
        // Where the source is silent, it may be anywhere.
        let nowhere = runs.is_some() && countries.is_empty();
        let silent = (at.gap.is_some() || nowhere) && system.body.storage != Some(false);
        Some(Import {
            unplaced: silent.then(|| at.clone()),
            ..at_place("processing.system", countries, at)
        })
    });
    let said = case.query.storage_country.iter().map(|said| {
        at_place(
            "processing.storage_country",
            vec![said],
            case.here("systems"),
        )
    });
    own.chain(said).collect()
}
