//! The rules of the moment: packs as read at the start, calendars as published since.

use std::sync::{Arc, PoisonError, RwLock};

use calendar::Calendars;

use super::{packs::Packs, rules::Rules};

/// Handed out whole, so that one batch never sees two calendars.
#[derive(Clone, Debug)]
pub(crate) struct Live(Arc<RwLock<Rules>>);

impl Live {
    pub(crate) fn new(packs: Arc<Packs>, calendars: Calendars) -> Self {
        Self(Arc::new(RwLock::new(Rules { packs, calendars: Arc::new(calendars) })))
    }

    /// The rules as they stand.
    pub(crate) fn now(&self) -> Rules {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts newer calendars in force.
    pub(crate) fn publish(&self, calendars: Calendars) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).calendars = Arc::new(calendars);
    }
}
