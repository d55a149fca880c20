//! The life of a case as intake sees it, as one table.
//!
//! What a person asks (accept, decline, withdraw, supplement) may be refused. What another service reports (dispatched,
//! answered, reopened) has happened: it is taken note of, in whatever order the sources are heard. Rounds keep late
//! reports from undoing newer ones.
//!
//! | state | accept | decline | invalidate | withdraw | supplement | merge | unmerge | renew | dispatched | answered | reopened | primary closed |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | registered | accepted | declined | invalid | withdrawn | told | merged | – | no | dispatched | closed | reopened | – |
//! | accepted | – | declined | invalid | withdrawn | told | merged | – | no | dispatched | closed | reopened | – |
//! | dispatched | no | no | no | withdrawn | told | merged | – | no | – | closed | reopened | – |
//! | reopened | no | no | no | withdrawn | told | merged | – | no | dispatched | closed | reopened | – |
//! | merged | no | no | no | withdrawn | told | – | its own state | no | – | closed | – | closed |
//! | closed | no | no | no | no | no | no | no | told | dispatched | closed | reopened | – |
//! | declined | no | – | no | no | no | no | no | no | – | – | – | – |
//! | withdrawn | no | no | no | – | no | no | no | no | – | – | – | – |
//! | invalid | no | no | – | no | no | no | no | no | – | – | – | – |
//!
//! `–` changes no state and says nothing; `no` is refused. Reports count only for rounds that are not over.

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// 已登记: written down, acceptance not yet decided.
    Registered,
    /// 已受理: taken; routing finds the unit.
    Accepted,
    /// 办理中: with a unit.
    Dispatched,
    /// 已办结: answered and closed.
    Closed,
    /// 不予受理: not taken, with a reason.
    Declined,
    /// 已撤回: taken back by the citizen.
    Withdrawn,
    /// 重办: goes round again, not yet with a unit.
    Reopened,
    /// 已并单: waits on another case that is about the same, and is answered with it.
    Merged,
    /// 无效: nothing in it could be handled; not a refusal.
    Invalid,
}

/// The state of its own that a merged case goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Own {
    /// Was registered only.
    Registered,
    /// Was accepted.
    Accepted,
    /// Was with a unit.
    Dispatched,
    /// Was going round again.
    Reopened,
}

impl Own {
    /// Every state that can be merged.
    pub const ALL: [Self; 4] = [Self::Registered, Self::Accepted, Self::Dispatched, Self::Reopened];

    /// The state.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Registered => State::Registered,
            Self::Accepted => State::Accepted,
            Self::Dispatched => State::Dispatched,
            Self::Reopened => State::Reopened,
        }
    }

    /// What a case would go back to if it were merged now; none when it cannot be.
    #[must_use]
    pub fn of(state: State) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.state() == state)
    }
}

/// A case with its rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Where it stands.
    pub state: State,
    /// The round it is in; 1 is the first.
    pub round: i32,
    /// The last round that was closed; 0 before the first closure.
    pub closed_round: i32,
}

/// What is asked of a case, or reported of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// 受理.
    Accept,
    /// 不予受理.
    Decline,
    /// 无效: nothing in it can be handled.
    Invalidate,
    /// 撤回.
    Withdraw,
    /// 补充.
    Supplement,
    /// 并单.
    Merge,
    /// Parted from the case that it waits on.
    Unmerge {
        /// Where it stood before.
        own: Own,
    },
    /// New facts after the closure.
    Renew,
    /// Reported: the case that it waits on was closed.
    ClosePrimary,
    /// Reported: a unit has it.
    Dispatch {
        /// In which round.
        round: i32,
    },
    /// Reported: it was answered to the citizen.
    Answer {
        /// In which round.
        round: i32,
    },
    /// Reported: it goes round again.
    Reopen {
        /// The round that begins.
        round: i32,
    },
}

/// What the shell must tell once the new state is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell that the case was accepted.
    TellAccepted,
    /// Tell that it was declined.
    TellDeclined,
    /// Tell that nothing in it could be handled.
    TellInvalid,
    /// Tell that it was withdrawn.
    TellWithdrawn,
    /// Tell that something was added.
    TellSupplemented,
    /// Tell that it waits on another case.
    TellMerged,
    /// Tell that it goes its own way again.
    TellUnmerged,
    /// Tell that new facts came after the closure.
    TellRenewed,
    /// Tell that a round was closed (办结).
    TellClosed {
        /// Which round.
        round: i32,
    },
}

/// A command that the state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {state:?} cannot take {command:?}")]
pub struct Refused {
    /// Where the case stands.
    pub state: State,
    /// What was asked.
    pub command: Command,
}

/// Decides what a command does to a case.
///
/// # Errors
/// [`Refused`] when a person asks what the state does not allow; reports are never refused.
pub fn decide(life: Life, command: Command) -> Result<(Life, Option<Effect>), Refused> {
    use State::{Accepted, Closed, Declined, Dispatched, Invalid, Merged, Registered, Reopened, Withdrawn};
    let state = life.state;
    let to = |next: State, effect: Effect| Ok((Life { state: next, ..life }, Some(effect)));
    let same = Ok((life, None));
    let refused = Err(Refused { state, command });
    match (command, state) {
        (Command::Accept, Registered) => to(Accepted, Effect::TellAccepted),
        // The same command again is a repeat, not a mistake.
        (Command::Accept, Accepted) => same,
        (Command::Accept, Dispatched | Closed | Declined | Withdrawn | Reopened | Merged | Invalid) => {
            refused
        }

        // Accepted by the machine is not yet accepted for good: a person may still find a reason, until a unit has it.
        (Command::Decline, Registered | Accepted) => to(Declined, Effect::TellDeclined),
        (Command::Decline, Declined) => same,
        (Command::Decline, Dispatched | Closed | Withdrawn | Reopened | Merged | Invalid) => refused,

        (Command::Invalidate, Registered | Accepted) => to(Invalid, Effect::TellInvalid),
        (Command::Invalidate, Invalid) => same,
        (Command::Invalidate, Dispatched | Closed | Declined | Withdrawn | Reopened | Merged) => refused,

        (Command::Withdraw, Registered | Accepted | Dispatched | Reopened | Merged) => {
            to(Withdrawn, Effect::TellWithdrawn)
        }
        (Command::Withdraw, Withdrawn) => same,
        (Command::Withdraw, Closed | Declined | Invalid) => refused,

        (Command::Supplement, Registered | Accepted | Dispatched | Reopened | Merged) => {
            to(state, Effect::TellSupplemented)
        }
        (Command::Supplement, Closed | Declined | Withdrawn | Invalid) => refused,

        (Command::Merge, Registered | Accepted | Dispatched | Reopened) => to(Merged, Effect::TellMerged),
        (Command::Merge, Merged) => same,
        (Command::Merge, Closed | Declined | Withdrawn | Invalid) => refused,

        (Command::Unmerge { own }, Merged) => to(own.state(), Effect::TellUnmerged),
        (Command::Unmerge { .. }, Registered | Accepted | Dispatched | Reopened) => same,
        (Command::Unmerge { .. }, Closed | Declined | Withdrawn | Invalid) => refused,

        (Command::Renew, Closed) => to(Closed, Effect::TellRenewed),
        (
            Command::Renew,
            Registered | Accepted | Dispatched | Reopened | Merged | Declined | Withdrawn | Invalid,
        ) => refused,

        (Command::ClosePrimary, Merged) => Ok(answered(life, life.round)),
        (
            Command::ClosePrimary,
            Registered | Accepted | Dispatched | Reopened | Closed | Declined | Withdrawn | Invalid,
        ) => same,

        (Command::Dispatch { round }, Registered | Accepted | Reopened | Closed) => {
            Ok((dispatched(life, round), None))
        }
        // A unit may have been given it in the moment in which it was merged: routing takes it back.
        (Command::Dispatch { round }, Dispatched | Merged) | (Command::Reopen { round }, Merged) => {
            Ok((Life { round: round.max(life.round), ..life }, None))
        }
        (Command::Dispatch { .. }, Declined | Withdrawn | Invalid) => same,

        (Command::Answer { round }, Registered | Accepted | Dispatched | Reopened | Closed | Merged) => {
            Ok(answered(life, round))
        }
        (Command::Answer { .. }, Declined | Withdrawn | Invalid) => same,

        (Command::Reopen { round }, Registered | Accepted | Dispatched | Reopened | Closed) => {
            Ok((reopened(life, round), None))
        }
        (Command::Reopen { .. }, Declined | Withdrawn | Invalid) => same,
    }
}

/// A round that is closed already is not opened by a late report.
fn dispatched(life: Life, round: i32) -> Life {
    let stale = round < life.round || round <= life.closed_round;
    if stale { life } else { Life { state: State::Dispatched, round, ..life } }
}

/// Each round is closed once; an answer of an older round is told too, but does not close the newer one.
fn answered(life: Life, round: i32) -> (Life, Option<Effect>) {
    if round <= life.closed_round {
        return (life, None);
    }
    let state = if round >= life.round { State::Closed } else { life.state };
    let next = Life { state, round: round.max(life.round), closed_round: round };
    (next, Some(Effect::TellClosed { round }))
}

fn reopened(life: Life, round: i32) -> Life {
    if round <= life.round { life } else { Life { state: State::Reopened, round, ..life } }
}

impl State {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Registered,
        Self::Accepted,
        Self::Dispatched,
        Self::Closed,
        Self::Declined,
        Self::Withdrawn,
        Self::Reopened,
        Self::Merged,
        Self::Invalid,
    ];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The label that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.words().1
    }

    /// The label that English readers see.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().2
    }

    /// Reads the word of a table or of a query.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Registered => ("registered", "已登记", "registered"),
            Self::Accepted => ("accepted", "已受理", "accepted"),
            Self::Dispatched => ("dispatched", "办理中", "with a unit"),
            Self::Closed => ("closed", "已办结", "closed"),
            Self::Declined => ("declined", "不予受理", "declined"),
            Self::Withdrawn => ("withdrawn", "已撤回", "withdrawn"),
            Self::Reopened => ("reopened", "重办", "reopened"),
            Self::Merged => ("merged", "已并单", "merged"),
            Self::Invalid => ("invalid", "无效", "invalid"),
        }
    }
}

impl Life {
    /// A case that was just written down.
    #[must_use]
    pub const fn registered() -> Self {
        Self { state: State::Registered, round: 1, closed_round: 0 }
    }
}
