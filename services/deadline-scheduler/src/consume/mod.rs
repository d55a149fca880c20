//! What the service hears: intake, routing and evaluation, a batch at a time.

pub(crate) mod heard;

use contracts::Event;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use runtime::{ApplyError, Clock, Consumer, Wake};
use sqlx::PgConnection;

use crate::app::{hear::hear, live::Live};

/// Whose events are heard.
pub(crate) const SOURCES: &[&str] = &["intake", "routing", "evaluation"];

/// Turns what others say into clocks.
#[derive(Debug)]
pub struct Hearing {
    live: Live,
    wake: Wake,
    clock: Clock,
}

impl Hearing {
    pub(crate) fn new(live: Live, wake: Wake, clock: Clock) -> Self {
        Self { live, wake, clock }
    }

    /// Whether an alarm may be due before the workers look again; when it fires is the database's decision.
    fn soon(&self, due_at: Timestamp) -> bool {
        due_at < self.clock.now() + SignedDuration::from_secs(5)
    }
}

impl Consumer for Hearing {
    fn sources(&self) -> &'static [&'static str] {
        SOURCES
    }

    fn apply<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        batch: &'a [Event],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            if hear(transaction, &self.live, batch).await?.is_some_and(|due_at| self.soon(due_at)) {
                self.wake.timers();
            }
            Ok(())
        })
    }
}
