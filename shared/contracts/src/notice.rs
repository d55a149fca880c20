//! What notification says about messages owed.

use ids::NoticeId;
use serde::{Deserialize, Serialize};

/// Messages about one case went out, or were laid in the spool or inbox that their channel ends in: all that became so
/// in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Brought")]
pub struct NoticeSent {
    /// Each of them; at least one.
    pub notices: Vec<Sent>,
}

/// As it stands in ledgers: the first installations said one message an event.
#[derive(Deserialize)]
#[serde(untagged)]
enum Brought {
    Several { notices: Vec<Sent> },
    One(Sent),
}

impl From<Brought> for NoticeSent {
    fn from(brought: Brought) -> Self {
        match brought {
            Brought::Several { notices } => Self { notices },
            Brought::One(notice) => Self { notices: vec![notice] },
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_first_installations_said_of_one_message_is_still_read() {
        let one = r#"{"notice": "019a0000-0000-7000-8000-000000000001", "template": "accepted",
                      "audience": "citizen", "channel": "spool"}"#;
        let read: NoticeSent = serde_json::from_str(one).expect("an old word");
        let again: NoticeSent = serde_json::from_str(&format!(r#"{{"notices": [{one}]}}"#)).expect("a word");
        assert_eq!((read.notices.len(), &read), (1, &again));
        assert!(serde_json::to_string(&read).expect("JSON").starts_with(r#"{"notices":[{"#));
    }
}
