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

use runtime::{Assembly, Platform, Service, texts::Texts};
use sqlx::migrate::Migrator;

use app::{
    desk::{Desk, PURPOSE},
    live::Live,
};
pub use config::Config;
pub use consume::Hearing;

/// The name in URLs, subjects and events.
pub(crate) const NAME: &str = "deadline-scheduler";

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// The service of limits (时限).
#[derive(Debug)]
pub struct DeadlineScheduler;

impl DeadlineScheduler {
    /// Makes its ear from the parts it needs.
    ///
    /// # Errors
    /// A pack whose limits cannot be read, with every flaw.
    pub fn hearing_of(
        policy: &runtime::PolicyFiles,
        wake: runtime::Wake,
        clock: runtime::Clock,
    ) -> anyhow::Result<Hearing> {
        Ok(Hearing::new(Self::live(policy)?, wake, clock))
    }

    /// The rules at the start of a process: the packs of the files, and those that running limits still follow.
    async fn kept(
        db: &pg::Database,
        policy: &runtime::PolicyFiles,
        changed: runtime::Changed,
    ) -> anyhow::Result<Live> {
        let packs = Arc::new(app::shelf::open(db, policy, changed).await?);
        Ok(Live::new(packs, calendar::shipped_set().compile()?))
    }

    fn live(policy: &runtime::PolicyFiles) -> anyhow::Result<Live> {
        let packs = Arc::new(app::packs::Packs::read(policy)?);
        Ok(Live::new(packs, calendar::shipped_set().compile()?))
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
        let live = Self::kept(&platform.db, &platform.policy, platform.changed).await?;
        let (db, wake, clock) = (platform.db.clone(), platform.wake.clone(), platform.clock.clone());
        let hearing = Hearing::new(live.clone(), wake.clone(), clock);
        let texts = Arc::new(Texts::new(&platform.secrets, PURPOSE));
        let desk = Desk { db: db.clone(), live: live.clone(), wake: wake.clone(), texts: texts.clone() };
        let (again, plain) = (desk.clone(), db.clone());
        Ok(Assembly::default()
            .routes(http::routes(desk))
            .consumer(hearing)
            .worker("sealing", move |stop| tasks::seal::run(plain, texts, stop))
            .worker("recompute", move |stop| tasks::recompute::run(again, stop))
            .worker("timers", move |stop| tasks::timers::run(db, live, wake, config, stop)))
    }
}
