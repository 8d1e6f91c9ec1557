//! What is logged, and how. docs/LOGGING.md says what never is.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, LogFormat};
use crate::store::connect::UNHEARD;

/// Begins to log to standard error. Once a process; later calls change nothing.
pub fn start(config: &LogConfig) {
    let level = EnvFilter::try_new(&config.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = UNHEARD
        .iter()
        .filter_map(|unheard| unheard.parse().ok())
        .fold(level, EnvFilter::add_directive);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match config.format {
        LogFormat::Json => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .json()
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Text => registry
            .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
            .try_init(),
    };
    drop(started);
}
