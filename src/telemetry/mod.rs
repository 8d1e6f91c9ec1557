//! What the service tells of itself while it runs: the log, traces and metrics. docs/LOGGING.md says what
//! none of them ever tells.

pub mod export;
pub mod metrics;
pub mod trace;

use opentelemetry_sdk::trace::SdkTracerProvider;
use thiserror::Error;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{LogConfig, LogFormat, OtlpConfig};
use crate::store::connect::UNHEARD;

/// The name of the service in what it exports.
const SERVICE: &str = "ropa";

/// Why the service cannot tell of itself.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// Traces cannot be exported.
    #[error("traces cannot be exported")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The endpoint is none.
    #[error("metrics cannot be exported")]
    Endpoint(#[from] tonic::transport::Error),
    /// Two metrics have one name, or a name is none.
    #[error("metrics cannot be kept")]
    Metrics(#[from] prometheus::Error),
}

/// What is exported until it is stopped.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Begins to log to standard error, and to export traces if there is an endpoint for them. Once a process;
/// later calls change nothing. Within a runtime, which the export goes on in.
pub fn start(log: &LogConfig, otlp: &OtlpConfig) -> Result<Telemetry, TelemetryError> {
    let level = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = UNHEARD
        .iter()
        .filter_map(|unheard| unheard.parse().ok())
        .fold(level, EnvFilter::add_directive);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Json => lines.json().boxed(),
        LogFormat::Text => lines.boxed(),
    };
    let traces = otlp.endpoint().map(|_| trace::provider(otlp)).transpose()?;
    // Each layer has its own filter, so that a level of the log opens no spans for export, and the export
    // none for the log.
    let started = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces.as_ref().map(trace::layer))
        .try_init();
    drop(started);
    Ok(Telemetry { traces })
}

impl Telemetry {
    /// Exports what is left.
    pub async fn stop(self) {
        let Some(traces) = self.traces else {
            return;
        };
        // It waits for the collector, and so may not hold a thread of the runtime that it needs for that.
        let stopped =
            tokio::task::spawn_blocking(move || traces.shutdown_with_timeout(export::LAST));
        let _ = tokio::time::timeout(export::LAST, stopped).await;
    }
}
