//! 实事、大事: a practical item of the year is planned, worked on, done or given up, and supervised on its way.
//!
//! | state | `Progress(p)`, p < 100 | `Progress(100)` | `Supervise` | `GiveUp` |
//! |---|---|---|---|---|
//! | planned, under way | under way at p | done | the same, supervised once more | given up |
//! | done | refused | nothing | refused | refused |
//! | given up | refused | refused | refused | nothing |
//!
//! What is not done on its day is overdue; progress never goes back, as a published number does not.

use jiff::civil::Date;

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// In the list.
    Planned,
    /// So many per cent, 1 to 99.
    UnderWay(u8),
    /// 完成.
    Done,
    /// 调整退出.
    GivenUp,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemCommand {
    /// So many per cent, 0 to 100.
    Progress(u8),
    /// 督办.
    Supervise,
    /// It is taken off the list.
    GiveUp,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemEffect {
    /// It stands so now.
    Stands(ItemState),
    /// It was supervised.
    Supervised,
    /// It was so already.
    Nothing,
}

/// Why nothing follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemRefused {
    /// It has ended.
    #[error("ended")]
    Ended,
    /// Less than was told before, or more than all.
    #[error("progress does not go back, nor beyond a hundred")]
    Backwards,
}

/// Decides.
///
/// # Errors
/// Why nothing follows.
pub const fn decide_item(state: ItemState, command: ItemCommand) -> Result<ItemEffect, ItemRefused> {
    match (state, command) {
        (ItemState::Done, ItemCommand::Progress(100)) | (ItemState::GivenUp, ItemCommand::GiveUp) => {
            Ok(ItemEffect::Nothing)
        }
        (ItemState::Done | ItemState::GivenUp, _) => Err(ItemRefused::Ended),
        (ItemState::Planned | ItemState::UnderWay(_), ItemCommand::Supervise) => Ok(ItemEffect::Supervised),
        (ItemState::Planned | ItemState::UnderWay(_), ItemCommand::GiveUp) => {
            Ok(ItemEffect::Stands(ItemState::GivenUp))
        }
        (ItemState::Planned | ItemState::UnderWay(_), ItemCommand::Progress(now)) => {
            let before = state.per_cent();
            if now > 100 || now < before {
                Err(ItemRefused::Backwards)
            } else if now == before {
                Ok(ItemEffect::Nothing)
            } else if now == 100 {
                Ok(ItemEffect::Stands(ItemState::Done))
            } else {
                Ok(ItemEffect::Stands(ItemState::UnderWay(now)))
            }
        }
    }
}

impl ItemState {
    /// How much of it is done.
    #[must_use]
    pub const fn per_cent(self) -> u8 {
        match self {
            Self::Planned | Self::GivenUp => 0,
            Self::UnderWay(done) => done,
            Self::Done => 100,
        }
    }

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::UnderWay(_) => "under-way",
            Self::Done => "done",
            Self::GivenUp => "given-up",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Planned => "未启动",
            Self::UnderWay(_) => "推进中",
            Self::Done => "已完成",
            Self::GivenUp => "已调整退出",
        }
    }

    /// Reads what tables keep.
    #[must_use]
    pub fn of(word: &str, per_cent: u8) -> Option<Self> {
        let all = [Self::Planned, Self::UnderWay(per_cent), Self::Done, Self::GivenUp];
        all.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether it should have been done by now; its last day counts whole.
    #[must_use]
    pub fn overdue(self, due: Date, today: Date) -> bool {
        match self {
            Self::Planned | Self::UnderWay(_) => due < today,
            Self::Done | Self::GivenUp => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_state_and_command() {
        use ItemCommand::{GiveUp, Progress, Supervise};
        use ItemEffect::{Nothing, Stands, Supervised};
        use ItemRefused::{Backwards, Ended};
        use ItemState::{Done, GivenUp, Planned, UnderWay};
        for (state, command, next) in [
            (Planned, Progress(0), Ok(Nothing)),
            (Planned, Progress(1), Ok(Stands(UnderWay(1)))),
            (Planned, Progress(100), Ok(Stands(Done))),
            (Planned, Progress(101), Err(Backwards)),
            (Planned, Supervise, Ok(Supervised)),
            (Planned, GiveUp, Ok(Stands(GivenUp))),
            (UnderWay(40), Progress(39), Err(Backwards)),
            (UnderWay(40), Progress(40), Ok(Nothing)),
            (UnderWay(40), Progress(99), Ok(Stands(UnderWay(99)))),
            (UnderWay(40), Progress(100), Ok(Stands(Done))),
            (UnderWay(40), Supervise, Ok(Supervised)),
            (UnderWay(40), GiveUp, Ok(Stands(GivenUp))),
            (Done, Progress(100), Ok(Nothing)),
            (Done, Progress(50), Err(Ended)),
            (Done, Supervise, Err(Ended)),
            (Done, GiveUp, Err(Ended)),
            (GivenUp, Progress(100), Err(Ended)),
            (GivenUp, Supervise, Err(Ended)),
            (GivenUp, GiveUp, Ok(Nothing)),
        ] {
            assert_eq!(decide_item(state, command), next, "{state:?} {command:?}");
        }
    }

    #[test]
    fn the_last_day_counts_whole_and_what_ended_is_never_overdue() {
        let due = date(2026, 6, 30);
        assert!(!ItemState::Planned.overdue(due, due) && ItemState::Planned.overdue(due, date(2026, 7, 1)));
        assert!(ItemState::UnderWay(99).overdue(due, date(2026, 7, 1)));
        assert!(!ItemState::Done.overdue(due, date(2026, 7, 1)));
        assert!(!ItemState::GivenUp.overdue(due, date(2026, 7, 1)));
    }

    #[test]
    fn tables_give_back_what_they_were_given() {
        for state in [ItemState::Planned, ItemState::UnderWay(7), ItemState::Done, ItemState::GivenUp] {
            assert_eq!(ItemState::of(state.as_str(), state.per_cent()), Some(state));
        }
        assert_eq!(ItemState::of("lost", 1), None);
    }
}
