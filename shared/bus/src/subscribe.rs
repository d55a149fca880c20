//! Consuming: whatever is ready comes as one batch, each message with its own answer.

use std::time::Duration;

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{Consumer, pull},
};
use contracts::{BadEvent, StoredEvent};
use futures::StreamExt as _;

use crate::{Bus, STREAM, wire};

/// A pull on the durable consumer of one service.
pub struct Subscription {
    messages: futures::stream::ReadyChunks<pull::Stream>,
}

/// One message and the right to answer it.
pub struct Delivery {
    message: Message,
}

impl Bus {
    /// Opens the service's durable consumer. It must have been made by the operator.
    ///
    /// # Errors
    /// The server is away or has no such consumer.
    pub async fn subscribe(&self, service: &str, batch: usize) -> anyhow::Result<Subscription> {
        let consumer: Consumer<pull::Config> =
            self.jetstream.get_consumer_from_stream(service, STREAM).await?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(batch * 2)
            .expires(Duration::from_secs(30))
            .heartbeat(Duration::from_secs(5))
            .messages()
            .await?;
        Ok(Subscription { messages: messages.ready_chunks(batch) })
    }
}

/// What a service's durable consumer still has before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// In the stream, not yet handed out.
    pub undelivered: u64,
    /// Handed out, not yet answered.
    pub unanswered: u64,
}

impl Bus {
    /// Asks the server how far a service's consumer has come. Costs a round trip to the leader: not for hot paths.
    ///
    /// # Errors
    /// The server is away or has no such consumer.
    pub async fn waiting(&self, service: &str) -> anyhow::Result<Waiting> {
        let consumer: Consumer<pull::Config> =
            self.jetstream.get_consumer_from_stream(service, STREAM).await?;
        let info = consumer.cached_info();
        Ok(Waiting { undelivered: info.num_pending, unanswered: info.num_ack_pending as u64 })
    }
}

impl Subscription {
    /// Waits for the next messages: one at least, all that are ready at most.
    ///
    /// # Errors
    /// The pull is broken (server gone, heartbeat missed): subscribe again.
    pub async fn next(&mut self) -> anyhow::Result<Vec<Delivery>> {
        let chunk = self.messages.next().await.ok_or_else(|| anyhow::anyhow!("the pull has ended"))?;
        let mut deliveries = Vec::with_capacity(chunk.len());
        for message in chunk {
            match message {
                Ok(message) => deliveries.push(Delivery { message }),
                // What came before the break is handled first; the next call meets the break again.
                Err(error) if deliveries.is_empty() => return Err(error.into()),
                Err(_) => break,
            }
        }
        Ok(deliveries)
    }
}

impl Delivery {
    /// Reads the envelope.
    ///
    /// # Errors
    /// The message is none of ours.
    pub fn event(&self) -> Result<StoredEvent, BadEvent> {
        wire::read(self.message.headers.as_ref(), &self.message.payload)
    }

    /// The subject it came on.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.message.subject
    }

    /// The service that said it, as the subject tells; nothing where the subject is none of ours.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.message.subject.split('.').nth(4)
    }

    /// Done: it need not come again. A lost acknowledgement costs a repeat, which the inbox absorbs.
    pub async fn done(&self) {
        self.settle(AckKind::Ack).await;
    }

    /// Not now: bring it again after a while. A bare refusal would bring it back at once, so the delay is not optional.
    pub async fn later(&self, delay: Duration) {
        self.settle(AckKind::Nak(Some(delay))).await;
    }

    /// Never again: it stands in the dead letters.
    pub async fn never(&self) {
        self.settle(AckKind::Term).await;
    }

    async fn settle(&self, kind: AckKind) {
        if let Err(error) = self.message.ack_with(kind).await {
            tracing::debug!(%error, "answer not sent; the message will come again");
        }
    }
}
