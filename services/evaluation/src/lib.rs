//! How the work is counted, followed up and rated: the facts of every case, built from events alone.

mod app;
mod config;
mod consume;
mod http;
mod packs;
mod publish;
mod report;
mod store;
mod tasks;
mod vault;

use std::sync::Arc;

use runtime::{Assembly, Consumer, Platform, PolicyFiles, Service, texts::Texts};
use sqlx::migrate::Migrator;

pub use config::{Config, Printing, Seats};

/// The service's name.
pub(crate) const NAME: &str = "evaluation";

/// The steps of this service's schema.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The evaluation service.
pub struct Evaluation;

/// What the parts of the service work with.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) db: pg::Database,
    pub(crate) clock: runtime::Clock,
    pub(crate) wake: runtime::Wake,
    pub(crate) packs: Arc<packs::Packs>,
    pub(crate) config: Arc<Config>,
    /// The key of what people write in words beside figures.
    pub(crate) texts: Arc<Texts>,
    pub(crate) faces: Arc<report::Faces>,
    pub(crate) calendars: runtime::calendars::Live,
}

/// The purpose of the key of texts.
const PURPOSE: &str = "evaluation-texts";

impl Service for Evaluation {
    const NAME: &'static str = NAME;
    const SCHEMA: &'static str = "evaluation";
    const HEARS: &'static [&'static str] = consume::HEARS;
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn problems(config: &Config) -> Vec<String> {
        config.problems()
    }

    async fn assemble(config: Config, platform: Platform) -> anyhow::Result<Assembly> {
        let vault = vault::Vault::new(&platform.secrets);
        let parts = Parts {
            packs: Arc::new(packs::Packs::read(&platform.policy)?),
            db: platform.db,
            clock: platform.clock,
            wake: platform.wake,
            faces: Arc::new(report::Faces::new(&config.report)),
            calendars: runtime::calendars::Live::shipped()?,
            config: Arc::new(config),
            texts: Arc::new(Texts::new(&platform.secrets, PURPOSE)),
        };
        let sealing = parts.clone();
        let (sweeping, watching, reporting) = (parts.clone(), parts.clone(), parts.clone());
        let bus = platform.bus;
        let counting = parts.clone();
        Ok(Assembly::default()
            .routes(http::routes(parts.clone(), vault))
            .consumer(consume::Facts(parts))
            .worker("evaluation.sealing", move |stop| tasks::seal::run(sealing, stop))
            .worker("evaluation.calendars", move |stop| tasks::calendars::run(counting, stop))
            .worker("evaluation.expiry", move |stop| tasks::expiry::run(sweeping, stop))
            .worker("evaluation.alerts", move |stop| tasks::alerts::run(watching, stop))
            .worker("evaluation.reports", move |stop| tasks::reports::run(reporting, bus, stop)))
    }
}

/// The consumer alone, for whoever hands it events without a bus.
///
/// # Errors
/// A pack whose section `evaluation` cannot be used.
pub fn consumer(
    config: Config,
    db: pg::Database,
    clock: runtime::Clock,
    policy: &PolicyFiles,
) -> anyhow::Result<impl Consumer> {
    let packs = Arc::new(packs::Packs::read(policy)?);
    let wake = runtime::Wake::default();
    let faces = Arc::new(report::Faces::new(&config.report));
    let calendars = runtime::calendars::Live::shipped()?;
    // What is heard carries no text.
    let texts = Arc::new(Texts::new(&runtime::Secrets::new(String::new().into()), PURPOSE));
    Ok(consume::Facts(Parts { db, clock, wake, packs, config: Arc::new(config), texts, faces, calendars }))
}
