//! Answers the question of other services which replies a case has; see `contracts::replies`.

use std::{sync::Arc, time::Duration};

use bus::Bus;
use contracts::replies::{ASK_REPLIES, AskReplies, Replies, ToldReply};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::{app::App, store::told};

/// Answers until it is told to stop; instances share the questions.
pub(crate) async fn answer(app: Arc<App>, bus: Bus, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        let Ok(mut questions) = bus.answer(ASK_REPLIES.to_owned(), crate::NAME.to_owned()).await else {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(Duration::from_secs(1)) => {} }
            continue;
        };
        loop {
            let message = tokio::select! { () = stop.cancelled() => return Ok(()), message = questions.next() => message };
            let Some(message) = message else { break };
            let Some(inbox) = message.reply else { continue };
            match replies(&app, &message.payload).await {
                Ok(answer) => bus.reply(inbox, answer).await,
                Err(error) => tracing::warn!(%error, "question about replies not answered"),
            }
        }
    }
    Ok(())
}

async fn replies(app: &App, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let asked: AskReplies = serde_json::from_slice(question)?;
    let mut connection = app.db.pool.acquire().await?;
    let rows = told::of_case(&mut connection, asked.case).await?;
    let directory = app.directory.current(&mut connection).await?;
    let replies = rows.into_iter().map(|(reply, unit, round)| ToldReply {
        unit_name: directory.name_of(&unit),
        unit,
        round,
        attempt: reply.attempt,
        outcome: reply.outcome,
        public_text: reply.public_text,
        internal_text: reply.internal_text,
        reasons: reply.reasons,
        legal_basis: reply.legal_basis,
        completed_on: reply.completed_on,
        public: reply.public,
        released: reply.state == "released",
        at: reply.at,
    });
    Ok(serde_json::to_vec(&Replies { replies: replies.collect() })?)
}
