//! From what became of a delivery to the event that says so.

use contracts::{
    Body, Event,
    notice::{NoticeFailed, NoticeSent},
};
use notification_rules::lifecycle::{Effect, State};
use runtime::Draft;

use crate::store::notices::{Row, channel_word};

/// What is said of a notice that has come to its end; nothing of one that has not.
pub(crate) fn said(row: &Row, cause: &Event) -> Option<Draft> {
    let template = row.owed.template.clone();
    let body: Body = match row.effect? {
        Effect::Sent => NoticeSent {
            notice: row.id,
            template,
            audience: row.owed.audience.to_string(),
            channel: channel_word(row.owed.channel).to_owned(),
        }
        .into(),
        Effect::Failed => {
            let reason = match &row.state {
                State::Failed { reason, .. } => reason.clone(),
                State::Queued | State::Retrying { .. } | State::Sent { .. } => String::new(),
            };
            NoticeFailed { notice: row.id, template, reason }.into()
        }
    };
    Some(Draft {
        aggregate: cause.aggregate,
        region: cause.region.clone(),
        time: cause.time,
        actor: "system".to_owned(),
        causation: Some(cause.id),
        historic: cause.historic,
        trace: None,
        body,
    })
}
