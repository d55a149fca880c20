//! How long a case takes from one milestone to another, as the machine counts it.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{KeyValue, metrics::Histogram};

use super::{WAIT, seconds};

static E2E: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    seconds("case.e2e.duration", "from one event of a case to the projection of another", &WAIT)
});

/// Records the time between two event names of one live case in a city (its six-digit division code).
///
/// Historic cases must not be recorded: their times lie years apart.
pub fn e2e(from: &'static str, to: &'static str, city: &str, took: Duration) {
    E2E.record(
        took.as_secs_f64(),
        &[KeyValue::new("from", from), KeyValue::new("to", to), KeyValue::new("city", city.to_owned())],
    );
}
