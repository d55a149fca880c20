//! Which clocks an event opens, and when each is due.

use calendar::{Calendar, DueAt, OutOfRange};
use jiff::Timestamp;

use crate::{
    pack::{Deadlines, Entry, From},
    warn::warnings,
    words::{ClockName, Kind, Trigger, Urgency},
};

/// What is known of the case when a clock is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What the message wants.
    pub kind: Kind,
    /// How soon hands are needed.
    pub urgency: Urgency,
    /// More than one unit has the case.
    pub multi_unit: bool,
    /// When the citizen spoke.
    pub received_at: Timestamp,
}

/// A clock that is to be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening<'pack> {
    /// The entry it follows.
    pub entry: &'pack Entry,
    /// The instant counting starts from.
    pub started_at: Timestamp,
    /// The first instant that is too late.
    pub due: DueAt,
    /// When to warn, in order; all after the start and before the due instant.
    pub warnings: Vec<Timestamp>,
}

/// Lists the clocks that an event at `at` opens, at most one of each name.
///
/// A reopening starts the limits of an acceptance anew, counted from the reopening itself; an entry that names
/// `case.reopened` as its own start goes before. No source rules this; the alternative, counting from the first receipt,
/// would make every second round late before it begins.
///
/// # Errors
/// A due day outside the calendar.
pub fn open<'pack>(
    pack: &'pack Deadlines,
    trigger: Trigger,
    facts: &Facts,
    at: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<Opening<'pack>>, OutOfRange> {
    let again = trigger == Trigger::CaseReopened;
    let chosen = ClockName::ALL.iter().filter_map(|name| {
        let own = choose(pack, trigger, *name, facts);
        if again { own.or_else(|| choose(pack, Trigger::CaseAccepted, *name, facts)) } else { own }
    });
    chosen
        .map(|entry| {
            let started_at = match entry.from {
                From::Received if !again => facts.received_at,
                From::Received | From::Event => at,
            };
            put(entry, started_at, calendar)
        })
        .collect()
}

/// Chooses the entry of a name: the first whose filters all hold, else the default, else none.
#[must_use]
pub fn choose<'pack>(
    pack: &'pack Deadlines,
    start: Trigger,
    name: ClockName,
    facts: &Facts,
) -> Option<&'pack Entry> {
    let named = || pack.clocks.iter().filter(|entry| entry.name == name && entry.start == start);
    named()
        .find(|entry| !entry.default && holds(entry, facts))
        .or_else(|| named().find(|entry| entry.default))
}

/// Puts an entry on an instant.
///
/// # Errors
/// A due day outside the calendar.
pub fn put<'pack>(
    entry: &'pack Entry,
    started_at: Timestamp,
    calendar: &Calendar,
) -> Result<Opening<'pack>, OutOfRange> {
    let due = calendar.due(started_at, entry.limit)?;
    let warnings = warnings(entry, started_at, due.at, due.date, calendar);
    Ok(Opening { entry, started_at, due, warnings })
}

fn holds(entry: &Entry, facts: &Facts) -> bool {
    let applies = &entry.applies;
    applies.kinds.as_ref().is_none_or(|kinds| kinds.contains(&facts.kind))
        && applies.urgencies.as_ref().is_none_or(|urgencies| urgencies.contains(&facts.urgency))
        && applies.multi_unit.is_none_or(|several| several == facts.multi_unit)
}
