//! Logs, traces and metrics of a process: set up once, flushed always.
//!
//! Libraries and services only emit (`tracing` macros, [`metrics`]); the runtime calls [`init()`] once and keeps the [`Guard`].
//! Trace and span ids exist whether or not anything is exported, so that a log line can always be followed across services.

mod context;
mod init;
mod json;
pub mod metrics;
mod settings;

pub use context::{current_traceparent, link, set_parent, traceparent};
pub use init::{Guard, init};
pub use settings::{Format, Settings};
