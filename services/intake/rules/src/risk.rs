//! 风险标签: an officer's mark on a matter, with grounds, as one table. It is about the matter and never about a person.
//!
//! | state \ command | Mark | Lift |
//! |---|---|---|
//! | none 未标 | marked | – |
//! | marked 已标 | same | lifted |
//! | lifted 已撤 | marked | same |
//!
//! – is refused. The words that may be marked are the pack's (`[record] risks`). A mark closes no door and moves no limit: it is
//! counted, and gathers into an early warning.

use crate::record::Words;

/// Where one risk of one case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RiskState {
    /// 未标.
    None,
    /// 已标.
    Marked,
    /// 已撤.
    Lifted,
}

/// What is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskCommand {
    /// 标.
    Mark,
    /// 撤.
    Lift,
}

/// What the shell must tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskEffect {
    /// Tell that it is marked.
    TellMarked,
    /// Tell that it is marked no longer.
    TellLifted,
}

/// There is no such mark to lift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such mark stands on the case")]
pub struct NotMarked;

/// Decides what a command does.
///
/// # Errors
/// [`NotMarked`].
pub fn decide_risk(
    state: RiskState,
    command: RiskCommand,
) -> Result<(RiskState, Option<RiskEffect>), NotMarked> {
    match (command, state) {
        (RiskCommand::Mark, RiskState::None | RiskState::Lifted) => {
            Ok((RiskState::Marked, Some(RiskEffect::TellMarked)))
        }
        (RiskCommand::Mark, RiskState::Marked) | (RiskCommand::Lift, RiskState::Lifted) => Ok((state, None)),
        (RiskCommand::Lift, RiskState::Marked) => Ok((RiskState::Lifted, Some(RiskEffect::TellLifted))),
        (RiskCommand::Lift, RiskState::None) => Err(NotMarked),
    }
}

/// Says whether a pack knows a risk.
#[must_use]
pub fn knows_risk(words: &Words, risk: &str) -> bool {
    words.risks.iter().any(|known| known.code == risk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_taken_twice_acts_once_and_is_told_when_it_changes() {
        for state in [RiskState::None, RiskState::Marked, RiskState::Lifted] {
            for command in [RiskCommand::Mark, RiskCommand::Lift] {
                let Ok((next, told)) = decide_risk(state, command) else {
                    assert_eq!((state, command), (RiskState::None, RiskCommand::Lift));
                    continue;
                };
                assert_eq!(told.is_some(), next != state, "{state:?} {command:?}");
                assert_eq!(decide_risk(next, command), Ok((next, None)), "{state:?} {command:?}");
                let expected = match command {
                    RiskCommand::Mark => (RiskState::Marked, RiskEffect::TellMarked),
                    RiskCommand::Lift => (RiskState::Lifted, RiskEffect::TellLifted),
                };
                assert_eq!(next, expected.0);
                assert!(told.is_none_or(|told| told == expected.1));
            }
        }
    }
}
