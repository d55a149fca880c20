//! The life of what is told to the public by decision.
//!
//! | from | another hand releases | its author releases | withdrawn |
//! |---|---|---|---|
//! | Draft | Released | refused: own hand | refused |
//! | Released | refused | refused | Withdrawn |
//! | Withdrawn | refused | refused | refused |
//!
//! Nothing comes back from Withdrawn: what is to be told again is written, and released, again.

use std::collections::BTreeSet;

/// Where a bulletin stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Written; nobody outside sees it.
    Draft,
    /// Told to everybody.
    Released,
    /// Taken back.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Released, Self::Withdrawn];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What a person does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Lets it out.
    Release {
        /// By whoever wrote it.
        own: bool,
    },
    /// Takes it back.
    Withdraw,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Two pairs of eyes: whoever wrote it does not release it.
    OwnHand,
    /// Its state does not allow it.
    NotNow,
}

/// Says where a bulletin stands after a command.
///
/// # Errors
/// See the table.
pub const fn decide(state: State, command: Command) -> Result<State, Refusal> {
    match (state, command) {
        (State::Draft, Command::Release { own: false }) => Ok(State::Released),
        (State::Draft, Command::Release { own: true }) => Err(Refusal::OwnHand),
        (State::Released, Command::Withdraw) => Ok(State::Withdrawn),
        (State::Draft, Command::Withdraw)
        | (State::Released | State::Withdrawn, Command::Release { .. })
        | (State::Withdrawn, Command::Withdraw) => Err(Refusal::NotNow),
    }
}

/// What a bulletin may not speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It exposes a complaint and names no public answer: nobody has redacted what it tells.
    NothingPublic,
    /// It names an answer that is not public.
    NotPublic,
}

/// Looks at the public answers that a bulletin names. `exposes`: it shows complaints, so it must rest on some.
///
/// # Errors
/// The first reason against it.
pub fn fits<Id: Ord>(exposes: bool, named: &BTreeSet<Id>, public: &BTreeSet<Id>) -> Result<(), Unfit> {
    if !named.is_subset(public) {
        Err(Unfit::NotPublic)
    } else if exposes && named.is_empty() {
        Err(Unfit::NothingPublic)
    } else {
        Ok(())
    }
}
