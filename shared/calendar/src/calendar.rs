//! The questions a calendar answers: when something is due, and how many working days lie between.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use serde::Serialize;

use crate::day_table::DayTable;
use crate::error::{LoadError, OutOfRange};
use crate::hours::WorkHours;
use crate::limit::{Limit, Roll, Unit};
use crate::set::CalendarSet;
use crate::work::WorkTable;
use crate::zone::{day_of, end_of_day};

/// The calendar of one region, compiled: every answer about days is a look into an array.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub(crate) table: DayTable,
    published_through: i16,
    pub(crate) work: WorkTable,
    revision: u32,
}

/// A due day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day in time, whole, in Asia/Shanghai.
    pub date: Date,
    /// `true` if it lies beyond the last published year, so that the coming notice may move it.
    pub provisional: bool,
}

/// A due instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DueAt {
    /// The first instant that is late. For limits in days this is 24:00 of [`DueAt::date`].
    pub at: Timestamp,
    /// The due day in Asia/Shanghai, as people are told it.
    pub date: Date,
    /// As [`Due::provisional`].
    pub provisional: bool,
}

impl Calendar {
    pub(crate) fn new(table: DayTable, published_through: i16, work: WorkTable, revision: u32) -> Self {
        Self { table, published_through, work, revision }
    }

    /// Reads files given as name and text and compiles the national calendar of them; see [`CalendarSet::from_files`].
    ///
    /// # Errors
    /// [`LoadError`] as [`CalendarSet::from_files`] and [`CalendarSet::compile`] give it.
    pub fn from_files<N: AsRef<str>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, LoadError> {
        Ok(CalendarSet::from_files(files)?.compile()?.national().clone())
    }

    /// Gives the first day covered, which is 1 January of the first published year.
    #[must_use]
    pub fn first_day(&self) -> Date {
        self.table.first()
    }

    /// Gives the last day covered, far beyond the last published year.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.table.last()
    }

    /// Gives the last year whose notice is published; due days after it are provisional.
    #[must_use]
    pub fn published_through(&self) -> i16 {
        self.published_through
    }

    /// Gives the [revision](CalendarSet::revision) of the set this was compiled from.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Gives the work intervals of a working day that has none of its own.
    #[must_use]
    pub fn hours(&self) -> &WorkHours {
        self.work.hours()
    }

    /// Says whether a day is worked.
    ///
    /// # Errors
    /// [`OutOfRange::Date`] if the day is not covered.
    pub fn is_workday(&self, date: Date) -> Result<bool, OutOfRange> {
        self.table.is_workday(date).ok_or_else(|| self.not_covered(date))
    }

    /// Adds working days: the first day is not counted, worked or not. Adding 0 gives the day itself.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due day is not covered.
    #[inline]
    pub fn add_workdays(&self, start: Date, amount: u32) -> Result<Due, OutOfRange> {
        let through = self.table.through(start).ok_or_else(|| self.not_covered(start))?;
        if amount == 0 {
            return Ok(self.due_on(start));
        }
        let number = u64::from(through) + u64::from(amount);
        let date = self.table.workday(number).ok_or_else(|| self.too_far(start, amount, Unit::Workdays))?;
        Ok(self.due_on(date))
    }

    /// Goes back working days: the first day is not counted. Going back 0 gives the day itself.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the day found is not covered.
    pub fn subtract_workdays(&self, start: Date, amount: u32) -> Result<Date, OutOfRange> {
        let through = self.table.through(start).ok_or_else(|| self.not_covered(start))?;
        if amount == 0 {
            return Ok(start);
        }
        let before = through - u32::from(self.is_workday(start)?);
        let number = (u64::from(before) + 1).checked_sub(u64::from(amount));
        number
            .and_then(|number| self.table.workday(number))
            .ok_or_else(|| self.too_far(start, amount, Unit::Workdays))
    }

    /// Adds calendar days: the first day is not counted. With [`Roll::Forward`] a due day off moves to the next working day.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due day is not covered.
    pub fn add_days(&self, start: Date, amount: u32, roll: Roll) -> Result<Due, OutOfRange> {
        self.table.through(start).ok_or_else(|| self.not_covered(start))?;
        let too_far = || self.too_far(start, amount, Unit::Days);
        let span = Span::new().try_days(i64::from(amount)).ok();
        let raw = span.and_then(|span| start.checked_add(span).ok());
        let raw = raw.filter(|date| self.table.through(*date).is_some()).ok_or_else(too_far)?;
        match roll {
            Roll::None => Ok(self.due_on(raw)),
            Roll::Forward => self.roll_forward(raw).map_err(|_| too_far()),
        }
    }

    /// Moves a day off to the next working day; a working day stays.
    ///
    /// # Errors
    /// [`OutOfRange`] if the day or the next working day is not covered.
    pub fn roll_forward(&self, date: Date) -> Result<Due, OutOfRange> {
        if self.is_workday(date)? { Ok(self.due_on(date)) } else { self.add_workdays(date, 1) }
    }

    /// Counts the working days after `start` up to and including `end`; 0 if `end` is not after `start`.
    ///
    /// # Errors
    /// [`OutOfRange::Date`] if one of them is not covered.
    #[inline]
    pub fn workdays_between(&self, start: Date, end: Date) -> Result<u32, OutOfRange> {
        let from = self.table.through(start).ok_or_else(|| self.not_covered(start))?;
        let to = self.table.through(end).ok_or_else(|| self.not_covered(end))?;
        Ok(to.saturating_sub(from))
    }

    /// Adds hours round the clock to an instant.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due instant is not covered.
    pub fn add_hours(&self, start: Timestamp, hours: u32) -> Result<DueAt, OutOfRange> {
        let day = day_of(start);
        self.table.through(day).ok_or_else(|| self.not_covered(day))?;
        let at = start.checked_add(SignedDuration::from_hours(i64::from(hours)));
        let at = at.map_err(|_| OutOfRange::Instant { start, amount: hours })?;
        self.table.through(day_of(at)).ok_or_else(|| self.too_far(day, hours, Unit::Hours))?;
        Ok(self.due_at(at))
    }

    /// Puts a limit on an instant: limits in days give 24:00 of the due day, limits in hours an instant.
    ///
    /// # Errors
    /// [`OutOfRange`] if the start or the due instant is not covered.
    pub fn due(&self, start: Timestamp, limit: Limit) -> Result<DueAt, OutOfRange> {
        let day = day_of(start);
        let due = match limit.unit {
            Unit::Hours => return self.add_hours(start, limit.amount),
            Unit::WorkHours => return self.add_work_hours(start, limit.amount),
            Unit::Days => self.add_days(day, limit.amount, limit.roll)?,
            Unit::Workdays => match limit.roll {
                Roll::None => self.add_workdays(day, limit.amount)?,
                Roll::Forward => self.roll_forward(self.add_workdays(day, limit.amount)?.date)?,
            },
        };
        Ok(DueAt { at: end_of_day(due.date), date: due.date, provisional: due.provisional })
    }

    #[inline]
    fn due_on(&self, date: Date) -> Due {
        Due { date, provisional: date.year() > self.published_through }
    }

    pub(crate) fn due_at(&self, at: Timestamp) -> DueAt {
        let Due { date, provisional } = self.due_on(day_of(at));
        DueAt { at, date, provisional }
    }

    #[cold]
    pub(crate) fn not_covered(&self, date: Date) -> OutOfRange {
        OutOfRange::Date { date, first: self.table.first(), last: self.table.last() }
    }

    #[cold]
    pub(crate) fn too_far(&self, start: Date, amount: u32, unit: Unit) -> OutOfRange {
        OutOfRange::Amount {
            start,
            amount,
            unit: unit.as_str(),
            first: self.table.first(),
            last: self.table.last(),
        }
    }
}
