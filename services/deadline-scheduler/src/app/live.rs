//! The rules of the moment: packs as read at the start or brought by another process since, calendars as published since.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLock},
};

use calendar::Calendars;
use sqlx::PgConnection;

use super::{calendars, packs::Packs, rules::Rules};
use crate::store::{self, pack_texts};

/// Handed out whole, so that one batch never sees two calendars.
#[derive(Clone, Debug)]
pub(crate) struct Live(Arc<RwLock<Rules>>);

impl Live {
    pub(crate) fn new(packs: Arc<Packs>, calendars: Calendars) -> Self {
        Self(Arc::new(RwLock::new(Rules { packs, calendars: Arc::new(calendars), counts: (-1, -1) })))
    }

    /// The rules as they stand.
    pub(crate) fn now(&self) -> Rules {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts newer calendars in force.
    pub(crate) fn publish(&self, calendars: Calendars) {
        self.change(|rules| rules.calendars = Arc::new(calendars));
    }

    /// Takes up what another process brought: calendars that were published, packs that it was started with.
    ///
    /// # Errors
    /// The database is away, or what is stored there cannot be read.
    pub(crate) async fn refresh(&self, connection: &mut PgConnection) -> anyhow::Result<Rules> {
        let counts = store::calendars::counts(&mut *connection).await?;
        let known = self.now().counts;
        if counts.0 != known.0 {
            let calendars = calendars::compiled(&mut *connection).await?;
            self.change(|rules| (rules.calendars, rules.counts.0) = (Arc::new(calendars), counts.0));
        }
        if counts.1 != known.1 {
            let kept = pack_texts::all(&mut *connection).await?;
            self.change(|rules| {
                (rules.packs, rules.counts.1) = (Arc::new((*rules.packs).clone().with(kept)), counts.1);
            });
        }
        Ok(self.now())
    }

    /// The rules with these versions of packs, as far as there are texts of them: a process that was started with a newer
    /// version may have said something before this one has looked.
    pub(crate) async fn holding(
        &self,
        connection: &mut PgConnection,
        versions: BTreeSet<(&str, i32)>,
    ) -> Result<Rules, sqlx::Error> {
        let rules = self.now();
        let unknown = rules.packs.unknown(versions);
        if unknown.is_empty() {
            return Ok(rules);
        }
        let kept = pack_texts::some(connection, &unknown).await?;
        self.change(|rules| {
            rules.packs = Arc::new((*rules.packs).clone().with(kept).looked_for(unknown));
        });
        Ok(self.now())
    }

    fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}
