//! One span for each request, and its trace id where problems and headers can find it.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue},
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
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let id = traceparent(request.headers()).unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    let span = info_span!(
        "http.request",
        otel.name = format!("{} {route}", request.method()),
        otel.kind = "server",
        http.request.method = %request.method(),
        http.route = %route,
        http.response.status_code = Empty,
        request.id = %id,
    );
    let started = Instant::now();
    let header = HeaderValue::from_str(&id);
    let mut response = TRACE.scope(id, next.run(request).instrument(span.clone())).await;
    span.record("http.response.status_code", response.status().as_u16());
    let duration_ms = started.elapsed().as_millis();
    span.in_scope(|| tracing::debug!(duration_ms, status = response.status().as_u16(), "request answered"));
    if let Ok(value) = header {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Reads the trace id of a W3C `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("traceparent")?.to_str().ok()?;
    let id = value.split('-').nth(1)?;
    let fits = id.len() == 32
        && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && id.bytes().any(|byte| byte != b'0');
    fits.then(|| id.to_owned())
}
