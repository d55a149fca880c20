//! deadline-scheduler: opens the limits that a policy pack names, and says when they come near, pass or are met.
//!
//! Owns clocks and timers; hears intake, routing and evaluation; says `clock.opened`, `clock.warned`, `clock.expired` and
//! `clock.met`. Only the database's clock decides that a limit has passed.

mod app;
pub mod bench;
mod config;
mod consume;
mod http;
mod publish;
mod store;
pub mod tasks;

use std::sync::Arc;

use runtime::{Assembly, Platform, Service};
use sqlx::migrate::Migrator;

pub use config::Config;
pub use consume::Hearing;

/// The name in URLs, subjects and events.
pub(crate) const NAME: &str = "deadline-scheduler";

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// The service of limits (时限).
#[derive(Debug)]
pub struct DeadlineScheduler;

impl DeadlineScheduler {
    /// Makes its ear: what turns the events of others into clocks, for the runtime and for tests.
    ///
    /// # Errors
    /// A pack whose limits cannot be read, with every flaw.
    pub fn hearing(platform: &Platform) -> anyhow::Result<Hearing> {
        Self::hearing_of(&platform.policy, platform.wake.clone(), platform.clock.clone())
    }

    /// Makes its ear from the parts it needs.
    ///
    /// # Errors
    /// A pack whose limits cannot be read, with every flaw.
    pub fn hearing_of(
        policy: &runtime::PolicyFiles,
        wake: runtime::Wake,
        clock: runtime::Clock,
    ) -> anyhow::Result<Hearing> {
        let packs = Arc::new(app::packs::Packs::read(policy)?);
        let calendars = Arc::new(calendar::shipped_set().compile()?);
        Ok(Hearing::new(app::rules::Rules { packs, calendars }, wake, clock))
    }
}

impl Service for DeadlineScheduler {
    const NAME: &'static str = NAME;
    const SCHEMA: &'static str = "deadline_scheduler";
    const HEARS: &'static [&'static str] = consume::SOURCES;
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATOR
    }

    fn problems(config: &Config) -> Vec<String> {
        config.problems()
    }

    async fn assemble(config: Config, platform: Platform) -> anyhow::Result<Assembly> {
        let hearing = Self::hearing(&platform)?;
        let (db, wake) = (platform.db.clone(), platform.wake.clone());
        Ok(Assembly::default()
            .routes(http::routes(platform.db))
            .consumer(hearing)
            .worker("timers", move |stop| tasks::timers::run(db, wake, config, stop)))
    }
}
