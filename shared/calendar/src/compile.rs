//! From files to tables: merges the years, lays the overlays of regions over them, fills years without a notice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::calendar::Calendar;
use crate::day_table::DayTable;
use crate::error::LoadError;
use crate::file::{DayEntry, Overlay, Statutory};
use crate::hours::WorkHours;
use crate::set::CalendarSet;
use crate::work::WorkTable;

/// How many years beyond the last one named a table goes on, by the weekend rule and the statutory days: room for any limit that a rule sets.
const HORIZON_YEARS: i16 = 40;

/// The calendars of all regions, compiled.
#[derive(Debug, Clone)]
pub struct Calendars {
    national: Calendar,
    regional: BTreeMap<String, Calendar>,
}

impl Calendars {
    pub(crate) fn compile(set: &CalendarSet) -> Result<Self, LoadError> {
        let merged = merge(set)?;
        let years = Years::of(set)?;
        let hours = &set.hours.as_ref().ok_or(LoadError::NoHours)?.intervals;
        let build = |overlays: &[&Overlay]| {
            let mut days = merged.clone();
            for overlay in overlays {
                days.extend(overlay.days.iter().map(|day| (day.date, day.off)));
            }
            let table = DayTable::build(years.first, years.horizon, |date| years.is_workday(date, &days));
            let own = overlays.iter().rev().find_map(|overlay| overlay.intervals.as_ref());
            let work =
                WorkTable::build(table.workdays(), own.unwrap_or(hours).clone(), short_days(set, overlays));
            Calendar::new(table, years.published_through, work, set.revision())
        };
        let regional = set.overlays.keys().map(|region| {
            // Shorter codes first, so that a county's own day stands over that of its city.
            let above: Vec<&Overlay> =
                set.overlays.values().filter(|other| region.starts_with(&other.region)).collect();
            (region.clone(), build(&above))
        });
        Ok(Self { regional: regional.collect(), national: build(&[]) })
    }

    /// Gives the national calendar.
    #[must_use]
    pub fn national(&self) -> &Calendar {
        &self.national
    }

    /// Gives the calendar of a region: the one with the longest code that the given code begins with, else the national one.
    #[must_use]
    pub fn of(&self, region: &str) -> &Calendar {
        let mut best = (0, &self.national);
        for (code, calendar) in &self.regional {
            if region.starts_with(code.as_str()) && code.len() >= best.0 {
                best = (code.len(), calendar);
            }
        }
        best.1
    }
}

/// Finds the working days that have intervals of their own; the entry of the closest region holds.
fn short_days(set: &CalendarSet, overlays: &[&Overlay]) -> BTreeMap<Date, WorkHours> {
    let national = set.years().flat_map(|year| &year.days);
    let own = overlays.iter().flat_map(|overlay| &overlay.days);
    let mut short = BTreeMap::new();
    for day in national.chain(own) {
        match &day.intervals {
            Some(intervals) => short.insert(day.date, intervals.clone()),
            None => short.remove(&day.date),
        };
    }
    short
}

/// Puts the days of all years into one map; late December of one year may stand in the file of the next.
fn merge(set: &CalendarSet) -> Result<BTreeMap<Date, bool>, LoadError> {
    let mut merged: BTreeMap<Date, (bool, i16)> = BTreeMap::new();
    for year in set.years() {
        for DayEntry { date, off, .. } in &year.days {
            let (known, first) = *merged.entry(*date).or_insert((*off, year.year));
            if known != *off {
                return Err(LoadError::Conflict {
                    date: *date,
                    first: first.to_string(),
                    second: year.year.to_string(),
                });
            }
        }
    }
    Ok(merged.into_iter().map(|(date, (off, _))| (date, off)).collect())
}

/// Which years are covered, which of them are published, and what is off in the others.
struct Years {
    first: i16,
    horizon: i16,
    published_through: i16,
    statutory: BTreeSet<Date>,
}

impl Years {
    fn of(set: &CalendarSet) -> Result<Self, LoadError> {
        let first = set.years().find(|year| year.is_published()).ok_or(LoadError::NoYear)?.year;
        let last = set.years.keys().next_back().copied().unwrap_or(first);
        if let Some(year) = (first..=last).find(|year| !set.years.contains_key(year)) {
            return Err(LoadError::MissingYear { year });
        }
        let published = set.years.range(first..).take_while(|(_, year)| year.is_published());
        let published_through = published.last().map_or(first, |(year, _)| *year);
        let horizon = last.saturating_add(HORIZON_YEARS).min(Date::MAX.year() - 1);
        let file = set.statutory.as_ref().ok_or(LoadError::NoStatutory)?;
        let statutory = statutory_days(file, published_through + 1, horizon)?;
        Ok(Self { first, horizon, published_through, statutory })
    }

    fn is_workday(&self, date: Date, days: &BTreeMap<Date, bool>) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        days.get(&date).map_or(!weekend && !self.statutory.contains(&date), |off| !off)
    }
}

fn statutory_days(file: &Statutory, from: i16, to: i16) -> Result<BTreeSet<Date>, LoadError> {
    let mut found = BTreeSet::new();
    let mut put = |name: &str, first: Option<Date>, days: u8| {
        let missing = || LoadError::NoSuchDay { name: name.to_owned() };
        for offset in 0..i64::from(days) {
            let day = first.and_then(|first| first.checked_add(offset.days()).ok()).ok_or_else(missing)?;
            if (from..=to).contains(&day.year()) {
                found.insert(day);
            }
        }
        Ok(())
    };
    for holiday in &file.dated {
        put(&holiday.name, Some(holiday.date), holiday.days)?;
    }
    for year in from..=to {
        for holiday in &file.fixed {
            put(&holiday.name, Date::new(year, holiday.month, holiday.day).ok(), holiday.days)?;
        }
    }
    Ok(found)
}
