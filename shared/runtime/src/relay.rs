//! The relay: carries the outbox to the stream, each case in order, and forgets only what was acknowledged.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use bus::{Bus, Refusal};
use pg::{
    Database, lease,
    outbox::{self, Pending},
};
use tokio_util::sync::CancellationToken;

use crate::{Sabotage, Wake};

const KIND: &str = "relay";
const BATCH: i64 = 1024;
/// A lease is worked for less than its term, so that the next owner never overlaps by much.
const TRUSTED: Duration = Duration::from_secs(6);
const RENEW: Duration = Duration::from_secs(3);
/// After a small batch the next one is given this long to grow.
const GATHER: Duration = Duration::from_millis(8);
const SMALL: usize = 64;

pub(crate) struct Relay {
    pub(crate) service: &'static str,
    pub(crate) db: Database,
    pub(crate) bus: Bus,
    pub(crate) wake: Wake,
    pub(crate) owner: String,
    pub(crate) sabotage: Sabotage,
}

impl Relay {
    /// Runs until told to stop; faults are waited out.
    pub(crate) async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut shards: Vec<i16> = Vec::new();
        let mut renewed: Option<Instant> = None;
        let mut pause = Duration::ZERO;
        let mut cursor = 0;
        while !stop.is_cancelled() {
            if renewed.is_none_or(|at| at.elapsed() > RENEW) {
                match self.renew().await {
                    Ok(taken) => {
                        let new = taken.iter().filter(|shard| !shards.contains(*shard)).count();
                        telemetry::metrics::outbox::leases_changed(self.service, KIND, new as u64);
                        (shards, renewed) = (taken, Some(Instant::now()));
                    }
                    Err(error) => tracing::warn!(service = self.service, %error, "lease not renewed"),
                }
            }
            let trusted = renewed.is_some_and(|at| at.elapsed() < TRUSTED);
            let outcome =
                if trusted && !shards.is_empty() { self.pass(&shards, &mut cursor).await } else { Ok(0) };
            match outcome {
                Ok(0) => {
                    pause = Duration::ZERO;
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.wake.outbox_called() => {}
                        () = tokio::time::sleep(Duration::from_millis(if trusted { 1000 } else { 250 })) => {}
                    }
                }
                Ok(sent) => {
                    pause = Duration::ZERO;
                    if sent < SMALL {
                        tokio::time::sleep(GATHER).await;
                    }
                }
                Err(error) => {
                    pause = (pause * 2).clamp(Duration::from_millis(50), Duration::from_secs(2));
                    tracing::warn!(service = self.service, error = %format!("{error:#}"), "outbox waits");
                    tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
                }
            }
        }
        lease::give_back(&self.db.pool, KIND, &self.owner).await.ok();
        Ok(())
    }

    async fn renew(&self) -> Result<Vec<i16>, sqlx::Error> {
        let owners = lease::owners(&self.db.pool, KIND, &self.owner).await?.max(1);
        let share = i16::try_from(64 / owners + i64::from(owners > 1)).unwrap_or(64);
        lease::take(&self.db.pool, KIND, &self.owner, share).await
    }

    /// Publishes one batch. Answers how many events went out.
    async fn pass(&self, shards: &[i16], cursor: &mut i64) -> anyhow::Result<usize> {
        match self.sabotage {
            Sabotage::None | Sabotage::AckBeforeCommit => {
                relay_once(&self.db, &self.bus, self.service, shards).await
            }
            Sabotage::DeleteBeforeAck => {
                let mut connection = self.db.pool.acquire().await?;
                let batch = outbox::pending(&mut connection, self.service, shards, BATCH).await?;
                outbox::acknowledged(&mut connection, &seqs(batch.iter())).await?;
                publish(&self.bus, &batch).await;
                Ok(batch.len())
            }
            Sabotage::CursorOutbox => {
                let mut connection = self.db.pool.acquire().await?;
                let batch = outbox::pending(&mut connection, self.service, shards, BATCH).await?;
                let ahead: Vec<Pending> = batch.into_iter().filter(|row| row.seq > *cursor).collect();
                publish(&self.bus, &ahead).await;
                *cursor = ahead.last().map_or(*cursor, |row| row.seq);
                // What lies behind the cursor is taken for sent: the fault that this variant shows.
                sqlx::query("DELETE FROM outbox_pending WHERE seq <= $1")
                    .bind(*cursor)
                    .execute(&mut *connection)
                    .await?;
                Ok(ahead.len())
            }
        }
    }
}

/// Publishes the oldest pending events of some shards, in waves: a wave holds the first unsent event of each case, so
/// a lost acknowledgement never lets a later event of its case overtake. Answers how many were acknowledged.
///
/// # Errors
/// The server is away, or the stream did not acknowledge; what was acknowledged is forgotten all the same.
pub async fn relay_once(
    db: &Database,
    bus: &Bus,
    service: &'static str,
    shards: &[i16],
) -> anyhow::Result<usize> {
    let mut connection = db.pool.acquire().await?;
    let mut rest = outbox::pending(&mut connection, service, shards, BATCH).await?;
    drop(connection);
    let mut acknowledged = Vec::with_capacity(rest.len());
    let mut failure: Option<String> = None;
    while !rest.is_empty() && failure.is_none() {
        let mut seen = HashSet::new();
        let (wave, later): (Vec<Pending>, Vec<Pending>) =
            rest.into_iter().partition(|row| seen.insert(row.event.aggregate));
        let started = Instant::now();
        let answers = publish(bus, &wave).await;
        let refused = answers.iter().filter(|answer| matches!(answer, Err(Refusal::Later(_)))).count();
        telemetry::metrics::outbox::published(service, started.elapsed());
        telemetry::metrics::messaging::operation(service, "publish", started.elapsed(), refused > 0);
        telemetry::metrics::outbox::conflicts(service, refused as u64);
        for (row, answer) in wave.iter().zip(answers) {
            match answer {
                Ok(()) => acknowledged.push(row.seq),
                Err(Refusal::Later(reason)) => failure = Some(reason),
                Err(Refusal::Never(reason)) => {
                    tracing::error!(
                        service,
                        seq = row.seq,
                        reason,
                        "event laid aside: its case waits for a person"
                    );
                    telemetry::metrics::outbox::dead(service);
                    outbox::lay_aside(&mut *db.pool.acquire().await?, row.seq, &reason).await?;
                }
            }
        }
        rest = later;
    }
    if !acknowledged.is_empty() {
        outbox::acknowledged(&mut *db.pool.acquire().await?, &acknowledged).await?;
        telemetry::metrics::messaging::sent(service, acknowledged.len() as u64);
    }
    match failure {
        Some(reason) if acknowledged.is_empty() => anyhow::bail!("the stream did not acknowledge: {reason}"),
        Some(_) | None => Ok(acknowledged.len()),
    }
}

async fn publish(bus: &Bus, wave: &[Pending]) -> Vec<Result<(), Refusal>> {
    use tracing::Instrument as _;
    let span = tracing::info_span!(
        "publish evt.{part}.{prov}.{city}",
        otel.kind = "client",
        messaging.system = "nats",
        messaging.operation.type = "send",
        messaging.operation.name = "publish",
        messaging.nats.stream = bus::STREAM,
        messaging.batch.message_count = wave.len(),
    );
    // A span holds 128 links at most; the rest of the wave is found by its own creation contexts.
    for trace in
        wave.iter().filter_map(|row| row.event.trace.as_deref()).filter(|t| t.ends_with("01")).take(128)
    {
        telemetry::link(&span, trace);
    }
    let events: Vec<_> = wave.iter().map(|row| (&row.event, row.again)).collect();
    bus.publish(&events).instrument(span).await
}

fn seqs<'a>(rows: impl Iterator<Item = &'a Pending>) -> Vec<i64> {
    rows.map(|row| row.seq).collect()
}
