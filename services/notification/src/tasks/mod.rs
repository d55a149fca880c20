//! What the service does by itself: carrying messages, and looking at set times.

pub(crate) mod carry;
pub(crate) mod desk;
pub(crate) mod outside;
pub(crate) mod push;
