//! Sending a case round again at somebody's wish (重办), within what the pack allows.

use crate::{
    fact::{Fact, State},
    pack::Redo,
};

/// Why a case is not sent round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReopenRefused {
    /// It is being handled.
    #[error("the case is still being handled")]
    StillOpen,
    /// Withdrawn or declined.
    #[error("the case ended without an answer")]
    Ended,
    /// The pack knows no further handling.
    #[error("this pack knows no further round")]
    Off,
    /// All rounds are used up.
    #[error("all rounds are used up")]
    NoRoundLeft,
}

/// Gives the round that a higher organ's order begins: law asks no pack how many rounds are left. None when that round has
/// been left behind already, so that an order heard twice acts once.
#[must_use]
pub fn remanded(fact: &Fact, round: i32) -> Option<i32> {
    match fact.state() {
        State::Withdrawn | State::Declined | State::Invalid => None,
        State::Open | State::Answered | State::Closed => (fact.round == round).then_some(round + 1),
    }
}

/// Gives the round that begins.
///
/// # Errors
/// Why none begins.
pub fn reopen(fact: &Fact, redo: &Redo) -> Result<i32, ReopenRefused> {
    match fact.state() {
        State::Open => Err(ReopenRefused::StillOpen),
        State::Withdrawn | State::Declined | State::Invalid => Err(ReopenRefused::Ended),
        State::Answered | State::Closed if !redo.on => Err(ReopenRefused::Off),
        State::Answered | State::Closed if fact.reopen_count >= redo.max => Err(ReopenRefused::NoRoundLeft),
        State::Answered | State::Closed => Ok(fact.round + 1),
    }
}

#[cfg(test)]
mod tests {
    use ids::CaseId;

    use super::*;
    use crate::Ended;

    #[test]
    fn an_order_of_a_higher_organ_begins_one_round_and_no_second() {
        let mut fact = Fact::of(CaseId::derived("case"));
        fact.closed_round = 1;
        assert_eq!(remanded(&fact, 1), Some(2));
        fact.round = 2;
        assert_eq!(remanded(&fact, 1), None);
        assert_eq!(remanded(&fact, 2), Some(3), "also while it is open: the opinion does not stand");
        fact.ended = Some(Ended::Withdrawn);
        assert_eq!(remanded(&fact, 2), None);
    }
}
