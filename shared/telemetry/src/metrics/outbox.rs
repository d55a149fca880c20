//! What waits to be published, for how long, and how publishing goes.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram},
};

use super::{WORK, age, counter, level, seconds};

static PENDING: LazyLock<Gauge<u64>> = LazyLock::new(|| level("outbox.pending", "events not yet published"));
static OLDEST_AGE: LazyLock<Gauge<f64>> =
    LazyLock::new(|| age("outbox.oldest_age", "age of the oldest event not yet published"));
static PUBLISH: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    seconds("outbox.publish.duration", "one wave from first publish to last acknowledgement", &WORK)
});
static CONFLICTS: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("outbox.conflicts", "publishes refused and tried again"));
static DEAD: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("outbox.dead", "events that can never be published"));
static LEASES: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("lease.changes", "shards taken over from another process"));

/// Records how many events of a service wait to be published.
pub fn pending(service: &'static str, events: u64) {
    PENDING.record(events, &[KeyValue::new("service", service)]);
}

/// Records how old the oldest unpublished event of a service is; zero when none waits.
pub fn oldest_age(service: &'static str, age: Duration) {
    OLDEST_AGE.record(age.as_secs_f64(), &[KeyValue::new("service", service)]);
}

/// Records the time of one publishing wave.
pub fn published(service: &'static str, took: Duration) {
    PUBLISH.record(took.as_secs_f64(), &[KeyValue::new("service", service)]);
}

/// Counts publishes that failed and will be tried again.
pub fn conflicts(service: &'static str, count: u64) {
    CONFLICTS.add(count, &[KeyValue::new("service", service)]);
}

/// Counts an event set aside because no retry can help it (too large, forbidden).
pub fn dead(service: &'static str) {
    DEAD.add(1, &[KeyValue::new("service", service)]);
}

/// Counts shards whose lease came from another owner; `kind` is `relay` or `timer`.
pub fn leases_changed(service: &'static str, kind: &'static str, shards: u64) {
    LEASES.add(shards, &[KeyValue::new("service", service), KeyValue::new("kind", kind)]);
}
