//! The life of one step of handling: done at once, or a spell with a beginning and an end.
//!
//! | state | Record | Begin | Finish | Drop |
//! |---|---|---|---|---|
//! | (none) | Done: progressed | Running: progressed, paused | refused | refused |
//! | Running | refused | same | Done: progressed, resumed | Dropped: resumed |
//! | Done | same | refused | same | refused |
//! | Dropped | refused | refused | refused | same |
//!
//! `Record` is for steps without length, `Begin` for spells (a hearing, a mediation). The case is said to be paused when the
//! first spell of a kind that stops its time begins, and resumed when the last one of that kind ends.

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Begun, not ended.
    Running,
    /// Done, with its result.
    Done,
    /// Begun and given up.
    Dropped,
}

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Writes down a step that has no length.
    Record,
    /// Begins a spell.
    Begin,
    /// Ends a spell with its result.
    Finish,
    /// Gives a spell up.
    Drop,
}

/// What the pack and the case say, worked out by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The kind of step has a beginning and an end.
    pub spell: bool,
    /// Its time does not count.
    pub pauses: bool,
    /// Another step of the same kind already stops the case's time.
    pub others_pause: bool,
    /// The unit has signed for the case and has neither replied nor given it back.
    pub in_hand: bool,
}

/// What must be said to the other services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `assignment.progressed`.
    Progressed,
    /// `case.paused`.
    Paused,
    /// `case.resumed`.
    Resumed,
}

/// Why a command was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The unit does not have the case in hand.
    #[error("the unit does not have the case in hand")]
    NotInHand,
    /// This kind of step has no length.
    #[error("this kind of step has no length")]
    NoSpell,
    /// This kind of step has a beginning and an end.
    #[error("this kind of step has a beginning and an end")]
    IsSpell,
    /// There is no such step.
    #[error("there is no such step")]
    NoStep,
    /// The step has ended.
    #[error("the step has ended")]
    Ended,
}

impl State {
    /// Every state.
    pub const ALL: [State; 3] = [State::Running, State::Done, State::Dropped];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Done => "done",
            State::Dropped => "dropped",
        }
    }

    /// Reads the word of [`State::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl Why {
    /// The refusal in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Why::NotInHand => "承办单位尚未签收或已不再承办，不能登记办理过程。",
            Why::NoSpell => "该类办理过程没有起止，请直接登记。",
            Why::IsSpell => "该类办理过程有起止，请先登记开始。",
            Why::NoStep => "没有这条办理过程。",
            Why::Ended => "该办理过程已经结束。",
        }
    }

    /// The refusal in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Why::NotInHand => "the unit has not signed for the case or no longer has it",
            Why::NoSpell => "this kind of step has no length; record it",
            Why::IsSpell => "this kind of step has a beginning and an end; begin it",
            Why::NoStep => "there is no such step",
            Why::Ended => "the step has ended",
        }
    }
}

/// Decides one command; a repeat changes nothing and says nothing.
///
/// # Errors
/// [`Why`] where state or terms do not allow it.
pub fn decide(
    state: Option<State>,
    command: Command,
    terms: Terms,
) -> Result<(Option<State>, Vec<Effect>), Why> {
    let turned = |effect| if terms.pauses && !terms.others_pause { vec![effect] } else { Vec::new() };
    match (command, state) {
        (Command::Record, Some(State::Done))
        | (Command::Begin, Some(State::Running))
        | (Command::Finish, Some(State::Done))
        | (Command::Drop, Some(State::Dropped)) => Ok((state, Vec::new())),

        (Command::Record | Command::Begin, None) if !terms.in_hand => Err(Why::NotInHand),
        (Command::Record, None) if terms.spell => Err(Why::IsSpell),
        (Command::Record, None) => Ok((Some(State::Done), vec![Effect::Progressed])),
        (Command::Begin, None) if !terms.spell => Err(Why::NoSpell),
        (Command::Begin, None) => {
            let mut effects = vec![Effect::Progressed];
            effects.extend(turned(Effect::Paused));
            Ok((Some(State::Running), effects))
        }
        // A spell may be ended by a unit that has lost the case meanwhile: its time must not stand still for ever.
        (Command::Finish, Some(State::Running)) => {
            let mut effects = vec![Effect::Progressed];
            effects.extend(turned(Effect::Resumed));
            Ok((Some(State::Done), effects))
        }
        (Command::Drop, Some(State::Running)) => Ok((Some(State::Dropped), turned(Effect::Resumed))),

        (Command::Finish | Command::Drop, None) => Err(Why::NoStep),
        (Command::Record, Some(State::Running)) => Err(Why::IsSpell),
        (Command::Record | Command::Finish, Some(State::Dropped))
        | (Command::Begin, Some(State::Done | State::Dropped))
        | (Command::Drop, Some(State::Done)) => Err(Why::Ended),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: [Command; 4] = [Command::Record, Command::Begin, Command::Finish, Command::Drop];
    const SPELL: Terms = Terms { spell: true, pauses: true, others_pause: false, in_hand: true };
    const PLAIN: Terms = Terms { spell: false, pauses: false, ..SPELL };

    fn every() -> impl Iterator<Item = (Option<State>, Command, Terms)> {
        let states = [None, Some(State::Running), Some(State::Done), Some(State::Dropped)];
        let bits = 0..16_u8;
        bits.flat_map(move |bits| {
            let bit = move |at: u8| bits & 1 << at != 0;
            let terms = Terms { spell: bit(0), pauses: bit(1), others_pause: bit(2), in_hand: bit(3) };
            states.into_iter().flat_map(move |state| COMMANDS.map(|command| (state, command, terms)))
        })
    }

    #[test]
    fn taken_twice_a_command_acts_once() {
        for (state, command, terms) in every() {
            if let Ok((next, _)) = decide(state, command, terms) {
                assert_eq!(decide(next, command, terms), Ok((next, vec![])), "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn time_stands_still_from_the_first_pausing_spell_to_the_end_of_the_last() {
        use Effect::{Paused, Progressed, Resumed};
        let begun = decide(None, Command::Begin, SPELL).unwrap();
        assert_eq!(begun, (Some(State::Running), vec![Progressed, Paused]));
        let second = Terms { others_pause: true, ..SPELL };
        assert_eq!(decide(None, Command::Begin, second).unwrap().1, [Progressed]);
        assert_eq!(decide(begun.0, Command::Finish, second).unwrap().1, [Progressed]);
        assert_eq!(decide(begun.0, Command::Finish, SPELL).unwrap().1, [Progressed, Resumed]);
        assert_eq!(decide(begun.0, Command::Drop, SPELL).unwrap(), (Some(State::Dropped), vec![Resumed]));
        let silent = Terms { pauses: false, ..SPELL };
        assert_eq!(decide(begun.0, Command::Drop, silent).unwrap().1, []);
    }

    #[test]
    fn only_a_unit_that_has_the_case_in_hand_begins_and_it_may_always_end() {
        let lost = Terms { in_hand: false, ..SPELL };
        assert_eq!(decide(None, Command::Begin, lost), Err(Why::NotInHand));
        assert_eq!(decide(None, Command::Record, Terms { in_hand: false, ..PLAIN }), Err(Why::NotInHand));
        assert!(decide(Some(State::Running), Command::Finish, lost).is_ok());
        assert!(decide(Some(State::Running), Command::Drop, lost).is_ok());
    }

    #[test]
    fn what_has_no_length_is_recorded_and_what_has_one_is_begun() {
        assert_eq!(
            decide(None, Command::Record, PLAIN).unwrap(),
            (Some(State::Done), vec![Effect::Progressed])
        );
        assert_eq!(decide(None, Command::Record, SPELL), Err(Why::IsSpell));
        assert_eq!(decide(None, Command::Begin, PLAIN), Err(Why::NoSpell));
        assert_eq!(decide(None, Command::Finish, SPELL), Err(Why::NoStep));
        assert_eq!(decide(Some(State::Running), Command::Record, SPELL), Err(Why::IsSpell));
        for command in [Command::Begin, Command::Drop] {
            assert_eq!(decide(Some(State::Done), command, SPELL), Err(Why::Ended));
        }
        for command in [Command::Record, Command::Begin, Command::Finish] {
            assert_eq!(decide(Some(State::Dropped), command, SPELL), Err(Why::Ended));
        }
        let words: Vec<_> = State::ALL.iter().map(|state| State::read(state.as_str())).collect();
        assert_eq!(words, State::ALL.map(Some));
        assert_eq!(State::read("gone"), None);
    }
}
