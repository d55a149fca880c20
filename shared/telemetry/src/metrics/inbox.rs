//! What arrived twice, too early, or could not be applied at all.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge},
};

use super::{age, counter, level};

static PARKED: LazyLock<Gauge<u64>> =
    LazyLock::new(|| level("inbox.parked", "events that wait for an earlier one of their case"));
static PARKED_AGE: LazyLock<Gauge<f64>> =
    LazyLock::new(|| age("inbox.parked.oldest_age", "age of the oldest parked event"));
static PARKS: LazyLock<Counter<u64>> = LazyLock::new(|| counter("inbox.parks", "events parked on arrival"));
static DUPLICATES: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("inbox.duplicates", "events that had already been applied"));
static DEAD_LETTERS: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("inbox.dead_letters", "events put aside for a person to look at"));
static REPLAYS: LazyLock<Counter<u64>> =
    LazyLock::new(|| counter("inbox.replays_asked", "gaps for which the owner was asked to publish again"));

/// Records how many events a service holds parked and how old the oldest is.
pub fn parked(service: &'static str, events: u64, oldest: Duration) {
    let service = [KeyValue::new("service", service)];
    PARKED.record(events, &service);
    PARKED_AGE.record(oldest.as_secs_f64(), &service);
}

/// Counts events parked on arrival.
pub fn parks(service: &'static str, events: u64) {
    PARKS.add(events, &[KeyValue::new("service", service)]);
}

/// Counts events dropped because they had been applied before.
pub fn duplicates(service: &'static str, events: u64) {
    DUPLICATES.add(events, &[KeyValue::new("service", service)]);
}

/// Counts an event that became a dead letter; `class` is a failure class such as `schema` or `rule`, never a message.
pub fn dead_letter(service: &'static str, class: &'static str) {
    DEAD_LETTERS.add(1, &[KeyValue::new("service", service), KeyValue::new("class", class)]);
}

/// Counts gaps handed to the healer.
pub fn replays_asked(service: &'static str, gaps: u64) {
    REPLAYS.add(gaps, &[KeyValue::new("service", service)]);
}
