//! All SQL of the gateway.

pub(crate) mod accounts;
pub(crate) mod attempts;
