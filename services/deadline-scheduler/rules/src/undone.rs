//! When a breach is none any more (延期、改类、停计、日历变动): more time was granted late, or what happened was heard late.

use jiff::Timestamp;

use crate::lifecycle::State;

/// Says whether nothing is owed any more for the breach of a limit that stands so now, if it was owed since an instant. What
/// was cancelled answers for what had passed before.
#[must_use]
pub fn undone(state: State, due_at: Timestamp, owed_since: Timestamp) -> bool {
    match state {
        State::Running | State::Warned { .. } | State::Expired => due_at > owed_since,
        State::Paused { .. } => true,
        State::Met { late, .. } => !late,
        State::Cancelled { .. } => false,
    }
}

/// Says whether a limit stands broken at an instant, or was when it ended.
#[must_use]
pub fn is_broken(state: State, due_at: Timestamp, now: Timestamp) -> bool {
    match state {
        State::Running | State::Warned { .. } | State::Expired => due_at <= now,
        State::Paused { .. } => false,
        State::Met { late, .. } => late,
        State::Cancelled { at } => due_at <= at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("fits")
    }

    const OPEN: [State; 3] = [State::Running, State::Warned { rank: 1 }, State::Expired];

    #[test]
    fn a_breach_is_undone_when_the_limit_lies_after_it() {
        for state in OPEN {
            assert!(undone(state, at(11), at(10)));
            assert!(!undone(state, at(10), at(10)), "it was owed from the very instant");
            assert!(!undone(state, at(9), at(10)));
        }
        assert!(undone(State::Paused { since: at(1) }, at(9), at(10)));
        assert!(undone(State::Met { at: at(8), late: false }, at(9), at(10)));
        assert!(!undone(State::Met { at: at(12), late: true }, at(9), at(10)));
        assert!(!undone(State::Cancelled { at: at(12) }, at(20), at(10)));
    }

    #[test]
    fn a_limit_is_broken_from_its_due_instant_on() {
        for state in OPEN {
            assert!(!is_broken(state, at(11), at(10)));
            assert!(is_broken(state, at(10), at(10)));
            assert!(is_broken(state, at(9), at(10)));
        }
        assert!(!is_broken(State::Paused { since: at(1) }, at(9), at(10)));
        assert!(!is_broken(State::Met { at: at(8), late: false }, at(9), at(10)));
        assert!(is_broken(State::Met { at: at(12), late: true }, at(9), at(10)));
        assert!(!is_broken(State::Cancelled { at: at(8) }, at(9), at(10)));
        assert!(is_broken(State::Cancelled { at: at(9) }, at(9), at(10)));
        assert!(is_broken(State::Cancelled { at: at(12) }, at(9), at(10)));
    }
}
