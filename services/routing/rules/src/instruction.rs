//! The life of a leader's instruction (批示): issued, reported on, closed by the leader or sent back.
//!
//! | state | Issue | Report | Accept | SendBack |
//! |---|---|---|---|---|
//! | (none) | Open: issued (or Closed, where no report is owed) | refused | refused | refused |
//! | Open | same | Reported: reported | refused | same, once it was sent back |
//! | Reported | same | same | Closed | Open |
//! | Closed | same | refused | same | refused |

use crate::{pack::Basis, pack::Label, words::Urgency};
use calendar::Limit;
use serde::Deserialize;

/// A kind of instruction, as the pack has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// The case becomes at least so urgent; missing: it stays as it is.
    pub urgency: Option<Urgency>,
    /// The unit reports within it; missing: no report is owed.
    pub report: Option<Limit>,
    /// A waiting case goes out at once.
    #[serde(default)]
    pub dispatch: bool,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// Where an instruction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// A report is owed.
    Open,
    /// The report lies with the leader.
    Reported,
    /// Nothing more is owed.
    Closed,
}

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The leader writes it.
    Issue {
        /// A report is owed.
        report: bool,
    },
    /// The unit reports.
    Report,
    /// The leader is content.
    Accept,
    /// The leader is not.
    SendBack,
}

/// What must be said to the other services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `instruction.issued`.
    Issued,
    /// `instruction.reported`.
    Reported,
}

/// Why a command was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// There is no such instruction.
    #[error("there is no such instruction")]
    None,
    /// The unit has not reported.
    #[error("the unit has not reported")]
    NotReported,
    /// Nothing more is owed.
    #[error("the instruction is closed")]
    Closed,
}

impl State {
    /// Every state.
    pub const ALL: [State; 3] = [State::Open, State::Reported, State::Closed];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Reported => "reported",
            State::Closed => "closed",
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
            Why::None => "没有这条批示。",
            Why::NotReported => "承办单位尚未报告批示落实情况。",
            Why::Closed => "该批示已办结，无须再报告。",
        }
    }

    /// The refusal in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Why::None => "there is no such instruction",
            Why::NotReported => "the unit has not reported on the instruction",
            Why::Closed => "the instruction is closed; no report is owed",
        }
    }
}

/// Decides one command; a repeat changes nothing and says nothing. `sent_back`: the newest report was not accepted.
///
/// # Errors
/// [`Why`] where the state does not allow it.
pub fn decide(
    state: Option<State>,
    sent_back: bool,
    command: Command,
) -> Result<(Option<State>, Vec<Effect>), Why> {
    let same = Ok((state, Vec::new()));
    match (command, state) {
        (Command::Issue { report }, None) => {
            let next = if report { State::Open } else { State::Closed };
            Ok((Some(next), vec![Effect::Issued]))
        }
        (Command::Issue { .. }, Some(State::Open | State::Reported | State::Closed)) => same,
        (Command::Report | Command::Accept | Command::SendBack, None) => Err(Why::None),
        (Command::Report, Some(State::Open)) => Ok((Some(State::Reported), vec![Effect::Reported])),
        (Command::Report, Some(State::Reported)) => same,
        (Command::Report, Some(State::Closed)) => Err(Why::Closed),
        (Command::Accept, Some(State::Reported)) => Ok((Some(State::Closed), Vec::new())),
        (Command::Accept, Some(State::Closed)) => same,
        (Command::Accept, Some(State::Open)) => Err(Why::NotReported),
        (Command::SendBack, Some(State::Reported)) => Ok((Some(State::Open), Vec::new())),
        (Command::SendBack, Some(State::Open)) if sent_back => same,
        (Command::SendBack, Some(State::Open)) => Err(Why::NotReported),
        (Command::SendBack, Some(State::Closed)) => Err(Why::Closed),
    }
}

/// The urgency of a case after an instruction: it is raised, never lowered.
#[must_use]
pub const fn raised(now: Urgency, asked: Option<Urgency>) -> Urgency {
    match (now, asked) {
        (Urgency::ExtraUrgent, _) | (_, Some(Urgency::ExtraUrgent)) => Urgency::ExtraUrgent,
        (Urgency::Urgent, _) | (_, Some(Urgency::Urgent)) => Urgency::Urgent,
        (Urgency::Ordinary, None | Some(Urgency::Ordinary)) => Urgency::Ordinary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: [Command; 5] = [
        Command::Issue { report: true },
        Command::Issue { report: false },
        Command::Report,
        Command::Accept,
        Command::SendBack,
    ];

    #[test]
    fn taken_twice_a_command_acts_once() {
        for state in [None, Some(State::Open), Some(State::Reported), Some(State::Closed)] {
            for command in COMMANDS {
                for sent_back in [false, true] {
                    if let Ok((next, _)) = decide(state, sent_back, command) {
                        let back = sent_back || command == Command::SendBack;
                        assert_eq!(decide(next, back, command), Ok((next, vec![])), "{state:?} {command:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_instruction_is_open_until_the_leader_takes_the_report() {
        let (open, said) = decide(None, false, Command::Issue { report: true }).unwrap();
        assert_eq!((open, said), (Some(State::Open), vec![Effect::Issued]));
        assert_eq!(decide(open, false, Command::Accept), Err(Why::NotReported));
        assert_eq!(decide(open, false, Command::SendBack), Err(Why::NotReported));
        let (reported, said) = decide(open, false, Command::Report).unwrap();
        assert_eq!((reported, said), (Some(State::Reported), vec![Effect::Reported]));
        let (back, said) = decide(reported, false, Command::SendBack).unwrap();
        assert_eq!((back, said), (Some(State::Open), vec![]));
        let (again, said) = decide(back, true, Command::Report).unwrap();
        assert_eq!(said, [Effect::Reported]);
        let (closed, _) = decide(again, false, Command::Accept).unwrap();
        assert_eq!(closed, Some(State::Closed));
        assert_eq!(decide(closed, false, Command::Report), Err(Why::Closed));
        assert_eq!(decide(closed, false, Command::SendBack), Err(Why::Closed));
        for command in [Command::Report, Command::Accept, Command::SendBack] {
            assert_eq!(decide(None, false, command), Err(Why::None), "late or never");
        }
        assert_eq!(decide(None, false, Command::Issue { report: false }).unwrap().0, Some(State::Closed));
        assert_eq!(State::ALL.map(|state| State::read(state.as_str())), State::ALL.map(Some));
    }

    #[test]
    fn urgency_is_raised_and_never_lowered() {
        use Urgency::{ExtraUrgent, Ordinary, Urgent};
        assert_eq!(raised(Ordinary, None), Ordinary);
        assert_eq!(raised(Ordinary, Some(Ordinary)), Ordinary);
        assert_eq!(raised(Ordinary, Some(Urgent)), Urgent);
        assert_eq!(raised(Urgent, Some(Ordinary)), Urgent);
        assert_eq!(raised(Urgent, None), Urgent);
        assert_eq!(raised(Urgent, Some(ExtraUrgent)), ExtraUrgent);
        assert_eq!(raised(ExtraUrgent, Some(Urgent)), ExtraUrgent);
    }
}
