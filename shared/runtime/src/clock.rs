//! The one place where a process asks what time it is. Limits are judged by the database's clock, never by this one.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;

/// The time: real, or fixed and moved by a test.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// A clock that stands until it is moved.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(at.as_microsecond()))) }
    }

    /// The time now, in whole microseconds: what PostgreSQL keeps, so that a time reads the same before and after.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the replacement that the ban names")]
    pub fn now(&self) -> Timestamp {
        let at = match &self.fixed {
            None => Timestamp::now().as_microsecond(),
            Some(at) => at.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(at).expect("was a timestamp a moment ago")
    }

    /// Moves a fixed clock; a real one does not move.
    pub fn set(&self, at: Timestamp) {
        if let Some(fixed) = &self.fixed {
            fixed.store(at.as_microsecond(), Ordering::SeqCst);
        }
    }
}
