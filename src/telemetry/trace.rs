//! Spans, for those who follow a call through several services.

use opentelemetry::KeyValue;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
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
    // Who calls has decided already, if it says so; else a part is enough.
    let ours = Sampler::TraceIdRatioBased(otlp.sample_ratio);
    Ok(SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(Sampler::ParentBased(Box::new(ours)))
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

/// Makes a span a part of its caller's trace, if the caller says which.
pub fn follow(span: &Span, headers: &http::HeaderMap) {
    if span.is_disabled() || !headers.contains_key(PARENT) {
        return;
    }
    let parent = TraceContextPropagator::new().extract(&Context(headers));
    // Fails where spans are logged and not exported.
    let _ = span.set_parent(parent);
}
