//! Chapter 2.12: what is set on or read from a person's terminal. Rules 1 to 4 and 20 for its activity, 53 to
//! 57 where consent is used, and 144 to 149. What needs no consent (147, 148, 154) and how long a tracker is
//! to live (150 to 153) are next door.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ropa::domain::activity::Activity;
use ropa::domain::basis::LegalBasis;
use ropa::domain::category::DataSubjectCategory;
use ropa::domain::controller::Controller;
use ropa::domain::date::Instant;
use ropa::domain::key::{ControllerKey, DataSubjectCategoryKey, PurposeKey};
use ropa::domain::purpose::Purpose;
use ropa::domain::record::Record;
use ropa::domain::tracker::Tracker;
use ropa::engine::query::{
    Consent, ConsentScope, DataItem, Disclosure, Processing, TrackerAccess, TrackerUse,
};

use super::lookup::{Mark, Row, Rows};
use super::matter::{Findings, Matter, person_state_required};
use super::tracker_exempt::{Audience, audience, email_pixel, is_exempt, objected, third_party};
use super::{Verdict, children, consent, resolution, tracker_life};

/// The one scope of consent that serves here.
const SCOPE: ConsentScope = ConsentScope::TerminalAccess;

/// A tracker that is registered, what is said about its use, and the activity that it serves.
pub(super) struct Sight<'a> {
    pub(super) tracker: Row<'a, Tracker>,
    pub(super) said: &'a TrackerUse,
    pub(super) matter: Matter<'a>,
}

/// Judges the use of a tracker by an inventory, at an instant.
pub(super) fn judge(records: &[Arc<Record>], said: &TrackerUse, at: Instant) -> Verdict {
    // 1. REQUEST_INCOMPLETE: the tracker stands for activity and categories.
    let Some(key) = &said.tracker else {
        return Verdict::denied(&["REQUEST_INCOMPLETE"]);
    };
    // Days are counted where its controller is; without one that is known, somewhere.
    let apart = Rows::new(records, at, TimeZone::UTC);
    let known = apart.known::<Tracker>(key);
    let owner = known.and_then(|tracker| owner(&apart, tracker));
    let controller = owner.and_then(|key| apart.known::<Controller>(&key));
    let zone = controller.and_then(|row| resolution::zone(row.body));
    let rows = Rows::new(records, at, zone.clone().unwrap_or(TimeZone::UTC));
    let mut codes = Vec::new();
    if said.access.is_none() {
        codes.push("REQUEST_INCOMPLETE");
    }
    // 144. TRACKER_UNREGISTERED.
    let Some(tracker) = rows.get::<Tracker>(key) else {
        codes.push("TRACKER_UNREGISTERED");
        return Verdict::denied(&codes);
    };
    let (controller, activity, purpose) = match stands_on(&rows, tracker, controller) {
        Ok(found) => found,
        Err(unresolved) => {
            codes.extend(unresolved);
            return Verdict::denied(&codes);
        }
    };
    // Without a time zone no day is known.
    if zone.is_none() {
        codes.push("FACT_MISSING");
    }
    if !codes.is_empty() {
        return Verdict::denied(&codes);
    }
    let asked = as_processing(said, tracker, activity);
    let group = asked.subject.as_ref().and_then(|one| one.category.clone());
    let sight = Sight {
        tracker,
        said,
        matter: Matter {
            rows: &rows,
            asked: &asked,
            controller,
            activity,
            purpose,
            items: asked.data.iter().collect(),
            personal: true,
            group: group.filter(|key: &DataSubjectCategoryKey| {
                rows.get::<DataSubjectCategory>(key).is_some()
            }),
            found: RefCell::new(Findings::default()),
        },
    };
    rules(&sight);
    let key = activity.key().to_owned();
    let found = sight.matter.found.into_inner();
    let mut verdict = resolution::verdict(found, key);
    let boundaries = rows.boundaries.borrow();
    verdict.valid_until = boundaries.iter().copied().find(|boundary| *boundary > at);
    verdict
}

/// The controller of a tracker: its own, else that of its activity.
fn owner(rows: &Rows<'_>, tracker: Row<'_, Tracker>) -> Option<ControllerKey> {
    let key = tracker.body.activity.as_ref();
    let activity = key.and_then(|key| rows.known::<Activity>(key));
    let of_activity = || activity.and_then(|row| row.body.controller.clone());
    tracker.body.controller.clone().or_else(of_activity)
}

/// The rows that a tracker stands on.
type Stands<'a> = (Row<'a, Controller>, Row<'a, Activity>, Row<'a, Purpose>);

/// 2. CONTROLLER_UNKNOWN, 3. PURPOSE_UNREGISTERED, 4. ACTIVITY_NOT_ACTIVE.
fn stands_on<'a>(
    rows: &Rows<'a>,
    tracker: Row<'a, Tracker>,
    controller: Option<Row<'a, Controller>>,
) -> Result<Stands<'a>, Vec<&'static str>> {
    let controller = controller.filter(|row| rows.in_force(row.record));
    let key = tracker.body.activity.as_ref();
    let activity = key.and_then(|key| rows.known::<Activity>(key));
    let of = activity.and_then(|row| row.body.controller.as_ref());
    // One of another controller is none of ours.
    let ours = tracker
        .body
        .controller
        .as_ref()
        .is_none_or(|key| of == Some(key));
    let purpose = activity.and_then(|row| row.body.purpose.as_ref());
    let purpose = purpose.and_then(|key| rows.get::<Purpose>(key));
    let active = activity.filter(|row| rows.in_force(row.record));
    if let (Some(controller), Some(activity), Some(purpose), true) =
        (controller, active, purpose, ours)
    {
        return Ok((controller, activity, purpose));
    }
    let mut codes = Vec::new();
    if controller.is_none() {
        codes.push("CONTROLLER_UNKNOWN");
    }
    if activity.is_none() || purpose.is_none() || !ours {
        codes.push("PURPOSE_UNREGISTERED");
    }
    if ours && activity.is_some() && active.is_none() {
        codes.push("ACTIVITY_NOT_ACTIVE");
    }
    Err(codes)
}

/// What a consent is compared with: the tracker stands for the categories of its activity, and who operates
/// it receives them.
fn as_processing(
    said: &TrackerUse,
    tracker: Row<'_, Tracker>,
    activity: Row<'_, Activity>,
) -> Processing {
    let items = activity.body.data.iter().map(|entry| DataItem {
        category: entry.category.clone(),
        ..DataItem::default()
    });
    let operator = tracker.body.operator.iter().map(|key| Disclosure {
        recipient: Some(key.clone()),
        ..Disclosure::default()
    });
    Processing {
        data: items.filter(|item| item.category.is_some()).collect(),
        recipients: operator.collect(),
        consents: said.consent.iter().cloned().collect(),
        subject: said.subject.clone(),
        ..Processing::default()
    }
}

/// All rules about a tracker that is registered, of an activity that is in force.
fn rules(sight: &Sight<'_>) {
    let matter = &sight.matter;
    // 20. LAWFUL_BASIS_MISSING.
    if matter.basis().is_none() {
        matter.deny("LAWFUL_BASIS_MISSING");
    }
    let consented = consented(sight);
    let exempt = is_exempt(sight);
    // 146. TRACKER_CONSENT_REFUSED: a refusal does not reach what needs no consent.
    let refused = refused(sight) && !exempt;
    if refused {
        matter.deny("TRACKER_CONSENT_REFUSED");
    }
    let claims = audience(sight);
    tracker_life::lifetime(sight, claims, consented || refused);
    let counts = claims == Audience::Met && !refused && tracker_life::keeps_exemption(sight);
    if !exempt && !counts && (consented || consent::said_no(&sight.matter, SCOPE)) {
        tracker_life::choice_refresh(sight);
    }
    if exempt {
        // 147. TRACKER_EXEMPT.
        matter.ground("TRACKER_EXEMPT");
        matter.oblige("INFORM_TRACKER", &[]);
    } else if counts {
        // 148. TRACKER_AUDIENCE_EXEMPT.
        matter.ground("TRACKER_AUDIENCE_EXEMPT");
        matter.oblige("INFORM_TRACKER", &[]);
        matter.oblige("OFFER_OBJECTION", &[]);
    } else {
        with_consent(sight, claims, consented, refused);
    }
    // Whoever counts visitors without asking has looked whether the person objected.
    if counts && sight.said.objected.is_none() && person_state_required(matter.rows) {
        matter.deny("FACT_MISSING");
    }
    // Where somebody objected, it is no exemption that the data came by.
    if claims == Audience::Met && !refused && (counts || !consented) {
        tracker_life::data_retention(sight);
    }
    email_pixel(sight, consented);
    tracker_life::undisclosed(sight);
    // Of one that is set now, the day it ends is counted from today.
    if sight.said.access == Some(TrackerAccess::Set) {
        matter.rows.counted_from();
    }
    matter.oblige("EXPIRE_TRACKER_BY", &[]);
}

/// Where consent is used: 53 to 57, 145, 149 and 152.
fn with_consent(sight: &Sight<'_>, claims: Audience, consented: bool, refused: bool) {
    let matter = &sight.matter;
    let given = consent::of_scope(matter, SCOPE);
    if matter.set(children::offered(matter)) {
        for code in children::faults(matter, given) {
            matter.deny(code);
        }
    }
    let purposes = purposes(sight);
    let marks = purposes.iter().map(|key| matter.marketing_of(key));
    children::child_safeguard(matter, marks.fold(Mark::No, Mark::or));
    if consented {
        matter.oblige("OFFER_WITHDRAWAL", &[]);
    } else if sight.said.access.is_some() {
        match claims {
            // 145. TRACKER_CONSENT_REQUIRED: 146 where a refusal is recorded.
            Audience::NotClaimed if !refused => matter.deny("TRACKER_CONSENT_REQUIRED"),
            // 149. TRACKER_AUDIENCE_EXEMPTION_UNMET: instead of 145, refused or not.
            Audience::Unmet => matter.deny("TRACKER_AUDIENCE_EXEMPTION_UNMET"),
            // It fails by its life only: 150 alone tells it.
            Audience::NotClaimed | Audience::Met => {}
        }
    }
}

/// Whether a refusal or a withdrawal is recorded, or the opt-out of an audience tracker that is exempt.
fn refused(sight: &Sight<'_>) -> bool {
    consent::said_no(&sight.matter, SCOPE) || objected(sight)
}

/// Whether there is a prior consent to it, valid under 22 to 28 and 53 to 56.
fn consented(sight: &Sight<'_>) -> bool {
    let matter = &sight.matter;
    let is_for_this = |consent: &Consent| covers(sight, consent);
    // Its texts and its lifetime count, whatever else is wrong with the basis.
    let basis = matter.activity.body.legal_basis.as_ref();
    let basis = basis.and_then(|key| matter.rows.get::<LegalBasis>(key));
    let basis = basis.filter(|row| !row.silent("article"));
    let fault = consent::fault_where(matter, SCOPE, basis, &is_for_this);
    // Rule 25 is not looked at here, so that no policy about it lets an expired one pass.
    fault.denies.is_none()
        && fault.warns.is_none()
        && children::offered(matter) != Mark::Unknown
        && children::faults(matter, consent::of_scope(matter, SCOPE)).is_empty()
}

/// 27: whether a consent covers each purpose of the tracker, and whoever has access to it.
fn covers(sight: &Sight<'_>, consent: &Consent) -> bool {
    let matter = &sight.matter;
    // The consent to an activity is one to the purpose of this activity.
    let to_activity = consent.activities.iter().any(|key| matter.is_activity(key));
    let each = purposes(sight).iter().all(|purpose| {
        let own = matter.activity.body.purpose.as_ref() == Some(purpose);
        consent.purposes.contains(purpose) || (own && to_activity)
    });
    let known = sight.tracker.body.operator.is_some() || third_party(sight) == Mark::No;
    let to_these = consent.recipients.is_empty() || known;
    // A list with a gap may hold more than anybody agreed to.
    each && to_these && !sight.tracker.silent("purposes")
}

/// The purposes of the tracker; where it states none, that of its activity.
fn purposes(sight: &Sight<'_>) -> Vec<PurposeKey> {
    let stated = &sight.tracker.body.purposes;
    if stated.is_empty() {
        return vec![sight.matter.purpose_key()];
    }
    stated.clone()
}
