//! 签发: an edited report is a draft until a person has written causes and remedies and another person releases it.
//!
//! | state | `Edit` | `Release` |
//! |---|---|---|
//! | draft without words | words 1, by the editor | refused: no words |
//! | draft with words n | words n + 1 over the version that was read, by the editor | released, unless the releaser wrote the last words |
//! | released | refused | nothing: it is released |
//!
//! A report that is not edited is released when it is made. The data are archived when the report is made and never change.

/// Where a report stands. `by` is who wrote the newest words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState<'a> {
    /// To be edited and released.
    Draft {
        /// Version of the newest words; 0: none yet.
        words: i32,
        /// Who wrote them.
        by: Option<&'a str>,
    },
    /// To be read by all who may read reports.
    Released,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportCommand {
    /// New words over the version that was read.
    Edit {
        /// The version that was read.
        read: i32,
    },
    /// To be shown to all.
    Release,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportEffect {
    /// Words are kept under this version.
    Worded(i32),
    /// It is released and told.
    Released,
    /// It was so already.
    Nothing,
}

/// Why nothing follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefused {
    /// Somebody else wrote since.
    #[error("somebody else wrote since")]
    Stale,
    /// Nobody wrote causes or remedies.
    #[error("no words yet")]
    NoWords,
    /// Who wrote the last words does not release them.
    #[error("the same hand")]
    SameHand,
    /// Released words do not change.
    #[error("released")]
    Released,
}

/// Decides what a command of `who` does.
///
/// # Errors
/// Why it does nothing.
pub fn decide_report(
    state: ReportState<'_>,
    command: ReportCommand,
    who: &str,
) -> Result<ReportEffect, ReportRefused> {
    match (state, command) {
        (ReportState::Draft { words, .. }, ReportCommand::Edit { read }) if read == words => {
            Ok(ReportEffect::Worded(words + 1))
        }
        (ReportState::Draft { .. }, ReportCommand::Edit { .. }) => Err(ReportRefused::Stale),
        (ReportState::Draft { words: ..=0, .. }, ReportCommand::Release) => Err(ReportRefused::NoWords),
        (ReportState::Draft { by, .. }, ReportCommand::Release) if by == Some(who) => {
            Err(ReportRefused::SameHand)
        }
        (ReportState::Draft { .. }, ReportCommand::Release) => Ok(ReportEffect::Released),
        (ReportState::Released, ReportCommand::Edit { .. }) => Err(ReportRefused::Released),
        (ReportState::Released, ReportCommand::Release) => Ok(ReportEffect::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn draft(words: i32, by: Option<&str>) -> ReportState<'_> {
        ReportState::Draft { words, by }
    }

    #[test]
    fn words_come_before_release_and_the_hand_is_another_one() {
        let edit = |read| ReportCommand::Edit { read };
        assert_eq!(decide_report(draft(0, None), edit(0), "a"), Ok(ReportEffect::Worded(1)));
        assert_eq!(decide_report(draft(1, Some("a")), edit(0), "b"), Err(ReportRefused::Stale));
        assert_eq!(decide_report(draft(1, Some("a")), edit(2), "b"), Err(ReportRefused::Stale));
        assert_eq!(decide_report(draft(1, Some("a")), edit(1), "a"), Ok(ReportEffect::Worded(2)));
        let release = ReportCommand::Release;
        assert_eq!(decide_report(draft(0, None), release, "b"), Err(ReportRefused::NoWords));
        assert_eq!(decide_report(draft(2, Some("a")), release, "a"), Err(ReportRefused::SameHand));
        assert_eq!(decide_report(draft(1, Some("a")), release, "b"), Ok(ReportEffect::Released));
        assert_eq!(decide_report(ReportState::Released, release, "a"), Ok(ReportEffect::Nothing));
        assert_eq!(decide_report(ReportState::Released, edit(1), "a"), Err(ReportRefused::Released));
    }

    proptest! {
        /// However often and by whomever it is asked: released once, by a hand that did not write the last words, and no word after.
        #[test]
        fn a_report_is_released_once(asked in prop::collection::vec((any::<bool>(), 0..3_usize, 0..4_i32), 0..40)) {
            let hands = ["a", "b", "c"];
            let (mut words, mut by, mut released, mut told) = (0, None, false, 0);
            for (release, hand, read) in asked {
                let state = if released { ReportState::Released } else { draft(words, by) };
                let command = if release { ReportCommand::Release } else { ReportCommand::Edit { read } };
                match decide_report(state, command, hands[hand]) {
                    Ok(ReportEffect::Worded(next)) => {
                        prop_assert!(!released && next == words + 1 && read == words);
                        (words, by) = (next, Some(hands[hand]));
                    }
                    Ok(ReportEffect::Released) => {
                        prop_assert!(words > 0 && by != Some(hands[hand]));
                        (released, told) = (true, told + 1);
                    }
                    Ok(ReportEffect::Nothing) => prop_assert!(released),
                    Err(_) => {}
                }
            }
            prop_assert!(told <= 1);
        }
    }
}
