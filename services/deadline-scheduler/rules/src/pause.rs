//! How far a pause moves the due instant.

use calendar::{Calendar, DueAt, OutOfRange, Unit, day_of, end_of_day};
use jiff::{Timestamp, civil::Date};

use crate::pack::Entry;

/// Gives the due instant after a pause from `since` to `until`: limits in days grow by the days that lie between,
/// limits in hours by the time between. Packs shipped pause nothing; the rule of counting is the pack's choice.
///
/// # Errors
/// A due day outside the calendar.
pub fn postpone(
    entry: &Entry,
    due_at: Timestamp,
    due_day: Date,
    since: Timestamp,
    until: Timestamp,
    calendar: &Calendar,
) -> Result<DueAt, OutOfRange> {
    let until = until.max(since);
    let (from, to) = (day_of(since), day_of(until));
    let due = match entry.limit.unit {
        Unit::Workdays => calendar.add_workdays(due_day, calendar.workdays_between(from, to)?)?,
        Unit::Days => {
            let between = from.until(to).map_or(0, |span| span.get_days());
            let roll = entry.limit.roll;
            calendar.add_days(due_day, u32::try_from(between).unwrap_or(0), roll)?
        }
        Unit::Hours | Unit::WorkHours => {
            let at = due_at.checked_add(until.duration_since(since));
            let at = at.map_err(|_| OutOfRange::Instant { start: due_at, amount: 0 })?;
            return Ok(DueAt {
                at,
                date: day_of(at),
                provisional: calendar.add_workdays(day_of(at), 0)?.provisional,
            });
        }
    };
    Ok(DueAt { at: end_of_day(due.date), date: due.date, provisional: due.provisional })
}
