//! What becomes of a clock: an exhaustive table of state and command.
//!
//! | | warn | expire | stop | cancel | pause | resume | restore |
//! |---|---|---|---|---|---|---|---|
//! | running, warned | warned, if of higher rank | expired, if due | met | cancelled | paused, if before the due instant | – | – |
//! | expired | – | – | met | cancelled | paused, if before the due instant | – | – |
//! | paused | – | – | met | cancelled | – | running | – |
//! | met | – | – | met, if earlier | – | – | – | – |
//! | cancelled | – | – | met, if not later | – | – | – | running, if it is that cancelling |
//!
//! Judgement is by the time of the event, never by its arrival: an answer given in time and heard after the limit fired
//! meets the clock in time, and one given in time but heard after the case was closed still meets it.

use jiff::Timestamp;

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Time runs; nothing was said yet.
    Running,
    /// Time runs; the `rank`-th warning was said.
    Warned {
        /// 1 for the first warning.
        rank: i16,
    },
    /// The limit passed.
    Expired,
    /// Time stands still.
    Paused {
        /// Since when.
        since: Timestamp,
    },
    /// What the limit was there for has happened.
    Met {
        /// When.
        at: Timestamp,
        /// At or after the due instant.
        late: bool,
    },
    /// It ended with neither met nor expired.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// What happens to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The `rank`-th warning is due.
    Warn {
        /// 1 for the first warning.
        rank: i16,
    },
    /// The limit may have passed.
    Expire {
        /// The database's time.
        now: Timestamp,
    },
    /// An event of the `stop` list.
    Stop {
        /// The event's time.
        at: Timestamp,
    },
    /// An event of the `cancel` list.
    Cancel {
        /// The event's time.
        at: Timestamp,
    },
    /// An event of the `pause` list.
    Pause {
        /// The event's time.
        at: Timestamp,
    },
    /// An event of the `resume` list.
    Resume {
        /// The event's time.
        at: Timestamp,
    },
    /// What cancelled it at that time was taken back.
    Restore {
        /// When it had been cancelled.
        cancelled_at: Timestamp,
    },
}

/// What is to be said or done because of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say that the limit comes near.
    Warned,
    /// Say that the limit passed.
    Expired,
    /// Say that it was met.
    Met {
        /// When.
        at: Timestamp,
        /// At or after the due instant.
        late: bool,
    },
    /// Move the due instant by the time between.
    Resumed {
        /// Begin of the pause.
        since: Timestamp,
        /// End of the pause.
        until: Timestamp,
    },
    /// Reckon the due instant anew from the same start.
    Restored,
}

/// Decides what a command does to a clock that is due at `due_at`. A command taken twice acts once.
#[must_use]
pub fn decide(state: State, due_at: Timestamp, command: Command) -> (State, Option<Effect>) {
    use Command::{Cancel, Expire, Pause, Restore, Resume, Stop, Warn};
    use State::{Cancelled, Expired, Met, Paused, Running, Warned};
    match (state, command) {
        (Running, Warn { rank }) => (Warned { rank }, Some(Effect::Warned)),
        (Warned { rank: said }, Warn { rank }) if rank > said => (Warned { rank }, Some(Effect::Warned)),
        (Warned { .. } | Expired | Paused { .. } | Met { .. } | Cancelled { .. }, Warn { .. }) => {
            (state, None)
        }

        (Running | Warned { .. }, Expire { now }) if now >= due_at => (Expired, Some(Effect::Expired)),
        (
            Running | Warned { .. } | Expired | Paused { .. } | Met { .. } | Cancelled { .. },
            Expire { .. },
        ) => (state, None),

        (Running | Warned { .. } | Expired, Stop { at }) => met(at, at >= due_at),
        // The due instant stood still since the pause began.
        (Paused { since }, Stop { at }) => met(at, at.min(since) >= due_at),
        // Events of two sources may cross: the earlier stop is the one that met it.
        (Met { at: before, .. }, Stop { at }) if at < before => met(at, at >= due_at),
        (Cancelled { at: ended }, Stop { at }) if at <= ended => met(at, at >= due_at),
        (Met { .. } | Cancelled { .. }, Stop { .. }) => (state, None),

        (Running | Warned { .. } | Expired | Paused { .. }, Cancel { at }) => (Cancelled { at }, None),
        (Met { .. } | Cancelled { .. }, Cancel { .. }) => (state, None),

        // Expired too: a pause that began in time and was heard late undoes the limit.
        (Running | Warned { .. } | Expired, Pause { at }) if at < due_at => (Paused { since: at }, None),
        (Running | Warned { .. } | Expired | Paused { .. } | Met { .. } | Cancelled { .. }, Pause { .. }) => {
            (state, None)
        }

        (Paused { since }, Resume { at }) => (Running, Some(Effect::Resumed { since, until: at.max(since) })),
        (Running | Warned { .. } | Expired | Met { .. } | Cancelled { .. }, Resume { .. }) => (state, None),

        // Only what that event cancelled: what had ended before stays ended.
        (Cancelled { at }, Restore { cancelled_at }) if at == cancelled_at => {
            (Running, Some(Effect::Restored))
        }
        (
            Running | Warned { .. } | Expired | Paused { .. } | Met { .. } | Cancelled { .. },
            Restore { .. },
        ) => (state, None),
    }
}

fn met(at: Timestamp, late: bool) -> (State, Option<Effect>) {
    (State::Met { at, late }, Some(Effect::Met { at, late }))
}
