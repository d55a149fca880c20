//! What a decision about a petition comes to: the lane afterwards with what follows, or why not.

use super::{Command, Lane, Stage, State};

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `opinion.issued`.
    Opinion(Stage),
    /// `opinion.extended`.
    Extended(Stage),
    /// `review.requested`.
    Requested(Stage),
    /// `review.accepted`.
    Admitted(Stage),
    /// `review.refused`.
    Refused(Stage),
    /// `case.paused`.
    Paused,
    /// `case.resumed`.
    Resumed,
    /// `case.remanded`.
    Remanded(Stage),
    /// `case.terminated`, after three levels or on the proposal.
    Terminated {
        /// By the re-examination.
        three_level: bool,
    },
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The state as such does not allow it.
    State,
    /// There is no served opinion that could be asked about.
    NoOpinion,
    /// The matter is terminated.
    Terminated,
    /// All extensions are granted.
    Spent,
    /// A hearing is open.
    HearingOpen,
    /// The period has not been missed.
    NotMissed,
    /// This kind comes of itself.
    OfItself,
    /// Nothing lies with the approver.
    NothingProposed,
}

/// A command that the rules do not allow here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{command:?} refused in state {state:?}: {why:?}")]
pub struct Refused {
    /// Where the petition stood.
    pub state: State,
    /// What was asked.
    pub command: Command,
    /// Why not.
    pub why: Why,
}

/// The lane afterwards and what follows. Nothing follows from a repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The lane afterwards.
    pub next: Lane,
    /// In the order they are to be said.
    pub effects: Vec<Effect>,
}
