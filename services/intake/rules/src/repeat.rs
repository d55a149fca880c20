//! A matter that was told before: what the pack says is to be done with it.
//!
//! | the earlier case | new facts | advice |
//! |---|---|---|
//! | still in handling | either | `open` of the pack: merge, or tell the progress |
//! | closed | no | `closed`: link, or tell the answer |
//! | closed | yes | renew: the earlier case goes round again |
//! | ended by three-level termination | no | `ended`: declined, after a person confirms it |
//! | ended by three-level termination | yes | a new matter |
//! | declined or withdrawn | either | a new matter |
//!
//! Nothing here refuses a registration: the advice is given when the new case stands already.

use serde::Deserialize;

use crate::{
    State,
    pack::{Basis, Mistakes},
};

/// What a pack says about repeats.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// While the earlier case is in handling.
    pub open: Open,
    /// When it is closed and nothing new is told.
    pub closed: Closed,
    /// Reason code of the pack for a matter that was ended for good; none where the pack knows no termination.
    #[serde(default)]
    pub ended: Option<String>,
    /// How often new facts may renew one closed case; as often as they come where it is not set.
    #[serde(default)]
    pub renewals: Option<u32>,
    /// How binding it is.
    #[serde(default)]
    pub basis: Basis,
    /// Where it comes from, in words.
    #[serde(default)]
    pub source: String,
}

/// What is done while the earlier case is in handling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Open {
    /// 并单.
    Merge,
    /// The progress is told, and the cases are linked.
    Progress,
}

/// What is done when the earlier case is closed and nothing new is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Closed {
    /// The cases are linked, and the new one is handled.
    Link,
    /// The answer is told again.
    Tell,
}

/// What is advised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// 并单.
    Merge,
    /// Tell the progress and link.
    Progress,
    /// Link and handle.
    Link,
    /// Tell the earlier answer.
    Tell,
    /// The earlier case goes round again.
    Renew,
    /// Decline with the pack's reason for matters that ended, once a person has confirmed it.
    Ended,
    /// Handle as a matter of its own.
    New,
}

impl Advice {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Progress => "progress",
            Self::Link => "link",
            Self::Tell => "tell",
            Self::Renew => "renew",
            Self::Ended => "ended",
            Self::New => "new",
        }
    }
}

/// Advises what is done with a matter whose earlier case stands as `earlier`.
#[must_use]
pub fn advise(repeat: &Repeat, earlier: State, ended: bool, new_facts: bool) -> Advice {
    if ended && repeat.ended.is_some() {
        return if new_facts { Advice::New } else { Advice::Ended };
    }
    match (earlier, new_facts) {
        (
            State::Registered | State::Accepted | State::Dispatched | State::Reopened | State::Merged,
            true | false,
        ) => match repeat.open {
            Open::Merge => Advice::Merge,
            Open::Progress => Advice::Progress,
        },
        (State::Closed, true) => Advice::Renew,
        (State::Closed, false) => match repeat.closed {
            Closed::Link => Advice::Link,
            Closed::Tell => Advice::Tell,
        },
        (State::Declined | State::Withdrawn | State::Invalid, true | false) => Advice::New,
    }
}

pub(crate) fn validate(repeat: &Repeat, reasons: &[&str], mistakes: &mut Mistakes) {
    if repeat.ended.as_deref().is_some_and(|code| !reasons.contains(&code)) {
        mistakes.add("repeat.ended", "is no code of [[decline]]");
    }
    if repeat.renewals == Some(0) {
        mistakes.add("repeat.renewals", "0 would shut the door to new facts; leave it out or name a number");
    }
}
