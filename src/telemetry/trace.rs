//! Spans, for those who follow a call through several services.

use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::KeyValue;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Span;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Subscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::{SERVICE, TelemetryError, export};
use crate::config::OtlpConfig;

/// The header that W3C trace context stands in.
const PARENT: &str = "traceparent";

/// What exports spans to the endpoint of a configuration.
pub(super) fn provider(otlp: &OtlpConfig) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&otlp.endpoint)
        .with_timeout(export::TIMEOUT)
        .build()?;
    let resource = Resource::builder_empty()
        .with_service_name(SERVICE)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_resource(resource)
        // `Sampling` has decided before: a span that is not exported is not opened.
        .with_sampler(Sampler::AlwaysOn)
        .with_batch_exporter(exporter)
        .build())
}

/// What takes the spans of this program, and no others: those of drivers hold what this program would not
/// tell, those of the transport would tell of their own export. Events stay with the log.
pub(super) fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let own = filter_fn(|told| told.is_span() && told.target().starts_with(SERVICE));
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(SERVICE))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(own.with_max_level_hint(LevelFilter::DEBUG))
}

/// The trace context of a caller: its ids and flags. Its `tracestate` is free text, which is not told on.
struct Context<'a>(&'a http::HeaderMap);

impl Extractor for Context<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == PARENT).then(|| self.0.get(key)?.to_str().ok())?
    }

    fn keys(&self) -> Vec<&str> {
        vec![PARENT]
    }
}

fn parent(headers: &http::HeaderMap) -> Option<opentelemetry::Context> {
    if !headers.contains_key(PARENT) {
        return None;
    }
    let said = TraceContextPropagator::new().extract(&Context(headers));
    // What is malformed is not said.
    let valid = said.span().span_context().is_valid();
    valid.then_some(said)
}

/// Which calls are exported, decided before a span is opened, which would cost far more than the decision.
#[derive(Debug)]
pub struct Sampling {
    /// Of the calls that come without a trace; `None` where nothing is exported.
    ratio: Option<f64>,
    calls: AtomicU64,
}

impl Sampling {
    /// As a configuration says.
    pub fn new(otlp: &OtlpConfig) -> Self {
        Self {
            ratio: otlp.endpoint().map(|_| otlp.sample_ratio),
            calls: AtomicU64::new(0),
        }
    }

    /// Opens the span of a call, as a part of its caller's trace if the caller says which. Whether that is
    /// exported is the caller's to say, too.
    pub fn open(&self, headers: &http::HeaderMap, span: impl FnOnce() -> Span) -> Span {
        let Some(ratio) = self.ratio else {
            // It is opened if the log is to name it.
            return span();
        };
        let parent = parent(headers);
        let exported = match &parent {
            Some(parent) => parent.span().span_context().is_sampled(),
            None => self.draw() < ratio,
        };
        if !exported {
            return Span::none();
        }
        let span = span();
        if let Some(parent) = parent {
            let _ = span.set_parent(parent);
        }
        span
    }

    /// A number from 0 to below 1, as good as random: the n-th of SplitMix64, which takes no lock.
    fn draw(&self) -> f64 {
        let mut z = self
            .calls
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let upper = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or_default();
        f64::from(upper) / (f64::from(u32::MAX) + 1.0)
    }
}

/// Opens a span within another; none where that one is not exported, for it would begin a trace of its own.
pub fn part(span: impl FnOnce() -> Span) -> Span {
    if Span::current().is_disabled() {
        Span::none()
    } else {
        span()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampling(endpoint: &str, sample_ratio: f64) -> Sampling {
        Sampling::new(&OtlpConfig {
            endpoint: endpoint.to_owned(),
            sample_ratio,
        })
    }

    #[test]
    fn a_ratio_of_calls_is_exported() {
        for (ratio, least, most) in [(0.0, 0, 0), (0.01, 900, 1_100), (1.0, 100_000, 100_000)] {
            let sampling = sampling("http://127.0.0.1:4317", ratio);
            let drawn = (0..100_000).filter(|_| sampling.draw() < ratio).count();
            assert!((least..=most).contains(&drawn), "{ratio}: {drawn}");
        }
    }

    #[test]
    fn a_callers_decision_counts_and_no_other_opens_a_span() {
        let opened = |sampling: &Sampling, parent: Option<&str>| {
            let mut opened = false;
            let mut headers = http::HeaderMap::new();
            if let Some(parent) = parent.and_then(|parent| parent.parse().ok()) {
                headers.insert(PARENT, parent);
            }
            let _ = sampling.open(&headers, || {
                opened = true;
                Span::none()
            });
            opened
        };
        let followed = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        let quiet = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        let none = sampling("http://127.0.0.1:4317", 0.0);
        let all = sampling("http://127.0.0.1:4317", 1.0);
        assert!(opened(&none, followed) && opened(&all, followed));
        assert!(!opened(&none, quiet) && !opened(&all, quiet));
        assert!(!opened(&none, None) && opened(&all, None));
        let malformed = Some("00-zq-zq-01");
        assert!(!opened(&none, malformed) && opened(&all, malformed));
    }
}
