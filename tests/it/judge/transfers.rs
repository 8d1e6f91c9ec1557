//! Chapter 2.9: each way out of the European Economic Area needs its ground: adequacy, else a tool, else a
//! derogation.

use ropa::domain::activity::{ActivityRecipient, ControllerRole, RecipientRole};
use ropa::domain::key::{CountryKey, RecipientKey, TransferSafeguardKey, TypedKey};
use ropa::domain::recipient::{Recipient, RecipientKind};
use ropa::domain::transfer::{
    AdequacyDecision, SafeguardGround, ToolKind, TransferRole, TransferSafeguard, TransferTool,
};
use ropa::engine::query::{DataItem, DerogationUse, DisclosureAccess};

use super::adequacy::{adequate, decisions, is_lapsed, of_adequacy};
use super::contracts::{self, Onward, Sender};
use super::derogations;
use super::lookup::{Row, typed};
use super::matter::Matter;
use super::recipients::{Receiver, receivers};
use super::retention;
use super::safeguards::{self, Standing};

/// Data go from one to another.
pub(super) struct Way<'a> {
    pub(super) from: Sender,
    /// Nobody, for an own system.
    pub(super) to: Option<Row<'a, Recipient>>,
    pub(super) to_role: Option<RecipientRole>,
    pub(super) items: Vec<&'a DataItem>,
    /// The safeguard that the question names, and the one of the activity.
    pub(super) named: Option<&'a TransferSafeguardKey>,
    pub(super) of_activity: Option<&'a TransferSafeguardKey>,
    pub(super) claimed: Option<&'a DerogationUse>,
    pub(super) entry: Option<&'a ActivityRecipient>,
    /// To whom it passes them on.
    pub(super) next: Vec<Row<'a, Recipient>>,
}

impl Way<'_> {
    /// The key of who receives.
    pub(super) fn importer(&self) -> Option<RecipientKey> {
        self.to.map(|row| typed(&row.record.name.key))
    }

    /// As what the sender acts.
    pub(super) fn exporter_role(&self, matter: &Matter<'_>) -> TransferRole {
        match &self.from {
            Sender::Controller => {
                if matter.activity.body.controller_role == Some(ControllerRole::Processor) {
                    TransferRole::Processor
                } else {
                    TransferRole::Controller
                }
            }
            Sender::Recipient(_, RecipientRole::Processor) => TransferRole::Processor,
            Sender::Recipient(..) => TransferRole::Controller,
        }
    }

    /// As what the receiver acts; nothing where nobody says.
    pub(super) fn importer_role(&self) -> Option<TransferRole> {
        let kind = self.to.and_then(|row| row.body.kind);
        match (kind, self.to_role) {
            (Some(RecipientKind::Authority), None) => Some(TransferRole::Controller),
            (_, None) => None,
            (_, Some(RecipientRole::Processor)) => Some(TransferRole::Processor),
            (_, Some(RecipientRole::Controller | RecipientRole::JointController)) => {
                Some(TransferRole::Controller)
            }
        }
    }
}

/// Where data go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Country(CountryKey),
    /// An international organisation is no part of any country.
    Organisation(String, CountryKey),
}

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() {
        return;
    }
    for receiver in receivers(matter) {
        direct(matter, &receiver);
        for (link, next) in links(matter, &receiver) {
            let Some(row) = link.to else { continue };
            let way = Way {
                from: Sender::Recipient(link.from.clone(), link.from_role),
                to: Some(row),
                to_role: Some(link.role),
                items: receiver.items.clone(),
                named: None,
                of_activity: None,
                claimed: None,
                entry: None,
                next,
            };
            along(matter, &way, None);
        }
    }
    own_systems(matter);
}

/// The links behind a receiver, each with those behind it.
fn links<'a>(
    matter: &Matter<'a>,
    receiver: &Receiver<'a>,
) -> Vec<(Onward<'a>, Vec<Row<'a, Recipient>>)> {
    if receiver.row.is_none() {
        return Vec::new();
    }
    let onward_to = receiver
        .said
        .map_or(&[][..], |said| said.onward_to.as_slice());
    let (links, _) = contracts::chain(matter, receiver.key, receiver.role(), onward_to);
    let after = |key: &RecipientKey| {
        let next = links.iter().filter(|link| link.from == *key);
        next.filter_map(|link| link.to).collect::<Vec<_>>()
    };
    let ways = links.iter().map(|link| (link.clone(), after(&link.key)));
    ways.collect()
}

/// The way from the controller to a receiver.
fn direct(matter: &Matter<'_>, receiver: &Receiver<'_>) {
    let access = receiver.said.and_then(|said| said.access);
    let importing = receiver.row.is_some_and(|row| imports(&row));
    if !importing || access == Some(DisclosureAccess::SentBySubject) {
        return;
    }
    let said_country = receiver.said.and_then(|said| said.country.as_ref());
    along(matter, &way_to(matter, receiver), said_country);
}

pub(super) fn way_to<'a>(matter: &Matter<'a>, receiver: &Receiver<'a>) -> Way<'a> {
    let all = links(matter, receiver);
    let next = all.iter().filter(|(link, _)| link.from == *receiver.key);
    Way {
        from: Sender::Controller,
        to: receiver.row,
        to_role: receiver.role(),
        items: receiver.items.clone(),
        named: receiver.said.and_then(|said| said.safeguard.as_ref()),
        of_activity: receiver.entry.and_then(|entry| entry.safeguard.as_ref()),
        claimed: receiver.said.and_then(|said| said.derogation.as_ref()),
        entry: receiver.entry,
        next: next.filter_map(|(link, _)| link.to).collect(),
    }
}

/// 90: in a branch that is no entity of its own nobody imports; own staff import nothing unless they are one.
/// Whom a processor engages by contract is another entity, whatever its record says of itself.
fn imports(row: &Row<'_, Recipient>) -> bool {
    match (row.body.separate_entity, row.silent("separate_entity")) {
        // Of whom it is not known may be one.
        (Some(true), _) | (_, true) => true,
        (Some(false), _) => false,
        (None, _) => row.body.kind != Some(RecipientKind::Internal),
    }
}

/// 91, then each place by itself.
fn along(matter: &Matter<'_>, way: &Way<'_>, said: Option<&CountryKey>) {
    let row = way.to.expect("somebody");
    if let Some(places) = places(&row, said) {
        for place in places {
            to_place(matter, way, &place);
        }
        return;
    }
    // 91. TRANSFER_COUNTRY_UNKNOWN. What was relied on is told all the same.
    matter.deny("TRANSFER_COUNTRY_UNKNOWN");
    for safeguard in relied_on(matter, way) {
        for code in nowhere(matter, way, &safeguard) {
            matter.deny(code);
        }
    }
}

/// Where a recipient is: everywhere it has access from and at its seat, unless the question names one of them.
pub(super) fn places(row: &Row<'_, Recipient>, said: Option<&CountryKey>) -> Option<Vec<Place>> {
    let countries = &row.body.countries;
    if countries.is_empty() || row.silent("countries") || row.silent("established_in") {
        return None;
    }
    let mut all = countries.clone();
    all.extend(row.body.established_in.clone());
    all.sort();
    all.dedup();
    // Only a place of access is narrower than all; the seat is none.
    if let Some(said) = said {
        if !countries.contains(said) {
            return None;
        }
        all = vec![said.clone()];
    }
    if row.body.kind == Some(RecipientKind::InternationalOrganisation) {
        let key = row.key();
        let place = |country| Place::Organisation(key.to_owned(), country);
        return Some(all.into_iter().map(place).collect());
    }
    Some(all.into_iter().map(Place::Country).collect())
}

/// What can be said against a safeguard where it is not known where the data go.
fn nowhere(
    matter: &Matter<'_>,
    way: &Way<'_>,
    safeguard: &Row<'_, TransferSafeguard>,
) -> Vec<&'static str> {
    if let Some(SafeguardGround::AdequacyDecision(key)) = &safeguard.body.ground {
        let row = matter.rows.known::<AdequacyDecision>(key);
        let code = row.and_then(|row| adequate(matter, &row, way).err());
        return code
            .into_iter()
            .filter(|code| *code == "TRANSFER_ADEQUACY_INVALIDATED")
            .collect();
    }
    if let Some(SafeguardGround::Derogation(_)) = &safeguard.body.ground {
        return Vec::new();
    }
    let told = [
        "TRANSFER_SAFEGUARD_UNSPECIFIED",
        "TRANSFER_SAFEGUARD_NOT_RECOGNISED",
    ];
    match safeguards::standing(matter, way, safeguard, None) {
        Standing::Fails(codes) => codes
            .into_iter()
            .filter(|code| told.contains(code))
            .collect(),
        _ => Vec::new(),
    }
}

/// The safeguards relied on: the one the question names, else those of the activity and between the two.
pub(super) fn relied_on<'a>(matter: &Matter<'a>, way: &Way<'a>) -> Vec<Row<'a, TransferSafeguard>> {
    if let Some(named) = way.named {
        return matter.rows.known(named).into_iter().collect();
    }
    let mut rows = matter.rows.all::<TransferSafeguard>();
    rows.retain(|row| {
        let of_activity = way
            .of_activity
            .is_some_and(|key| *key.key() == row.record.name.key);
        // Members of a group are bound, whoever of them sends.
        let is_tool = matches!(row.body.ground, Some(SafeguardGround::Tool(_)));
        let of_group = is_tool && !row.body.bound_members.is_empty();
        let to = way.importer().is_some_and(|key| {
            row.body.importer.as_ref() == Some(&key) || row.body.bound_members.contains(&key)
        });
        let from = safeguards::is_from(matter, way, row.body) != Some(false) || of_group;
        let between = to && from;
        // What has ended and was no tool is as if it had never been.
        // A list that may hold more is none of all activities.
        let open = row.body.activities.is_empty() && row.silent("activities");
        let here = safeguards::is_for_activity(matter, row.body) && !open;
        (of_activity || between && here) && !is_past(matter, row)
    });
    rows
}

/// Whether what is recorded is not in force, and was no tool of Art. 46.
fn is_past(matter: &Matter<'_>, row: &Row<'_, TransferSafeguard>) -> bool {
    let is_tool = match &row.body.ground {
        Some(SafeguardGround::Tool(key)) => matter
            .rows
            .known::<TransferTool>(key)
            .is_some_and(|tool| tool.body.kind != Some(ToolKind::NotATool)),
        Some(SafeguardGround::AdequacyDecision(_) | SafeguardGround::Derogation(_)) | None => false,
    };
    let ended = row
        .body
        .terminated_on
        .is_some_and(|day| matter.rows.is_over(day));
    !is_tool && (ended || !matter.rows.in_force(row.record))
}

/// 93 to 119, for one way to one place.
fn to_place(matter: &Matter<'_>, way: &Way<'_>, place: &Place) {
    if let Place::Country(country) = place {
        if matter.rows.inside(country) {
            return;
        }
        if matter.rows.is_special(country) {
            return matter.warn("TRANSFER_SPECIAL_TERRITORY");
        }
    }
    // 94. TRANSFER_ADEQUATE.
    let decisions = decisions(matter, place);
    if decisions
        .iter()
        .any(|row| adequate(matter, row, way).is_ok())
    {
        return grounded(matter, "TRANSFER_ADEQUATE");
    }
    let mut codes = Vec::new();
    let mut derogations = Vec::new();
    for row in relied_on(matter, way) {
        match &row.body.ground {
            Some(SafeguardGround::Derogation(_)) => derogations.push(row),
            Some(SafeguardGround::AdequacyDecision(key)) => {
                let decision = decisions
                    .iter()
                    .find(|one| one.record.name.key == *key.key());
                let names = |key: Option<&TransferSafeguardKey>| {
                    key.is_some_and(|key| *key.key() == row.record.name.key)
                };
                let here = names(way.named)
                    || names(way.of_activity)
                    || safeguards::is_for_activity(matter, row.body);
                let of_way = here && safeguards::is_between(matter, way, row.body);
                if of_way {
                    let lacks = match decision {
                        Some(decision) => adequate(matter, decision, way).err(),
                        // It is about another place.
                        None => Some("TRANSFER_ADEQUACY_OUT_OF_SCOPE"),
                    };
                    codes.extend(lacks);
                }
            }
            _ => match safeguards::standing(matter, way, &row, Some(place)) {
                Standing::Irrelevant => {}
                Standing::Fails(faults) => codes.extend(faults),
                Standing::Holds(told) => {
                    // 115. TRANSFER_SAFEGUARD_VALID.
                    grounded(matter, "TRANSFER_SAFEGUARD_VALID");
                    matter.oblige("MAKE_SAFEGUARD_COPY_AVAILABLE", &[]);
                    for code in told.warns {
                        matter.warn(code);
                    }
                    if told.measures {
                        matter.oblige("APPLY_SUPPLEMENTARY_MEASURES", &[]);
                    }
                    return onward(matter, way, row.body);
                }
            },
        }
    }
    match derogations::judge(matter, way, place, &derogations) {
        derogations::Outcome::Holds(compelling) => {
            // 117. TRANSFER_DEROGATION_USED.
            grounded(matter, "TRANSFER_DEROGATION_USED");
            if compelling {
                matter.oblige("NOTIFY_AUTHORITY", &[]);
                matter.oblige("DOCUMENT_SAFEGUARDS", &[]);
            }
            return;
        }
        derogations::Outcome::Unmet => codes.push("TRANSFER_DEROGATION_CONDITIONS_UNMET"),
        derogations::Outcome::None => {}
    }
    // 98: what a lapsed importer has it may keep.
    if retention::only_stores(matter) && decisions.iter().any(|row| is_lapsed(matter, row, way)) {
        return matter.warn("TRANSFER_DPF_NOT_CERTIFIED");
    }
    if codes.is_empty() {
        codes = of_adequacy(matter, &decisions, way);
    }
    matter.deny("TRANSFER_NO_LEGAL_GROUND");
    for code in codes {
        matter.deny(code);
    }
}

fn grounded(matter: &Matter<'_>, code: &'static str) {
    matter.ground(code);
    matter.oblige("INFORM_TRANSFER", &[]);
    matter.oblige("RECORD_TRANSFER", &[]);
}

/// 118. TRANSFER_ONWARD_NOT_COVERED: the tool must let the importer pass data on to where they go.
fn onward(matter: &Matter<'_>, way: &Way<'_>, safeguard: &TransferSafeguard) {
    for next in &way.next {
        let key: RecipientKey = typed(&next.record.name.key);
        for place in places(next, None).unwrap_or_default() {
            let Place::Country(country) = &place else {
                continue;
            };
            if matter.rows.inside(country) {
                continue;
            }
            let allowed = safeguard.onward.as_ref().is_some_and(|onward| {
                onward.allowed == Some(true)
                    && onward.recipients.contains(&key)
                    && onward.countries.contains(country)
            });
            if !allowed {
                matter.deny("TRANSFER_ONWARD_NOT_COVERED");
            }
        }
    }
}

/// Own systems abroad, and those that a processor runs there.
fn own_systems(matter: &Matter<'_>) {
    let mut places: Vec<(CountryKey, Option<Row<'_, Recipient>>)> = Vec::new();
    for system in matter.systems() {
        let run_by = system
            .body
            .processor
            .as_ref()
            .and_then(|key| matter.rows.get(key));
        for country in &system.body.storage_countries {
            places.push((country.clone(), run_by));
        }
    }
    // A country that the caller says is judged wherever it is said.
    places.extend(
        matter
            .asked
            .storage_country
            .clone()
            .map(|country| (country, None)),
    );
    for (country, run_by) in places {
        let way = Way {
            from: Sender::Controller,
            to: run_by,
            to_role: run_by.map(|_| RecipientRole::Processor),
            items: matter.items.clone(),
            named: None,
            of_activity: None,
            claimed: None,
            entry: None,
            next: Vec::new(),
        };
        to_place(matter, &way, &Place::Country(country));
    }
}

/// Whether a derogation is there for a disclosure, as 88 asks.
pub(super) fn has_derogation(matter: &Matter<'_>, receiver: &Receiver<'_>) -> bool {
    let Some(row) = receiver.row else {
        return false;
    };
    let way = way_to(matter, receiver);
    let said = receiver.said.and_then(|said| said.country.as_ref());
    let recorded: Vec<_> = relied_on(matter, &way)
        .into_iter()
        .filter(|row| matches!(row.body.ground, Some(SafeguardGround::Derogation(_))))
        .collect();
    let places = places(&row, said).unwrap_or_default();
    places.iter().any(|place| {
        matches!(
            derogations::judge(matter, &way, place, &recorded),
            derogations::Outcome::Holds(_)
        )
    })
}
