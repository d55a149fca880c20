//! testkit.

pub mod otlp;
