//! What could not be reported.

use std::sync::LazyLock;

use opentelemetry::{KeyValue, metrics::Counter};

use super::counter;

static FAILED: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("report.failed", "reports that could not be made and are tried again"));

/// Counts a report that could not be made, by its series.
pub fn failed(series: &'static str) {
    FAILED.add(1, &[KeyValue::new("series", series)]);
}
