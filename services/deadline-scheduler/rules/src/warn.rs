//! When to say that a limit comes near, by the same calendar as the limit itself.

use calendar::{Calendar, DueAt, Unit, day_of, start_of_day};
use jiff::{SignedDuration, Timestamp};

use crate::{
    pack::{Entry, Warning},
    words::Step,
};

/// Lists the instants at which a clock warns, in order, each once. One that would lie before the start, or not before
/// the due instant, is left out.
#[must_use]
pub fn warnings(entry: &Entry, started_at: Timestamp, due: &DueAt, calendar: &Calendar) -> Vec<Timestamp> {
    let mut instants: Vec<Timestamp> = entry
        .warn
        .iter()
        .filter_map(|warning| instant(entry, *warning, started_at, due, calendar))
        .filter(|at| *at > started_at && *at < due.at)
        .collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// Gives what the warning said at an instant is called beyond a warning.
#[must_use]
pub fn step_of(
    entry: &Entry,
    started_at: Timestamp,
    due: &DueAt,
    at: Timestamp,
    calendar: &Calendar,
) -> Option<Step> {
    entry.warn.iter().find_map(|warning| {
        let step = match warning {
            Warning::Share { step, .. } | Warning::Before { step, .. } => (*step)?,
        };
        (instant(entry, *warning, started_at, due, calendar) == Some(at)).then_some(step)
    })
}

fn instant(
    entry: &Entry,
    warning: Warning,
    started_at: Timestamp,
    due: &DueAt,
    calendar: &Calendar,
) -> Option<Timestamp> {
    match warning {
        Warning::Share { share, .. } => match entry.limit.unit {
            Unit::WorkHours => {
                let whole = calendar.work_between(started_at, due.at).ok()?;
                Some(calendar.add_work_time(started_at, part(whole, share)?).ok()?.at)
            }
            Unit::Workdays => {
                // The office is closed on a day off: who is to act is told when it opens again.
                let at = started_at.checked_add(part(due.at.duration_since(started_at), share)?).ok()?;
                let worked = calendar.is_workday(day_of(at)).ok()?;
                let next = || calendar.add_workdays(day_of(at), 1).ok().map(|next| start_of_day(next.date));
                if worked { Some(at) } else { next() }
            }
            Unit::Days | Unit::Hours => {
                started_at.checked_add(part(due.at.duration_since(started_at), share)?).ok()
            }
        },
        Warning::Before { before, unit, .. } => match unit {
            Unit::Workdays => calendar.subtract_workdays(due.date, before).ok().map(start_of_day),
            Unit::Days => {
                // Days of Asia/Shanghai have 24 hours each.
                let back = SignedDuration::from_hours(24 * i64::from(before));
                start_of_day(due.date).checked_sub(back).ok()
            }
            Unit::Hours => due.at.checked_sub(SignedDuration::from_hours(i64::from(before))).ok(),
            Unit::WorkHours => {
                calendar.subtract_work_time(due.at, SignedDuration::from_hours(i64::from(before))).ok()
            }
        },
    }
}

fn part(whole: SignedDuration, share: f64) -> Option<SignedDuration> {
    SignedDuration::try_from_secs_f64((whole.as_secs_f64() * share).round()).ok()
}
