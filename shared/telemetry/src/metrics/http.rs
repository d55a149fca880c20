//! Requests answered, named by the OpenTelemetry HTTP conventions.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{KeyValue, metrics::Histogram};

use super::{WORK, seconds};

static REQUEST: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    seconds("http.server.request.duration", "from the request's head to the response's head", &WORK)
});

/// Records one request; `route` is the template (`/cases/{number}`), never the path, and empty when none matched.
pub fn request(method: &str, route: &str, status: u16, took: Duration) {
    REQUEST.record(
        took.as_secs_f64(),
        &[
            KeyValue::new("http.request.method", known(method)),
            KeyValue::new("http.route", route.to_owned()),
            KeyValue::new("http.response.status_code", i64::from(status)),
        ],
    );
}

/// Folds invented methods into one, so that a caller cannot make new time series.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    METHODS.into_iter().find(|&known| known == method).unwrap_or("_OTHER")
}
