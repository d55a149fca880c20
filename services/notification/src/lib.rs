//! notification: tells everybody who waits for it what happened to a case, once, in both languages.

mod app;
mod config;
mod consume;
mod http;
mod packs;
mod publish;
mod store;

use std::sync::Arc;

use runtime::{Assembly, Platform, Service};
use sqlx::migrate::Migrator;

pub use config::Config;
pub use consume::Hearing;
pub use packs::{Packs, check_pack};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The service.
pub struct Notification;

impl Service for Notification {
    const NAME: &'static str = "notification";
    const SCHEMA: &'static str = "notification";
    const HEARS: &'static [&'static str] = consume::SOURCES;
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn problems(config: &Config) -> Vec<String> {
        config.problems()
    }

    async fn assemble(config: Config, platform: Platform) -> anyhow::Result<Assembly> {
        let packs = Arc::new(Packs::read(&platform.policy)?);
        let hearing = Hearing::new(packs, &config.track_url);
        Ok(Assembly::default().routes(http::routes(platform.db.pool)).consumer(hearing))
    }
}
