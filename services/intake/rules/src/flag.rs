//! A flag on a case (标记): set by a person with grounds and an end, open to objection, decided by a supervisor.
//!
//! | state | object | keep | lift | the end day is over |
//! |---|---|---|---|---|
//! | standing | objected | standing (nothing was objected to) | lifted | ended |
//! | objected | objected | kept | lifted | ended |
//! | kept | kept: decided once | kept | lifted | ended |
//! | lifted | refused | refused | lifted | lifted |
//! | ended | refused | refused | ended | ended |
//!
//! A flag is about conduct in a case, never about a person, and never about how often somebody asks: the grounds are the
//! conduct that the pack lists (《信访工作条例》 Art. 26). It closes no door: nothing in registration or acceptance takes a flag.

use jiff::civil::Date;
use serde::Deserialize;

use crate::{
    pack::{Basis, Label, Mistakes},
    record::Coded,
};

/// A kind of flag that a pack knows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagKind {
    /// Stable code, `snake_case`.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// The conduct on which it may rest.
    pub grounds: Vec<Coded>,
    /// Days after which it ends at the latest.
    pub most_days: u16,
    /// Whether a hand-over to the police may be noted on it.
    #[serde(default)]
    pub police: bool,
    /// How binding it is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// Where a flag stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlagState {
    /// Set.
    Standing,
    /// The person objects; a supervisor decides.
    Objected,
    /// The supervisor keeps it, with reasons.
    Kept,
    /// A supervisor took it away.
    Lifted,
    /// Its time is over.
    Ended,
}

/// What is asked of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagCommand {
    /// The person objects.
    Object,
    /// A supervisor keeps it.
    Keep,
    /// A supervisor takes it away.
    Lift,
}

/// A command that the state of a flag does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a flag that is {0:?} cannot take this")]
pub struct FlagRefused(pub FlagState);

impl FlagState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Standing, Self::Objected, Self::Kept, Self::Lifted, Self::Ended];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Objected => "objected",
            Self::Kept => "kept",
            Self::Lifted => "lifted",
            Self::Ended => "ended",
        }
    }

    /// Reads the word of a table.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// What a stored state is on a day: a flag ends by itself when its last day is over.
    #[must_use]
    pub fn on(self, today: Date, until: Date) -> Self {
        match self {
            Self::Lifted => Self::Lifted,
            Self::Standing | Self::Objected | Self::Kept | Self::Ended if today > until => Self::Ended,
            Self::Standing | Self::Objected | Self::Kept | Self::Ended => self,
        }
    }
}

/// Decides what a command does to a flag; the same state again means that nothing is to be said.
///
/// # Errors
/// [`FlagRefused`] where the table of this file says so.
pub fn decide_flag(state: FlagState, command: FlagCommand) -> Result<FlagState, FlagRefused> {
    match (command, state) {
        (FlagCommand::Object, FlagState::Standing | FlagState::Objected) => Ok(FlagState::Objected),
        (FlagCommand::Object | FlagCommand::Keep, FlagState::Kept)
        | (FlagCommand::Keep, FlagState::Objected) => Ok(FlagState::Kept),
        (FlagCommand::Keep, FlagState::Standing) => Ok(FlagState::Standing),
        (FlagCommand::Lift, FlagState::Ended) => Ok(FlagState::Ended),
        (
            FlagCommand::Lift,
            FlagState::Standing | FlagState::Objected | FlagState::Kept | FlagState::Lifted,
        ) => Ok(FlagState::Lifted),
        (FlagCommand::Object | FlagCommand::Keep, FlagState::Lifted | FlagState::Ended) => {
            Err(FlagRefused(state))
        }
    }
}

/// What is wrong with a flag that is to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFlag {
    /// The pack has no such flag.
    #[error("no such flag")]
    Kind,
    /// Not a conduct on which the flag may rest.
    #[error("no such ground")]
    Ground,
    /// The end is before the day on which it is set, or later than the pack allows.
    #[error("the end is out of range")]
    Until,
}

/// The last day of a flag that is set today: as given, or the latest that the pack allows.
///
/// # Errors
/// [`BadFlag`].
pub fn check_flag<'a>(
    kinds: &'a [FlagKind],
    code: &str,
    ground: &str,
    until: Option<Date>,
    today: Date,
) -> Result<(&'a FlagKind, Date), BadFlag> {
    let kind = kinds.iter().find(|kind| kind.code == code).ok_or(BadFlag::Kind)?;
    if !kind.grounds.iter().any(|known| known.code == ground) {
        return Err(BadFlag::Ground);
    }
    let latest = today.saturating_add(jiff::Span::new().days(kind.most_days));
    let until = until.unwrap_or(latest);
    if (today..=latest).contains(&until) { Ok((kind, until)) } else { Err(BadFlag::Until) }
}

pub(crate) fn validate(kinds: &[FlagKind], mistakes: &mut Mistakes) {
    for (at, kind) in kinds.iter().enumerate() {
        let key = format!("flag[{at}]");
        mistakes.code(&key, &kind.code);
        mistakes.label(&key, &kind.label);
        mistakes.coded(&format!("{key}.grounds"), &kind.grounds);
        if kind.grounds.is_empty() {
            mistakes.add(&key, "a flag without grounds rests on nothing");
        }
        if kind.most_days == 0 {
            mistakes.add(&key, "most_days must be at least 1");
        }
        if kinds[..at].iter().any(|earlier| earlier.code == kind.code) {
            mistakes.add(&key, "code is there twice");
        }
    }
}
