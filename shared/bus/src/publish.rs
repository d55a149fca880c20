//! Publishing: many at once, each with its own answer.

use async_nats::jetstream::{
    context::{PublishError, PublishErrorKind},
    message::PublishMessage,
};
use contracts::StoredEvent;
use futures::future::join_all;

use crate::{Bus, STREAM, wire};

/// Why the stream did not take an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Try again: no answer, no leader, no connection, no room.
    #[error("not acknowledged: {0}")]
    Later(String),
    /// It will never be taken.
    #[error("refused for good: {0}")]
    Never(String),
}

impl Bus {
    /// Publishes all events at once and answers for each, in order. Ids make a repeat harmless; an event said again on
    /// purpose comes with a number other than 0, so that the stream takes it once more.
    pub async fn publish(&self, events: &[(&StoredEvent, i32)]) -> Vec<Result<(), Refusal>> {
        // All acknowledgements are awaited together: one after another would add up their timeouts.
        join_all(events.iter().map(|(event, again)| self.publish_one(event, *again))).await
    }

    async fn publish_one(&self, event: &StoredEvent, again: i32) -> Result<(), Refusal> {
        let message = PublishMessage::build()
            .headers(wire::headers(event, again, STREAM))
            .payload(event.payload.clone().into());
        let ack = self.jetstream.send_publish(event.subject(), message).await.map_err(classify)?;
        let ack = ack.await.map_err(classify)?;
        if ack.stream == STREAM {
            Ok(())
        } else {
            Err(Refusal::Never(format!("taken by stream {}", ack.stream)))
        }
    }
}

pub(crate) fn classify(error: PublishError) -> Refusal {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => Refusal::Never(error.kind().to_string()),
        PublishErrorKind::Other if error.to_string().contains("10054") => {
            Refusal::Never("message too large".to_owned())
        }
        PublishErrorKind::StreamNotFound
        | PublishErrorKind::WrongLastMessageId
        | PublishErrorKind::WrongLastSequence
        | PublishErrorKind::TimedOut
        | PublishErrorKind::BrokenPipe
        | PublishErrorKind::MaxAckPending
        | PublishErrorKind::Other => Refusal::Later(error.kind().to_string()),
    }
}
