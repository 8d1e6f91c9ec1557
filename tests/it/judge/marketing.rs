//! Direct marketing: rules 40 and 46 to 48.

use ropa::domain::basis::Article6;
use ropa::domain::date::Date;
use ropa::domain::transfer::{CallRegime, Country, CountryStatus};
use ropa::engine::query::{
    Capacity, ConsentScope, ContractState, DataItem, MarketingObjectionState, Medium, Origin,
};

use super::consent;
use super::lookup::Mark;
use super::matter::{Matter, person_state_required};

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() {
        return;
    }
    // Whether the dead are addressed for marketing matters where that would be denied.
    if matter.deceased() && !is_electronic(matter) {
        return match matter.direct_marketing() {
            Mark::Yes => phone(matter),
            Mark::No => {}
            Mark::Unknown => {
                let aside = std::mem::take(&mut *matter.found.borrow_mut());
                phone(matter);
                let found = std::mem::replace(&mut *matter.found.borrow_mut(), aside);
                if !found.reasons.is_empty() {
                    matter.deny("FACT_MISSING");
                }
            }
        };
    }
    if !matter.set(matter.direct_marketing()) {
        return;
    }
    let objected = !matter.deceased() && direct_marketing_objected(matter);
    if !objected {
        electronic(matter);
    }
    phone(matter);
}

/// 40. DIRECT_MARKETING_OBJECTED: any objection, whatever the basis and whatever overrides it elsewhere.
fn direct_marketing_objected(matter: &Matter<'_>) -> bool {
    let rights = matter.asked.rights.as_ref();
    let objection = rights.and_then(|rights| rights.marketing_objection.as_ref());
    let said = objection.and_then(|objection| objection.state);
    let made = said == Some(MarketingObjectionState::Recorded)
        && objection
            .and_then(|one| one.recorded_time)
            .is_none_or(|time| matter.rows.has_come(time));
    let objected = made || super::lawfulness::objection(matter).is_some();
    if !objected && said.is_none() && person_state_required(matter.rows) {
        matter.deny("FACT_MISSING");
    }
    if objected {
        matter.deny("DIRECT_MARKETING_OBJECTED");
        matter.oblige_denied("STOP_PROCESSING", &[]);
        matter.oblige_denied("KEEP_SUPPRESSION_ENTRY", &[]);
    }
    objected
}

/// By which medium the person is addressed.
fn medium(matter: &Matter<'_>) -> Option<Medium> {
    matter
        .asked
        .channel
        .as_ref()
        .and_then(|channel| channel.medium)
}

/// Whether marketing is electronic: so it is unless it is said to be by post or by a human who calls.
pub(super) fn is_electronic(matter: &Matter<'_>) -> bool {
    !matches!(medium(matter), Some(Medium::Post | Medium::LiveCall))
}

/// Whether no other rule asks for the consent: those on the basis speak of the living alone.
fn is_spoken_of(matter: &Matter<'_>) -> bool {
    matter.deceased() || !matches!(matter.letter(), None | Some(Article6::A))
}

/// 46. EMARKETING_CONSENT_REQUIRED, 47. EMARKETING_SOFT_OPT_IN.
fn electronic(matter: &Matter<'_>) {
    if !is_electronic(matter) || !is_spoken_of(matter) {
        return;
    }
    if consent::serves(matter, ConsentScope::ElectronicMarketing) {
        return;
    }
    if soft_opt_in(matter) {
        matter.ground("EMARKETING_SOFT_OPT_IN");
        matter.oblige("OFFER_UNSUBSCRIBE", &[]);
        matter.oblige("IDENTIFY_SENDER", &[]);
    } else {
        matter.deny("EMARKETING_CONSENT_REQUIRED");
    }
}

/// 47: one's own customer, or a professional on a matter of the job. It also carries the further use of
/// contact details (10).
pub(super) fn soft_opt_in(matter: &Matter<'_>) -> bool {
    let applies =
        matter.direct_marketing() == Mark::Yes && is_electronic(matter) && is_spoken_of(matter);
    let Some(said) = matter.asked.marketing.as_ref().filter(|_| applies) else {
        return false;
    };
    // Nobody falls back on that after a no.
    if consent::said_no(matter, ConsentScope::ElectronicMarketing) {
        return false;
    }
    let offered =
        said.opt_out_offered_at_collection == Some(true) && said.opt_out_in_message == Some(true);
    let mut items = matter.items.iter();
    let from_person = items.any(|item| is_contact_detail(matter, item))
        && matter.items.iter().all(|item| {
            contact_mark(matter, item) == Mark::No || item.origin == Some(Origin::FromSubject)
        });
    let customer = said.details_obtained_at_sale == Some(true)
        && said.similar_own_product == Some(true)
        && from_person;
    let subject = matter.asked.subject.as_ref();
    let professional = subject.and_then(|subject| subject.capacity) == Some(Capacity::Professional)
        && said.professional_matter == Some(true);
    offered && (customer || professional)
}

/// Whether an item is an address or a number by which the person is reached.
pub(super) fn is_contact_detail(matter: &Matter<'_>, item: &DataItem) -> bool {
    contact_mark(matter, item) == Mark::Yes
}

fn contact_mark(matter: &Matter<'_>, item: &DataItem) -> Mark {
    matter.category_mark(Matter::category(item), |row| {
        row.mark(row.body.contact_detail, "contact_detail")
    })
}

/// 48. PHONE_MARKETING_CONSENT_REQUIRED.
fn phone(matter: &Matter<'_>) {
    let subject = matter.asked.subject.as_ref();
    let capacity = subject.and_then(|subject| subject.capacity);
    let consumer = matches!(capacity, None | Some(Capacity::Consumer));
    if medium(matter) != Some(Medium::LiveCall)
        || !consumer
        || !matter.rows.has_begun(Date::of(2026, 8, 11))
    {
        return;
    }
    let Some(country) = subject.and_then(|subject| subject.country.as_ref()) else {
        return matter.deny("FACT_MISSING");
    };
    let own = matter.rows.get::<Country>(country);
    let mut row = own;
    // In an outermost region the law of its state holds.
    let region = row.filter(|row| row.body.status == Some(CountryStatus::Outermost));
    if let Some(state) = region.and_then(|row| row.body.linked_to.as_ref()) {
        row = matter.rows.get::<Country>(state);
    }
    let Some((own, row)) = own.zip(row) else {
        return matter.deny("FACT_MISSING");
    };
    let regimes = row.body.live_call_regime.iter();
    let begun = regimes.filter(|one| one.from.is_none_or(|day| matter.rows.has_begun(day)));
    let mut begun: Vec<_> = begun.collect();
    let last = begun.iter().map(|one| one.from).max();
    begun.retain(|one| Some(one.from) == last);
    let opt_in = begun
        .iter()
        .any(|one| one.regime == Some(CallRegime::OptIn));
    // A gap on whose law holds, or on what it says.
    let open = own.silent("status") || own.silent("linked_to") || row.open("live_call_regime");
    if !opt_in && open {
        return matter.deny("FACT_MISSING");
    }
    if !opt_in || consent::serves(matter, ConsentScope::TelephoneMarketing) {
        return;
    }
    let contract = subject.and_then(|subject| subject.contract.as_ref());
    let running = contract.is_some_and(|contract| {
        contract.state == Some(ContractState::InForce)
            && matter.rows.runs(contract.started_on, contract.ended_on)
    });
    let said = matter.asked.marketing.as_ref();
    let related = said.is_some_and(|said| said.running_contract_offer == Some(true));
    let no = consent::said_no(matter, ConsentScope::TelephoneMarketing);
    if no || !(running && related) {
        matter.deny("PHONE_MARKETING_CONSENT_REQUIRED");
    }
}
