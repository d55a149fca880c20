//! The life of a delivery.
//!
//! | from | it was brought | it was refused for now | it was refused for good |
//! |---|---|---|---|
//! | Queued, Retrying | Sent | Retrying, or Failed when patience is at its end | Failed |
//! | Sent, Failed | – | – | – |
//!
//! A history that was brought in owes nobody a message: it has no delivery at all.

use jiff::{SignedDuration, Timestamp};

/// Where a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Never tried.
    Queued,
    /// Tried so many times; to be tried again.
    Retrying {
        /// How often it was tried.
        attempts: u32,
        /// When to try next.
        next_at: Timestamp,
    },
    /// Brought.
    Sent {
        /// How often it was tried, the last time included.
        attempts: u32,
        /// When.
        at: Timestamp,
    },
    /// Given up.
    Failed {
        /// How often it was tried.
        attempts: u32,
        /// A reason code.
        reason: String,
    },
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Brought,
    /// Not now: the carrier is away or busy.
    Later {
        /// A reason code.
        reason: String,
    },
    /// Never: the address is none.
    Never {
        /// A reason code.
        reason: String,
    },
}

/// How often and how patiently a channel is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Attempts in all; at least 1.
    pub attempts: u32,
    /// The pause after the first attempt; each further one is twice as long.
    pub pause: SignedDuration,
    /// The longest pause.
    pub longest: SignedDuration,
}

/// What others are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `notice.sent`.
    Sent,
    /// `notice.failed`.
    Failed,
}

/// Says where a delivery stands after an attempt. What has ended stays as it is and says nothing again.
#[must_use]
pub fn decide(
    state: &State,
    outcome: &Outcome,
    now: Timestamp,
    patience: Patience,
) -> (State, Option<Effect>) {
    let before = match state {
        State::Queued => 0,
        State::Retrying { attempts, .. } => *attempts,
        State::Sent { .. } | State::Failed { .. } => return (state.clone(), None),
    };
    let attempts = before.saturating_add(1);
    match outcome {
        Outcome::Brought => (State::Sent { attempts, at: now }, Some(Effect::Sent)),
        Outcome::Later { .. } if attempts < patience.attempts => {
            let pause = pause(patience, before);
            let next_at = now.checked_add(pause).unwrap_or(Timestamp::MAX);
            (State::Retrying { attempts, next_at }, None)
        }
        Outcome::Later { reason } | Outcome::Never { reason } => {
            (State::Failed { attempts, reason: reason.clone() }, Some(Effect::Failed))
        }
    }
}

fn pause(patience: Patience, before: u32) -> SignedDuration {
    let factor = 2_i32.checked_pow(before).unwrap_or(i32::MAX);
    patience.pause.checked_mul(factor).unwrap_or(patience.longest).min(patience.longest)
}
