//! A receiver of OTLP over HTTP/protobuf that keeps what it gets, so that a test can ask what was told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    common::v1::{AnyValue, KeyValue, any_value},
};
use prost::Message as _;
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};

/// One span as it was received; ids in lower-case hex, every text exactly as sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Names the process that sent it (`service.name`).
    pub service: String,
    /// Names the operation.
    pub name: String,
    /// Gives the trace, 32 digits.
    pub trace_id: String,
    /// Gives the span, 16 digits.
    pub span_id: String,
    /// Gives the parent span, 16 digits, or nothing at a root.
    pub parent_id: String,
    /// Lists the linked spans as `trace id:span id`.
    pub links: Vec<String>,
    /// Holds the attributes, values as text.
    pub attributes: BTreeMap<String, String>,
    /// Holds the names and attributes of the span's events, as text.
    pub events: Vec<String>,
}

#[derive(Default)]
struct Kept {
    spans: Vec<Span>,
    metrics: Vec<String>,
    requests: usize,
}

/// A running receiver; stops when dropped.
pub struct Receiver {
    endpoint: String,
    kept: Arc<Mutex<Kept>>,
    server: JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free port of the loopback.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start() -> anyhow::Result<Receiver> {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let router = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(metrics))
            .with_state(Arc::clone(&kept));
        let listener = TcpListener::bind("127.0.0.1:0").await.context("binding the OTLP receiver")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the OTLP receiver ended");
            }
        });
        Ok(Receiver { endpoint, kept, server })
    }

    /// Returns what goes into `telemetry.otlp`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns every span received so far.
    pub fn spans(&self) -> Vec<Span> {
        self.lock().spans.clone()
    }

    /// Returns the names of the metrics received so far, each once, sorted.
    pub fn metrics(&self) -> Vec<String> {
        let mut names = self.lock().metrics.clone();
        names.sort();
        names.dedup();
        names
    }

    /// Returns the number of requests received, understood or not.
    pub fn requests(&self) -> usize {
        self.lock().requests
    }

    /// Waits until the spans received so far satisfy `enough` and returns them.
    ///
    /// # Errors
    ///
    /// When they do not within `patience`; the error names the spans that did come.
    pub async fn wait(
        &self,
        patience: Duration,
        enough: impl Fn(&[Span]) -> bool,
    ) -> anyhow::Result<Vec<Span>> {
        let end = Instant::now() + patience;
        loop {
            let spans = self.spans();
            if enough(&spans) {
                return Ok(spans);
            }
            if Instant::now() > end {
                let names: Vec<_> =
                    spans.iter().map(|span| format!("{}/{}", span.service, span.name)).collect();
                bail!("spans did not come in {patience:?}; came: {names:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn traces(State(kept): State<Arc<Mutex<Kept>>>, body: Bytes) -> StatusCode {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.requests += 1;
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    for resource in request.resource_spans {
        let attributes = resource.resource.map(|resource| resource.attributes).unwrap_or_default();
        let service = table(&attributes).remove("service.name").unwrap_or_default();
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            kept.spans.push(Span {
                service: service.clone(),
                name: span.name,
                trace_id: hex(&span.trace_id),
                span_id: hex(&span.span_id),
                parent_id: hex(&span.parent_span_id),
                links: span
                    .links
                    .iter()
                    .map(|link| format!("{}:{}", hex(&link.trace_id), hex(&link.span_id)))
                    .collect(),
                attributes: table(&span.attributes),
                events: span
                    .events
                    .iter()
                    .map(|event| format!("{} {:?}", event.name, table(&event.attributes)))
                    .collect(),
            });
        }
    }
    StatusCode::OK
}

async fn metrics(State(kept): State<Arc<Mutex<Kept>>>, body: Bytes) -> StatusCode {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.requests += 1;
    let Ok(request) = ExportMetricsServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    kept.metrics.extend(scopes.flat_map(|scope| scope.metrics).map(|metric| metric.name));
    StatusCode::OK
}

fn table(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    attributes.iter().map(|pair| (pair.key.clone(), text(pair.value.as_ref()))).collect()
}

fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::BoolValue(flag)) => flag.to_string(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
