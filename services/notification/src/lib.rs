//! notification: tells everybody who waits for it what happened to a case, once, in both languages.

mod app;
mod carrier;
mod config;
mod consume;
mod http;
mod office;
mod packs;
mod publish;
mod regions;
mod store;
mod tasks;

use std::sync::Arc;

use app::Core;
use carrier::Carriers;
use office::Office;
use outward::Post;
use runtime::{Assembly, Platform, Service};
use sqlx::migrate::Migrator;
use tokio_util::sync::CancellationToken;

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
        let carriers = Carriers::new(&config)?;
        let office = Office::new(platform.clock.clone(), carriers.ways(), config.patience());
        let office = Arc::new(office?);
        let hearing = Hearing::within(office.clone(), packs.clone(), &config.track_url);
        let core = Arc::new(Core { platform, config, packs, office, carriers });
        let (carrying, desk, outside, pushing) = (core.clone(), core.clone(), core.clone(), core.clone());
        let post = if core.config.webhook.private_networks { Post::open()? } else { Post::guarded()? };
        let closing = CancellationToken::new();
        let open = http::Desk { core, stop: closing.clone() };
        Ok(Assembly::default()
            .routes(http::routes(open))
            .consumer(hearing)
            .worker("notification.carry", move |stop| tasks::carry::run(carrying, stop))
            .worker("notification.desk", move |stop| tasks::desk::run(desk, stop))
            .worker("notification.outside", move |stop| tasks::outside::run(outside, stop))
            .worker("notification.push", move |stop| tasks::push::run(pushing, post, stop))
            .worker("notification.streams", move |stop| async move {
                stop.cancelled().await;
                closing.cancel();
                Ok(())
            }))
    }
}
