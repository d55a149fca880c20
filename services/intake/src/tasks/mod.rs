//! What intake does by itself: idempotent, in small parts, begun anew after every fault.

pub(crate) mod likeness;
pub(crate) mod listening;
pub(crate) mod seal;
pub(crate) mod standing;
