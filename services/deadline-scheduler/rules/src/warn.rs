//! When to say that a limit comes near.

use calendar::{Calendar, Unit, start_of_day};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::pack::{Entry, Warning};

/// Lists the instants at which a clock warns, in order, each once. One that would lie before the start, or not before
/// the due instant, is left out.
#[must_use]
pub fn warnings(
    entry: &Entry,
    started_at: Timestamp,
    due_at: Timestamp,
    due_day: Date,
    calendar: &Calendar,
) -> Vec<Timestamp> {
    let mut instants: Vec<Timestamp> = entry
        .warn
        .iter()
        .filter_map(|warning| instant(*warning, started_at, due_at, due_day, calendar))
        .filter(|at| *at > started_at && *at < due_at)
        .collect();
    instants.sort_unstable();
    instants.dedup();
    instants
}

fn instant(
    warning: Warning,
    started_at: Timestamp,
    due_at: Timestamp,
    due_day: Date,
    calendar: &Calendar,
) -> Option<Timestamp> {
    match warning {
        Warning::Share { share } => {
            let whole = due_at.duration_since(started_at).as_secs_f64();
            started_at.checked_add(SignedDuration::try_from_secs_f64((whole * share).round()).ok()?).ok()
        }
        Warning::Before { before, unit } => match unit {
            Unit::Workdays => calendar.subtract_workdays(due_day, before).ok().map(start_of_day),
            Unit::Days => {
                // Days of Asia/Shanghai have 24 hours each.
                let back = SignedDuration::from_hours(24 * i64::from(before));
                start_of_day(due_day).checked_sub(back).ok()
            }
            Unit::Hours | Unit::WorkHours => {
                due_at.checked_sub(SignedDuration::from_hours(i64::from(before))).ok()
            }
        },
    }
}
