//! Children (Art. 8): online services that are offered to them on consent, and care for them in everything.

use crate::domain::date::Date;
use crate::domain::key::{CountryKey, TypedKey};
use crate::domain::purpose::Purpose;
use crate::domain::transfer::{ConsentAge, Country};
use crate::engine::case::Case;
use crate::engine::query::{Consent, ConsentGiver, ConsentScope, ParentalVerification};
use crate::engine::rule::{Fired, Level, Obligation, Outcome, Place, Rule, RuleEffect};
use crate::engine::rules::fault::Fault;
use crate::engine::rules::transparency::notice_key;
use crate::engine::snapshot::Node;
use crate::engine::view::{self, Mark, place};

const CHAPTER: &str = "2.5 Children";

/// The age from which nobody is a child.
const ADULT: u32 = 18;
/// The age of consent where the law of a state sets none (Art. 8(1)).
const DEFAULT_AGE: u32 = 16;

pub(super) const RULES: &[Rule] = &[
    Rule {
        level: Level::Guard,
        ..Rule::law(
            CHAPTER,
            53,
            "CHILD_AGE_UNKNOWN",
            "The service is offered to children, and the age of the person is not known",
            "GDPR art. 8(1), 8(2)",
            "ask for the age, and state `age_years`",
            |case| on_consent(case, 53),
        )
    },
    Rule::law(
        CHAPTER,
        54,
        "CHILD_PARENTAL_CONSENT_REQUIRED",
        "The child is below the age of consent, and no holder of parental responsibility agreed",
        "GDPR art. 8(1)",
        "ask a holder of parental responsibility, and state `given_by`",
        |case| on_consent(case, 54),
    ),
    Rule::law(
        CHAPTER,
        55,
        "CHILD_JOINT_CONSENT_REQUIRED",
        "The law of the state asks that child and parent consent together",
        "GDPR art. 8(1); LIL art. 45",
        "ask the child and a holder of parental authority, and state `given_by` SUBJECT_AND_PARENT",
        |case| on_consent(case, 55),
    ),
    Rule::law(
        CHAPTER,
        56,
        "PARENTAL_CONSENT_UNVERIFIED",
        "A parent is said to have agreed, and nobody verified it",
        "GDPR art. 8(2)",
        "verify with reasonable efforts that it is a holder of parental responsibility, and state it",
        |case| on_consent(case, 56),
    ),
    Rule {
        effect: RuleEffect::Warn,
        ..Rule::law(
            CHAPTER,
            57,
            "CHILD_SAFEGUARD",
            "The person is a child",
            "GDPR art. 12(1), recitals 38, 58, 71",
            "do without marketing to children and profiles of them",
            safeguard,
        )
    },
];

/// How old the person was on the day of the consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// So many years.
    Years(u32),
    /// One of a group of children, and nobody says more.
    Child,
    /// Nobody says.
    Unknown,
}

/// Whether Art. 8 is about this activity: an online service that is offered directly to children, and is no
/// preventive or counselling service to them (recital 38).
fn is_offered(case: &Case<'_>) -> Mark {
    let body = case.activity.body;
    if body.preventive_service == Some(true) {
        return Mark::No;
    }
    Mark::of(
        case.activity.record,
        "offered_to_children",
        body.offered_to_children,
    )
}

fn age_now(case: &Case<'_>) -> Option<u32> {
    case.query.subject.as_ref()?.age_years
}

/// Whether the group of the person is one of children.
fn group(case: &Case<'_>) -> Option<(Mark, Place)> {
    let marked = case.subject_mark("children", |subject| subject.children);
    marked.map(|(mark, at)| (mark, place(at.record, "children")))
}

/// The age on the day of the consent: as stated, else the age now less the years since, rounded up.
fn age_then(case: &Case<'_>, consent: Option<&Consent>) -> Age {
    let now = age_now(case);
    if let Some(age) = consent.and_then(|consent| consent.subject_age_years) {
        // Nobody was older then than now.
        return Age::Years(now.map_or(age, |now| now.min(age)));
    }
    let Some(now) = now else {
        let children = group(case).is_some_and(|(mark, _)| mark == Mark::Yes);
        return if children { Age::Child } else { Age::Unknown };
    };
    let Some(given) = given_on(case, consent) else {
        return Age::Years(now);
    };
    let mut years = 0;
    while years <= now && case.view.clock.over(given.plus_years(years)) {
        years += 1;
    }
    Age::Years(now.saturating_sub(years))
}

/// The day of the consent, unless it is still to come.
fn given_on(case: &Case<'_>, consent: Option<&Consent>) -> Option<Date> {
    let time = consent?.given_time?;
    case.view
        .clock
        .come(time)
        .then(|| time.day(case.view.clock.zone()))
}

/// The age of consent of a state on the day of the consent, and whether child and parent consent together below it.
fn threshold(
    case: &Case<'_>,
    state: Option<Node<'_, Country>>,
    consent: Option<&Consent>,
) -> (u32, bool) {
    let held = |age: &&ConsentAge| match given_on(case, consent) {
        Some(day) => day.is_within(age.from, age.until),
        None => case.view.clock.within(age.from, age.until),
    };
    // All are looked at: each is a boundary of its own.
    let ages = state.into_iter().flat_map(|state| &state.body.consent_age);
    let held: Vec<&ConsentAge> = ages.filter(held).collect();
    // Of several that are stated the strictest counts.
    let ages = held.iter().map(|age| age.age.unwrap_or(DEFAULT_AGE));
    (
        ages.max().unwrap_or(DEFAULT_AGE),
        held.iter().any(|age| age.joint == Some(true)),
    )
}

/// What keeps a consent from serving because the person is, or may be, a child; nothing where Art. 8 does not
/// reach.
pub(in crate::engine) fn faults(case: &Case<'_>, consent: Option<(usize, &Consent)>) -> Vec<Fault> {
    match is_offered(case) {
        Mark::No => return Vec::new(),
        Mark::Unknown => {
            let at = case.here("offered_to_children");
            let undecided = "whether it is offered to children";
            let fired = Fired::unstated(case.target_fact(), at, undecided);
            return vec![Fault::of_fact(53, fired)];
        }
        Mark::Yes => {}
    }
    let said = consent.map(|(_, said)| said);
    let age = age_then(case, said);
    if matches!(age, Age::Years(years) if years >= alone_from(case, said)) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if age == Age::Unknown {
        let message = "children use the service, and the age of this person is not said";
        let fired = Fired::about(case.fact("subject.age_years"), message);
        faults.push(Fault::new(53, fired.at(case.here("offered_to_children"))));
    }
    faults.extend(without_parent(case, consent, age));
    if is_of_parent(said) && !is_verified(said) {
        let message = "it is not stated that the responsibility of the parent was verified";
        let fact = case.consent_fact(consent, "parental_verification");
        faults.push(Fault::new(56, Fired::about(fact, message)));
    }
    faults
}

/// From which age on a child consents alone; where no state is said, the highest that one may set.
fn alone_from(case: &Case<'_>, said: Option<&Consent>) -> u32 {
    let subject = case.query.subject.as_ref();
    let country = subject.and_then(|subject| subject.country.as_ref());
    let state = country.and_then(|country| case.view.member_state(country, given_on(case, said)));
    let (from, _) = threshold(case, state, said);
    if country.is_some_and(|country| is_open(case, country, state)) {
        from.max(DEFAULT_AGE)
    } else {
        from
    }
}

/// Whether the record leaves open from which age on a child consents alone, or with whom.
fn is_open(case: &Case<'_>, country: &CountryKey, state: Option<Node<'_, Country>>) -> bool {
    let of_state = |state: Node<'_, Country>| view::is_open(state.record, "consent_age");
    // Of a country that is not registered no more is known than the highest age.
    let of_country = case.view.country(country).is_some() && !case.view.is_settled(country);
    of_country || state.is_some_and(of_state)
}

fn is_of_parent(said: Option<&Consent>) -> bool {
    let giver = said.and_then(|said| said.given_by);
    giver.is_some_and(|giver| giver != ConsentGiver::Subject)
}

fn is_verified(said: Option<&Consent>) -> bool {
    said.and_then(|said| said.parental_verification) == Some(ParentalVerification::Done)
}

/// What is missing of those who must agree for a child below the age of consent of its state.
fn without_parent(case: &Case<'_>, consent: Option<(usize, &Consent)>, age: Age) -> Option<Fault> {
    let subject = case.query.subject.as_ref();
    let Some(country) = subject.and_then(|subject| subject.country.as_ref()) else {
        let undecided = "from which age a child consents alone";
        let fired = Fired::missing(case.fact("subject.country"), undecided);
        return Some(Fault::of_fact(54, fired));
    };
    let said = consent.map(|(_, said)| said);
    let state = case.view.member_state(country, given_on(case, said));
    let (from, joint) = threshold(case, state, said);
    let both = said.and_then(|said| said.given_by) == Some(ConsentGiver::SubjectAndParent);
    let (number, agreed, lacking) = if joint {
        (55, both, "child and parent did not consent together")
    } else {
        (
            54,
            is_of_parent(said),
            "no holder of parental responsibility consented",
        )
    };
    // An age that is known is below that one: above it nobody asks.
    if age == Age::Unknown || agreed && (both || !is_open(case, country, state)) {
        return None;
    }
    // Whether both must agree may be what the source is silent about.
    if agreed && let Some(state) = state {
        let at = place(state.record, "consent_age");
        let undecided = "who must consent for a child";
        let fired = Fired::unstated(case.fact("subject.country"), at, undecided);
        return Some(Fault::of_fact(55, fired));
    }
    let country = country.key();
    let message = match state {
        Some(_) => format!("in `{country}` a child consents alone from {from} years on"),
        None => format!("no age of consent is registered for `{country}`, so {from} years count"),
    };
    let message = format!("{message}, and {lacking}");
    let fact = case.consent_fact(consent, "given_by");
    let mut fired = Fired::about(fact, message).at(case.here("offered_to_children"));
    fired
        .at
        .extend(state.map(|state| place(state.record, "consent_age")));
    Some(Fault::new(number, fired))
}

/// Whether a consent below the age of the state has to be verified when it is obtained.
pub(in crate::engine) fn is_below_age(case: &Case<'_>) -> bool {
    let said = case.consent(ConsentScope::Processing);
    let consent = said.map(|(_, said)| said);
    if is_offered(case) != Mark::Yes {
        return false;
    }
    match age_then(case, consent) {
        Age::Years(years) => years < alone_from(case, consent),
        Age::Child | Age::Unknown => true,
    }
}

/// One of 53 to 56, for the consent that the processing or the tracker rests on.
fn on_consent(case: &Case<'_>, number: u32) -> Outcome {
    let Some(scope) = case.rests_on() else {
        return Outcome::NotApplicable;
    };
    if !case.is_about_people() {
        return Outcome::NotApplicable;
    }
    let found = faults(case, case.consent(scope));
    let mut own = found.into_iter().filter(|fault| fault.number == number);
    match own.next() {
        Some(fault) if fault.fact_missing => Outcome::FactMissing(vec![fault.fired]),
        Some(fault) => Outcome::Fired(vec![fault.fired]),
        None if is_offered(case) == Mark::No => Outcome::NotApplicable,
        None => Outcome::Satisfied,
    }
}

/// Whether the purpose is direct marketing; of a tracker that states purposes, whether one of them is.
fn marketing<'a>(case: &Case<'a>) -> (Mark, Node<'a, Purpose>) {
    let tracked = case
        .tracking
        .map(|tracking| &tracking.tracker.body.purposes);
    let stated = tracked.into_iter().flatten();
    let stated = stated.filter_map(|key| case.view.snapshot.purpose(key));
    let marks = stated.map(|purpose| case.view.direct_marketing(purpose));
    let own = || case.view.direct_marketing(case.purpose);
    let strength = |mark: &Mark| match mark {
        Mark::Yes => 2,
        Mark::Unknown => 1,
        Mark::No => 0,
    };
    marks
        .max_by_key(|(mark, _)| strength(mark))
        .unwrap_or_else(own)
}

fn safeguard(case: &Case<'_>) -> Outcome {
    // Of a tracker, where consent is used.
    let exempt = case.tracking.is_some() && case.rests_on().is_none();
    if !case.is_about_people() || exempt {
        return Outcome::NotApplicable;
    }
    let child = match age_now(case) {
        Some(age) => age < ADULT,
        None => match group(case) {
            Some((Mark::Yes, _)) => true,
            Some((Mark::Unknown, at)) => {
                let fact = case.fact("subject.category");
                let undecided = "whether the person is a child";
                return Outcome::FactMissing(vec![Fired::unstated(fact, at, undecided)]);
            }
            Some((Mark::No, _)) | None => false,
        },
    };
    if !child {
        return Outcome::NotApplicable;
    }
    let language = Obligation::new("CHILD_CLEAR_LANGUAGE").with("notice", notice_key(case));
    let (marketing, purpose) = marketing(case);
    let profiling = Mark::of(
        case.activity.record,
        "profiling",
        case.activity.body.profiling,
    );
    // What is not known is told as if it were so: a warning costs nobody a permit.
    let told = [
        (
            marketing,
            "a child is the target of marketing",
            place(purpose.record, "direct_marketing"),
        ),
        (
            profiling,
            "a profile is made of a child",
            case.here("profiling"),
        ),
    ];
    let mut told: Vec<Fired> = told
        .into_iter()
        .filter(|(mark, ..)| *mark != Mark::No)
        .map(|(_, message, at)| Fired::about(case.fact("subject"), message).at(at))
        .collect();
    match told.pop() {
        None => Outcome::Obliges(vec![language]),
        Some(last) => {
            told.push(last.with(language));
            Outcome::Fired(told)
        }
    }
}
