//! Disclosure on application (依申请公开): a request with its own clock, as one table.
//!
//! | state \ command | Extend | Decide |
//! |---|---|---|
//! | received | extended (once, before the day is over) | decided |
//! | extended | refused | decided |
//! | decided | refused | same decision: same; another: refused |
//!
//! Source: 政府信息公开条例 (2019) Art. 33: 20 working days from receipt, at most 20 more with notice; the limits are
//! data of the pack, the due days come from the calendar.

use jiff::civil::Date;
use serde::Deserialize;

use crate::pack::{Basis, Mistakes};

/// The section `[disclosure]` of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// The time for a decision, in working days from the day of receipt.
    pub workdays: u32,
    /// By how many working days it can be extended once; none: not at all.
    pub extension_workdays: Option<u32>,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisclosureState {
    /// 已收到.
    Received,
    /// 已延期.
    Extended,
    /// 已答复.
    Decided(Decision),
}

/// What a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// 予以公开.
    Granted,
    /// 部分公开.
    Partly,
    /// 不予公开.
    Refused,
}

/// What is asked of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisclosureCommand {
    /// 延期.
    Extend {
        /// The day on which it is asked.
        today: Date,
        /// The last day of the limit as it stands.
        due: Date,
    },
    /// 答复.
    Decide(Decision),
}

/// Why a request does not take a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureRefused {
    /// The pack knows no extension.
    #[error("the pack knows no extension")]
    NoExtension,
    /// It was extended before.
    #[error("it was extended before")]
    Again,
    /// The limit is over: an extension must be told before.
    #[error("the limit is over")]
    Late,
    /// It is decided.
    #[error("it is decided")]
    Decided,
}

/// Decides what a command does to a request; answers whether something changed.
///
/// # Errors
/// [`DisclosureRefused`].
pub fn decide_disclosure(
    rules: &Disclosure,
    state: DisclosureState,
    command: DisclosureCommand,
) -> Result<(DisclosureState, bool), DisclosureRefused> {
    use DisclosureState::{Decided, Extended, Received};
    match (command, state) {
        (DisclosureCommand::Extend { today, due }, Received) => {
            if rules.extension_workdays.is_none() {
                Err(DisclosureRefused::NoExtension)
            } else if today > due {
                Err(DisclosureRefused::Late)
            } else {
                Ok((Extended, true))
            }
        }
        (DisclosureCommand::Extend { .. }, Extended) => Err(DisclosureRefused::Again),
        (DisclosureCommand::Extend { .. }, Decided(_)) => Err(DisclosureRefused::Decided),
        (DisclosureCommand::Decide(decision), Received | Extended) => Ok((Decided(decision), true)),
        (DisclosureCommand::Decide(decision), Decided(before)) if decision == before => Ok((state, false)),
        (DisclosureCommand::Decide(_), Decided(_)) => Err(DisclosureRefused::Decided),
    }
}

impl DisclosureState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Received,
        Self::Extended,
        Self::Decided(Decision::Granted),
        Self::Decided(Decision::Partly),
        Self::Decided(Decision::Refused),
    ];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Extended => "extended",
            Self::Decided(Decision::Granted) => "granted",
            Self::Decided(Decision::Partly) => "partly",
            Self::Decided(Decision::Refused) => "refused",
        }
    }

    /// Reads the word of a table.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl Decision {
    /// Reads the word of a request.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        match DisclosureState::read(word)? {
            DisclosureState::Decided(decision) => Some(decision),
            DisclosureState::Received | DisclosureState::Extended => None,
        }
    }
}

impl Disclosure {
    pub(crate) fn validate(&self, mistakes: &mut Mistakes) {
        if self.workdays == 0 || self.extension_workdays == Some(0) {
            mistakes.add("disclosure", "a limit of 0 working days cannot be kept");
        }
    }
}
