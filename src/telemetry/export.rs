//! Metrics over OTLP: the same numbers as `/metrics`, in the messages of OpenTelemetry.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, InstrumentationScope, KeyValue, any_value::Value,
};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, Sum, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prometheus::proto::{Metric as Numbers, MetricFamily, MetricType};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use super::{SERVICE, TelemetryError};
use crate::clock::SystemClock;
use crate::config::OtlpConfig;

/// How often metrics are exported.
pub const EVERY: Duration = Duration::from_secs(15);
/// How long an export may take.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
/// How long the last one may, which the end of the process waits for.
pub const LAST: Duration = Duration::from_secs(2);

/// Exports metrics.
#[derive(Clone, Debug)]
pub struct Exporter {
    client: MetricsServiceClient<Channel>,
    /// Tells the numbers of one run from those of another.
    instance: String,
    begun: u64,
}

/// Now, as OpenTelemetry says it.
fn nanos() -> u64 {
    u64::try_from(SystemClock.now().micros()).map_or(0, |micros| micros.saturating_mul(1_000))
}

impl Exporter {
    /// To the endpoint of a configuration, if it has one. It is reached when it is needed.
    pub fn new(otlp: &OtlpConfig) -> Result<Option<Self>, TelemetryError> {
        let Some(endpoint) = otlp.endpoint() else {
            return Ok(None);
        };
        let channel = Endpoint::from_shared(endpoint.to_owned())?
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT)
            .connect_lazy();
        Ok(Some(Self {
            client: MetricsServiceClient::new(channel),
            instance: Uuid::new_v4().to_string(),
            begun: nanos(),
        }))
    }

    /// Exports these.
    pub async fn export(&mut self, families: Vec<MetricFamily>) -> Result<(), Status> {
        let now = nanos();
        let metrics = families
            .iter()
            .filter_map(|family| self.metric(family, now));
        let scope = ScopeMetrics {
            scope: Some(InstrumentationScope {
                name: SERVICE.to_owned(),
                ..Default::default()
            }),
            metrics: metrics.collect(),
            ..Default::default()
        };
        let resource = Resource {
            attributes: vec![
                attribute("service.name", SERVICE),
                attribute("service.version", env!("CARGO_PKG_VERSION")),
                attribute("service.instance.id", &self.instance),
            ],
            ..Default::default()
        };
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(resource),
                scope_metrics: vec![scope],
                ..Default::default()
            }],
        };
        self.client.export(request).await.map(|_| ())
    }

    /// A metric; `None` for what is none of ours.
    fn metric(&self, family: &MetricFamily, now: u64) -> Option<Metric> {
        let all = family.get_metric();
        let points = |value: fn(&Numbers) -> f64| {
            let point = |numbers: &Numbers| NumberDataPoint {
                attributes: attributes(numbers),
                start_time_unix_nano: self.begun,
                time_unix_nano: now,
                value: Some(number_data_point::Value::AsDouble(value(numbers))),
                ..Default::default()
            };
            all.iter().map(point).collect()
        };
        let data = match family.get_field_type() {
            MetricType::COUNTER => Data::Sum(Sum {
                data_points: points(|numbers| numbers.get_counter().get_value()),
                aggregation_temporality: AggregationTemporality::Cumulative.into(),
                is_monotonic: true,
            }),
            MetricType::GAUGE => Data::Gauge(Gauge {
                data_points: points(|numbers| numbers.get_gauge().get_value()),
            }),
            MetricType::HISTOGRAM => Data::Histogram(Histogram {
                data_points: all.iter().map(|one| self.histogram(one, now)).collect(),
                aggregation_temporality: AggregationTemporality::Cumulative.into(),
            }),
            MetricType::SUMMARY | MetricType::UNTYPED => return None,
        };
        let name = family.name();
        let unit = if name.ends_with("_seconds") { "s" } else { "1" };
        Some(Metric {
            name: name.to_owned(),
            description: family.help().to_owned(),
            unit: unit.to_owned(),
            data: Some(data),
            ..Default::default()
        })
    }

    /// Each bucket of Prometheus holds those below it, each of OpenTelemetry its own alone.
    fn histogram(&self, numbers: &Numbers, now: u64) -> HistogramDataPoint {
        let histogram = numbers.get_histogram();
        let mut below = 0;
        let mut bucket_counts = Vec::new();
        let mut explicit_bounds = Vec::new();
        for bucket in histogram.get_bucket() {
            let upper = bucket.upper_bound();
            if upper.is_finite() {
                bucket_counts.push(bucket.cumulative_count().saturating_sub(below));
                explicit_bounds.push(upper);
                below = bucket.cumulative_count();
            }
        }
        let count = histogram.get_sample_count();
        bucket_counts.push(count.saturating_sub(below));
        HistogramDataPoint {
            attributes: attributes(numbers),
            start_time_unix_nano: self.begun,
            time_unix_nano: now,
            count,
            sum: Some(histogram.get_sample_sum()),
            bucket_counts,
            explicit_bounds,
            ..Default::default()
        }
    }
}

fn attribute(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..Default::default()
    }
}

fn attributes(numbers: &Numbers) -> Vec<KeyValue> {
    let labels = numbers.get_label().iter();
    labels
        .map(|label| attribute(label.name(), label.value()))
        .collect()
}
