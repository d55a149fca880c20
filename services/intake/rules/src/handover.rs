//! How a matter goes to another line: by the clarity of whose it is, and at once where life is in danger.
//!
//! | whose it is | way |
//! |---|---|
//! | danger to life or property | by pack, without asking further; 一键转接 where nothing is said |
//! | clearly theirs | by pack: 一键转接 |
//! | not clear | by pack: 三方通话 |
//! | still not clear after talking | by pack: who got the call first accepts |

use serde::Deserialize;

use crate::{pack::Basis, record::Coded};

/// Whose matter it is, as the operator sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remit {
    /// Clearly theirs.
    Theirs,
    /// Not clear.
    Unclear,
    /// Not clear even after both have talked.
    Disputed,
}

/// How it is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 一键转接.
    Transfer,
    /// 三方通话.
    ThreeParty,
    /// 首接负责: who got the call first accepts it.
    FirstReceiver,
}

/// The ways that a pack names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Where life or property is in danger.
    pub danger: Way,
    /// Where it is clearly theirs.
    pub theirs: Way,
    /// Where it is not clear.
    pub unclear: Way,
    /// Where it stays unclear.
    pub disputed: Way,
    /// What a call of three parties may come to; empty: any code.
    #[serde(default)]
    pub results: Vec<Coded>,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// Finds the way. A pack without the section knows the transfer alone.
#[must_use]
pub fn way(rules: Option<&HandOver>, danger: bool, remit: Remit) -> Way {
    match (rules, danger, remit) {
        (None, _, _) => Way::Transfer,
        (Some(rules), true, _) => rules.danger,
        (Some(rules), false, Remit::Theirs) => rules.theirs,
        (Some(rules), false, Remit::Unclear) => rules.unclear,
        (Some(rules), false, Remit::Disputed) => rules.disputed,
    }
}

/// Says whether a call may come to this under the pack.
#[must_use]
pub fn may_come_to(rules: Option<&HandOver>, result: &str) -> bool {
    let listed = rules.map(|rules| rules.results.as_slice()).unwrap_or_default();
    listed.is_empty() || listed.iter().any(|known| known.code == result)
}

impl Way {
    /// The word in tables, JSON and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::ThreeParty => "three-party",
            Self::FirstReceiver => "first-receiver",
        }
    }

    /// Whether the matter leaves our hands by it.
    #[must_use]
    pub const fn leaves(self) -> bool {
        match self {
            Self::Transfer => true,
            Self::ThreeParty | Self::FirstReceiver => false,
        }
    }
}

impl Remit {
    /// Reads the word of a request.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "theirs" => Some(Self::Theirs),
            "unclear" => Some(Self::Unclear),
            "disputed" => Some(Self::Disputed),
            _ => None,
        }
    }
}
