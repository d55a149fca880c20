//! What notification says about messages owed.

use ids::NoticeId;
use serde::{Deserialize, Serialize};

/// Messages about one case went out, or were laid in the spool or inbox that their channel ends in: all that became so
/// in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSent {
    /// Each of them; at least one.
    pub notices: Vec<Sent>,
}

/// One message that was brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Which message.
    pub notice: NoticeId,
    /// The template's name in the pack.
    pub template: String,
    /// `citizen`, `unit`, `officer`, `centre`, `supervisor`, `leader`, `in-charge`, `county`.
    pub audience: String,
    /// `inbox`, `spool`, or the carrier that took it: `sms`, `email`, `wechat`, `wecom`.
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

/// Whom a message was for has opened it; said once, the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeOpened {
    /// Which message.
    pub notice: NoticeId,
    /// The template's name in the pack.
    pub template: String,
    /// As in `notice.sent`.
    pub audience: String,
    /// `inbox`, or the way on which it had come: `sms`, `email`, `wechat`, `wecom`.
    pub way: String,
}
