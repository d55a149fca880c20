//! What happens by itself: idempotent, without input, by the clock.

pub(crate) mod alerts;
pub(crate) mod calendars;
pub(crate) mod expiry;
pub(crate) mod reports;
pub(crate) mod seal;
