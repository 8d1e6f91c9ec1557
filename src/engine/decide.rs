//! From a snapshot, a question and an instant, a decision. Every rule is looked at; any rule that denies
//! denies; silence never permits.

use std::cell::{OnceCell, RefCell};

use jiff::tz::TimeZone;

use super::attach;
use super::case::Case;
use super::catalogue;
use super::clock::Clock;
use super::decision::{Candidate, Decision, Effect, Reason, RuleOutcome, Trace};
use super::query::Processing;
use super::resolve::{Found, Resolved, controller, lacking, operations, resolve, zone_of};
use super::rule::{Level, Obligation, Outcome, RuleEffect};
use super::rules;
use super::snapshot::Snapshot;
use crate::domain::date::Instant;
use crate::domain::key::{Key, RecordName, TypedKey};

/// Decides.
pub fn decide(snapshot: &Snapshot, query: &Processing, at: Instant) -> Decision {
    explain(snapshot, query, at).0
}

/// Decides, and shows the working.
pub fn explain(snapshot: &Snapshot, query: &Processing, at: Instant) -> (Decision, Vec<Trace>) {
    let (mut decision, traces) = judge_all(snapshot, query, at);
    if decision.effect == Effect::Deny {
        permitted_subset(snapshot, query, at, &mut decision);
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
    trace: Trace,
}

fn judge_all(snapshot: &Snapshot, query: &Processing, at: Instant) -> (Decision, Vec<Trace>) {
    // The day is that of the controller's zone; a controller without one cannot be judged by dates.
    let chosen = controller(snapshot, query, at);
    let zone = chosen.and_then(zone_of);
    let clock = Clock::new(at, zone.clone().unwrap_or(TimeZone::UTC));
    let resolved = resolve(snapshot, query, chosen, &clock);
    let mut verdicts: Vec<Verdict<'_>> = resolved
        .candidates
        .iter()
        .map(|found| judge(snapshot, query, &clock, zone.is_some(), &resolved, found))
        .collect();
    let candidates: Vec<Candidate> = if resolved.by_purpose {
        verdicts.iter().map(candidate).collect()
    } else {
        Vec::new()
    };
    let traces = verdicts
        .iter_mut()
        .map(|verdict| std::mem::take(&mut verdict.trace))
        .collect();
    // The first that permits; else the one with the fewest reasons, then the first by key.
    let best = verdicts
        .into_iter()
        .min_by_key(|verdict| verdict.reasons.len());
    let mut decision = Decision {
        effect: Effect::Deny,
        reasons: Vec::new(),
        warnings: Vec::new(),
        grounds: Vec::new(),
        obligations: Vec::new(),
        evaluated: at,
        valid_until: clock.next(),
        activity: None,
        legal_basis: None,
        records: Vec::new(),
        candidates,
        permitted_categories: Vec::new(),
        permitted_recipients: Vec::new(),
    };
    match best {
        None => decision.reasons = resolved.reasons,
        Some(verdict) => {
            if verdict.reasons.is_empty() {
                decision.effect = Effect::Permit;
                decision.grounds = verdict.grounds;
            }
            decision.reasons = verdict.reasons;
            decision.warnings = verdict.warnings;
            decision.obligations = verdict.obligations;
            decision.activity = Some(verdict.found.activity.key().clone());
            decision.legal_basis = verdict.basis;
            decision.records = verdict.records;
        }
    }
    (decision, traces)
}

fn candidate(verdict: &Verdict<'_>) -> Candidate {
    let mut codes: Vec<_> = verdict
        .reasons
        .iter()
        .map(|reason| reason.rule.code)
        .collect();
    codes.dedup();
    let effect = if verdict.reasons.is_empty() {
        Effect::Permit
    } else {
        Effect::Deny
    };
    Candidate {
        activity: verdict.found.activity.key().clone(),
        effect,
        codes,
    }
}

fn judge<'a>(
    snapshot: &'a Snapshot,
    query: &'a Processing,
    clock: &Clock,
    zoned: bool,
    resolved: &Resolved<'a>,
    found: &Found<'a>,
) -> Verdict<'a> {
    let mut verdict = Verdict {
        found: *found,
        reasons: resolved.reasons.clone(),
        warnings: Vec::new(),
        grounds: Vec::new(),
        obligations: Vec::new(),
        basis: None,
        records: Vec::new(),
        trace: Trace {
            activity: Some(found.activity.key().clone()),
            ..Trace::default()
        },
    };
    verdict.reasons.extend(lacking(found));
    let (Some(controller), Some(purpose), true) =
        (resolved.controller, found.purpose, found.active)
    else {
        verdict.trace.rules = resolution_trace(&verdict.reasons);
        return verdict;
    };
    if !zoned {
        let place = super::case::place(controller.record, "time_zone");
        let fired = Case::missing("processing.evaluation_time", "which day it is").at(place);
        verdict.reasons.push(Reason {
            rule: rules::FACT_MISSING,
            fired,
            by_policy: false,
        });
        return verdict;
    }
    let mut case = Case {
        snapshot,
        query,
        clock,
        operations: operations(query),
        activity: found.activity,
        controller,
        purpose,
        basis: None,
        items: Vec::new(),
        subject: None,
        retention: OnceCell::new(),
        touched: RefCell::default(),
        assumed: RefCell::default(),
    };
    for record in [found.activity.record, controller.record, purpose.record] {
        case.touch(record);
    }
    case.complete();
    verdict.basis = case.basis.map(|basis| basis.key().clone());
    weigh(&case, &mut verdict);
    let mut records: Vec<_> = case.touched.into_inner().into_iter().collect();
    records.sort();
    verdict.records = records;
    verdict.trace.assumed = case.assumed.into_inner();
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
        if unresolved.contains(&rule.code) {
            verdict.trace.rules.push((rule.code, RuleOutcome::Fired));
            continue;
        }
        let outcome = if rule.gate.meets(case.operations) {
            (rule.judge)(case)
        } else {
            Outcome::NotApplicable
        };
        let (told, missing) = match outcome {
            Outcome::NotApplicable => (Vec::new(), false),
            Outcome::Satisfied => {
                verdict
                    .trace
                    .rules
                    .push((rule.code, RuleOutcome::Satisfied));
                continue;
            }
            Outcome::Obliges(obligations) => {
                verdict
                    .trace
                    .rules
                    .push((rule.code, RuleOutcome::Satisfied));
                verdict.obligations.extend(obligations);
                continue;
            }
            Outcome::Fired(told) => (told, false),
            Outcome::FactMissing(told) => (told, true),
        };
        let traced = match (told.is_empty(), missing) {
            (true, _) => RuleOutcome::NotApplicable,
            (false, true) => RuleOutcome::FactMissing,
            (false, false) => RuleOutcome::Fired,
        };
        verdict.trace.rules.push((rule.code, traced));
        let policy = if rule.level == Level::Policy {
            case.policy(rule.code)
        } else {
            None
        };
        for mut fired in told {
            if missing {
                denied.append(&mut fired.obligations);
                verdict.reasons.push(Reason {
                    rule: rules::FACT_MISSING,
                    fired,
                    by_policy: false,
                });
                continue;
            }
            let severity = policy
                .map(RuleEffect::from)
                .or(fired.severity)
                .unwrap_or(rule.effect);
            let by_policy = policy.is_some_and(|policy| {
                RuleEffect::from(policy) != fired.severity.unwrap_or(rule.effect)
            });
            let reason = Reason {
                rule,
                fired,
                by_policy,
            };
            match severity {
                RuleEffect::Deny => {
                    denied.extend(reason.fired.obligations.iter().cloned());
                    verdict.reasons.push(reason);
                }
                RuleEffect::Warn => verdict.warnings.push(reason),
                RuleEffect::Permit => verdict.grounds.push(reason),
            }
        }
    }
    if verdict.reasons.is_empty() {
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

fn resolution_trace(reasons: &[Reason]) -> Vec<(&'static str, RuleOutcome)> {
    reasons
        .iter()
        .map(|reason| (reason.rule.code, RuleOutcome::Fired))
        .collect()
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

/// Of several categories or recipients, those that alone would pass.
fn permitted_subset(snapshot: &Snapshot, query: &Processing, at: Instant, decision: &mut Decision) {
    let alone = |part: Processing| judge_all(snapshot, &part, at).0.effect == Effect::Permit;
    if query.data.len() > 1 {
        for item in &query.data {
            if let Some(category) = &item.category
                && alone(Processing {
                    data: vec![item.clone()],
                    ..query.clone()
                })
            {
                decision
                    .permitted_categories
                    .push(category.key().to_string());
            }
        }
    }
    if query.recipients.len() > 1 {
        for disclosure in &query.recipients {
            if let Some(recipient) = &disclosure.recipient
                && alone(Processing {
                    recipients: vec![disclosure.clone()],
                    ..query.clone()
                })
            {
                decision
                    .permitted_recipients
                    .push(recipient.key().to_string());
            }
        }
    }
}
