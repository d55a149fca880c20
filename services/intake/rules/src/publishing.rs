//! What may be made public (公开), and how long knowledge goes without a look.

use serde::Deserialize;

use crate::{
    State,
    pack::{Basis, Mistakes},
};

/// The section `[publishing]` of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publishing {
    /// Kinds of cases that may be made public.
    pub kinds: Vec<String>,
    /// The unit must have marked its reply as suitable (宜公开).
    pub marked_by_unit: bool,
    /// Most typical cases (典型案例) of one month.
    pub typical_per_month: u32,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// The section `[knowledge]` of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knowledge {
    /// After how many days an article is to be looked at again.
    pub review_after_days: u16,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// A case whose answer somebody wants to make public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Where it stands.
    pub state: State,
    /// What it wants.
    pub kind: &'a str,
    /// For named hands only.
    pub confidential: bool,
    /// The unit's mark on its reply; none when routing was not asked.
    pub marked: Option<bool>,
}

/// Why an answer stays private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Private {
    /// The pack publishes nothing.
    #[error("the pack publishes nothing")]
    NoRule,
    /// For named hands only: neither matter nor result may be known.
    #[error("confidential")]
    Confidential,
    /// Not answered.
    #[error("not answered")]
    Open,
    /// A kind that is answered privately.
    #[error("a kind that is answered privately")]
    Kind,
    /// The unit marked its reply as unsuitable.
    #[error("the unit marked its reply as unsuitable")]
    Unsuitable,
}

/// Says whether the answer of a case may be made public.
///
/// # Errors
/// [`Private`]: secrecy first, because a refusal must not tell more than it.
pub fn may_be_public(rules: Option<&Publishing>, case: Candidate<'_>) -> Result<(), Private> {
    if case.confidential {
        return Err(Private::Confidential);
    }
    let rules = rules.ok_or(Private::NoRule)?;
    if case.state != State::Closed {
        return Err(Private::Open);
    }
    if !rules.kinds.iter().any(|kind| kind == case.kind) {
        return Err(Private::Kind);
    }
    if rules.marked_by_unit && case.marked == Some(false) {
        return Err(Private::Unsuitable);
    }
    Ok(())
}

impl Private {
    /// What Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::NoRule => "规则包未规定公开答复",
            Self::Confidential => "保密件不得公开",
            Self::Open => "尚未办结，不能公开",
            Self::Kind => "该类诉求不公开答复",
            Self::Unsuitable => "承办单位标注为不宜公开",
        }
    }
}

impl Publishing {
    pub(crate) fn validate(&self, mistakes: &mut Mistakes) {
        mistakes.known("publishing.kinds", &self.kinds, crate::words::KINDS);
    }
}
