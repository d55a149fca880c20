//! Which clocks an event opens, and when each is due.

use calendar::{Calendar, DueAt, OutOfRange, day_of, start_of_day};
use jiff::{Timestamp, civil::Date};

use crate::{
    due::{Run, reckon},
    pack::{Deadlines, Entry, From},
    warn::warnings,
    words::{Class, ClockName, Kind, Mode, Part, Trigger, Urgency},
};

/// What is known of the case when a clock is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What the message wants.
    pub kind: Kind,
    /// How soon hands are needed.
    pub urgency: Urgency,
    /// How it is read.
    pub class: Class,
    /// More than one unit has the case.
    pub multi_unit: bool,
    /// It stands on the strict-and-fast list.
    pub fast: bool,
    /// Nobody brought the matter before.
    pub first: bool,
    /// Its petition kind, where the pack has such.
    pub petition: Option<String>,
    /// 1 for the first round.
    pub round: i32,
    /// Why a later round began.
    pub because: Option<String>,
    /// When the citizen spoke.
    pub received_at: Timestamp,
}

impl Facts {
    /// Takes what every message has; the rest is as for an ordinary first matter.
    #[must_use]
    pub fn plain(kind: Kind, urgency: Urgency, received_at: Timestamp) -> Self {
        Self {
            kind,
            urgency,
            class: Class::Ordinary,
            multi_unit: false,
            fast: false,
            first: false,
            petition: None,
            round: 1,
            because: None,
            received_at,
        }
    }
}

/// What the event says that may open clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which event.
    pub trigger: Trigger,
    /// Its time.
    pub at: Timestamp,
    /// 主办 or 协办, on dispatch.
    pub part: Option<Part>,
    /// 转送 or 交办, on dispatch.
    pub mode: Option<Mode>,
    /// Rank of an instruction.
    pub rank: Option<String>,
    /// Last day that the event itself names.
    pub given: Option<Date>,
    /// Day on which what it tells of was served.
    pub served: Option<Date>,
}

impl Call {
    /// Takes an event that says nothing but its time.
    #[must_use]
    pub fn plain(trigger: Trigger, at: Timestamp) -> Self {
        Self { trigger, at, part: None, mode: None, rank: None, given: None, served: None }
    }
}

/// A clock that is to be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening<'pack> {
    /// The entry it follows.
    pub entry: &'pack Entry,
    /// The instant counting starts from.
    pub started_at: Timestamp,
    /// The last day that the event named, if the entry heeds it.
    pub given: Option<Date>,
    /// The first instant that is too late.
    pub due: DueAt,
    /// When to warn, in order; all after the start and before the due instant.
    pub warnings: Vec<Timestamp>,
}

/// Lists the clocks that an event opens, at most one of each name.
///
/// A reopening starts the limits of an acceptance anew, counted from the reopening itself; an entry that names
/// `case.reopened` as its own start goes before. No source rules this; the alternative, counting from the first receipt,
/// would make every second round late before it begins.
///
/// # Errors
/// A due day outside the calendar.
pub fn open<'pack>(
    pack: &'pack Deadlines,
    call: &Call,
    facts: &Facts,
    calendar: &Calendar,
) -> Result<Vec<Opening<'pack>>, OutOfRange> {
    let again = call.trigger == Trigger::CaseReopened;
    let starts = |entry: &Entry| entry.start.contains(&call.trigger);
    if !again && !pack.clocks.iter().any(starts) {
        return Ok(Vec::new());
    }
    let chosen = ClockName::ALL.iter().filter_map(|name| {
        let own = choose(pack, call, *name, facts);
        let accepted = Call { trigger: Trigger::CaseAccepted, ..call.clone() };
        if again { own.or_else(|| choose(pack, &accepted, *name, facts)) } else { own }
    });
    let started = |entry: &Entry| match entry.from {
        From::Received if !again => facts.received_at,
        // A day that was served counts whole: counting goes from it, whatever the hour.
        From::Served => call.served.filter(|day| *day != day_of(call.at)).map_or(call.at, start_of_day),
        From::Received | From::Event => call.at,
    };
    chosen.map(|entry| put(entry, started(entry), call.given, calendar)).collect()
}

/// Chooses the entry of a name: the first whose filters all hold, else the default, else none.
#[must_use]
pub fn choose<'pack>(
    pack: &'pack Deadlines,
    call: &Call,
    name: ClockName,
    facts: &Facts,
) -> Option<&'pack Entry> {
    // Looked for with every event and found with few, so the start is asked first.
    let named =
        || pack.clocks.iter().filter(|entry| entry.start.contains(&call.trigger) && entry.name == name);
    named()
        .find(|entry| !entry.default && entry.applies.to_case(facts) && entry.applies.to_event(call))
        .or_else(|| named().find(|entry| entry.default))
}

/// Chooses again for a clock that follows `current` already, when what is known of the case has changed: only entries
/// that begin alike and ask the same of their event can take its place.
#[must_use]
pub fn choose_again<'pack>(pack: &'pack Deadlines, current: &Entry, facts: &Facts) -> Option<&'pack Entry> {
    let alike = |entry: &&Entry| {
        entry.name == current.name && entry.start == current.start && entry.subject == current.subject
    };
    let named = || pack.clocks.iter().filter(alike);
    named()
        .find(|entry| {
            !entry.default
                && entry.applies.to_case(facts)
                && (current.default || entry.applies.same_event(&current.applies))
        })
        .or_else(|| named().find(|entry| entry.default))
}

/// Puts an entry on an instant.
///
/// # Errors
/// A due day outside the calendar.
pub fn put<'pack>(
    entry: &'pack Entry,
    started_at: Timestamp,
    given: Option<Date>,
    calendar: &Calendar,
) -> Result<Opening<'pack>, OutOfRange> {
    let given = given.filter(|_| entry.given);
    let due = reckon(entry, &Run { started_at, given, extended: 0, pauses: &[] }, calendar)?;
    let warnings = warnings(entry, started_at, &due, calendar);
    Ok(Opening { entry, started_at, given, due, warnings })
}
