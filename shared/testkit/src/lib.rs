//! What tests stand on: private servers, fresh databases, and receivers that see what the services send out.

mod days;
pub mod otlp;
mod servers;

pub use days::Days;
pub use servers::{Database, TestServers, database, servers};
