//! Puts a clock where it belongs now: due from its own start over the time that counts, still if the case pauses.

use calendar::{Calendar, DueAt, OutOfRange};
use deadline_scheduler_rules::{Command, Entry, Pause, State, decide, still_since, warnings};
use jiff::Timestamp;

use super::{
    case::{Alarms, Tracked},
    rules::Rules,
};

/// Reckons an open or paused clock anew, and says whether its due instant or its standing changed. Alarms from `from`
/// on are armed; those before were given or are past.
pub(crate) fn settle(
    tracked: &mut Tracked,
    entry: &Entry,
    pauses: &[Pause],
    rules: &Rules,
    from: Timestamp,
) -> Result<bool, OutOfRange> {
    let (due, spans) = rules.due(&tracked.clock, entry, pauses)?;
    let calendar = rules.calendar(&tracked.clock.region);
    let clock = &mut tracked.clock;
    let command = match still_since(&spans).map(|since| since.max(clock.started_at)) {
        Some(at) => Command::Pause { at },
        None => Command::Resume { at: from },
    };
    let (state, _) = decide(clock.state, due.at, command);
    let moved = clock.due_at != due.at || clock.provisional != due.provisional;
    let stands = matches!(clock.state, State::Paused { .. }) == matches!(state, State::Paused { .. });
    clock.calendar = i32::try_from(calendar.revision()).unwrap_or(i32::MAX);
    if !moved && stands {
        return Ok(false);
    }
    let other = clock.due_at != due.at || matches!(state, State::Paused { .. });
    if other && !tracked.fresh {
        tracked.was_due = tracked.was_due.or(Some(clock.due_at));
    }
    (clock.due_at, clock.due_day, clock.provisional, clock.state) =
        (due.at, due.date, due.provisional, state);
    tracked.changed = true;
    tracked.alarms = match state {
        State::Paused { .. } => Alarms::Drop,
        _ if tracked.clock.held => Alarms::Keep,
        _ => Alarms::Arm(left(entry, tracked.clock.started_at, &due, calendar, from)),
    };
    Ok(true)
}

/// The warnings still ahead.
pub(crate) fn left(
    entry: &Entry,
    started_at: Timestamp,
    due: &DueAt,
    calendar: &Calendar,
    from: Timestamp,
) -> Vec<Timestamp> {
    let mut left = warnings(entry, started_at, due, calendar);
    left.retain(|at| *at > from);
    left
}
