//! What the operator does before the services start: schemas, leases, streams, consumers.

use anyhow::Context as _;

use crate::{Entry, Settings};

/// Opens the pool of a service.
pub(crate) fn open(entry: &Entry, settings: &Settings) -> anyhow::Result<pg::Database> {
    pg::Database::open(&pg::Settings {
        url: settings.database_url(entry.name).to_owned(),
        schema: entry.schema.to_owned(),
        max_connections: settings.database.max_connections,
    })
}

/// Brings the schemas of all services of a catalogue to what this build needs. Repeating it changes nothing.
///
/// # Errors
/// The database is away, or a step fails.
pub async fn migrate(catalogue: &[Entry], settings: &Settings) -> anyhow::Result<()> {
    for entry in catalogue {
        let db = open(entry, settings)?;
        db.migrate((entry.migrator)()).await?;
        let mut connection = db.pool.acquire().await?;
        for kind in ["relay", "timer"] {
            pg::lease::lay_out(&mut connection, kind).await?;
        }
        drop(connection);
        db.pool.close().await;
    }
    Ok(())
}

/// Makes the streams of the suite and the consumers of all services of a catalogue. Repeating it changes nothing.
///
/// # Errors
/// NATS is away or refuses.
pub async fn migrate_streams(catalogue: &[Entry], settings: &Settings) -> anyhow::Result<()> {
    let bus = connect(settings, "huiyin-migrate").await?;
    let ack_wait = std::time::Duration::from_secs(settings.nats.ack_wait_seconds);
    bus::ensure_streams(&bus).await.context("making streams")?;
    for entry in catalogue.iter().filter(|entry| !entry.hears.is_empty()) {
        bus::ensure_consumer(&bus, entry.name, ack_wait)
            .await
            .with_context(|| format!("consumer {}", entry.name))?;
    }
    Ok(())
}

/// Connects to the bus of the configuration.
pub(crate) async fn connect(settings: &Settings, name: &str) -> anyhow::Result<bus::Bus> {
    let settings = bus::Settings {
        url: settings.nats.url.clone(),
        name: name.to_owned(),
        replicas: settings.nats.replicas,
    };
    Ok(bus::Bus::connect(&settings).await?)
}
