//! The calendars of this process: those compiled in, until deadline-scheduler has told which were published since.

use std::sync::{Arc, PoisonError, RwLock};

use calendar::Calendars;

/// Handed out whole, so that one batch never sees two calendars.
#[derive(Clone)]
pub(crate) struct Live(Arc<RwLock<Arc<Calendars>>>);

impl Live {
    /// Begins with the calendars compiled in.
    ///
    /// # Errors
    /// They contradict one another.
    pub(crate) fn shipped() -> anyhow::Result<Self> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(calendar::shipped_set().compile()?)))))
    }

    /// The calendars of the moment.
    pub(crate) fn now(&self) -> Arc<Calendars> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts other calendars in force.
    pub(crate) fn publish(&self, calendars: Calendars) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(calendars);
    }
}
