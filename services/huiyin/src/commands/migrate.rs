//! `huiyin migrate`: databases, streams and reference data, made by the operator and never by a service.

use std::process::ExitCode;

use anyhow::Context as _;
use intake::store::regions::{Region, load};
use runtime::Settings;

use super::say;
use crate::{CATALOGUE, cli::Place};

/// The divisions of Sichuan that ship with the product (source and cut-off: `deploy/regions/README.md`).
const REGIONS: &str = include_str!("../../../../deploy/regions/sichuan.csv");

/// Makes or updates what the services need. Repeating it changes nothing.
pub(crate) async fn perform(streams: bool, databases: bool, place: Place) -> anyhow::Result<ExitCode> {
    let settings = place.settings(&[])?;
    anyhow::ensure!(!settings.database.url.is_empty() || streams, "`migrate` needs database.url");
    if !streams {
        runtime::migrate(CATALOGUE, &settings).await?;
        reference_data(&settings).await?;
        say("数据库已就绪 databases are up to date");
    }
    if !databases && !settings.nats.url.is_empty() {
        runtime::migrate_streams(CATALOGUE, &settings).await?;
        say("消息流已就绪 streams are up to date");
    }
    Ok(ExitCode::SUCCESS)
}

/// Loads the regions that intake checks against; quick when they are there.
pub(crate) async fn reference_data(settings: &Settings) -> anyhow::Result<()> {
    let db = pg::Database::open(&pg::Settings {
        url: settings.database_url("intake").to_owned(),
        schema: "intake".to_owned(),
        max_connections: 1,
    })?;
    let mut rows = Vec::new();
    for record in csv::Reader::from_reader(REGIONS.as_bytes()).records() {
        let record = record?;
        let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let parent = Some(field(3)).filter(|parent| !parent.is_empty());
        rows.push(Region { code: field(0), name: field(1), level: field(2), parent });
    }
    let mut connection = db.pool.acquire().await?;
    load(&mut connection, &rows).await.context("loading regions")?;
    Ok(())
}
