//! Asks routing which replies a case has.

use std::time::Duration;

use contracts::replies::{ASK_REPLIES, AskReplies, Replies, ToldReply};
use ids::CaseId;

use crate::app::Core;

const PATIENCE: Duration = Duration::from_secs(3);

/// Every reply of a case; none when routing does not answer in time, which is not the same as a case without replies.
pub(crate) async fn replies(core: &Core, case: CaseId) -> Option<Vec<ToldReply>> {
    let question = serde_json::to_vec(&AskReplies { case }).ok()?;
    let asked = core.platform.bus.ask(ASK_REPLIES.to_owned(), question);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => match serde_json::from_slice::<Replies>(&answer) {
            Ok(answer) => Some(answer.replies),
            Err(error) => {
                tracing::error!(%error, "routing's answer about replies cannot be read");
                None
            }
        },
        Ok(Err(error)) => {
            tracing::warn!(%error, "routing was asked for replies and did not answer");
            None
        }
        Err(_) => {
            tracing::warn!("routing was asked for replies and did not answer in time");
            None
        }
    }
}
