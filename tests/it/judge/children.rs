//! Chapter 2.5: children.

use ropa::domain::basis::Article6;
use ropa::domain::date::Date;
use ropa::domain::transfer::{ConsentAge, Country, CountryStatus};
use ropa::engine::query::{Consent, ConsentGiver, ConsentScope, ParentalVerification};

use super::consent;
use super::lookup::Mark;
use super::matter::{COLLECTING, Matter};

pub(super) fn judge(matter: &Matter<'_>) {
    if !matter.processes() || matter.deceased() {
        return;
    }
    if matter.letter() == Some(Article6::A) && matter.set(offered(matter)) {
        let given = consent::of_scope(matter, ConsentScope::Processing);
        for code in faults(matter, given) {
            matter.deny(code);
        }
        let preventive = matter.activity.body.preventive_service == Some(true);
        if matter.asks(COLLECTING) && !preventive && is_below(matter, given) {
            matter.oblige("VERIFY_PARENTAL_RESPONSIBILITY", &[]);
        }
    }
    child_safeguard(matter, matter.direct_marketing());
}

/// Whether the activity is an online service that is offered to children.
pub(super) fn offered(matter: &Matter<'_>) -> Mark {
    let activity = &matter.activity;
    activity.mark(activity.body.offered_to_children, "offered_to_children")
}

/// 53 to 56 for one consent, where an online service is offered to children.
pub(super) fn faults(matter: &Matter<'_>, given: Option<&Consent>) -> Vec<&'static str> {
    let activity = matter.activity.body;
    if activity.offered_to_children != Some(true) || activity.preventive_service == Some(true) {
        return Vec::new();
    }
    let subject = matter.asked.subject.as_ref();
    let Some(age) = age(matter, given) else {
        let country = subject.and_then(|subject| subject.country.as_ref());
        let mut codes = vec!["CHILD_AGE_UNKNOWN"];
        if country.is_none() {
            codes.push("FACT_MISSING");
        }
        codes.extend(unverified(given));
        return codes;
    };
    // No threshold is above sixteen.
    if age >= 16 {
        return Vec::new();
    }
    if subject
        .and_then(|subject| subject.country.as_ref())
        .is_none()
    {
        let mut codes = vec!["FACT_MISSING"];
        codes.extend(unverified(given));
        return codes;
    }
    let threshold = threshold(matter, given);
    if age >= threshold.0 {
        return Vec::new();
    }
    let by = given.and_then(|consent| consent.given_by);
    let mut codes = Vec::new();
    // Whether both must agree may be what the source is silent about.
    if threshold.2 && !threshold.1 && by == Some(ConsentGiver::Parent) {
        codes.push("FACT_MISSING");
        codes.extend(unverified(given));
        return codes;
    }
    if threshold.1 {
        if by != Some(ConsentGiver::SubjectAndParent) {
            codes.push("CHILD_JOINT_CONSENT_REQUIRED");
        }
    } else if !matches!(
        by,
        Some(ConsentGiver::Parent | ConsentGiver::SubjectAndParent)
    ) {
        codes.push("CHILD_PARENTAL_CONSENT_REQUIRED");
    }
    codes.extend(unverified(given));
    codes
}

/// 56. PARENTAL_CONSENT_UNVERIFIED.
fn unverified(given: Option<&Consent>) -> Option<&'static str> {
    let given = given?;
    let claimed = matches!(
        given.given_by,
        Some(ConsentGiver::Parent | ConsentGiver::SubjectAndParent)
    );
    let verified = given.parental_verification == Some(ParentalVerification::Done);
    (claimed && !verified).then_some("PARENTAL_CONSENT_UNVERIFIED")
}

/// Whether the person is below the age of the applicable state.
fn is_below(matter: &Matter<'_>, given: Option<&Consent>) -> bool {
    age(matter, given).is_some_and(|age| age < threshold(matter, given).0)
}

/// The day of a consent; without one, today.
fn day(matter: &Matter<'_>, given: Option<&Consent>) -> Date {
    let time = given.and_then(|consent| consent.given_time);
    // One that is still to come was not given yet.
    let time = time.filter(|time| matter.rows.has_come(*time));
    time.map_or(matter.rows.today, |time| time.day(&matter.rows.zone))
}

/// The age on the day of the consent: as said, else the age now less the years since, rounded up. Of a group
/// of children whose age is not said, below every threshold.
fn age(matter: &Matter<'_>, given: Option<&Consent>) -> Option<u32> {
    let now = matter
        .asked
        .subject
        .as_ref()
        .and_then(|subject| subject.age_years);
    if let Some(then) = given.and_then(|consent| consent.subject_age_years) {
        // Nobody was older then than now.
        return Some(now.map_or(then, |now| now.min(then)));
    }
    let Some(now) = now else {
        return (children(matter) == Mark::Yes).then_some(0);
    };
    let day = day(matter, given);
    let mut years = 0;
    while day.plus_years(years) < matter.rows.today {
        years += 1;
    }
    Some(now.saturating_sub(years))
}

fn children(matter: &Matter<'_>) -> Mark {
    matter.group_mark(|row| row.mark(row.body.children, "children"))
}

/// The age of the state where the person lives, on the day of the consent, and whether both consent.
/// And whether the source is silent about some of it.
fn threshold(matter: &Matter<'_>, given: Option<&Consent>) -> (u32, bool, bool) {
    let strictest = (16, false, false);
    let day = day(matter, given);
    let subject = matter.asked.subject.as_ref();
    let Some(country) = subject.and_then(|subject| subject.country.as_ref()) else {
        return strictest;
    };
    let Some(mut row) = matter.rows.get::<Country>(country) else {
        return strictest;
    };
    let unsettled = row.silent("status") || row.silent("linked_to");
    // An outermost region has the age of its state.
    if row.body.status == Some(CountryStatus::Outermost)
        && let Some(state) = row
            .body
            .linked_to
            .as_ref()
            .and_then(|key| matter.rows.get(key))
    {
        row = state;
    }
    // What counts is where the state stood on the day of the consent.
    let mut periods = row.body.eea.iter();
    if !periods.any(|one| {
        one.from.is_some_and(|from| from <= day) && one.until.is_none_or(|until| day <= until)
    }) {
        return strictest;
    }
    let holds = |one: &&ConsentAge| {
        one.from.is_none_or(|from| day >= from) && one.until.is_none_or(|until| day <= until)
    };
    let held: Vec<_> = row.body.consent_age.iter().filter(holds).collect();
    let ages = held.iter().map(|one| one.age.unwrap_or(16));
    let joint = held.iter().any(|one| one.joint == Some(true));
    let open = unsettled || row.open("consent_age");
    let age = ages.max().unwrap_or(16);
    (if open { age.max(16) } else { age }, joint, open)
}

/// 57. CHILD_SAFEGUARD: clear language; a warning for marketing and profiling.
pub(super) fn child_safeguard(matter: &Matter<'_>, marketing: Mark) {
    let age = matter
        .asked
        .subject
        .as_ref()
        .and_then(|subject| subject.age_years);
    let child = match age {
        Some(age) if age < 18 => Mark::Yes,
        Some(_) => Mark::No,
        None => children(matter),
    };
    if !matter.set(child) {
        return;
    }
    matter.oblige("CHILD_CLEAR_LANGUAGE", &[]);
    let profiling = matter
        .activity
        .mark(matter.activity.body.profiling, "profiling");
    // What is not known is told as if it were so: a warning never changes the answer.
    if profiling.or(marketing) != Mark::No {
        matter.warn("CHILD_SAFEGUARD");
    }
}
