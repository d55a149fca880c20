//! The words that packs and events share with the rules. Unknown words are an error, never a guess.

use serde::{Deserialize, Serialize};

/// A word that is not in its list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known {0}")]
pub struct UnknownWord(pub &'static str);

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $what:literal { $($variant:ident = $word:literal, $zh:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "` ", $zh, ".")] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Lists every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Gives the word as packs, tables and events write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Gives the word as people read it.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or(UnknownWord($what))
            }
        }
    )+};
}

words! {
    /// What a message wants (诉求类型).
    Kind: "kind" {
        Consultation = "consultation", "咨询";
        Help = "help", "求助";
        Complaint = "complaint", "投诉";
        Report = "report", "举报";
        Suggestion = "suggestion", "建议";
        Praise = "praise", "表扬";
        Other = "other", "其他";
    }
    /// Whether the matter was solved, as the citizen says (是否解决).
    Solved: "answer to whether it was solved" {
        Yes = "yes", "解决";
        Partly = "partly", "部分解决";
        No = "no", "未解决";
    }
    /// Five grades of satisfaction (政务服务好差评).
    Grade: "grade" {
        VeryGood = "very-good", "非常满意";
        Good = "good", "满意";
        Fair = "fair", "基本满意";
        Poor = "poor", "不满意";
        VeryPoor = "very-poor", "非常不满意";
    }
    /// Why a case goes round again (重办).
    Reason: "reason for another round" {
        Unsatisfied = "unsatisfied", "不满意";
        Unsolved = "unsolved", "未解决";
        NewFacts = "new-facts", "有新情况";
    }
}
