//! Intake (收文登记、受理): writes down what citizens say, decides acceptance, and keeps the dossier of every case.

mod app;
mod config;
mod consume;
pub mod dossiers;
mod files;
pub mod holdings;
mod http;
mod inspect;
mod packs;
mod publish;
pub mod store;
mod tasks;
mod vault;

use runtime::{Assembly, Platform, Service};
use sqlx::migrate::Migrator;

pub use config::Config;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The service, as a catalogue names it.
pub struct Intake;

/// The consumer alone, for whoever brings events by hand.
#[must_use]
pub fn hearing() -> impl runtime::Consumer {
    consume::Hearing
}

impl Service for Intake {
    const NAME: &'static str = "intake";
    const SCHEMA: &'static str = "intake";
    const HEARS: &'static [&'static str] = consume::SOURCES;
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn problems(config: &Config) -> Vec<String> {
        config.problems()
    }

    async fn assemble(config: Config, platform: Platform) -> anyhow::Result<Assembly> {
        let (pool, clock) = (platform.db.pool.clone(), platform.clock.clone());
        let (secrets, hour) = (runtime::Secrets::clone(&platform.secrets), config.anchor_hour);
        let desk = app::Desk::new(config, platform)?;
        let zone = desk.core.zone.clone();
        let core = desk.core.clone();
        let (sealing, addresses, finding) = (core.clone(), core.clone(), core.clone());
        let listening = core.clone();
        let (following, days) = (core.calendars.clone(), core.platform.db.pool.clone());
        Ok(Assembly::default()
            .routes(http::routes(desk))
            .consumer(consume::Hearing)
            .worker("intake.likeness", move |stop| tasks::likeness::run(core, stop))
            .worker("intake.findings", move |stop| tasks::standing::run(finding, stop))
            .worker("intake.sealing", move |stop| tasks::seal::run(sealing, stop))
            .worker("intake.calendars", move |stop| following.follow(days, stop))
            .worker("intake.listening", move |stop| tasks::listening::run(listening, stop))
            .worker("intake.anchors", move |stop| dossiers::run(pool, secrets, clock, zone, hour, stop))
            .worker("intake.addresses", move |stop| app::address::answer(addresses, stop)))
    }
}
