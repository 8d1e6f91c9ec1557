//! Metrics go to the collector while the service runs, and once more at its end.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::config::OtlpConfig;
use crate::registry::live::Registry;
use crate::telemetry::TelemetryError;
use crate::telemetry::export::{EVERY, Exporter, LAST};

/// Metrics that are exported until it is stopped.
#[derive(Debug)]
pub(super) struct Exporting {
    exporter: Exporter,
    registry: Arc<Registry>,
    going_on: JoinHandle<()>,
}

impl Exporting {
    /// From now on, if the configuration says where to.
    pub(super) fn start(
        otlp: &OtlpConfig,
        registry: &Arc<Registry>,
    ) -> Result<Option<Self>, TelemetryError> {
        let exporting = Exporter::new(otlp)?.map(|exporter| Self {
            going_on: tokio::spawn(go_on(exporter.clone(), Arc::clone(registry))),
            registry: Arc::clone(registry),
            exporter,
        });
        Ok(exporting)
    }

    /// Exports what is left.
    pub(super) async fn stop(mut self) {
        self.going_on.abort();
        let last = self.exporter.export(self.registry.gather());
        let _ = tokio::time::timeout(LAST, last).await;
    }
}

async fn go_on(mut exporter: Exporter, registry: Arc<Registry>) {
    let mut reached = true;
    loop {
        tokio::time::sleep(EVERY).await;
        let came = exporter.export(registry.gather()).await;
        // Once for each time that the collector goes away.
        if came.is_err() && reached {
            tracing::warn!("metrics cannot be exported; going on without");
        }
        reached = came.is_ok();
    }
}
