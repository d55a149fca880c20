//! Questions that services ask one another: asked by who waits, answered by the owner, kept nowhere.

use std::time::Duration;

use bus::Bus;
use futures::StreamExt as _;
use serde::{Serialize, de::DeserializeOwned};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(3);

/// Answers a subject until it is told to stop; instances of one group share the questions. What cannot be answered stays
/// without an answer, so that the asker sees an owner that is away and never an empty answer.
///
/// # Errors
/// None: without a server it tries again.
pub async fn answer<F, A>(
    bus: Bus,
    (subject, group): (&'static str, &'static str),
    stop: CancellationToken,
    answer: F,
) -> anyhow::Result<()>
where
    F: Fn(Vec<u8>) -> A + Send,
    A: Future<Output = anyhow::Result<Vec<u8>>> + Send,
{
    while !stop.is_cancelled() {
        let Ok(mut questions) = bus.answer(subject.to_owned(), group.to_owned()).await else {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(Duration::from_secs(1)) => {} }
            continue;
        };
        loop {
            let message = tokio::select! { () = stop.cancelled() => return Ok(()), message = questions.next() => message };
            let Some(message) = message else { break };
            let Some(inbox) = message.reply else { continue };
            match answer(message.payload.to_vec()).await {
                Ok(answer) => bus.reply(inbox, answer).await,
                Err(error) => tracing::warn!(%error, subject, "question not answered"),
            }
        }
    }
    Ok(())
}

/// Asks; nothing when the owner does not answer in time, which is not the same as an answer that holds nothing.
pub async fn ask<A: DeserializeOwned>(
    bus: &Bus,
    subject: &'static str,
    question: &impl Serialize,
) -> Option<A> {
    let question = serde_json::to_vec(question).ok()?;
    match tokio::time::timeout(PATIENCE, bus.ask(subject.to_owned(), question)).await {
        Ok(Ok(answer)) => match serde_json::from_slice(&answer) {
            Ok(answer) => Some(answer),
            Err(error) => {
                tracing::error!(%error, subject, "an answer cannot be read");
                None
            }
        },
        Ok(Err(error)) => {
            tracing::warn!(%error, subject, "a question was not answered");
            None
        }
        Err(_) => {
            tracing::warn!(subject, "a question was not answered in time");
            None
        }
    }
}
