//! Time of work: how much of it lies behind an instant, and when an amount of it is done. Both ways are one search in a sorted list.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Calendar, DueAt};
use crate::error::OutOfRange;
use crate::hours::{WorkHours, nanos};
use crate::limit::Unit;
use crate::zone::{day_of, start_of_day};

/// The seconds of work up to the end of each working day, some of which may be short.
#[derive(Debug, Clone)]
pub(crate) struct WorkTable {
    hours: WorkHours,
    short: BTreeMap<Date, WorkHours>,
    /// The date of each working day with the seconds of work through its end.
    through: Vec<(Date, u64)>,
}

impl WorkTable {
    pub(crate) fn build(workdays: &[Date], hours: WorkHours, short: BTreeMap<Date, WorkHours>) -> Self {
        let mut total = 0;
        let through = workdays.iter().map(|day| {
            total += u64::from(short.get(day).unwrap_or(&hours).seconds_per_day());
            (*day, total)
        });
        let through = through.collect();
        Self { hours, short, through }
    }

    pub(crate) fn hours(&self) -> &WorkHours {
        &self.hours
    }

    fn hours_of(&self, day: Date) -> &WorkHours {
        self.short.get(&day).unwrap_or(&self.hours)
    }

    /// Counts the nanoseconds of work from the table's first day to an instant.
    fn before(&self, instant: Timestamp) -> i128 {
        let day = day_of(instant);
        let index = self.through.partition_point(|(date, _)| *date < day);
        let whole = index.checked_sub(1).map_or(0, |last| self.through[last].1);
        let of_day = match self.through.get(index) {
            Some((date, _)) if *date == day => {
                let in_day = instant.as_nanosecond() - start_of_day(day).as_nanosecond();
                self.hours_of(day).worked_before(in_day)
            }
            Some(_) | None => 0,
        };
        i128::from(whole) * 1_000_000_000 + of_day
    }

    /// Finds the first instant at which so many nanoseconds of work are done; `None` beyond the last day.
    fn when(&self, work: i128) -> Option<Timestamp> {
        let whole = |seconds: u64| i128::from(seconds) * 1_000_000_000;
        let index = self.through.partition_point(|(_, seconds)| whole(*seconds) < work);
        let (day, _) = self.through.get(index)?;
        let behind = index.checked_sub(1).map_or(0, |last| whole(self.through[last].1));
        let at = start_of_day(*day).as_nanosecond() + self.hours_of(*day).when_done(work - behind);
        Timestamp::from_nanosecond(at).ok()
    }
}

impl Calendar {
    /// Gives the work intervals of a day; `None` if it is a day off or not covered.
    #[must_use]
    pub fn hours_on(&self, day: Date) -> Option<&WorkHours> {
        self.is_workday(day).is_ok_and(|worked| worked).then(|| self.work.hours_of(day))
    }

    /// Adds hours of work to an instant; see [`Calendar::add_work_minutes`].
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due instant is not covered.
    pub fn add_work_hours(&self, start: Timestamp, hours: u32) -> Result<DueAt, OutOfRange> {
        self.add_work(start, nanos(3600) * i128::from(hours))
    }

    /// Adds minutes of work to an instant: only time inside the intervals of working days is counted, from the instant on. Work that fills an interval to its
    /// end is due at that end. Adding 0 gives the instant itself.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due instant is not covered.
    pub fn add_work_minutes(&self, start: Timestamp, minutes: u32) -> Result<DueAt, OutOfRange> {
        self.add_work(start, nanos(60) * i128::from(minutes))
    }

    /// Adds time of work to an instant; a negative duration adds none.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due instant is not covered.
    pub fn add_work_time(&self, start: Timestamp, work: SignedDuration) -> Result<DueAt, OutOfRange> {
        self.add_work(start, work.as_nanos().max(0))
    }

    /// Goes back time of work from an instant: the first instant from which so much lies before `end`.
    ///
    /// # Errors
    /// [`OutOfRange`] if the end or the instant found is not covered.
    pub fn subtract_work_time(&self, end: Timestamp, work: SignedDuration) -> Result<Timestamp, OutOfRange> {
        let day = day_of(end);
        self.is_workday(day)?;
        let left = self.work.before(end) - work.as_nanos().max(0);
        let found = if left >= 0 { self.work.when(left) } else { None };
        found.ok_or_else(|| self.too_far(day, whole_hours(work.as_nanos()), Unit::WorkHours))
    }

    /// Measures the time of work from one instant to another; zero if `to` is not after `from`.
    ///
    /// # Errors
    /// [`OutOfRange::Date`] if one of them is not covered.
    pub fn work_between(&self, from: Timestamp, to: Timestamp) -> Result<SignedDuration, OutOfRange> {
        for day in [day_of(from), day_of(to)] {
            self.is_workday(day)?;
        }
        let work = (self.work.before(to) - self.work.before(from)).max(0);
        let seconds = i64::try_from(work / 1_000_000_000).unwrap_or(i64::MAX);
        let rest = i32::try_from(work % 1_000_000_000).unwrap_or(0);
        Ok(SignedDuration::new(seconds, rest))
    }

    fn add_work(&self, start: Timestamp, work: i128) -> Result<DueAt, OutOfRange> {
        let day = day_of(start);
        self.is_workday(day)?;
        if work == 0 {
            return Ok(self.due_at(start));
        }
        let at = self.work.when(self.work.before(start) + work);
        at.map(|at| self.due_at(at)).ok_or_else(|| self.too_far(day, whole_hours(work), Unit::WorkHours))
    }
}

fn whole_hours(work: i128) -> u32 {
    u32::try_from(work.div_euclid(nanos(3600))).unwrap_or(u32::MAX)
}
