//! What notification says about messages owed.

use ids::NoticeId;
use serde::{Deserialize, Serialize};

/// Messages about one case went out, or were laid in the spool or inbox that their channel ends in: all that became so
/// in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct NoticeSent {
    /// Each of them; at least one.
    pub notices: Vec<Sent>,
}

/// As it stands in ledgers: several together, or, as the first installations said it, one by itself.
#[derive(Deserialize)]
struct Written {
    notices: Option<Vec<Sent>>,
    notice: Option<NoticeId>,
    template: Option<String>,
    audience: Option<String>,
    channel: Option<String>,
}

/// Neither form is there whole.
#[derive(Debug, thiserror::Error)]
#[error("missing field `{0}`")]
struct Missing(&'static str);

impl TryFrom<Written> for NoticeSent {
    type Error = Missing;

    fn try_from(written: Written) -> Result<Self, Missing> {
        let Written { notices, notice, template, audience, channel } = written;
        if let Some(notices) = notices {
            return Ok(Self { notices });
        }
        // Whoever says nothing of one notice speaks the form of today.
        if notice.is_none() && template.is_none() && audience.is_none() && channel.is_none() {
            return Err(Missing("notices"));
        }
        let one = Sent {
            notice: notice.ok_or(Missing("notice"))?,
            template: template.ok_or(Missing("template"))?,
            audience: audience.ok_or(Missing("audience"))?,
            channel: channel.ok_or(Missing("channel"))?,
        };
        Ok(Self { notices: vec![one] })
    }
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
