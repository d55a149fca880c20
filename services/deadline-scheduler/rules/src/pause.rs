//! Pauses (等待材料、听证、法定停计): facts of the case, kept with their times, whatever becomes of its clocks.
//!
//! | begins with | ends with | told apart by |
//! |---|---|---|
//! | `case.paused` | `case.resumed` | reason |
//! | `case.materials_requested` | `case.materials_received` | request |
//! | `assignment.disputed` | `assignment.settled` | assignment |
//! | `assignment.returned` | `assignment.return_refused` | assignment |
//! | `case.deferred` | `case.undeferred` | – |
//!
//! Whether a pause counts for a clock is the entry's word (`pause`); that it was, stays true when the entry changes.

use ids::AssignmentId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{pack::Entry, words::Trigger};

/// A pause of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The event that began it.
    pub by: Trigger,
    /// Its reason, or which request it is.
    pub key: String,
    /// The assignment it is about, if about one.
    pub assignment: Option<AssignmentId>,
    /// Since when.
    pub since: Timestamp,
    /// Until when; running if missing.
    pub until: Option<Timestamp>,
}

/// A stretch of time that does not count for a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Since when.
    pub since: Timestamp,
    /// Until when; running if missing.
    pub until: Option<Timestamp>,
}

/// Gives the event that ends the pauses that this one begins; none if it begins none.
#[must_use]
pub fn ended_by(begin: Trigger) -> Option<Trigger> {
    PAIRS.iter().find(|(by, _)| *by == begin).map(|(_, end)| *end)
}

/// Gives the event that began the pauses that this one ends; none if it ends none.
#[must_use]
pub fn begun_by(end: Trigger) -> Option<Trigger> {
    PAIRS.iter().find(|(_, until)| *until == end).map(|(by, _)| *by)
}

const PAIRS: [(Trigger, Trigger); 5] = [
    (Trigger::CasePaused, Trigger::CaseResumed),
    (Trigger::CaseMaterialsRequested, Trigger::CaseMaterialsReceived),
    (Trigger::AssignmentDisputed, Trigger::AssignmentSettled),
    (Trigger::AssignmentReturned, Trigger::AssignmentReturnRefused),
    (Trigger::CaseDeferred, Trigger::CaseUndeferred),
];

/// Writes down that time stands still from an event on. Told twice it is written once.
pub fn begin(pauses: &mut Vec<Pause>, pause: Pause) {
    let same = |other: &Pause| other.by == pause.by && other.key == pause.key && other.until.is_none();
    if !pauses.iter().any(|other| same(other) && other.assignment == pause.assignment) {
        pauses.push(pause);
    }
}

/// Writes down that time runs again; an end of what never began says nothing.
pub fn end(pauses: &mut [Pause], by: Trigger, key: &str, assignment: Option<AssignmentId>, at: Timestamp) {
    let same = |pause: &&mut Pause| pause.by == by && pause.key == key && pause.assignment == assignment;
    if let Some(pause) = pauses.iter_mut().filter(|pause| pause.until.is_none()).find(same) {
        pause.until = Some(at.max(pause.since));
    }
}

/// Lists what does not count for a clock, in order, stretches that touch or overlap made one.
#[must_use]
pub fn spans(pauses: &[Pause], entry: &Entry, assignment: Option<AssignmentId>) -> Vec<Span> {
    let counts = |pause: &&Pause| {
        entry.pause.contains(&pause.by)
            && entry.pause_reasons.as_ref().is_none_or(|reasons| reasons.contains(&pause.key))
            && (pause.assignment.is_none() || assignment.is_none() || pause.assignment == assignment)
    };
    let mut all: Vec<Span> =
        pauses.iter().filter(counts).map(|pause| Span { since: pause.since, until: pause.until }).collect();
    all.sort_unstable_by_key(|span| span.since);
    let mut joined: Vec<Span> = Vec::with_capacity(all.len());
    for span in all {
        match joined.last_mut() {
            Some(last) if last.until.is_none_or(|until| span.since <= until) => {
                last.until = last.until.zip(span.until).map(|(one, other)| one.max(other));
            }
            Some(_) | None => joined.push(span),
        }
    }
    joined
}

/// Since when time stands still, if it does.
#[must_use]
pub fn still_since(spans: &[Span]) -> Option<Timestamp> {
    spans.last().filter(|span| span.until.is_none()).map(|span| span.since)
}
