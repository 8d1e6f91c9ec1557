//! From a snapshot, a question and an instant, a decision. Every rule is looked at; any rule that denies
//! denies; silence never permits.

use jiff::tz::TimeZone;

mod subset;
pub mod tracker;

use crate::domain::date::Instant;
use crate::domain::key::{Key, RecordName};
use crate::engine::attach;
use crate::engine::case::Case;
use crate::engine::catalogue;
use crate::engine::clock::Clock;
use crate::engine::decision::{Candidate, Decision, Effect, Reason, RuleOutcome, Trace};
use crate::engine::judge;
use crate::engine::query::Processing;
use crate::engine::resolve::{Found, Resolved, controller, lacking, operations, resolve, unzoned};
use crate::engine::rule::{Fired, Gate, Judge, Obligation, Outcome, Rule, RuleEffect};
use crate::engine::rules;
use crate::engine::snapshot::Snapshot;
use crate::engine::suggest::suggest;
use crate::engine::view::{View, gap};

/// Decides.
pub fn decide(snapshot: &Snapshot, query: &Processing, at: Instant) -> Decision {
    answer(snapshot, query, at, Working::Dropped).0
}

/// Decides, and shows the working.
pub fn explain(snapshot: &Snapshot, query: &Processing, at: Instant) -> (Decision, Vec<Trace>) {
    answer(snapshot, query, at, Working::Kept)
}

/// Whether the working is wanted beside the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Working {
    Kept,
    Dropped,
}

fn answer(
    snapshot: &Snapshot,
    query: &Processing,
    at: Instant,
    working: Working,
) -> (Decision, Vec<Trace>) {
    let (mut decision, traces) = judge_all(snapshot, query, at, working);
    if decision.effect == Effect::Deny {
        subset::permitted(snapshot, query, at, &mut decision);
        suggest(snapshot, &mut decision.reasons);
    }
    (decision, traces)
}

/// What one candidate alone would answer.
struct Verdict<'a> {
    found: Found<'a>,
    reasons: Vec<Reason>,
    warnings: Vec<Reason>,
    grounds: Vec<Reason>,
    obligations: Vec<Obligation>,
    basis: Option<Key>,
    records: Vec<RecordName>,
    trace: Option<Trace>,
    /// Whether the person may have said no to what may rest on consent.
    refused: bool,
}

impl<'a> Verdict<'a> {
    /// Nothing yet.
    fn of(found: Found<'a>, working: Working) -> Self {
        Self {
            found,
            reasons: Vec::new(),
            warnings: Vec::new(),
            grounds: Vec::new(),
            obligations: Vec::new(),
            basis: None,
            records: Vec::new(),
            trace: (working == Working::Kept).then(|| Trace {
                activity: Some(found.activity.key().clone()),
                ..Trace::default()
            }),
            refused: false,
        }
    }
}

impl Decision {
    /// As one candidate has it.
    fn take(&mut self, verdict: Verdict<'_>) {
        self.effect = verdict.effect();
        self.grounds = verdict.grounds;
        self.reasons = verdict.reasons;
        self.warnings = verdict.warnings;
        self.obligations = verdict.obligations;
        self.activity = Some(verdict.found.activity.key().clone());
        self.legal_basis = verdict.basis;
        self.records = verdict.records;
    }
}

/// That the person said no.
const REFUSED: &[&str] = &["CONSENT_REFUSED", "CONSENT_WITHDRAWN"];

impl Verdict<'_> {
    /// Whether the person refused, or withdrew, what this activity would do with these data.
    fn is_refused(&self) -> bool {
        let fired = |code: &str| self.reasons.iter().any(|reason| reason.rule.code == code);
        let closed = |field| gap(self.found.activity.record, field).is_none();
        // Nobody refused it what it has nothing to do with; where its record says so.
        let alien = fired("SUBJECT_NOT_COVERED") && closed("data_subject_categories")
            || fired("CATEGORY_NOT_NECESSARY") && closed("data.category");
        (self.refused || REFUSED.iter().any(|code| fired(code))) && !alien
    }

    const fn effect(&self) -> Effect {
        if self.reasons.is_empty() {
            Effect::Permit
        } else {
            Effect::Deny
        }
    }
}

fn judge_all(
    snapshot: &Snapshot,
    query: &Processing,
    at: Instant,
    working: Working,
) -> (Decision, Vec<Trace>) {
    // The day is that of the controller's zone; a controller without one cannot be judged by dates.
    let chosen = controller(snapshot, query, at);
    let zone = chosen.and_then(|chosen| snapshot.zone(chosen));
    let clock = Clock::new(at, zone.cloned().unwrap_or(TimeZone::UTC));
    let resolved = resolve(snapshot, query, chosen, &clock);
    let question = Question {
        snapshot,
        query,
        clock: &clock,
        resolved: &resolved,
        working,
    };
    let mut verdicts: Vec<Verdict<'_>> = resolved
        .candidates
        .iter()
        .map(|found| verdict(&question, found))
        .collect();
    let mut decision = Decision::deny(at);
    if resolved.by_purpose {
        decision.candidates = verdicts.iter().map(candidate).collect();
    }
    let traces = verdicts
        .iter_mut()
        .filter_map(|verdict| verdict.trace.take())
        .collect();
    let erases = operations(query).within(Gate::ERASING);
    let no = (!erases)
        .then(|| refused(&question, &mut verdicts))
        .flatten();
    let is_refused = no.is_some();
    let best = if erases {
        together(verdicts)
    } else {
        // The first that permits; else the one with the fewest reasons, then the first by key.
        let fewest = |verdict: &Verdict<'_>| verdict.reasons.len();
        no.or_else(|| verdicts.into_iter().min_by_key(fewest))
    };
    // All that was looked at is looked at by now.
    decision.valid_until = clock.next();
    match best {
        None => decision.reasons.clone_from(&resolved.reasons),
        Some(verdict) => decision.take(verdict),
    }
    // Who was refused already is told that.
    if !is_refused && let Some(kept) = kept_from_erasing(&question, &decision, at) {
        decision = kept;
    }
    (decision, traces)
}

/// The denial that goes before all others: who said no to one activity is not processed by another for the same purpose;
/// nor if it is not known whether that one is for it.
fn refused<'a>(
    question: &Question<'a, '_>,
    verdicts: &mut Vec<Verdict<'a>>,
) -> Option<Verdict<'a>> {
    if let Some(at) = verdicts.iter().position(Verdict::is_refused) {
        return Some(verdicts.swap_remove(at));
    }
    let perhaps = question.resolved.perhaps.iter();
    let mut perhaps = perhaps.map(|found| verdict(question, found));
    perhaps.find(Verdict::is_refused)
}

/// Erasing for a purpose erases for every activity that serves it: one that must keep the data denies,
/// and what is to be done is to be done for all.
fn together(verdicts: Vec<Verdict<'_>>) -> Option<Verdict<'_>> {
    let denies = |verdict: &Verdict<'_>| verdict.effect() == Effect::Deny;
    if verdicts.iter().any(denies) {
        let denying = verdicts.into_iter().filter(denies);
        return denying.min_by_key(|verdict| verdict.reasons.len());
    }
    verdicts.into_iter().reduce(|mut first, other| {
        first.warnings.extend(other.warnings);
        first.obligations.extend(other.obligations);
        merge(&mut first.obligations);
        first.records.extend(other.records);
        first.records.sort();
        first.records.dedup();
        first
    })
}

/// The denial of the erasing alone, where that is asked for beside something else and by purpose: then too it is to be
/// erased for every activity that serves it.
fn kept_from_erasing(
    question: &Question<'_, '_>,
    decision: &Decision,
    at: Instant,
) -> Option<Decision> {
    let asked = operations(question.query);
    let resolved = question.resolved;
    let several =
        resolved.by_purpose && (resolved.candidates.len() > 1 || !resolved.perhaps.is_empty());
    // Of whom nobody knows whose they are, all that is told is told of them together.
    let nobodys = resolved.controller.is_none();
    if !several || nobodys || !asked.meets(Gate::ERASING) || asked.within(Gate::ERASING) {
        return None;
    }
    let mut erasing = question.query.clone();
    erasing
        .operations
        .retain(|operation| Gate::of(&[*operation]).within(Gate::ERASING));
    let (mut kept, _) = judge_all(question.snapshot, &erasing, at, Working::Dropped);
    kept.valid_until = decision
        .valid_until
        .into_iter()
        .chain(kept.valid_until)
        .min();
    (kept.effect == Effect::Deny).then_some(kept)
}

fn candidate(verdict: &Verdict<'_>) -> Candidate {
    let mut codes: Vec<_> = verdict
        .reasons
        .iter()
        .map(|reason| reason.rule.code)
        .collect();
    codes.dedup();
    Candidate {
        activity: verdict.found.activity.key().clone(),
        effect: verdict.effect(),
        codes,
    }
}

/// What all candidates have in common.
struct Question<'a, 'q> {
    snapshot: &'a Snapshot,
    query: &'a Processing,
    clock: &'a Clock,
    resolved: &'q Resolved<'a>,
    working: Working,
}

fn verdict<'a>(question: &Question<'a, '_>, found: &Found<'a>) -> Verdict<'a> {
    let resolved = question.resolved;
    let mut verdict = Verdict::of(*found, question.working);
    verdict.reasons.clone_from(&resolved.reasons);
    verdict.reasons.extend(lacking(found, question.clock));
    let (Some(controller), Some(purpose), true) =
        (resolved.controller, found.purpose, found.active)
    else {
        let fired = verdict.reasons.iter();
        let rules = fired.map(|reason| (reason.rule.code, RuleOutcome::Fired));
        if let Some(trace) = &mut verdict.trace {
            trace.rules = rules.collect();
        }
        return verdict;
    };
    if let Some(unzoned) = unzoned(question.snapshot, controller) {
        verdict.reasons.push(unzoned);
        return verdict;
    }
    let view = View::new(question.snapshot, question.clock);
    let case = Case::of(view, question.query, found.activity, controller, purpose);
    verdict.basis = case.basis.map(|basis| basis.key().clone());
    verdict.refused = question.resolved.by_purpose && rules::perhaps_refused(&case);
    weigh(&case, &mut verdict);
    verdict.records = case.view.touched();
    if let Some(trace) = &mut verdict.trace {
        trace.assumed = case.assumed.into_inner();
    }
    verdict
}

/// Looks at every rule.
fn weigh(case: &Case<'_>, verdict: &mut Verdict<'_>) {
    // A row that did not resolve is told once.
    let unresolved: Vec<&str> = verdict
        .reasons
        .iter()
        .map(|reason| reason.rule.code)
        .collect();
    let mut denied = Vec::new();
    for rule in catalogue::rules() {
        let outcome = match rule.judge {
            Judge::Resolution if unresolved.contains(&rule.code) => {
                verdict.note(rule, RuleOutcome::Fired);
                continue;
            }
            Judge::Resolution => Outcome::Satisfied,
            Judge::OtherRules
            | Judge::Right
            | Judge::Breach
            | Judge::Processing(_)
            | Judge::Tracker(_) => judge::outcome(rule, case),
        };
        match outcome {
            Outcome::NotApplicable => verdict.note(rule, RuleOutcome::NotApplicable),
            Outcome::Satisfied => verdict.note(rule, RuleOutcome::Satisfied),
            Outcome::Obliges(obligations) => {
                verdict.note(rule, RuleOutcome::Satisfied);
                verdict.obligations.extend(obligations);
            }
            Outcome::Fired(told) => {
                verdict.note(rule, RuleOutcome::Fired);
                verdict.fire(case, rule, told, &mut denied);
            }
            Outcome::FactMissing(told) => {
                verdict.note(rule, RuleOutcome::FactMissing);
                let missing = told
                    .into_iter()
                    .map(|fired| Reason::of(rules::FACT_MISSING, fired));
                verdict.reasons.extend(missing);
            }
        }
    }
    if verdict.effect() == Effect::Permit {
        let with = verdict
            .grounds
            .iter()
            .chain(&verdict.warnings)
            .flat_map(|reason| reason.fired.obligations.clone());
        verdict.obligations.extend(with);
        attach::attach(case, &mut verdict.obligations);
    } else {
        verdict.grounds.clear();
        verdict.obligations = denied;
    }
    merge(&mut verdict.obligations);
}

impl Verdict<'_> {
    /// Notes what came of a rule, for who wants to see the working.
    fn note(&mut self, rule: &Rule, outcome: RuleOutcome) {
        if let Some(trace) = &mut self.trace {
            trace.rules.push((rule.code, outcome));
        }
    }

    /// Takes up what a rule fired about, by its severity: its own, or that of a policy record.
    fn fire(
        &mut self,
        case: &Case<'_>,
        rule: &'static Rule,
        told: Vec<Fired>,
        denied: &mut Vec<Obligation>,
    ) {
        for fired in told {
            let (effect, by_policy) = judge::severity(rule, &fired, case);
            let mut reason = Reason::of(rule, fired);
            reason.by_policy = by_policy;
            match effect {
                RuleEffect::Deny => {
                    denied.extend(reason.fired.obligations.iter().cloned());
                    self.reasons.push(reason);
                }
                RuleEffect::Warn => self.warnings.push(reason),
                RuleEffect::Permit => self.grounds.push(reason),
                // Of the organisation, and not of the processing.
                RuleEffect::Note => {}
            }
        }
    }
}

/// The same obligation for several categories is told once.
fn merge(obligations: &mut Vec<Obligation>) {
    let mut merged: Vec<Obligation> = Vec::with_capacity(obligations.len());
    for one in obligations.drain(..) {
        match merged.iter_mut().find(|known| {
            known.code == one.code
                && known.parameters == one.parameters
                && known.blocking == one.blocking
        }) {
            Some(known) => {
                unite(&mut known.categories, one.categories);
                unite(&mut known.recipients, one.recipients);
            }
            None => merged.push(one),
        }
    }
    *obligations = merged;
}

/// Lays two lists together; an empty one means all.
fn unite(known: &mut Vec<String>, more: Vec<String>) {
    if known.is_empty() || more.is_empty() {
        known.clear();
        return;
    }
    for one in more {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}
