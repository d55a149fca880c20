//! Routing: who has a case, and what they do with it. Owns units, the dispatch catalogue, assignments and replies.

mod app;
mod config;
mod consume;
mod directory;
mod http;
mod packs;
mod publish;
mod replies;
pub mod store;
mod tasks;
mod vault;

use std::sync::Arc;

use contracts::{line::ASK_LINE, replies::ASK_REPLIES};
use runtime::{Assembly, Platform, Service, questions};
use sqlx::migrate::Migrator;

pub use config::Config;
pub use packs::check_pack;

use crate::{app::App, consume::Hearing, packs::Packs};

/// The service's name in URLs, subjects and configuration.
pub const NAME: &str = "routing";

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The service, as a process sees it.
pub struct Routing;

impl Routing {
    /// The consumer alone, for whoever brings events by hand.
    ///
    /// # Errors
    /// A policy pack that is not sound.
    pub fn hearing_of(
        config: Config,
        db: pg::Database,
        policy: &runtime::PolicyFiles,
    ) -> anyhow::Result<impl runtime::Consumer> {
        let app = App {
            packs: Arc::new(Packs::read(policy)?),
            db,
            clock: runtime::Clock::default(),
            wake: runtime::Wake::default(),
            directory: directory::Directory::default(),
            config: Arc::new(config),
            // What is heard carries no text.
            vault: Arc::new(vault::Vault::new(&runtime::Secrets::new(String::new().into()))),
            calendars: runtime::calendars::Live::shipped()?,
        };
        Ok(Hearing::new(Arc::new(app)))
    }
}

impl Service for Routing {
    const NAME: &'static str = NAME;
    const SCHEMA: &'static str = "routing";
    const HEARS: &'static [&'static str] = consume::SOURCES;
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    async fn assemble(config: Config, platform: Platform) -> anyhow::Result<Assembly> {
        let vault = Arc::new(vault::Vault::new(&platform.secrets));
        let bus = platform.bus.clone();
        let app = Arc::new(App {
            vault,
            packs: Arc::new(Packs::read(&platform.policy)?),
            db: platform.db,
            clock: platform.clock,
            wake: platform.wake,
            directory: directory::Directory::default(),
            config: Arc::new(config),
            calendars: runtime::calendars::Live::shipped()?,
        });
        let desk =
            http::Desk { transitions: app.transitions(), dispatches: app.dispatches(), app: app.clone() };
        let (asked, drawing, tidying) = (app.clone(), app.clone(), app.clone());
        let other = bus.clone();
        let (following, days) = (app.calendars.clone(), app.db.pool.clone());
        Ok(Assembly::default()
            .routes(http::router(desk))
            .worker("routing.replies", move |stop| {
                questions::answer(bus, (ASK_REPLIES, NAME), stop, move |question| {
                    let app = asked.clone();
                    async move { replies::replies(&app, &question).await }
                })
            })
            .worker("routing.lines", move |stop| {
                questions::answer(other, (ASK_LINE, NAME), stop, move |question| {
                    let app = drawing.clone();
                    async move { replies::line(&app, &question).await }
                })
            })
            .worker("routing.calendars", move |stop| following.follow(days, stop))
            .worker("routing.tidy", move |stop| tasks::tidy::run(tidying, stop))
            .consumer(Hearing::new(app)))
    }
}
