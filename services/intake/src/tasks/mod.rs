//! Work that nobody waits for: idempotent, in small parts, begun anew after every fault.

pub(crate) mod likeness;
pub(crate) mod seal;
