//! What the service hears: everything that the other four say, a batch at a time.

pub(crate) mod heard;
pub(crate) mod occasions;

use std::{collections::BTreeSet, sync::Arc};

use contracts::Event;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use notification_rules::lifecycle::Patience;
use runtime::{ApplyError, Clock, Consumer};
use sqlx::PgConnection;

use crate::{Packs, app::tell, office::Office};

/// Whose events are heard.
pub(crate) const SOURCES: &[&str] = &["intake", "routing", "deadline-scheduler", "evaluation"];

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Turns what others say into notices.
#[derive(Debug)]
pub struct Hearing {
    packs: Arc<Packs>,
    track_url: String,
    office: Arc<Office>,
}

impl Hearing {
    /// Hears under these packs, with no carrier but inbox and spool; `track_url` is where citizens follow their cases.
    ///
    /// # Errors
    /// The calendars compiled in contradict one another.
    pub fn new(packs: Arc<Packs>, track_url: &str) -> anyhow::Result<Self> {
        let office =
            Office::new(Clock::default(), BTreeSet::new(), Patience { pauses: vec![], in_hand: MINUTE });
        Ok(Self::within(Arc::new(office?), packs, track_url))
    }

    /// Hears for an installation with its own carriers.
    pub(crate) fn within(office: Arc<Office>, packs: Arc<Packs>, track_url: &str) -> Self {
        Self { packs, track_url: track_url.to_owned(), office }
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
        Box::pin(tell::tell(transaction, &self.packs, &self.track_url, &self.office, batch))
    }
}
