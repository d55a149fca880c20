//! The one door of the suite: sign-in, the first page, the whole interface, and the way to every service.

mod app;
mod config;
mod http;
mod store;

/// Accounts for whoever sets an installation up: the operator's command line, the demonstration, tests.
pub mod accounts {
    pub use crate::app::open_account::{NewAccount, ensure};
}

pub use config::Config;
pub use http::merge;

/// The steps of this service's schema.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
