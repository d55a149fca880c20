//! (d) How many working-day additions the calendar makes a second, on one core.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use jiff::ToSpan as _;

use crate::figure::Figure;

/// Adds 1 to 60 working days to every day of twenty years, over and over.
pub(crate) fn measure() -> Figure {
    let calendar = calendar::shipped();
    let first = jiff::civil::date(2007, 1, 1);
    let starts: Vec<_> = (0..20 * 365).map(|day| first.saturating_add(i64::from(day).days())).collect();
    let (started, mut additions) = (Instant::now(), 0_u64);
    while started.elapsed() < Duration::from_secs(1) {
        for (at, start) in starts.iter().enumerate() {
            let amount = u32::try_from(at % 60).unwrap_or_default() + 1;
            black_box(calendar.add_workdays(black_box(*start), black_box(amount))).ok();
        }
        additions += starts.len() as u64;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = additions as f64 / started.elapsed().as_secs_f64();
    Figure::rate("(d) working-day additions, one core", Some(20e6), rate)
}
