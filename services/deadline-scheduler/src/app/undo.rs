//! Takes back what was owed for a breach that is none any more: the explanation, and what the ladder only proposed.

use deadline_scheduler_rules::{ClockName, Command, decide, is_broken, undone};
use jiff::Timestamp;

use crate::app::case::{Alarms, Case, Tracked};

impl Case {
    /// Cancels the explanations of limits that were moved ahead or met in time after all, and notes whether the case stands in
    /// time again. Proposals fall when the case is written.
    pub(crate) fn take_back(&mut self, at: Timestamp) {
        let owed = |tracked: &Tracked| tracked.clock.name == ClockName::Explanation && !tracked.ended();
        let free = |tracked: &Tracked| {
            let of = |other: &&Tracked| Some(other.clock.id.0) == tracked.clock.matter;
            let limit = self.clocks.iter().find(of)?;
            undone(limit.clock.state, limit.clock.due_at, tracked.clock.started_at)
                .then_some(tracked.clock.id)
        };
        let fall: Vec<_> = self.clocks.iter().filter(|tracked| owed(tracked)).filter_map(free).collect();
        for tracked in self.clocks.iter_mut().filter(|tracked| fall.contains(&tracked.clock.id)) {
            let (next, _) = decide(tracked.clock.state, tracked.clock.due_at, Command::Cancel { at });
            (tracked.clock.state, tracked.changed, tracked.alarms) = (next, true, Alarms::Drop);
        }
        let ahead =
            |tracked: &Tracked| tracked.was_due.is_some_and(|was| was <= at && tracked.clock.due_at > at);
        let undone = !fall.is_empty() || self.clocks.iter().any(ahead);
        self.mended = undone && !self.clocks.iter().any(|tracked| late(tracked, at));
    }
}

/// A right binds nobody, and what is owed for a breach falls with it.
fn late(tracked: &Tracked, at: Timestamp) -> bool {
    let owes =
        !tracked.clock.name.is_right() && (tracked.clock.name != ClockName::Explanation || !tracked.ended());
    owes && is_broken(tracked.clock.state, tracked.clock.due_at, at)
}
