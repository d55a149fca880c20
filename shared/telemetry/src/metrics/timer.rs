//! How punctual the clocks are.

use std::{sync::LazyLock, time::Duration};

use opentelemetry::{
    KeyValue,
    metrics::{Gauge, Histogram},
};

use super::{WAIT, age, level, seconds};

static LATENESS: LazyLock<Histogram<f64>> =
    LazyLock::new(|| seconds("timer.lateness", "from the due instant to the firing", &WAIT));
static ARMED: LazyLock<Gauge<u64>> = LazyLock::new(|| level("timer.armed", "timers that wait"));
static OVERDUE_AGE: LazyLock<Gauge<f64>> =
    LazyLock::new(|| age("timer.overdue_age", "age of the oldest timer that is due and has not fired"));
static MISSING_YEARS: LazyLock<Gauge<u64>> =
    LazyLock::new(|| level("calendar.missing_years", "1 while the holiday notice of a year is missing"));

/// Records how late a timer of this kind fired.
pub fn fired(kind: &'static str, lateness: Duration) {
    LATENESS.record(lateness.as_secs_f64(), &[KeyValue::new("kind", kind)]);
}

/// Records how many timers wait.
pub fn armed(timers: u64) {
    ARMED.record(timers, &[]);
}

/// Records how long the oldest due timer has been waiting to fire; zero when none is due.
pub fn overdue_age(age: Duration) {
    OVERDUE_AGE.record(age.as_secs_f64(), &[]);
}

/// Records whether the holiday notice of the current year, or from November on of the next, is missing.
pub fn notice_missing(missing: bool) {
    MISSING_YEARS.record(u64::from(missing), &[]);
}
