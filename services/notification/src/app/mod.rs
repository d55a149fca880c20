//! The operations of the service.

pub(crate) mod deliver;
pub(crate) mod tell;
