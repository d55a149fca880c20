//! The life of a follow-up (回访): opened once, completed once.

use crate::words::UnknownWord;

/// One follow-up of one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The round that is asked about.
    pub round: i32,
    /// Where it stands.
    pub state: FollowUpState,
}

/// Where a follow-up stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUpState {
    /// Somebody is to ask.
    Open,
    /// It was asked.
    Completed(Result),
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Result {
    /// The citizen rated, asked or unasked.
    Rated,
    /// Nobody answered, in time or at all.
    Unreachable,
    /// The citizen would not say, or asked for another round instead.
    Declined,
}

/// What may happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A rating of its round came in.
    Rate,
    /// Whoever asked reached nobody.
    NotReached,
    /// Whoever asked was refused.
    Refused,
    /// The round it asks about is over because the case goes round again.
    Overtaken,
    /// The time for an answer is over.
    Expire,
}

/// To be told: it was completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completed(pub Result);

/// Decides what a command does: the next state, and what is to be told if anything changed.
///
/// # Errors
/// The result it already has, when somebody writes down another one.
pub fn decide(
    state: FollowUpState,
    command: Command,
) -> std::result::Result<(FollowUpState, Option<Completed>), Result> {
    use FollowUpState::{Completed as Done, Open};
    let complete = |result| Ok((Done(result), Some(Completed(result))));
    match (state, command) {
        (Open, Command::Rate) => complete(Result::Rated),
        (Open, Command::NotReached | Command::Expire) => complete(Result::Unreachable),
        (Open, Command::Refused | Command::Overtaken) => complete(Result::Declined),
        // What happens by itself finds a completed one and leaves it; a rating that comes late still counts as a rating.
        (Done(_), Command::Rate | Command::Overtaken | Command::Expire)
        | (Done(Result::Unreachable), Command::NotReached)
        | (Done(Result::Declined), Command::Refused) => Ok((state, None)),
        (Done(result @ (Result::Rated | Result::Declined)), Command::NotReached)
        | (Done(result @ (Result::Rated | Result::Unreachable)), Command::Refused) => Err(result),
    }
}

impl Result {
    /// Gives the word as tables and events write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rated => "rated",
            Self::Unreachable => "unreachable",
            Self::Declined => "declined",
        }
    }
}

impl std::str::FromStr for Result {
    type Err = UnknownWord;
    fn from_str(word: &str) -> std::result::Result<Self, UnknownWord> {
        [Self::Rated, Self::Unreachable, Self::Declined]
            .into_iter()
            .find(|known| known.as_str() == word)
            .ok_or(UnknownWord("result"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_taken_twice_acts_once() {
        use FollowUpState::{Completed as Done, Open};
        let states = [Open, Done(Result::Rated), Done(Result::Unreachable), Done(Result::Declined)];
        let commands =
            [Command::Rate, Command::NotReached, Command::Refused, Command::Overtaken, Command::Expire];
        for state in states {
            for command in commands {
                let Ok((next, told)) = decide(state, command) else {
                    assert_ne!(state, Open, "an open one refuses nothing");
                    continue;
                };
                assert_eq!(told.is_some(), state == Open, "{state:?} {command:?}");
                assert_ne!(next, Open);
                assert_eq!(decide(next, command), Ok((next, None)), "{state:?} {command:?}");
            }
        }
    }
}
