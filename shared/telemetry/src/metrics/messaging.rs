//! Traffic over the bus, named by the OpenTelemetry messaging conventions.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram},
};

use super::{WAIT, WORK, counter, level, seconds};

static OPERATION: LazyLock<Histogram<f64>> =
    LazyLock::new(|| seconds("messaging.client.operation.duration", "one call to the server", &WORK));
static SENT: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("messaging.client.sent.messages", "messages the server acknowledged"));
static CONSUMED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    counter("messaging.client.consumed.messages", "messages received, redeliveries included")
});
static PROCESS: LazyLock<Histogram<f64>> =
    LazyLock::new(|| seconds("messaging.process.duration", "one batch from receipt to commit", &WORK));
static BACKLOG: LazyLock<Gauge<u64>> = LazyLock::new(|| {
    level("messaging.nats.consumer.pending", "messages the consumer has not yet been given")
});
static DELIVERY_LAG: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    seconds("messaging.delivery.lag", "from the recording of an event to its application", &WAIT)
});

fn nats(service: &'static str) -> [KeyValue; 2] {
    [KeyValue::new("messaging.system", "nats"), KeyValue::new("service", service)]
}

/// Records one call to the server: `operation` is `publish`, `fetch` or `ack`; `failed` says that it did not succeed.
pub fn operation(service: &'static str, operation: &'static str, took: Duration, failed: bool) {
    let [system, service] = nats(service);
    let operation = KeyValue::new("messaging.operation.name", operation);
    OPERATION.record(took.as_secs_f64(), &[system, service, operation, KeyValue::new("failed", failed)]);
}

/// Counts messages acknowledged by the server.
pub fn sent(service: &'static str, messages: u64) {
    SENT.add(messages, &nats(service));
}

/// Counts messages received by a service.
pub fn consumed(service: &'static str, messages: u64) {
    CONSUMED.add(messages, &nats(service));
}

/// Records one processed batch of a service, from receipt to commit.
pub fn processed(service: &'static str, took: Duration) {
    PROCESS.record(took.as_secs_f64(), &nats(service));
}

/// Records how many messages wait at the server for the service's consumer.
pub fn backlog(service: &'static str, messages: u64) {
    BACKLOG.record(messages, &nats(service));
}

/// Records the time from an event's recording at `source` to its application at `service`.
pub fn delivered(source: &'static str, service: &'static str, lag: Duration) {
    let [system, service] = nats(service);
    DELIVERY_LAG.record(lag.as_secs_f64(), &[system, service, KeyValue::new("source", source)]);
}
