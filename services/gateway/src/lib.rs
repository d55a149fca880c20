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

use std::{sync::Arc, time::Duration};

use contracts::line::ASK_UNITS;
use runtime::{Assembly, Platform, Service, questions};
use sqlx::migrate::Migrator;

use crate::http::Door;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The door.
pub struct Gateway;

impl Service for Gateway {
    const NAME: &'static str = "gateway";
    const SCHEMA: &'static str = "gateway";
    const HEARS: &'static [&'static str] = &[];
    type Config = Config;

    fn migrator() -> &'static Migrator {
        &MIGRATIONS
    }

    fn problems(config: &Config) -> Vec<String> {
        config.problems()
    }

    async fn assemble(config: Config, platform: Platform) -> anyhow::Result<Assembly> {
        let (clock, apis) = (platform.clock, platform.apis);
        let door = Door {
            pool: platform.db.pool,
            keys: platform.keys,
            now: Arc::new(move || clock.now()),
            client: client(&config)?,
            config: Arc::new(config),
            here: Arc::new(move || {
                let here = apis.get().into_iter().flatten();
                here.filter_map(|(name, api)| Some(((*name).to_owned(), serde_json::to_value(api).ok()?)))
                    .collect()
            }),
        };
        let (bus, pool) = (platform.bus, door.pool.clone());
        Ok(Assembly::default()
            .worker("gateway.units", move |stop| {
                questions::answer(bus, (ASK_UNITS, "gateway"), stop, move |question| {
                    let pool = pool.clone();
                    async move { app::units::of_accounts(&pool, &question).await }
                })
            })
            .routes(http::own(door.clone()))
            .root(http::front(door)))
    }
}

/// The client behind the door follows nothing and asks no proxy: what a service answers goes to the caller as it is.
fn client(config: &Config) -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(2))
        .read_timeout(config.forward_timeout.try_into()?)
        // Shorter than the silence after which the services close a connection themselves.
        .pool_idle_timeout(Duration::from_secs(5))
        .build()?;
    Ok(client)
}
