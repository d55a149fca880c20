//! Measures how many working-day additions one thread makes in a second.
#![expect(clippy::print_stdout, reason = "printing the figure is what this program is for")]

use std::hint::black_box;
use std::time::Instant;

use jiff::ToSpan;
use jiff::civil::{Date, date};

const ROUNDS: usize = 5_000;

fn main() {
    let calendar = calendar::shipped();
    // Dates and amounts jump about, so that neither the branch predictor nor the cache is flattered.
    let first = date(2007, 1, 1);
    let starts: Vec<(Date, u32)> = (0..8_192_i64)
        .map(|index| {
            (
                first.saturating_add((index * 2_654_435_761 % 7_000).days()),
                u32::try_from(index * 7_919 % 61).unwrap_or(0),
            )
        })
        .collect();
    let begun = Instant::now();
    let mut check = 0_u64;
    for _ in 0..ROUNDS {
        for (start, amount) in black_box(&starts) {
            let due = calendar.add_workdays(*start, *amount).map_or(0, |due| due.date.day().unsigned_abs());
            check += u64::from(black_box(due));
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let additions = (ROUNDS * starts.len()) as f64;
    println!(
        "{:.1} million working-day additions/s ({additions} in {seconds:.2} s, check {check})",
        additions / seconds / 1e6
    );
}
