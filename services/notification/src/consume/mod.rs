//! What the service hears: everything that the other four say, a batch at a time.

pub(crate) mod heard;

use std::sync::Arc;

use contracts::Event;
use futures::future::BoxFuture;
use runtime::{ApplyError, Consumer};
use sqlx::PgConnection;

use crate::{Packs, app::tell};

/// Whose events are heard.
pub(crate) const SOURCES: &[&str] = &["intake", "routing", "deadline-scheduler", "evaluation"];

/// Turns what others say into notices.
#[derive(Debug)]
pub struct Hearing {
    packs: Arc<Packs>,
    track_url: String,
}

impl Hearing {
    /// Hears under these packs; `track_url` is where citizens follow their cases.
    #[must_use]
    pub fn new(packs: Arc<Packs>, track_url: &str) -> Self {
        Self { packs, track_url: track_url.to_owned() }
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
        Box::pin(tell::tell(transaction, &self.packs, &self.track_url, batch))
    }
}
