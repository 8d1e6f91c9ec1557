//! A collector of OpenTelemetry that keeps all it gets.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// Keeps all it gets, until the end of the test.
pub(crate) struct Collector {
    /// Where it listens.
    pub(crate) endpoint: String,
    kept: Kept,
}

#[derive(Clone, Default)]
struct Kept {
    traces: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
    metrics: Arc<Mutex<Vec<ExportMetricsServiceRequest>>>,
}

#[tonic::async_trait]
impl TraceService for Kept {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.traces.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Kept {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.metrics.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

impl Collector {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let kept = Kept::default();
        let serving = Server::builder()
            .add_service(TraceServiceServer::new(kept.clone()))
            .add_service(MetricsServiceServer::new(kept.clone()))
            .serve_with_incoming(TcpIncoming::from(listener));
        tokio::spawn(serving);
        Self { endpoint, kept }
    }

    /// All spans.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let traces = self.kept.traces.lock().unwrap();
        let resources = traces.iter().flat_map(|one| &one.resource_spans);
        let scopes = resources.flat_map(|one| &one.scope_spans);
        scopes.flat_map(|one| one.spans.clone()).collect()
    }

    /// The metrics that came last.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let metrics = self.kept.metrics.lock().unwrap();
        let last = metrics.last().expect("metrics came");
        let scopes = last
            .resource_metrics
            .iter()
            .flat_map(|one| &one.scope_metrics);
        scopes.flat_map(|one| one.metrics.clone()).collect()
    }

    /// All that came, with every text in it.
    pub(crate) fn everything(&self) -> String {
        let traces = self.kept.traces.lock().unwrap();
        let metrics = self.kept.metrics.lock().unwrap();
        let traces = traces.iter().flat_map(Message::encode_to_vec);
        let metrics = metrics.iter().flat_map(Message::encode_to_vec);
        let all: Vec<u8> = traces.chain(metrics).collect();
        String::from_utf8_lossy(&all).into_owned()
    }
}
