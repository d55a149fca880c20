//! When a clock is due: from the same start always, over the time that counts. Nothing is added to a due instant of before.

use calendar::{Calendar, Due, DueAt, Limit, OutOfRange, Roll, Unit, day_of, end_of_day};
use jiff::{Timestamp, civil::Date};

use crate::{pack::Entry, pause::Span};

/// All that decides when a clock is due, beside its entry and the calendar.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The instant counting starts from.
    pub started_at: Timestamp,
    /// The last day named for this clock alone, in place of the limit.
    pub given: Option<Date>,
    /// Granted extensions together, in the unit of the limit.
    pub extended: u32,
    /// The pauses that count for it, in order and apart.
    pub pauses: &'a [Span],
}

/// What is counted to, and where that leads when it is a day off: time is counted from day to day, and only its end rolls.
#[derive(Clone, Copy, Debug)]
struct Counted {
    to: DueAt,
    due: DueAt,
    roll: Roll,
}

impl Counted {
    fn new(to: DueAt, roll: Roll, calendar: &Calendar) -> Result<Self, OutOfRange> {
        let due = match roll {
            Roll::None => to,
            Roll::Forward => whole(calendar.roll_forward(to.date)?),
        };
        Ok(Self { to, due, roll })
    }

    /// Counts a limit from an instant.
    fn of(start: Timestamp, limit: Limit, calendar: &Calendar) -> Result<Self, OutOfRange> {
        Self::new(calendar.due(start, Limit { roll: Roll::None, ..limit })?, rolls(limit), calendar)
    }
}

/// Hours end when they end, on whatever day.
fn rolls(limit: Limit) -> Roll {
    match limit.unit {
        Unit::Workdays | Unit::Days => limit.roll,
        Unit::Hours | Unit::WorkHours => Roll::None,
    }
}

/// A day that is in time to its end.
fn whole(day: Due) -> DueAt {
    DueAt { at: end_of_day(day.date), date: day.date, provisional: day.provisional }
}

/// Reckons the due instant. Extensions never lead beyond the cap; time of a pause that has ended is not counted. A day off rolls
/// on once, at the end: what pauses add is added to the day that was counted to.
///
/// # Errors
/// A due day outside the calendar.
pub fn reckon(entry: &Entry, run: &Run<'_>, calendar: &Calendar) -> Result<DueAt, OutOfRange> {
    let limit = entry.limit;
    let bare = match run.given {
        Some(day) => Counted::new(later(day, limit, run.extended, calendar)?, rolls(limit), calendar)?,
        None => {
            let amount = limit.amount.saturating_add(run.extended);
            let counted = Counted::of(run.started_at, Limit { amount, ..limit }, calendar)?;
            match entry.cap {
                Some(cap) if run.extended > 0 => {
                    let most = Counted::of(run.started_at, cap, calendar)?;
                    std::cmp::min_by_key(counted, most, |counted| (counted.due.at, counted.to.at))
                }
                Some(_) | None => counted,
            }
        }
    };
    let counted = run.pauses.iter().try_fold(bare, |counted, pause| {
        let since = pause.since.max(run.started_at);
        match pause.until {
            // A pause that was over before counting began moves nothing.
            Some(until) if since < counted.due.at => {
                // Within the days off that the end rolls over, what is left is the day that it rolls to.
                let rolling = day_of(since) > counted.to.date;
                let from = if rolling { counted.due } else { counted.to };
                let to = postpone(entry, from, since, until.max(since), calendar)?;
                Counted::new(to, counted.roll, calendar)
            }
            Some(_) | None => Ok(counted),
        }
    })?;
    Ok(counted.due)
}

/// Moves a named day by granted extensions.
fn later(day: Date, limit: Limit, extended: u32, calendar: &Calendar) -> Result<DueAt, OutOfRange> {
    Ok(whole(match limit.unit {
        Unit::Workdays => calendar.add_workdays(day, extended)?,
        Unit::Days => calendar.add_days(day, extended, Roll::None)?,
        // A day that was named ends at 24:00, and hours on top of it run from there.
        Unit::Hours | Unit::WorkHours if extended > 0 => {
            return calendar.due(end_of_day(day), Limit { amount: extended, ..limit });
        }
        Unit::Hours | Unit::WorkHours => calendar.add_days(day, 0, Roll::None)?,
    }))
}

/// Gives the end after a pause: limits in days grow by the days that lie between, limits in hours by the time
/// between, limits in hours of work by the time of work between.
fn postpone(
    entry: &Entry,
    end: DueAt,
    since: Timestamp,
    until: Timestamp,
    calendar: &Calendar,
) -> Result<DueAt, OutOfRange> {
    let (from, to) = (day_of(since), day_of(until));
    Ok(whole(match entry.limit.unit {
        Unit::Workdays => calendar.add_workdays(end.date, calendar.workdays_between(from, to)?)?,
        Unit::Days => {
            let between = from.until(to).map_or(0, |span| span.get_days());
            calendar.add_days(end.date, u32::try_from(between).unwrap_or(0), Roll::None)?
        }
        Unit::Hours => {
            let at = end.at.checked_add(until.duration_since(since));
            let at = at.map_err(|_| OutOfRange::Instant { start: end.at, amount: 0 })?;
            return calendar.add_hours(at, 0);
        }
        Unit::WorkHours => {
            return calendar.add_work_time(end.at, calendar.work_between(since, until)?);
        }
    }))
}
