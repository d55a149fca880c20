//! Streams and consumers, made by `huiyin migrate` and by the embedded start, never by a service.

use std::time::Duration;

use async_nats::jetstream::{
    consumer::{AckPolicy, DeliverPolicy, pull},
    stream::{Compression, Config, DiscardPolicy, RetentionPolicy, StorageType},
};

use crate::{Bus, PUBLIC_STREAM};

/// The stream of all events inside the suite.
pub const STREAM: &str = "CASE_EVT";

const DAY: Duration = Duration::from_secs(86_400);

/// Makes or updates the streams of the suite. Repeating it changes nothing.
///
/// # Errors
/// The server refuses or is away.
pub async fn ensure_streams(bus: &Bus) -> anyhow::Result<()> {
    let stream = |name: &str, subjects: &str, days: u32| Config {
        name: name.to_owned(),
        subjects: vec![subjects.to_owned()],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        // A full stream refuses the publisher, whose rows wait in the outbox; it never drops history.
        discard: DiscardPolicy::New,
        num_replicas: bus.replicas,
        max_age: DAY * days,
        duplicate_window: Duration::from_secs(300),
        max_message_size: 262_144,
        compression: Some(Compression::S2),
        deny_delete: true,
        allow_direct: true,
        ..Config::default()
    };
    for config in
        [stream(STREAM, "evt.>", 30), stream(PUBLIC_STREAM, "pub.v1.>", 90), stream("DLQ", "dlq.>", 180)]
    {
        bus.jetstream.create_or_update_stream(config).await?;
    }
    Ok(())
}

/// Makes or updates the durable consumer of a service. A message that was not answered within `ack_wait` comes again.
///
/// It has no filter. Sources stand behind wildcards in the subject, and to find the next message of some of them the
/// server walks all subjects of the stream: that cost it more than everything else it does.
///
/// # Errors
/// The server refuses or is away.
pub async fn ensure_consumer(bus: &Bus, service: &str, ack_wait: Duration) -> anyhow::Result<()> {
    let config = pull::Config {
        durable_name: Some(service.to_owned()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait,
        max_ack_pending: 4096,
        num_replicas: bus.replicas,
        ..pull::Config::default()
    };
    bus.jetstream.create_consumer_on_stream(config, STREAM).await?;
    Ok(())
}
