//! The life of an article of the knowledge base (知识库) or of the service catalogue (办事指南), as one table.
//!
//! | state \ command | Revise | Publish | Withdraw | Confirm |
//! |---|---|---|---|---|
//! | draft | draft, version + 1 | published | withdrawn | refused |
//! | published | draft, version + 1 | same | withdrawn | reviewed |
//! | withdrawn | draft, version + 1 | refused | same | refused |
//!
//! Expired (过期) is published with its last day behind it: no clock needs to run for that. What was published stays
//! readable in its version until the next one is published; operators are shown only what stands today.

use jiff::civil::Date;

/// Where an article stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleState {
    /// 草稿: proposed, not yet to be told to anybody.
    Draft,
    /// 已发布.
    Published,
    /// 已撤下.
    Withdrawn,
}

/// What is asked of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleCommand {
    /// Write its next version.
    Revise,
    /// Let it be told.
    Publish {
        /// The day on which it is asked.
        today: Date,
        /// The last day of its validity, if it has one.
        valid_until: Option<Date>,
    },
    /// Take it out.
    Withdraw,
    /// 复核: somebody looked and it is still right.
    Confirm,
}

/// What has to be done for a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleEffect {
    /// Keep the old version and write the new one.
    Rewritten,
    /// It is found from now on.
    Shown,
    /// It is not found any longer.
    Hidden,
    /// The day of the next review moves.
    Reviewed,
}

/// A command that the state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArticleRefused {
    /// Not in this state.
    #[error("not while it is {0:?}")]
    State(ArticleState),
    /// Its last day is over.
    #[error("its last day is over")]
    Over,
}

/// Decides what a command does to an article.
///
/// # Errors
/// [`ArticleRefused`] where the table says so, and for publishing what is over.
pub fn decide_article(
    state: ArticleState,
    command: ArticleCommand,
) -> Result<(ArticleState, Option<ArticleEffect>), ArticleRefused> {
    use ArticleState::{Draft, Published, Withdrawn};
    match (command, state) {
        (ArticleCommand::Revise, Draft | Published | Withdrawn) => {
            Ok((Draft, Some(ArticleEffect::Rewritten)))
        }
        (ArticleCommand::Publish { today, valid_until }, Draft) => {
            if valid_until.is_some_and(|last| last < today) {
                return Err(ArticleRefused::Over);
            }
            Ok((Published, Some(ArticleEffect::Shown)))
        }
        (ArticleCommand::Publish { .. }, Published) => Ok((Published, None)),
        (ArticleCommand::Publish { .. }, Withdrawn) => Err(ArticleRefused::State(state)),
        (ArticleCommand::Withdraw, Draft | Published) => Ok((Withdrawn, Some(ArticleEffect::Hidden))),
        (ArticleCommand::Withdraw, Withdrawn) => Ok((Withdrawn, None)),
        (ArticleCommand::Confirm, Published) => Ok((Published, Some(ArticleEffect::Reviewed))),
        (ArticleCommand::Confirm, Draft | Withdrawn) => Err(ArticleRefused::State(state)),
    }
}

/// What a reader is told of an article today.
#[must_use]
pub fn standing(state: ArticleState, valid_until: Option<Date>, today: Date) -> &'static str {
    match state {
        ArticleState::Published if valid_until.is_some_and(|last| last < today) => "expired",
        ArticleState::Draft | ArticleState::Published | ArticleState::Withdrawn => state.as_str(),
    }
}

impl ArticleState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Withdrawn];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word of a table.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
