//! The long-term register: what cannot be solved now is kept with a review date until conditions are ripe.
//!
//! | state | Propose | Enter | Drop | Review | Reactivate | Settle |
//! |---|---|---|---|---|---|---|
//! | (none) | Proposed | refused | same | refused | refused | refused |
//! | Proposed | Proposed, with the new day | Kept: deferred | Dropped | refused | refused | refused |
//! | Kept | refused | same | refused | Kept: deferred, if the day is another | Reactivated: undeferred | Settled: undeferred |
//! | Reactivated | Proposed | refused | refused | refused | same | refused |
//! | Settled | Proposed | refused | refused | refused | refused | same |
//! | Dropped | Proposed | refused | same | refused | refused | refused |
//!
//! `Propose` comes with the reply, `Enter` when the answer has left, `Drop` when the reply was sent back.

use jiff::civil::Date;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The reply that asks for it lies with the centre.
    Proposed,
    /// On file, to be reviewed on its day.
    Kept,
    /// Conditions are ripe: it is handled again.
    Reactivated,
    /// It has come to an end another way.
    Settled,
    /// The reply was sent back.
    Dropped,
}

/// An entry as far as the rules need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub state: State,
    /// The day of the next review.
    pub until: Date,
}

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A reply says "not now".
    Propose {
        /// The first review day.
        until: Date,
    },
    /// The answer has left.
    Enter,
    /// The reply was sent back.
    Drop,
    /// Looked at again; still not possible.
    Review {
        /// The next review day.
        until: Date,
    },
    /// Possible now.
    Reactivate,
    /// No longer needed.
    Settle,
}

/// What must be said to the other services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `case.deferred`.
    Deferred {
        /// The day of the next review.
        until: Date,
    },
    /// `case.undeferred`.
    Undeferred,
}

/// The state does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the register does not allow it")]
pub struct Refused;

impl State {
    /// Every state.
    pub const ALL: [State; 5] =
        [State::Proposed, State::Kept, State::Reactivated, State::Settled, State::Dropped];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Kept => "kept",
            State::Reactivated => "reactivated",
            State::Settled => "settled",
            State::Dropped => "dropped",
        }
    }

    /// Reads the word of [`State::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Decides one command; a repeat changes nothing and says nothing.
///
/// # Errors
/// [`Refused`] where the state does not allow it.
pub fn decide(entry: Option<Entry>, command: Command) -> Result<(Option<Entry>, Option<Effect>), Refused> {
    let same = Ok((entry, None));
    let Some(Entry { state, until }) = entry else {
        return match command {
            Command::Propose { until } => Ok((Some(Entry { state: State::Proposed, until }), None)),
            Command::Drop => Ok((None, None)),
            Command::Enter | Command::Review { .. } | Command::Reactivate | Command::Settle => Err(Refused),
        };
    };
    let to = |state, effect| Ok((Some(Entry { state, until }), effect));
    match (command, state) {
        (
            Command::Propose { until },
            State::Proposed | State::Reactivated | State::Settled | State::Dropped,
        ) => Ok((Some(Entry { state: State::Proposed, until }), None)),
        (Command::Enter, State::Proposed) => to(State::Kept, Some(Effect::Deferred { until })),
        (Command::Drop, State::Proposed) => to(State::Dropped, None),
        (Command::Review { until: next }, State::Kept) if next != until => {
            let kept = Entry { state: State::Kept, until: next };
            Ok((Some(kept), Some(Effect::Deferred { until: next })))
        }
        (Command::Reactivate, State::Kept) => to(State::Reactivated, Some(Effect::Undeferred)),
        (Command::Settle, State::Kept) => to(State::Settled, Some(Effect::Undeferred)),

        (Command::Enter | Command::Review { .. }, State::Kept)
        | (Command::Drop, State::Dropped)
        | (Command::Reactivate, State::Reactivated)
        | (Command::Settle, State::Settled) => same,

        (Command::Propose { .. } | Command::Drop, State::Kept)
        | (Command::Drop, State::Reactivated | State::Settled)
        | (Command::Enter, State::Reactivated | State::Settled | State::Dropped)
        | (Command::Review { .. }, State::Proposed | State::Reactivated | State::Settled | State::Dropped)
        | (Command::Reactivate, State::Proposed | State::Settled | State::Dropped)
        | (Command::Settle, State::Proposed | State::Reactivated | State::Dropped) => Err(Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn commands() -> [Command; 6] {
        let until = date(2026, 9, 1);
        [
            Command::Propose { until },
            Command::Enter,
            Command::Drop,
            Command::Review { until: date(2027, 3, 1) },
            Command::Reactivate,
            Command::Settle,
        ]
    }

    #[test]
    fn taken_twice_a_command_acts_once() {
        let entries = State::ALL.map(|state| Some(Entry { state, until: date(2026, 6, 1) }));
        for entry in entries.into_iter().chain([None]) {
            for command in commands() {
                if let Ok((next, _)) = decide(entry, command) {
                    assert_eq!(decide(next, command), Ok((next, None)), "{entry:?} {command:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_on_file_before_the_answer_has_left_and_all_that_is_on_file_comes_back() {
        let [propose, enter, drop, review, reactivate, settle] = commands();
        let (proposed, said) = decide(None, propose).unwrap();
        assert_eq!(said, None);
        for command in [review, reactivate, settle] {
            assert_eq!(decide(proposed, command), Err(Refused));
            assert_eq!(decide(None, command), Err(Refused));
        }
        let (dropped, said) = decide(proposed, drop).unwrap();
        assert_eq!((dropped.unwrap().state, said), (State::Dropped, None));
        assert_eq!(decide(dropped, enter), Err(Refused), "an answer that was sent back enters nothing");
        let (kept, said) = decide(proposed, enter).unwrap();
        assert_eq!(said, Some(Effect::Deferred { until: date(2026, 9, 1) }));
        assert_eq!(decide(kept, drop), Err(Refused));
        assert_eq!(decide(kept, propose), Err(Refused));
        let (kept, said) = decide(kept, review).unwrap();
        assert_eq!(said, Some(Effect::Deferred { until: date(2027, 3, 1) }));
        for (command, state) in [(reactivate, State::Reactivated), (settle, State::Settled)] {
            let (ended, said) = decide(kept, command).unwrap();
            assert_eq!((ended.unwrap().state, said), (state, Some(Effect::Undeferred)));
            assert_eq!(decide(ended, propose).unwrap().0.unwrap().state, State::Proposed);
            for refused in [enter, drop, review] {
                assert_eq!(decide(ended, refused), Err(Refused));
            }
        }
        assert_eq!(State::ALL.map(|state| State::read(state.as_str())), State::ALL.map(Some));
    }
}
