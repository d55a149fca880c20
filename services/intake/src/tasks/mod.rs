//! What intake does by itself.

pub(crate) mod seal;
