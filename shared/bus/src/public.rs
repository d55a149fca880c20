//! What agencies outside read: the stream `CASE_PUB`, one structured CloudEvent a message.

use async_nats::jetstream::message::PublishMessage;

use crate::{Bus, Refusal, publish::classify};

/// The stream of what agencies outside may learn.
pub const PUBLIC_STREAM: &str = "CASE_PUB";

impl Bus {
    /// Publishes one CloudEvent in structured form on `pub.v1.<province>.<city>.<kind>`. A repeat under the same id is
    /// dropped by the stream.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn publish_public(
        &self,
        subject: String,
        id: &str,
        cloud_event: Vec<u8>,
    ) -> Result<(), Refusal> {
        let mut headers = async_nats::HeaderMap::new();
        headers.insert(async_nats::header::NATS_MESSAGE_ID, id);
        headers.insert(async_nats::header::NATS_EXPECTED_STREAM, PUBLIC_STREAM);
        headers.insert("Content-Type", "application/cloudevents+json");
        let message = PublishMessage::build().headers(headers).payload(cloud_event.into());
        let ack = self.jetstream.send_publish(subject, message).await.map_err(classify)?;
        ack.await.map(|_| ()).map_err(classify)
    }
}
