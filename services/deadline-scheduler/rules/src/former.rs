//! When a clock is due whose entry was chosen again: from the same start, and yet nobody is late before they could know of it.

use calendar::{Calendar, DueAt, OutOfRange};
use jiff::Timestamp;

use crate::{
    due::{Run, reckon},
    pack::Entry,
    pause::Span,
};

/// An entry that a clock followed until another took its place.
#[derive(Clone, Debug)]
pub struct Former<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The pauses that count for it, in order and apart.
    pub pauses: Vec<Span>,
    /// When another took its place.
    pub until: Timestamp,
}

/// What one of the entries comes to.
struct Step {
    /// Counted from the start, as if there had been no other.
    start: DueAt,
    /// When it took its place.
    since: Timestamp,
    due: DueAt,
}

/// Reckons the due instant of a clock that followed other entries before. A shorter limit is due no earlier than if it were
/// counted from the change, and for that reason no later than what it follows. A longer one takes back what was shorter, as
/// if that had not been.
///
/// # Errors
/// A due day outside the calendar.
pub fn reckon_after(
    former: &[Former<'_>],
    entry: &Entry,
    run: &Run<'_>,
    calendar: &Calendar,
) -> Result<DueAt, OutOfRange> {
    if former.is_empty() {
        return reckon(entry, run, calendar);
    }
    let followed = former.iter().map(|former| (former.entry, former.pauses.as_slice()));
    let changes = std::iter::once(run.started_at).chain(former.iter().map(|former| former.until));
    let mut steps: Vec<Step> = Vec::with_capacity(former.len());
    for ((entry, pauses), mut since) in followed.chain([(entry, run.pauses)]).zip(changes) {
        let from = |started_at| reckon(entry, &Run { started_at, pauses, ..*run }, calendar);
        let start = from(run.started_at)?;
        while let Some(shorter) = steps.pop_if(|before| before.start.at <= start.at) {
            since = shorter.since;
        }
        let due = match steps.last() {
            Some(longer) => later(start, earlier(longer.due, from(since)?)),
            None => start,
        };
        steps.push(Step { start, since, due });
    }
    // There is one for each entry that stands, and the last one always does.
    steps.pop().map_or_else(|| reckon(entry, run, calendar), |step| Ok(step.due))
}

fn earlier(one: DueAt, other: DueAt) -> DueAt {
    std::cmp::min_by_key(one, other, |due| due.at)
}

fn later(one: DueAt, other: DueAt) -> DueAt {
    std::cmp::max_by_key(one, other, |due| due.at)
}
