//! One span for each request, and its trace id where problems and headers can find it.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, field::Empty, info_span};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static TRACE: String;
}

/// The trace id of the request that this task serves, 32 hexadecimal digits.
#[must_use]
pub fn trace_id() -> Option<String> {
    TRACE.try_with(Clone::clone).ok()
}

/// Opens the span `http.request`, names the request, and writes `X-Request-Id` on the answer.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    // The template only: a real path may carry numbers that belong to a person.
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = info_span!(
        "http.request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = %method,
        http.route = %route,
        http.response.status_code = Empty,
    );
    let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    if let Some(parent) = parent {
        telemetry::set_parent(&span, parent);
    }
    let id = telemetry::traceparent(&span)
        .as_deref()
        .or(parent)
        .and_then(trace_of)
        .unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    let started = Instant::now();
    let header = HeaderValue::from_str(&id);
    let mut response = TRACE.scope(id, next.run(request).instrument(span.clone())).await;
    let status = response.status().as_u16();
    span.record("http.response.status_code", status);
    telemetry::metrics::http::request(method.as_str(), &route, status, started.elapsed());
    if let Ok(value) = header {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Reads the trace id of a W3C `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`.
fn trace_of(traceparent: &str) -> Option<String> {
    let id = traceparent.split('-').nth(1)?;
    let fits = id.len() == 32
        && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && id.bytes().any(|byte| byte != b'0');
    fits.then(|| id.to_owned())
}
