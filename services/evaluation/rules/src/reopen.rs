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

/// Gives the round that begins.
///
/// # Errors
/// Why none begins.
pub fn reopen(fact: &Fact, redo: &Redo) -> Result<i32, ReopenRefused> {
    match fact.state() {
        State::Open => Err(ReopenRefused::StillOpen),
        State::Withdrawn | State::Declined => Err(ReopenRefused::Ended),
        State::Answered | State::Closed if !redo.on => Err(ReopenRefused::Off),
        State::Answered | State::Closed if fact.reopen_count >= redo.max => Err(ReopenRefused::NoRoundLeft),
        State::Answered | State::Closed => Ok(fact.round + 1),
    }
}
