//! The inbox at work: every event of the sources heard is applied once, in order per case, with its effect in one
//! transaction. A fault delays; a poisonous event closes its case and nothing else.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bus::{Bus, Delivery};
use contracts::{Event, StoredEvent};
use futures::future::{BoxFuture, join_all};
use pg::{Database, inbox};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::{Clock, Sabotage, Wake, emit::CAUSES, lag};

/// How many messages share one transaction at most.
pub(crate) const BATCH: usize = 512;
/// After a small batch the next one is given this long to grow: a transaction costs more than an event does.
const GATHER: Duration = Duration::from_millis(8);
const SMALL: usize = 64;

/// What a service does with what it hears.
pub trait Consumer: Send + Sync + 'static {
    /// The services whose events it hears, all of each.
    fn sources(&self) -> &'static [&'static str];

    /// Applies a batch in the transaction of the inbox. The events are new and in order per source and case.
    fn apply<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        batch: &'a [Event],
    ) -> BoxFuture<'a, Result<(), ApplyError>>;
}

/// Why a batch was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// A fault that passes: database away, deadlock.
    #[error("to be tried again")]
    Later(#[source] anyhow::Error),
    /// The event itself is wrong; a person must look.
    #[error("cannot be applied: {reason}")]
    Poison {
        /// What is wrong, without any personal data.
        reason: String,
    },
}

impl From<sqlx::Error> for ApplyError {
    fn from(error: sqlx::Error) -> Self {
        // What the data is at fault for is refused each time. The detail may quote a row, so it is not kept.
        match error.as_database_error() {
            Some(database) if pg::data_at_fault(&error) => Self::Poison {
                reason: format!(
                    "database refused: {} {}",
                    database.code().unwrap_or_default(),
                    database.constraint().unwrap_or_default()
                ),
            },
            Some(_) | None => Self::Later(error.into()),
        }
    }
}

impl ApplyError {
    fn database_away(&self) -> bool {
        match self {
            Self::Later(cause) => cause.downcast_ref().is_some_and(pg::server_away),
            Self::Poison { .. } => false,
        }
    }
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Applied now, parked ones included.
    pub applied: usize,
    /// Heard before.
    pub repeats: usize,
    /// Laid aside until their turn.
    pub parked: usize,
}

/// Applies a batch in one transaction: positions, effect and outbox rows together.
///
/// # Errors
/// [`ApplyError`]; nothing was changed.
pub async fn apply_once(
    db: &Database,
    service: &'static str,
    consumer: &dyn Consumer,
    batch: &[StoredEvent],
    drain: bool,
) -> Result<Applied, ApplyError> {
    let mut transaction = db.pool.begin().await?;
    let (places, parked) = inbox::load(&mut transaction, batch).await?;
    // Without draining, only what is parked of the batch itself counts, so that its row goes with it.
    let named = |waiting: &StoredEvent| {
        batch.iter().any(|event| {
            (&event.source, event.aggregate, event.version)
                == (&waiting.source, waiting.aggregate, waiting.version)
        })
    };
    let parked = if drain { parked } else { parked.into_iter().filter(named).collect() };
    let plan = inbox::plan(&places, parked, batch.to_vec());
    let outcome = Applied { applied: plan.apply.len(), repeats: plan.repeats, parked: plan.park.len() };
    if !plan.apply.is_empty() {
        let mut spans = Vec::with_capacity(plan.apply.len());
        let mut causes = HashMap::new();
        let mut events = Vec::with_capacity(plan.apply.len());
        for stored in &plan.apply {
            events.push(stored.open().map_err(|error| ApplyError::Poison { reason: error.to_string() })?);
            if let Some(span) = process_span(service, stored) {
                if let Some(trace) = telemetry::traceparent(&span) {
                    causes.insert(stored.id, trace);
                }
                spans.push(span);
            } else if let Some(trace) = &stored.trace {
                causes.insert(stored.id, trace.clone());
            }
        }
        CAUSES.scope(causes, consumer.apply(&mut transaction, &events)).await?;
        drop(spans);
    }
    if !inbox::save(&mut transaction, &plan).await? {
        return Err(ApplyError::Later(anyhow::anyhow!("another worker was first")));
    }
    transaction.commit().await?;
    Ok(outcome)
}

/// One span for each event whose trace is recorded: child of the moment of creation, so that one trace shows the walk.
fn process_span(service: &'static str, event: &StoredEvent) -> Option<Span> {
    let trace = event.trace.as_deref().filter(|trace| trace.ends_with("01"))?;
    let span = tracing::info_span!(
        "process",
        otel.name = format!("process evt.{{part}}.{{prov}}.{{city}}.{}.{}", event.source, event.kind),
        otel.kind = "consumer",
        service = service,
        messaging.system = "nats",
        messaging.operation.type = "process",
        messaging.operation.name = "process",
        messaging.destination.template = format!("evt.{{part}}.{{prov}}.{{city}}.{}.{}", event.source, event.kind),
        messaging.message.id = %event.id,
        messaging.message.conversation_id = %event.aggregate,
        messaging.consumer.group.name = service,
        messaging.nats.stream = bus::STREAM,
        city.code = event.region.parse::<ids::RegionCode>().map(|region| region.city()).unwrap_or_default(),
    );
    // An imported history would grow one endless trace; it is linked, and each hop begins its own.
    if !event.historic {
        telemetry::set_parent(&span, trace);
    }
    telemetry::link(&span, trace);
    Some(span)
}

/// The chain of causes in one line, without the places in the code.
fn telling(error: &ApplyError) -> String {
    match error {
        ApplyError::Later(cause) => format!("{error}: {cause:#}"),
        ApplyError::Poison { .. } => error.to_string(),
    }
}

pub(crate) struct Inbox {
    pub(crate) service: &'static str,
    pub(crate) db: Database,
    pub(crate) bus: Bus,
    pub(crate) wake: Wake,
    pub(crate) clock: Clock,
    pub(crate) consumer: Arc<dyn Consumer>,
    pub(crate) sabotage: Sabotage,
}

impl Inbox {
    /// Consumes until told to stop: finishes the batch in hand, fetches no more. A broken pull is opened again.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) -> anyhow::Result<()> {
        let pause = Duration::from_millis(300);
        while !stop.is_cancelled() {
            let subscription = tokio::select! {
                () = stop.cancelled() => break,
                subscription = self.bus.subscribe(self.service, BATCH) => subscription,
            };
            let mut subscription = match subscription {
                Ok(subscription) => subscription,
                Err(error) => {
                    tracing::debug!(service = self.service, %error, "consumer not to be had yet");
                    tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
                    continue;
                }
            };
            loop {
                let batch =
                    tokio::select! { () = stop.cancelled() => break, batch = subscription.next() => batch };
                match batch {
                    Ok(batch) => {
                        let is_small = batch.len() < SMALL;
                        self.handle(batch).await;
                        if is_small {
                            tokio::time::sleep(GATHER).await;
                        }
                    }
                    Err(error) => {
                        tracing::debug!(service = self.service, %error, "pull broken; opening it again");
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    async fn handle(&self, batch: Vec<Delivery>) {
        let started = Instant::now();
        let mut events = Vec::with_capacity(batch.len());
        let mut deliveries = Vec::with_capacity(batch.len());
        // The consumer in the stream has no filter; what this service does not hear ends here, unread.
        let sources = self.consumer.sources();
        let (batch, foreign): (Vec<Delivery>, Vec<Delivery>) = batch
            .into_iter()
            .partition(|delivery| delivery.source().is_none_or(|source| sources.contains(&source)));
        join_all(foreign.iter().map(Delivery::done)).await;
        if batch.is_empty() {
            return;
        }
        for delivery in batch {
            match delivery.event() {
                Ok(event) => {
                    events.push(event);
                    deliveries.push(delivery);
                }
                Err(error) => {
                    tracing::error!(service = self.service, subject = delivery.subject(), %error, "not an event");
                    telemetry::metrics::inbox::dead_letter(self.service, "decode");
                    delivery.never().await;
                }
            }
        }
        if self.sabotage == Sabotage::AckBeforeCommit {
            join_all(deliveries.iter().map(Delivery::done)).await;
        }
        telemetry::metrics::messaging::consumed(self.service, events.len() as u64);
        match apply_once(&self.db, self.service, &*self.consumer, &events, true).await {
            Ok(applied) => {
                self.count(applied);
                lag::measure(self.service, self.consumer.sources(), &events, self.clock.now());
                self.wake.outbox();
                join_all(deliveries.iter().map(Delivery::done)).await;
            }
            Err(error) => {
                tracing::debug!(service = self.service, %error, "batch taken apart");
                self.one_by_one(&events, &deliveries).await;
            }
        }
        telemetry::metrics::messaging::processed(self.service, started.elapsed());
    }

    /// Finds the event that spoils a batch; the others are applied.
    async fn one_by_one(&self, events: &[StoredEvent], deliveries: &[Delivery]) {
        let mut away = false;
        for (event, delivery) in events.iter().zip(deliveries) {
            // With the database away each event would wait for a connection in vain, and a stop for all of them.
            let outcome = if away { None } else { Some(self.single(event).await) };
            match outcome {
                Some(Ok(())) => delivery.done().await,
                Some(Err(error)) => {
                    tracing::warn!(service = self.service, kind = event.kind, error = %telling(&error), "tried again later");
                    away = error.database_away();
                    delivery.later(Duration::from_millis(500)).await;
                }
                None => delivery.later(Duration::from_millis(500)).await,
            }
        }
    }

    /// Applies one event alone, then those that waited for it, each alone. Poison is buried; its delivery is at an end.
    pub(crate) async fn single(&self, event: &StoredEvent) -> Result<(), ApplyError> {
        let mut next = Some(event.clone());
        while let Some(event) = next.take() {
            match apply_once(&self.db, self.service, &*self.consumer, std::slice::from_ref(&event), false)
                .await
            {
                Ok(applied) => {
                    self.count(applied);
                    self.wake.outbox();
                    if applied.applied > 0 {
                        next =
                            inbox::ready(&mut *self.db.pool.acquire().await?, &event.source, event.aggregate)
                                .await?;
                    }
                }
                Err(ApplyError::Poison { reason }) => {
                    tracing::error!(service = self.service, kind = event.kind, event = %event.id, reason, "dead letter");
                    telemetry::metrics::inbox::dead_letter(self.service, "poison");
                    let mut transaction = self.db.pool.begin().await?;
                    inbox::bury(&mut transaction, &event, &reason).await?;
                    transaction.commit().await?;
                }
                Err(later @ ApplyError::Later(_)) => return Err(later),
            }
        }
        Ok(())
    }

    fn count(&self, applied: Applied) {
        if applied.repeats > 0 {
            telemetry::metrics::inbox::duplicates(self.service, applied.repeats as u64);
        }
        if applied.parked > 0 {
            telemetry::metrics::inbox::parks(self.service, applied.parked as u64);
        }
    }
}
