//! Sets telemetry up for the process and makes sure that what was gathered is sent.

use std::{sync::OnceLock, time::Duration};

use anyhow::{Context as _, ensure};
use opentelemetry::{KeyValue, global, trace::TracerProvider as _};
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{PeriodicReader, SdkMeterProvider},
    trace::{Sampler, SdkTracerProvider},
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{Format, Settings, json::JsonLines};

/// How long one attempt to send may take, and how long the end of the process waits for each signal.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often metrics are sent.
const METRICS_EVERY: Duration = Duration::from_secs(10);

/// Keeps the exporters; sends what is left when dropped, whatever ended the process.
#[must_use = "telemetry ends when the guard is dropped"]
#[derive(Debug)]
pub struct Guard {
    traces: SdkTracerProvider,
    metrics: Option<SdkMeterProvider>,
}

/// Starts logs, traces and metrics for the process under the name `service`.
///
/// # Errors
///
/// When a setting is wrong, an exporter cannot be built, or telemetry was already started in this process.
pub fn init(service: &str, settings: &Settings) -> anyhow::Result<Guard> {
    let problems = settings.problems();
    ensure!(problems.is_empty(), "{}", problems.join("; "));
    static STARTED: OnceLock<()> = OnceLock::new();
    ensure!(STARTED.set(()).is_ok(), "telemetry was already started in this process");

    let resource = resource(service, settings);
    let traces = traces(settings, resource.clone())?;
    let metrics = settings.endpoint().map(|endpoint| metrics(endpoint, resource)).transpose()?;
    if let Some(metrics) = &metrics {
        global::set_meter_provider(metrics.clone());
    }

    // Locations, threads and idle times cost on every span and answer no question anybody asks here.
    let spans = tracing_opentelemetry::layer()
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_tracer(traces.tracer("huiyin"))
        .with_filter(own_spans());
    let filter = EnvFilter::try_new(&settings.filter).context("reading telemetry.filter")?;
    let lines = match settings.format {
        Format::Json => fmt::layer()
            .event_format(JsonLines { service: service.to_owned() })
            .with_writer(std::io::stderr)
            .boxed(),
        Format::Pretty => fmt::layer().with_writer(std::io::stderr).boxed(),
    };
    tracing_subscriber::registry()
        .with(spans)
        .with(lines.with_filter(filter))
        .try_init()
        .context("installing the log subscriber")?;
    Ok(Guard { traces, metrics })
}

fn resource(service: &str, settings: &Settings) -> Resource {
    let instance = match settings.service_instance.trim() {
        "" => std::process::id().to_string(),
        named => named.to_owned(),
    };
    Resource::builder()
        .with_service_name(service.to_owned())
        .with_attribute(KeyValue::new("service.namespace", "huiyin"))
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new("service.instance.id", instance))
        .build()
}

fn traces(settings: &Settings, resource: Resource) -> anyhow::Result<SdkTracerProvider> {
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = settings.endpoint() else {
        // Nobody will read the spans: ids are still made for logs and headers, nothing is recorded.
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
        return Ok(builder.with_sampler(sampler).build());
    };
    // The batch processor exports from a thread of its own, where an async client finds no reactor;
    // the blocking client brings its own and works under every runtime and under none.
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .with_timeout(PATIENCE)
        .build()
        .context("building the OTLP span exporter")?;
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio)));
    Ok(builder.with_sampler(sampler).with_batch_exporter(exporter).build())
}

fn metrics(endpoint: &str, resource: Resource) -> anyhow::Result<SdkMeterProvider> {
    let exporter = MetricExporter::builder()
        .with_http()
        .with_endpoint(format!("{endpoint}/v1/metrics"))
        .with_timeout(PATIENCE)
        .build()
        .context("building the OTLP metric exporter")?;
    let reader = PeriodicReader::builder(exporter).with_interval(METRICS_EVERY).build();
    Ok(SdkMeterProvider::builder().with_resource(resource).with_reader(reader).build())
}

/// Lets the suite's spans through and keeps out those of the machinery, the exporter's own above all.
fn own_spans() -> Targets {
    let mut targets = Targets::new().with_default(LevelFilter::INFO);
    for machinery in [
        "opentelemetry",
        "opentelemetry_sdk",
        "opentelemetry_otlp",
        "reqwest",
        "hyper",
        "hyper_util",
        "h2",
        "tower",
        "sqlx",
        "async_nats",
    ] {
        targets = targets.with_target(machinery, LevelFilter::OFF);
    }
    targets
}

impl Guard {
    /// Sends what was gathered so far; a receiver that is away is only logged.
    ///
    /// Blocks the calling thread, a few seconds at most.
    pub fn flush(&self) {
        if let Err(error) = self.traces.force_flush() {
            tracing::warn!(%error, "spans could not be sent");
        }
        if let Some(Err(error)) = self.metrics.as_ref().map(SdkMeterProvider::force_flush) {
            tracing::warn!(%error, "metrics could not be sent");
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Err(error) = self.traces.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
        if let Some(Err(error)) = self.metrics.as_ref().map(|metrics| metrics.shutdown_with_timeout(PATIENCE))
        {
            tracing::warn!(%error, "the last metrics could not be sent");
        }
    }
}
