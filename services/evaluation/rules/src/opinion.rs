//! 舆情线索: what media, network, commentators and the public say, from its hearing to its end.
//!
//! | state | `Follow` | `MakeCase` | `Dismiss` |
//! |---|---|---|---|
//! | heard | following | cased | dismissed, with a reason |
//! | following | nothing | cased | dismissed, with a reason |
//! | cased | refused | nothing for the same case, refused for another | refused |
//! | dismissed | refused | refused | nothing |

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $zh:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in tables and answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What people read.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
        }
    )+};
}

words! {
    /// Who said it.
    Source {
        /// 新闻舆论监督.
        Media = "media", "新闻媒体";
        /// Forums, boards, short messages in public.
        Network = "network", "网络";
        /// 网络信访评论员.
        Commentator = "commentator", "评论员";
        /// 群众社会监督.
        Public = "public", "群众社会监督";
        /// 政务调处监督.
        Mediation = "mediation", "政务调处";
    }
    /// How grave it may become.
    Severity {
        /// 一般.
        Ordinary = "ordinary", "一般";
        /// 较重: to be watched.
        Serious = "serious", "较重";
        /// 重大: told at once.
        Grave = "grave", "重大";
    }
    /// Where it stands.
    OpinionState {
        /// Written down.
        Heard = "heard", "新收";
        /// Somebody watches it.
        Following = "following", "跟踪";
        /// A case was made of it.
        Cased = "cased", "已转办";
        /// Not pursued.
        Dismissed = "dismissed", "不予跟踪";
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpinionCommand {
    /// Somebody watches it.
    Follow,
    /// A case was made of it; whether it is the one that is kept already.
    MakeCase {
        /// The same case again.
        same: bool,
    },
    /// It is not pursued.
    Dismiss,
}

/// Decides; gives the next state, or nothing where it stands so already.
///
/// # Errors
/// Where it stands, when that does not allow it.
pub const fn decide_opinion(
    state: OpinionState,
    command: OpinionCommand,
) -> Result<Option<OpinionState>, OpinionState> {
    match (state, command) {
        (OpinionState::Heard, OpinionCommand::Follow) => Ok(Some(OpinionState::Following)),
        (OpinionState::Heard | OpinionState::Following, OpinionCommand::MakeCase { .. }) => {
            Ok(Some(OpinionState::Cased))
        }
        (OpinionState::Heard | OpinionState::Following, OpinionCommand::Dismiss) => {
            Ok(Some(OpinionState::Dismissed))
        }
        (OpinionState::Following, OpinionCommand::Follow)
        | (OpinionState::Cased, OpinionCommand::MakeCase { same: true })
        | (OpinionState::Dismissed, OpinionCommand::Dismiss) => Ok(None),
        (
            OpinionState::Cased,
            OpinionCommand::Follow | OpinionCommand::MakeCase { same: false } | OpinionCommand::Dismiss,
        )
        | (OpinionState::Dismissed, OpinionCommand::Follow | OpinionCommand::MakeCase { .. }) => Err(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_command() {
        use OpinionCommand::{Dismiss, Follow, MakeCase};
        use OpinionState::{Cased, Dismissed, Following, Heard};
        let case = MakeCase { same: false };
        for (state, command, next) in [
            (Heard, Follow, Ok(Some(Following))),
            (Heard, case, Ok(Some(Cased))),
            (Heard, Dismiss, Ok(Some(Dismissed))),
            (Following, Follow, Ok(None)),
            (Following, case, Ok(Some(Cased))),
            (Following, Dismiss, Ok(Some(Dismissed))),
            (Cased, Follow, Err(Cased)),
            (Cased, MakeCase { same: true }, Ok(None)),
            (Cased, case, Err(Cased)),
            (Cased, Dismiss, Err(Cased)),
            (Dismissed, Follow, Err(Dismissed)),
            (Dismissed, case, Err(Dismissed)),
            (Dismissed, MakeCase { same: true }, Err(Dismissed)),
            (Dismissed, Dismiss, Ok(None)),
        ] {
            assert_eq!(decide_opinion(state, command), next, "{state:?} {command:?}");
        }
    }

    #[test]
    fn what_was_done_twice_acts_once() {
        for state in OpinionState::ALL {
            for command in [OpinionCommand::Follow, OpinionCommand::Dismiss] {
                if let Ok(Some(next)) = decide_opinion(*state, command) {
                    assert_eq!(decide_opinion(next, command), Ok(None));
                }
            }
        }
        assert!(Severity::Ordinary < Severity::Serious && Severity::Serious < Severity::Grave);
    }
}
