//! The life of a public answer (公开答复), as one table.
//!
//! | state \ command | Edit | Release | Refuse | Unpublish | Mark |
//! |---|---|---|---|---|---|
//! | draft | draft | released | refused | refused! | refused! |
//! | released | refused! | same | refused! | withdrawn | released |
//! | refused | draft | refused! | same | refused! | refused! |
//! | withdrawn | draft | refused! | refused! | same | refused! |
//!
//! `refused!` is a conflict for who asks; `refused` is the moderator's decision that the answer stays private.

/// Where a public answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicationState {
    /// 待审: redacted by rule, not yet by a person.
    Draft,
    /// 已公开.
    Released,
    /// 不予公开: answered privately only, with a reason.
    Refused,
    /// 已撤下: was public, is not any longer, with a reason.
    Withdrawn,
}

/// What a moderator asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationCommand {
    /// Change the words.
    Edit,
    /// Let everybody read it.
    Release,
    /// Keep it private.
    Refuse,
    /// Take it back.
    Unpublish,
    /// Name it (or no longer) a typical case of a month (典型案例).
    Mark,
}

/// What has to be done and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationEffect {
    /// The words were changed.
    Edited,
    /// Tell that it is public.
    TellPublished,
    /// It stays private.
    KeptPrivate,
    /// Tell that it is public no longer.
    TellUnpublished,
    /// The mark was changed.
    Marked,
}

/// A command that the state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public answer that is {state:?} cannot take {command:?}")]
pub struct PublicationRefused {
    /// Where it stands.
    pub state: PublicationState,
    /// What was asked.
    pub command: PublicationCommand,
}

/// Decides what a command does to a public answer.
///
/// # Errors
/// [`PublicationRefused`] where the table says so.
pub fn decide_publication(
    state: PublicationState,
    command: PublicationCommand,
) -> Result<(PublicationState, Option<PublicationEffect>), PublicationRefused> {
    use PublicationCommand::{Edit, Mark, Refuse, Release, Unpublish};
    use PublicationState::{Draft, Refused, Released, Withdrawn};
    let conflict = Err(PublicationRefused { state, command });
    match (command, state) {
        (Edit, Draft | Refused | Withdrawn) => Ok((Draft, Some(PublicationEffect::Edited))),
        (Edit, Released) => conflict,
        (Release, Draft) => Ok((Released, Some(PublicationEffect::TellPublished))),
        (Release, Released) => Ok((Released, None)),
        (Release, Refused | Withdrawn) => conflict,
        (Refuse, Draft) => Ok((Refused, Some(PublicationEffect::KeptPrivate))),
        (Refuse, Refused) => Ok((Refused, None)),
        (Refuse, Released | Withdrawn) => conflict,
        (Unpublish, Released) => Ok((Withdrawn, Some(PublicationEffect::TellUnpublished))),
        (Unpublish, Withdrawn) => Ok((Withdrawn, None)),
        (Unpublish, Draft | Refused) => conflict,
        (Mark, Released) => Ok((Released, Some(PublicationEffect::Marked))),
        (Mark, Draft | Refused | Withdrawn) => conflict,
    }
}

impl PublicationState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Released, Self::Refused, Self::Withdrawn];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Released => "released",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The label that Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Draft => "待审核",
            Self::Released => "已公开",
            Self::Refused => "不予公开",
            Self::Withdrawn => "已撤下",
        }
    }

    /// Reads the word of a table.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
