//! When a clock is due: from the same start always, over the time that counts. Nothing is added to a due instant of before.

use calendar::{Calendar, DueAt, Limit, OutOfRange, Roll, Unit, day_of, end_of_day};
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

/// Reckons the due instant. Extensions never lead beyond the cap; time of a pause that has ended is not counted.
///
/// # Errors
/// A due day outside the calendar.
pub fn reckon(entry: &Entry, run: &Run<'_>, calendar: &Calendar) -> Result<DueAt, OutOfRange> {
    let limit = entry.limit;
    let bare = match run.given {
        Some(day) => later(day, limit, run.extended, calendar)?,
        None => {
            let amount = limit.amount.saturating_add(run.extended);
            let due = calendar.due(run.started_at, Limit { amount, ..limit })?;
            match entry.cap {
                Some(cap) if run.extended > 0 => {
                    std::cmp::min_by_key(due, calendar.due(run.started_at, cap)?, |due| due.at)
                }
                Some(_) | None => due,
            }
        }
    };
    run.pauses.iter().try_fold(bare, |due, pause| {
        let since = pause.since.max(run.started_at);
        match pause.until {
            // A pause that was over before counting began moves nothing.
            Some(until) if since < due.at => postpone(entry, due, since, until.max(since), calendar),
            Some(_) | None => Ok(due),
        }
    })
}

/// Moves a named day by granted extensions.
fn later(day: Date, limit: Limit, extended: u32, calendar: &Calendar) -> Result<DueAt, OutOfRange> {
    let due = match limit.unit {
        Unit::Workdays => calendar.add_workdays(day, extended)?,
        Unit::Days => calendar.add_days(day, extended, limit.roll)?,
        // A day that was named ends at 24:00, and hours on top of it run from there.
        Unit::Hours | Unit::WorkHours if extended > 0 => {
            return calendar.due(end_of_day(day), Limit { amount: extended, ..limit });
        }
        Unit::Hours | Unit::WorkHours => calendar.add_days(day, 0, Roll::None)?,
    };
    Ok(DueAt { at: end_of_day(due.date), date: due.date, provisional: due.provisional })
}

/// Gives the due instant after a pause: limits in days grow by the days that lie between, limits in hours by the time
/// between, limits in hours of work by the time of work between.
fn postpone(
    entry: &Entry,
    due: DueAt,
    since: Timestamp,
    until: Timestamp,
    calendar: &Calendar,
) -> Result<DueAt, OutOfRange> {
    let (from, to) = (day_of(since), day_of(until));
    let moved = match entry.limit.unit {
        Unit::Workdays => calendar.add_workdays(due.date, calendar.workdays_between(from, to)?)?,
        Unit::Days => {
            let between = from.until(to).map_or(0, |span| span.get_days());
            calendar.add_days(due.date, u32::try_from(between).unwrap_or(0), entry.limit.roll)?
        }
        Unit::Hours => {
            let at = due.at.checked_add(until.duration_since(since));
            let at = at.map_err(|_| OutOfRange::Instant { start: due.at, amount: 0 })?;
            return calendar.add_hours(at, 0);
        }
        Unit::WorkHours => {
            return calendar.add_work_time(due.at, calendar.work_between(since, until)?);
        }
    };
    Ok(DueAt { at: end_of_day(moved.date), date: moved.date, provisional: moved.provisional })
}
