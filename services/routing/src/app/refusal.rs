//! Why an operation was not done.

use identity::Denied;
use routing_rules::{Refused, petition, reply::Flaw};

/// Why an operation was not done; nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// There is no such case or assignment.
    #[error("not found")]
    NotFound,
    /// The caller may not.
    #[error("denied")]
    Denied(#[from] Denied),
    /// Somebody changed the thing since the caller read it.
    #[error("stale version")]
    Stale,
    /// The life cycle does not allow it.
    #[error("refused by the rules")]
    Refused(#[from] Refused),
    /// The lane of the petition does not allow it.
    #[error("refused by the lane of the petition")]
    Petition(#[from] petition::Refused),
    /// The state of the case does not allow it.
    #[error("conflict")]
    Conflict {
        /// In Chinese.
        zh: &'static str,
        /// In English.
        en: &'static str,
    },
    /// What was sent is not good enough.
    #[error("flawed")]
    Flawed(Vec<Flaw>),
    /// Not now; it was logged where it happened.
    #[error("not now")]
    Unavailable,
}

impl Refusal {
    /// One field is not good enough.
    pub(crate) fn field(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Flawed(vec![Flaw { field, zh: zh.into(), en: en.into() }])
    }
}
