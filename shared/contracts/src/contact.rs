//! What intake says about contacts: calls and messages, whether or not a case came of them.

use ids::{CaseId, ContactId, RegionCode};
use serde::{Deserialize, Serialize};

use crate::words::{Channel, ContactKind};

/// A call or message was written down; most make no case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecorded {
    /// This contact.
    pub contact: ContactId,
    /// What came of it.
    pub kind: ContactKind,
    /// How it came in.
    pub channel: Channel,
    /// Where the matter lies.
    pub region: RegionCode,
    /// The merged legacy line it was dialled on.
    pub line: Option<String>,
    /// The case that came of it.
    pub case: Option<CaseId>,
}

/// 漏接回拨: somebody tried to call back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCalledBack {
    /// Which contact.
    pub contact: ContactId,
    /// The how many-th try.
    pub attempt: i32,
    /// Whether someone answered.
    pub reached: bool,
}
