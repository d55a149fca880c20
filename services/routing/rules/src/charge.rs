//! Who takes a case in charge: 包案, 七包一, 专班, 积案, 纪检督办; opened, named, planned, ended.
//!
//! | state | Open | Name | Solve | Lift |
//! |---|---|---|---|---|
//! | (none) | Active: charged, or refused by the entry rule | refused | refused | refused |
//! | Active | same | same, or charged with the role | Solved: discharged, once nothing is missing | Lifted: discharged |
//! | Solved | Active: charged | refused | same | refused |
//! | Lifted | Active: charged | refused | refused | same |

use calendar::Limit;
use serde::Deserialize;

use crate::pack::{Basis, Label};

/// A kind of charge, as the pack has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// `leader`, `seven`, `task-force`, `backlog`, `discipline`.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// Who answers for the case, each with a name of function and an account.
    #[serde(default)]
    pub role: Vec<Role>,
    /// It is not solved without a plan.
    #[serde(default)]
    pub plan: bool,
    /// Only the inspector sees it; the unit sees what is demanded of it.
    #[serde(default)]
    pub closed: bool,
    /// Only cases so old, or with so many rounds, come in.
    pub entry: Option<Entry>,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// One of those who answer for a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// Without it the ledger is not complete.
    #[serde(default)]
    pub required: bool,
}

/// Which cases come into a register.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Open for so long since receipt.
    pub age: Option<Limit>,
    /// In so many rounds of handling.
    pub rounds: Option<i32>,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Someone is in charge.
    Active,
    /// Over: the matter is solved.
    Solved,
    /// Over for another reason.
    Lifted,
}

/// What someone wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes the case in charge.
    Open {
        /// The entry rule of the pack is met, or there is none.
        due: bool,
    },
    /// Names who fills a role.
    Name {
        /// The same account fills it already.
        same: bool,
    },
    /// The matter is solved.
    Solve(Ledger),
    /// The charge ends for another reason.
    Lift,
}

/// What the ledger says when a charge is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Every required role is filled.
    pub complete: bool,
    /// A plan is owed and there is none.
    pub unplanned: bool,
    /// Steps of the plan that are not done.
    pub open_steps: usize,
}

/// What must be said to the other services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `case.charged`; with the role that was filled, if one was.
    Charged {
        /// A role was filled.
        role: bool,
    },
    /// `case.discharged`.
    Discharged,
}

/// Why a command was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// There is no such charge.
    #[error("there is no such charge")]
    None,
    /// The case does not meet the entry rule.
    #[error("the case does not meet the entry rule")]
    NotDue,
    /// The charge has ended.
    #[error("the charge has ended")]
    Ended,
    /// A required role is not filled.
    #[error("a required role is not filled")]
    Incomplete,
    /// A plan is owed.
    #[error("a plan is owed")]
    Unplanned,
    /// Steps of the plan are not done.
    #[error("steps of the plan are not done")]
    Unfinished,
}

impl State {
    /// Every state.
    pub const ALL: [State; 3] = [State::Active, State::Solved, State::Lifted];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Solved => "solved",
            State::Lifted => "lifted",
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
            Why::None => "没有这条包案记录。",
            Why::NotDue => "该诉求不符合本规则规定的积案条件。",
            Why::Ended => "该包案已经结束。",
            Why::Incomplete => "责任人尚未全部落实，不能销号。",
            Why::Unplanned => "尚无化解方案，不能销号。",
            Why::Unfinished => "化解方案尚有未完成的步骤，不能销号。",
        }
    }

    /// The refusal in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Why::None => "there is no such charge",
            Why::NotDue => "the case does not meet the entry rule of the register",
            Why::Ended => "the charge has ended",
            Why::Incomplete => "a required role is not filled",
            Why::Unplanned => "there is no plan yet",
            Why::Unfinished => "steps of the plan are not done",
        }
    }
}

impl Ledger {
    fn hinders(self) -> Option<Why> {
        if !self.complete {
            Some(Why::Incomplete)
        } else if self.unplanned {
            Some(Why::Unplanned)
        } else if self.open_steps > 0 {
            Some(Why::Unfinished)
        } else {
            None
        }
    }
}

impl Kind {
    /// The required roles that nobody fills.
    pub fn missing<'a>(&'a self, filled: &'a [String]) -> impl Iterator<Item = &'a Role> {
        self.role.iter().filter(|role| role.required && !filled.contains(&role.code))
    }
}

/// Decides one command; a repeat changes nothing and says nothing.
///
/// # Errors
/// [`Why`] where state, entry rule or ledger do not allow it.
pub fn decide(state: Option<State>, command: Command) -> Result<(Option<State>, Option<Effect>), Why> {
    match (command, state) {
        (Command::Open { .. }, Some(State::Active))
        | (Command::Name { same: true }, Some(State::Active))
        | (Command::Solve(_), Some(State::Solved))
        | (Command::Lift, Some(State::Lifted)) => Ok((state, None)),
        (Command::Open { due: false }, None | Some(State::Solved | State::Lifted)) => Err(Why::NotDue),
        (Command::Open { due: true }, None | Some(State::Solved | State::Lifted)) => {
            Ok((Some(State::Active), Some(Effect::Charged { role: false })))
        }
        (Command::Name { same: false }, Some(State::Active)) => {
            Ok((state, Some(Effect::Charged { role: true })))
        }
        (Command::Solve(ledger), Some(State::Active)) => match ledger.hinders() {
            Some(why) => Err(why),
            None => Ok((Some(State::Solved), Some(Effect::Discharged))),
        },
        (Command::Lift, Some(State::Active)) => Ok((Some(State::Lifted), Some(Effect::Discharged))),
        (Command::Name { .. } | Command::Solve(_) | Command::Lift, None) => Err(Why::None),
        (Command::Name { .. }, Some(State::Solved | State::Lifted))
        | (Command::Solve(_), Some(State::Lifted))
        | (Command::Lift, Some(State::Solved)) => Err(Why::Ended),
    }
}

/// Says whether a case belongs into the register: it is as old, or has been handled as often, as the rule says.
#[must_use]
pub fn due(rule: Entry, past_age: bool, rounds: i32) -> bool {
    let old = rule.age.is_some() && past_age;
    let often = rule.rounds.is_some_and(|least| rounds >= least);
    old || often || (rule.age.is_none() && rule.rounds.is_none())
}

#[cfg(test)]
mod tests;
