//! The connection to NATS.

use std::time::Duration;

use async_nats::jetstream;

/// How to reach NATS.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `nats://user:password@host:port`, or several with commas.
    pub url: String,
    /// Name shown in the server's list of connections.
    pub name: String,
    /// Replicas of streams and consumers: 1 on a laptop, 3 in production.
    pub replicas: usize,
}

/// A connection that mends itself; cheap to clone.
#[derive(Clone)]
pub struct Bus {
    pub(crate) client: async_nats::Client,
    pub(crate) jetstream: jetstream::Context,
    pub(crate) replicas: usize,
}

/// Why there is no bus.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// The address cannot be read.
    #[error("nats.url cannot be read")]
    Address,
    /// No server answered. The kind is kept, the address (it may hold a password) is not.
    #[error("connecting to NATS: {0}")]
    Connect(String),
}

impl Bus {
    /// Connects, and keeps connecting for ever after: an unreachable server delays, never fails, what comes later.
    ///
    /// # Errors
    /// The address cannot be read, or the server refuses at once.
    pub async fn connect(settings: &Settings) -> Result<Self, Unreachable> {
        let mut options = async_nats::ConnectOptions::new()
            .name(&settings.name)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|attempts| Duration::from_millis(50 * attempts.min(20) as u64))
            .event_callback(|event| async move {
                match event {
                    async_nats::Event::Connected => tracing::debug!("nats connected"),
                    async_nats::Event::Disconnected => tracing::warn!("nats disconnected"),
                    other => tracing::warn!(event = %other, "nats reports"),
                }
            });
        let mut addresses = Vec::new();
        for address in settings.url.split(',') {
            let address: async_nats::ServerAddr = address.trim().parse().map_err(|_| Unreachable::Address)?;
            if let (Some(user), Some(password)) = (address.username(), address.password()) {
                options = options.user_and_password(user.to_owned(), password.to_owned());
            }
            addresses.push(address);
        }
        let client = options
            .connect(addresses)
            .await
            .map_err(|error| Unreachable::Connect(error.kind().to_string()))?;
        // The relay bounds what is in flight by itself, one wave at a time.
        let jetstream = jetstream::ContextBuilder::new()
            .timeout(Duration::from_secs(5))
            .ack_timeout(Duration::from_secs(3))
            .backpressure_on_inflight(false)
            .build(client.clone());
        Ok(Self { client, jetstream, replicas: settings.replicas })
    }

    /// Says whether the connection stands now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// Sends a nudge that may be lost: whoever waits for it also looks by itself from time to time.
    pub async fn nudge(&self, subject: String) {
        if let Err(error) = self.client.publish(subject, bytes::Bytes::new()).await {
            tracing::debug!(%error, "nudge not sent");
        }
    }

    /// Asks one responder and waits for its answer.
    ///
    /// # Errors
    /// Nobody answers in time.
    pub async fn ask(&self, subject: String, question: Vec<u8>) -> Result<Vec<u8>, async_nats::RequestError> {
        Ok(self.client.request(subject, question.into()).await?.payload.to_vec())
    }

    /// Answers questions on a subject, shared between the instances of one group. When it returns the server knows of it.
    ///
    /// # Errors
    /// The subscription could not be made.
    pub async fn answer(
        &self,
        subject: String,
        group: String,
    ) -> Result<async_nats::Subscriber, async_nats::SubscribeError> {
        let questions = self.client.queue_subscribe(subject, group).await?;
        // Without a server now, the client subscribes again by itself as soon as there is one.
        let told = tokio::time::timeout(Duration::from_secs(2), self.client.flush()).await;
        if !matches!(told, Ok(Ok(()))) {
            tracing::debug!("subscription not yet at the server");
        }
        Ok(questions)
    }

    /// Sends an answer to the inbox that a question named.
    pub async fn reply(&self, to: async_nats::Subject, answer: Vec<u8>) {
        if let Err(error) = self.client.publish(to, answer.into()).await {
            tracing::debug!(%error, "answer not sent");
        }
    }
}
