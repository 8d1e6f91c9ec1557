//! What is counted. The labels come from fixed sets: nothing that a caller or a record says stands in a
//! metric. What a check counts is an atomic number that was bound before; it waits for nobody.

use std::sync::OnceLock;
use std::time::Duration;

use prometheus::proto::MetricFamily;
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts,
    Registry,
};
use rustc_hash::FxHashMap;
use tonic::Code;

use super::TelemetryError;
use crate::engine::catalogue::rules;
use crate::engine::decision::{Decision, Effect};
use crate::engine::rule::{Level, RuleEffect};
use crate::wire::descriptor;

/// Decisions, by their effect.
pub const DECISIONS: &str = "ropa_decisions_total";
/// Rules that had a say in decisions, by the effect of that and their code.
pub const DECISION_RULES: &str = "ropa_decision_rules_total";
/// Calls that ended, by their method and the code of their status.
pub const CALLS: &str = "ropa_rpc_calls_total";
/// How long calls took, by their method.
pub const CALL_SECONDS: &str = "ropa_rpc_duration_seconds";
/// Writes, by what came of them.
pub const WRITES: &str = "ropa_writes_total";
/// The number of the revision that is served.
pub const REVISION: &str = "ropa_snapshot_revision";
/// How long ago this replica last made sure that it serves the newest revision.
pub const AGE_SECONDS: &str = "ropa_snapshot_age_seconds";
/// How long it took to build snapshots.
pub const BUILD_SECONDS: &str = "ropa_snapshot_build_seconds";
/// The records that are served.
pub const RECORDS: &str = "ropa_snapshot_records";
/// Always 1; its label says which version runs.
pub const BUILD_INFO: &str = "ropa_build_info";

/// Seconds that a call may take.
const CALL_BOUNDS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0, 30.0,
];
/// Seconds that building a snapshot may take.
const BUILD_BOUNDS: &[f64] = &[
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// The codes of a status, by their numbers.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];
/// The label of methods of no service of ours: health, reflection, and what callers make up.
const OTHER: &str = "other";

/// The word for a code of a status.
pub fn code_name(code: Code) -> &'static str {
    let number = usize::try_from(i32::from(code)).unwrap_or_default();
    CODES.get(number).copied().unwrap_or("UNKNOWN")
}

/// What came of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is stored and served.
    Applied,
    /// It changes nothing.
    Unchanged,
    /// It would have been applied, and was only to be looked at.
    Validated,
    /// It came again, and got its first answer.
    Repeated,
    /// It means nothing, or something that cannot be.
    Refused,
    /// What it is based on is not so any more.
    Conflict,
    /// The database cannot be reached, or does not answer.
    Unavailable,
    /// The service is at fault.
    Failed,
}

impl Outcome {
    /// All of them, by their numbers.
    const ALL: [Self; 8] = [
        Self::Applied,
        Self::Unchanged,
        Self::Validated,
        Self::Repeated,
        Self::Refused,
        Self::Conflict,
        Self::Unavailable,
        Self::Failed,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "unchanged",
            Self::Validated => "validated",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }
}

/// A method of the API, and what is counted of it.
#[derive(Debug)]
struct Method {
    /// The name of its spans.
    span: String,
    label: String,
    seconds: Histogram,
    calls: [OnceLock<IntCounter>; CODES.len()],
}

/// What is served, at the moment it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Served {
    /// The number of its revision.
    pub revision: u64,
    /// Its records.
    pub records: usize,
    /// How long ago it was made sure that it is the newest, in microseconds.
    pub age_us: i64,
}

/// All that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    permits: IntCounter,
    denials: IntCounter,
    denied_by: FxHashMap<&'static str, IntCounter>,
    warned_by: FxHashMap<&'static str, IntCounter>,
    /// The first is every other.
    methods: Vec<Method>,
    by_path: FxHashMap<String, usize>,
    calls: IntCounterVec,
    writes: FxHashMap<&'static str, IntCounter>,
    revision: IntGauge,
    records: IntGauge,
    age: Gauge,
    build: Histogram,
}

impl Metrics {
    /// With every number at zero, so that the first time something happens is a rise.
    pub fn new() -> Result<Self, TelemetryError> {
        let registry = Registry::new();
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone()))?;
            Ok::<_, TelemetryError>(counters)
        };
        let decisions = counters(DECISIONS, "Decisions, by their effect.", &["effect"])?;
        let by_rule = counters(
            DECISION_RULES,
            "Rules that had a say in decisions, by the effect of that and their code.",
            &["effect", "rule"],
        )?;
        let calls = counters(
            CALLS,
            "Calls that ended, by their method and the code of their status.",
            &["method", "code"],
        )?;
        let written = counters(WRITES, "Writes, by what came of them.", &["outcome"])?;
        let seconds = HistogramVec::new(
            HistogramOpts::new(CALL_SECONDS, "How long calls took, by their method.")
                .buckets(CALL_BOUNDS.to_vec()),
            &["method"],
        )?;
        registry.register(Box::new(seconds.clone()))?;
        let mut writes = FxHashMap::default();
        for outcome in Outcome::ALL.map(Outcome::word) {
            let _ = writes.insert(outcome, written.get_metric_with_label_values(&[outcome])?);
        }
        let (mut denied_by, mut warned_by) = (FxHashMap::default(), FxHashMap::default());
        for rule in rules() {
            let can = |effect| rule.effect == effect || rule.level == Level::Policy;
            if can(RuleEffect::Deny) {
                let counter = by_rule.get_metric_with_label_values(&["deny", rule.code])?;
                let _ = denied_by.insert(rule.code, counter);
            }
            if can(RuleEffect::Warn) {
                let counter = by_rule.get_metric_with_label_values(&["warn", rule.code])?;
                let _ = warned_by.insert(rule.code, counter);
            }
        }
        let mut methods = vec![Method::new(OTHER.to_owned(), &seconds, &calls)?];
        let mut by_path = FxHashMap::default();
        for service in descriptor::pool().iter().flat_map(|pool| pool.services()) {
            for method in service.methods() {
                let label = format!("{}/{}", service.name(), method.name());
                let path = format!("/{}/{}", service.full_name(), method.name());
                let _ = by_path.insert(path, methods.len());
                methods.push(Method::new(label, &seconds, &calls)?);
            }
        }
        let info = counters(BUILD_INFO, "Which version runs.", &["version"])?;
        info.get_metric_with_label_values(&[env!("CARGO_PKG_VERSION")])?
            .inc();
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, TelemetryError>(gauge)
        };
        let revision = gauge(REVISION, "The number of the revision that is served.")?;
        let records = gauge(RECORDS, "The records that are served.")?;
        let age = Gauge::new(
            AGE_SECONDS,
            "How long ago this replica last made sure that it serves the newest revision.",
        )?;
        registry.register(Box::new(age.clone()))?;
        let build = Histogram::with_opts(
            HistogramOpts::new(BUILD_SECONDS, "How long it took to build snapshots.")
                .buckets(BUILD_BOUNDS.to_vec()),
        )?;
        registry.register(Box::new(build.clone()))?;
        Ok(Self {
            permits: decisions.get_metric_with_label_values(&["permit"])?,
            denials: decisions.get_metric_with_label_values(&["deny"])?,
            denied_by,
            warned_by,
            methods,
            by_path,
            calls,
            writes,
            revision,
            records,
            age,
            build,
            registry,
        })
    }

    /// A question was answered.
    pub fn decided(&self, decision: &Decision) {
        match decision.effect {
            Effect::Permit => self.permits.inc(),
            Effect::Deny => self.denials.inc(),
        }
        for (reasons, by) in [
            (&decision.reasons, &self.denied_by),
            (&decision.warnings, &self.warned_by),
        ] {
            for counter in reasons.iter().filter_map(|one| by.get(one.rule.code)) {
                counter.inc();
            }
        }
    }

    /// The number of the method of a path.
    pub fn method(&self, path: &str) -> usize {
        self.by_path.get(path).copied().unwrap_or_default()
    }

    /// The name of the spans of a method.
    pub fn span(&self, method: usize) -> &str {
        self.methods.get(method).map_or(OTHER, |one| &one.span)
    }

    /// A call of a method ended.
    pub fn called(&self, method: usize, code: Code, took: Duration) {
        let Some(method) = self.methods.get(method) else {
            return;
        };
        method.seconds.observe(took.as_secs_f64());
        if let Some(counter) = method.bind(code, &self.calls) {
            counter.inc();
        }
    }

    /// A write ended.
    pub fn wrote(&self, outcome: Outcome) {
        if let Some(counter) = self.writes.get(outcome.word()) {
            counter.inc();
        }
    }

    /// A snapshot was built.
    pub fn built(&self, took: Duration) {
        self.build.observe(took.as_secs_f64());
    }

    /// All of it, beside what is served now.
    pub fn gather(&self, served: Served) -> Vec<MetricFamily> {
        self.revision
            .set(i64::try_from(served.revision).unwrap_or(i64::MAX));
        self.records
            .set(i64::try_from(served.records).unwrap_or(i64::MAX));
        let age = u64::try_from(served.age_us).unwrap_or_default();
        self.age.set(Duration::from_micros(age).as_secs_f64());
        self.registry.gather()
    }
}

impl Method {
    fn new(
        label: String,
        seconds: &HistogramVec,
        calls: &IntCounterVec,
    ) -> Result<Self, TelemetryError> {
        let method = Self {
            span: format!("rpc.{}", label.replace('/', ".")),
            seconds: seconds.get_metric_with_label_values(&[&label])?,
            calls: [const { OnceLock::new() }; CODES.len()],
            label,
        };
        method.bind(Code::Ok, calls);
        Ok(method)
    }

    /// What counts its calls with a code, which is bound when it comes for the first time.
    fn bind(&self, code: Code, calls: &IntCounterVec) -> Option<&IntCounter> {
        let slot = self.calls.get(usize::try_from(i32::from(code)).ok()?)?;
        if slot.get().is_none() {
            let labels = [self.label.as_str(), code_name(code)];
            let _ = slot.set(calls.get_metric_with_label_values(&labels).ok()?);
        }
        slot.get()
    }
}
