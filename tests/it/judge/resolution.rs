//! Chapter 2.1: what a question names must be complete, registered and in force.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ropa::domain::activity::Activity;
use ropa::domain::basis::{Article6, LegalBasis};
use ropa::domain::category::{DataCategory, DataSubjectCategory};
use ropa::domain::controller::Controller;
use ropa::domain::date::{Instant, TimeZoneName};
use ropa::domain::key::{DataSubjectCategoryKey, PurposeKey};
use ropa::domain::purpose::Purpose;
use ropa::domain::record::Record;
use ropa::domain::security::{MeasureKind, SecurityMeasure};
use ropa::engine::decision::Effect;
use ropa::engine::query::{ConsentScope, DataItem, Operation, Processing};

use super::Verdict;
use super::candidates::{candidates, of_nobody, only_ends, perhaps, registered};
use super::lookup::{Row, Rows};
use super::matter::{COLLECTING, DISCLOSING, ERASING, Findings, Matter};

/// The zone of a controller; without one no day is known, and UTC stands in for looking things up.
pub(super) fn zone(controller: &Controller) -> Option<TimeZone> {
    controller.time_zone.as_ref().and_then(TimeZoneName::zone)
}

/// Judges a question: which controller, which activities, and of their answers the one that counts.
pub(super) fn judge(records: &[Arc<Record>], asked: &Processing, at: Instant) -> Verdict {
    // Lists that need no controller are told beside one that is not known.
    let apart = Rows::new(records, at, TimeZone::UTC);
    let controller = match controller(records, asked, at) {
        Ok(controller) => controller,
        Err(code) => {
            let mut codes = unresolved(&apart, asked);
            codes.extend(of_nobody(&apart, asked));
            codes.push(code);
            return Verdict::denied(&codes);
        }
    };
    let zone = zone(controller.body).unwrap_or(TimeZone::UTC);
    let rows = Rows::new(records, at, zone);
    // Looked at again, so that the end of the controller's record is a boundary of the answer.
    rows.in_force(controller.record);
    let mut verdict = match candidates(&rows, asked, controller) {
        Ok((activities, purpose)) => weigh(&rows, asked, controller, &activities, purpose),
        Err(code) => {
            let mut codes = unresolved(&rows, asked);
            codes.push(code);
            Verdict::denied(&codes)
        }
    };
    let boundaries = rows.boundaries.borrow();
    verdict.valid_until = boundaries.iter().copied().find(|boundary| *boundary > at);
    verdict
}

/// 1. REQUEST_INCOMPLETE.
fn complete(asked: &Processing) -> bool {
    let data = !asked.data.is_empty() && asked.data.iter().all(|item| item.category.is_some());
    let subject = asked
        .subject
        .as_ref()
        .is_some_and(|one| one.category.is_some());
    let discloses = asked.operations.iter().any(|one| DISCLOSING.contains(one));
    let told = asked.recipients.iter().all(|one| one.recipient.is_some());
    asked.target.is_some()
        && !asked.operations.is_empty()
        && data
        && subject
        && told
        && !(discloses && asked.recipients.is_empty())
}

/// 2. CONTROLLER_UNKNOWN; where several could be meant and none is named, 1.
fn controller<'a>(
    records: &'a [Arc<Record>],
    asked: &Processing,
    at: Instant,
) -> Result<Row<'a, Controller>, &'static str> {
    let all = Rows::new(records, at, TimeZone::UTC).all::<Controller>();
    let active: Vec<_> = all
        .into_iter()
        .filter(|row| {
            let zone = zone(row.body).unwrap_or(TimeZone::UTC);
            Rows::new(records, at, zone).in_force(row.record)
        })
        .collect();
    if let Some(named) = &asked.controller {
        use ropa::domain::key::TypedKey;
        let found = active
            .into_iter()
            .find(|row| row.record.name.key == *named.key());
        return found.ok_or("CONTROLLER_UNKNOWN");
    }
    match active.as_slice() {
        [] => Err("CONTROLLER_UNKNOWN"),
        [one] => Ok(*one),
        _ => Err("REQUEST_INCOMPLETE"),
    }
}

/// 1, 5 and 6, and nothing of what would read an activity.
fn unresolved(rows: &Rows<'_>, asked: &Processing) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if !complete(asked) {
        codes.push("REQUEST_INCOMPLETE");
    }
    for item in asked.data.iter().filter(|item| item.category.is_some()) {
        if !category_registered(rows, asked, item) {
            codes.push("CATEGORY_UNREGISTERED");
        }
    }
    if group(asked).is_some() && !group_registered(rows, asked) {
        codes.push("SUBJECT_CATEGORY_UNREGISTERED");
    }
    codes
}

/// The group that the question names.
fn group(asked: &Processing) -> Option<&DataSubjectCategoryKey> {
    asked.subject.as_ref().and_then(|one| one.category.as_ref())
}

/// 5. CATEGORY_UNREGISTERED.
fn category_registered(rows: &Rows<'_>, asked: &Processing, item: &DataItem) -> bool {
    let row = rows.known::<DataCategory>(Matter::category(item));
    row.is_some_and(|row| registered(rows, asked, &row))
}

/// 6. SUBJECT_CATEGORY_UNREGISTERED.
fn group_registered(rows: &Rows<'_>, asked: &Processing) -> bool {
    let row = group(asked).and_then(|key| rows.known::<DataSubjectCategory>(key));
    row.is_some_and(|row| registered(rows, asked, &row))
}

/// Of the answers of the candidates, the one that counts.
fn weigh<'a>(
    rows: &Rows<'a>,
    asked: &Processing,
    controller: Row<'a, Controller>,
    activities: &[Row<'a, Activity>],
    purpose: Option<Row<'a, Purpose>>,
) -> Verdict {
    let verdicts: Vec<_> = activities
        .iter()
        .map(|activity| one(rows, asked, controller, *activity, purpose))
        .collect();
    let fewest = |some: &mut dyn Iterator<Item = &Verdict>| {
        some.filter(|one| one.effect == Effect::Deny)
            .min_by_key(|one| one.denials)
            .cloned()
    };
    // Who said no to one activity of a purpose is not processed by another one; also where it is not known whether that
    // one serves it.
    let perhaps = perhaps(rows, asked, controller);
    for activity in activities.iter().chain(&perhaps) {
        let verdict = one(rows, asked, controller, *activity, purpose);
        if !only_ends(asked) && said_no(activity, &verdict) {
            return verdict;
        }
    }
    // Erasing for a purpose erases for all of its activities.
    if let Some(kept) = fewest(&mut ended(rows, asked, controller, activities, purpose).iter()) {
        return kept;
    }
    if only_ends(asked) && !asked.operations.is_empty() {
        let mut first = verdicts.first().expect("a candidate").clone();
        for other in &verdicts {
            first.obligations.extend(other.obligations.iter().cloned());
            first.warnings.extend(&other.warnings);
        }
        return first;
    }
    let permit = verdicts.iter().find(|one| one.effect == Effect::Permit);
    permit
        .cloned()
        .or_else(|| fewest(&mut verdicts.iter()))
        .expect("a candidate")
}

/// Whether the person refused, or withdrew, what an activity would do with these data.
fn said_no(activity: &Row<'_, Activity>, verdict: &Verdict) -> bool {
    let told = |code: &str| verdict.reasons.contains(code);
    // Of data or people that the activity says it has nothing to do with, nobody refused it anything.
    let no_such_people = told("SUBJECT_NOT_COVERED") && !activity.silent("data_subject_categories");
    let no_such_data = told("CATEGORY_NOT_NECESSARY")
        && !activity.silent("data")
        && !activity.silent("data.category");
    if no_such_people || no_such_data {
        return false;
    }
    told("CONSENT_REFUSED") || told("CONSENT_WITHDRAWN") || verdict.perhaps_refused
}

/// What each activity says of erasing alone, where that is asked for.
fn ended<'a>(
    rows: &Rows<'a>,
    asked: &Processing,
    controller: Row<'a, Controller>,
    activities: &[Row<'a, Activity>],
    purpose: Option<Row<'a, Purpose>>,
) -> Vec<Verdict> {
    let mut erasing = asked.clone();
    erasing.operations.retain(|one| ERASING.contains(one));
    let several = activities.len() + perhaps(rows, asked, controller).len() > 1;
    if erasing.operations.is_empty() || !several {
        return Vec::new();
    }
    activities
        .iter()
        .map(|activity| one(rows, &erasing, controller, *activity, purpose))
        .collect()
}

/// The answer of one activity.
fn one<'a>(
    rows: &Rows<'a>,
    asked: &Processing,
    controller: Row<'a, Controller>,
    activity: Row<'a, Activity>,
    wanted: Option<Row<'a, Purpose>>,
) -> Verdict {
    let key = activity.key().to_owned();
    let mut codes = Vec::new();
    // The purpose of the activity must be in force too, whichever is asked.
    let own = activity.body.purpose.as_ref().and_then(|key: &PurposeKey| {
        rows.known::<Purpose>(key)
            .filter(|row| registered(rows, asked, row))
    });
    // One that may be for what is asked is judged as if it were.
    let untold = activity.body.purpose.is_none() && activity.silent("purpose") && wanted.is_some();
    if own.is_none() && !untold {
        codes.push("PURPOSE_UNREGISTERED");
    }
    // 4. ACTIVITY_NOT_ACTIVE.
    if !only_ends(asked) && !rows.in_force(activity.record) {
        codes.push("ACTIVITY_NOT_ACTIVE");
    }
    // Without a time zone no day is known.
    if codes.is_empty() && zone(controller.body).is_none() {
        codes.push("FACT_MISSING");
    }
    if !codes.is_empty() {
        codes.extend(unresolved(rows, asked));
        if only_ends(asked) && !perhaps(rows, asked, controller).is_empty() {
            codes.push("FACT_MISSING");
        }
        let mut verdict = Verdict::denied(&codes);
        verdict.activity = Some(key);
        return verdict;
    }
    let purpose = wanted.or(own).expect("looked up");
    // What is asked at all: the engine and the judge may not differ in what they saw of the question.
    let matter = matter(rows, asked, controller, activity, purpose);
    // Erasing for a purpose erases for all that serve it: which ones must be known.
    if only_ends(asked) && !perhaps(rows, asked, controller).is_empty() {
        matter.deny("FACT_MISSING");
    }
    chapters(&matter);
    let perhaps_refused = perhaps_refused(&matter);
    let found = matter.found.into_inner();
    Verdict {
        perhaps_refused,
        ..verdict(found, key)
    }
}

/// Whether the person may have said no to what may rest on consent, for all that is said.
fn perhaps_refused(matter: &Matter<'_>) -> bool {
    let key = matter.activity.body.legal_basis.as_ref();
    let row = key.and_then(|key| matter.rows.known::<LegalBasis>(key));
    let unclear = key.is_none() && matter.activity.silent("legal_basis")
        || row.is_some_and(|row| row.body.article.is_none() && row.silent("article"));
    let asked = matter.processes() && matter.personal && !matter.deceased();
    let consent = super::consent::of_scope(matter, ConsentScope::Processing);
    // Of a consent whose state is not said nobody knows that it is no refusal.
    let stateless = consent.is_some_and(|consent| consent.state.is_none());
    let on_consent = matter.letter() == Some(Article6::A);
    let no = super::consent::said_no(matter, ConsentScope::Processing);
    asked && (unclear && no || (unclear || on_consent) && stateless)
}

/// 5 to 8, for one activity.
fn matter<'m>(
    rows: &'m Rows<'m>,
    asked: &'m Processing,
    controller: Row<'m, Controller>,
    activity: Row<'m, Activity>,
    purpose: Row<'m, Purpose>,
) -> Matter<'m> {
    let group = group(asked).cloned();
    let mut matter = Matter {
        rows,
        asked,
        controller,
        activity,
        purpose,
        items: Vec::new(),
        personal: asked.data.is_empty(),
        group: group.filter(|_| group_registered(rows, asked)),
        found: RefCell::new(Findings::default()),
    };
    for code in unresolved(rows, asked) {
        matter.deny(code);
    }
    for item in &asked.data {
        if item.category.is_none() || !category_registered(rows, asked, item) {
            matter.personal = true;
        } else if is_anonymous(rows, asked, item) {
            matter.ground("DATA_ANONYMOUS");
            let measure = item.anonymisation.as_ref().expect("anonymous by it");
            let measure = ropa::domain::shape::Text::text(measure);
            matter.oblige("KEEP_ANONYMITY_EVIDENCE", &[("measure", measure)]);
        } else {
            matter.items.push(item);
            matter.personal = true;
        }
    }
    subject_not_covered(&matter);
    matter
}

/// 7. SUBJECT_NOT_COVERED.
fn subject_not_covered(matter: &Matter<'_>) {
    let Some(group) = &matter.group else { return };
    let listed = &matter.activity.body.data_subject_categories;
    if matter.processes() && !matter.rows.covers_group(listed, group) {
        matter.deny_by_policy("SUBJECT_NOT_COVERED");
    }
}

/// Rule 8, DATA_ANONYMOUS: by a registered measure whose record states method and assessment; not while they are
/// being collected.
fn is_anonymous(rows: &Rows<'_>, asked: &Processing, item: &DataItem) -> bool {
    let lifted = |one: &Operation| !COLLECTING.contains(one) && !ERASING.contains(one);
    let measure = item.anonymisation.as_ref();
    let row = measure.and_then(|key| rows.get::<SecurityMeasure>(key));
    asked.operations.iter().all(lifted)
        && row.is_some_and(|row| {
            row.body.kind == Some(MeasureKind::Anonymisation)
                && !row.body.method.is_empty()
                && !row.body.assessment.is_empty()
                // What the source is unclear about is not shown.
                && !["kind", "method", "assessment"].iter().any(|field| row.silent(field))
        })
}

/// All chapters after this one.
fn chapters(matter: &Matter<'_>) {
    if matter.personal && !matter.asked.operations.is_empty() {
        super::principles::judge(matter);
        super::lawfulness::judge(matter);
        super::marketing::judge(matter);
        super::communication::judge(matter);
        super::children::judge(matter);
        super::special::judge(matter);
        super::retention::judge(matter);
        super::recipients::judge(matter);
        super::places::judge(matter);
        super::transfers::judge(matter);
        super::rights::judge(matter);
        super::security::judge(matter);
        super::organisation::judge(matter);
        super::deceased::judge(matter);
        super::duties::attach(matter);
    }
}

/// What was found, as an answer: deny overrides.
pub(super) fn verdict(found: Findings, activity: String) -> Verdict {
    let denied = !found.reasons.is_empty();
    let (effect, obligations) = if denied {
        (Effect::Deny, found.with_denial)
    } else {
        (Effect::Permit, found.with_permit)
    };
    Verdict {
        effect,
        reasons: found.reasons,
        warnings: found.warnings,
        grounds: if denied {
            BTreeSet::new()
        } else {
            found.grounds
        },
        obligations,
        activity: Some(activity),
        valid_until: None,
        denials: found.denials,
        perhaps_refused: false,
    }
}
