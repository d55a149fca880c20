//! Every instrument of the suite, made once on the global meter, with one small function to record each.
//!
//! Names and units are listed in `docs/LOGGING.md`. Times are seconds, ages are seconds, counts have no unit.
//! Attributes are services, subjects' templates, kinds and city codes: few values, never a case and never a person.
//! While export is off, the meter is a no-op and recording costs next to nothing.

pub mod case;
pub mod http;
pub mod inbox;
pub mod messaging;
pub mod outbox;
pub mod report;
pub mod timer;

use opentelemetry::{
    global,
    metrics::{Counter, Gauge, Histogram, Meter},
};

/// Bounds in seconds for work that should take milliseconds (HTTP semantic conventions).
const WORK: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Bounds in seconds for waits that end in seconds and may grow to minutes under faults.
const WAIT: [f64; 14] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 300.0];

fn meter() -> Meter {
    global::meter("huiyin")
}

fn counter(name: &'static str, about: &'static str) -> Counter<u64> {
    meter().u64_counter(name).with_description(about).build()
}

fn level(name: &'static str, about: &'static str) -> Gauge<u64> {
    meter().u64_gauge(name).with_description(about).build()
}

fn age(name: &'static str, about: &'static str) -> Gauge<f64> {
    meter().f64_gauge(name).with_unit("s").with_description(about).build()
}

fn seconds(name: &'static str, about: &'static str, bounds: &[f64]) -> Histogram<f64> {
    meter()
        .f64_histogram(name)
        .with_unit("s")
        .with_description(about)
        .with_boundaries(bounds.to_vec())
        .build()
}
