//! PostgreSQL as every service uses it: pool, migrations, outbox, inbox, leases. Knows no service and no bus.

mod database;
mod failure;

pub mod inbox;
pub mod lease;
pub mod outbox;

pub use database::{Database, Settings};
pub use failure::{data_at_fault, on_constraint, server_away, worth_another_try};
pub use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx};
