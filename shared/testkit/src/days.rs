//! Working days counted one by one from the files of `deploy/calendars`: slow, plain, and independent of the calendar crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};
use serde_json::Value;

/// The days that the yearly notices move.
pub struct Days {
    moved: BTreeMap<Date, bool>,
}

impl Days {
    /// Reads every year of this checkout.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/calendars/national");
        let mut moved = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let year: Value = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
            for day in year["days"].as_array().into_iter().flatten() {
                let date: Date = day["date"].as_str().context("a date")?.parse()?;
                moved.insert(date, day["off"].as_bool().context("off")?);
            }
        }
        Ok(Self { moved })
    }

    /// Says whether people work on a day.
    #[must_use]
    pub fn worked(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.moved.get(&day).map_or(!weekend, |off| !off)
    }

    /// Goes on day by day until `many` working days have passed; the first day does not count.
    ///
    /// # Panics
    /// At the end of time.
    #[must_use]
    pub fn after(&self, first: Date, many: usize) -> Date {
        let (mut day, mut passed) = (first, 0);
        while passed < many {
            day = day.checked_add(1.day()).expect("a next day");
            passed += usize::from(self.worked(day));
        }
        day
    }

    /// Counts the working days after `first` up to and including `last`.
    ///
    /// # Panics
    /// At the end of time.
    #[must_use]
    pub fn between(&self, first: Date, last: Date) -> usize {
        let (mut day, mut passed) = (first, 0);
        while day < last {
            day = day.checked_add(1.day()).expect("a next day");
            passed += usize::from(self.worked(day));
        }
        passed
    }
}
