//! Archive (归档): for how long the file of a closed case is kept, and how it comes to its end, as one table.
//!
//! | state \ command | Propose | Agree | Keep |
//! |---|---|---|---|
//! | kept | proposed, if past its day | refused | same |
//! | proposed | by the same: same; by another: refused | destroyed, by another hand | kept |
//! | destroyed | refused | same | refused |

use jiff::civil::Date;
use serde::Deserialize;

use crate::pack::{Basis, Mistakes};

/// The section `[archive]` of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// For how many years a file is kept that no entry of `retention` names; none: for ever (永久).
    pub years: Option<u16>,
    /// Other times for some kinds; the first that names the kind holds.
    #[serde(default)]
    pub retention: Vec<Retention>,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// How long files of some kinds are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Stable code, stamped on the file.
    pub code: String,
    /// Kinds of cases.
    pub kinds: Vec<String>,
    /// For how many years; none: for ever (永久).
    pub years: Option<u16>,
}

/// Where a file stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ArchiveState {
    /// 保管.
    Kept,
    /// 拟销毁: one hand has proposed the end.
    Proposed {
        /// Whose.
        by: String,
    },
    /// 已销毁: the words are gone; who decided it stays.
    Destroyed,
}

/// What is asked of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveCommand {
    /// 鉴定: propose the end.
    Propose {
        /// The day on which it is asked.
        today: Date,
        /// The last day of its time; none: for ever.
        keep_until: Option<Date>,
    },
    /// The second hand agrees.
    Agree,
    /// 续存: keep it.
    Keep,
}

/// Why a file does not take a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveRefused {
    /// Its time is not over.
    #[error("its time is not over")]
    Early,
    /// Nobody has proposed it.
    #[error("nobody has proposed it")]
    NotProposed,
    /// The same hand cannot do both.
    #[error("the same hand cannot propose and agree")]
    SameHand,
    /// Another has proposed it already.
    #[error("another has proposed it already")]
    Proposed,
    /// It is gone.
    #[error("it is destroyed")]
    Destroyed,
}

/// Decides what a command of `who` does to a file; answers whether something changed.
///
/// # Errors
/// [`ArchiveRefused`].
pub fn decide_archive(
    state: &ArchiveState,
    command: &ArchiveCommand,
    who: &str,
) -> Result<(ArchiveState, bool), ArchiveRefused> {
    use ArchiveState::{Destroyed, Kept, Proposed};
    match (command, state) {
        (ArchiveCommand::Propose { today, keep_until }, Kept) => match keep_until {
            Some(last) if last < today => Ok((Proposed { by: who.to_owned() }, true)),
            Some(_) | None => Err(ArchiveRefused::Early),
        },
        (ArchiveCommand::Propose { .. }, Proposed { by }) if by == who => Ok((state.clone(), false)),
        (ArchiveCommand::Propose { .. }, Proposed { .. }) => Err(ArchiveRefused::Proposed),
        (ArchiveCommand::Propose { .. } | ArchiveCommand::Keep, Destroyed) => Err(ArchiveRefused::Destroyed),
        (ArchiveCommand::Agree, Kept) => Err(ArchiveRefused::NotProposed),
        (ArchiveCommand::Agree, Proposed { by }) if by == who => Err(ArchiveRefused::SameHand),
        (ArchiveCommand::Agree, Proposed { .. }) => Ok((Destroyed, true)),
        (ArchiveCommand::Agree, Destroyed) => Ok((Destroyed, false)),
        (ArchiveCommand::Keep, Kept) => Ok((Kept, false)),
        (ArchiveCommand::Keep, Proposed { .. }) => Ok((Kept, true)),
    }
}

impl Archive {
    /// The retention of a kind: its code and the last day, counted from the end of the year of closure.
    #[must_use]
    pub fn keep(&self, kind: &str, closed_on: Date) -> (String, Option<Date>) {
        let named = self.retention.iter().find(|entry| entry.kinds.iter().any(|known| known == kind));
        let (code, years) = named.map_or(("default", self.years), |entry| (entry.code.as_str(), entry.years));
        let last = years.and_then(|years| {
            let year = closed_on.year().checked_add(i16::try_from(years).ok()?)?;
            Date::new(year, 12, 31).ok()
        });
        (code.to_owned(), last)
    }

    pub(crate) fn validate(&self, mistakes: &mut Mistakes) {
        let years = self.retention.iter().map(|entry| entry.years).chain([self.years]);
        if years.flatten().any(|years| !(1..=200).contains(&years)) {
            mistakes.add("archive", "years must be 1 to 200; leave the key out for ever");
        }
        for (at, entry) in self.retention.iter().enumerate() {
            let key = format!("archive.retention[{at}].kinds");
            mistakes.known(&key, &entry.kinds, crate::words::KINDS);
            if entry.code.trim().is_empty() || entry.code == "default" {
                mistakes.add("archive.retention", "code must be a word of its own");
            }
        }
    }
}
