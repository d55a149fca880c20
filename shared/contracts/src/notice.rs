//! What notification says about messages owed.

use ids::NoticeId;
use serde::{Deserialize, Serialize};

/// A message went out, or was laid in the spool or inbox that its channel ends in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSent {
    /// Which message.
    pub notice: NoticeId,
    /// The template's name in the pack.
    pub template: String,
    /// `citizen`, `unit`, `centre`, `supervisor`, `leader`.
    pub audience: String,
    /// `inbox` or `spool`.
    pub channel: String,
}

/// A message could not be brought, for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFailed {
    /// Which message.
    pub notice: NoticeId,
    /// The template's name in the pack.
    pub template: String,
    /// A reason code.
    pub reason: String,
}
