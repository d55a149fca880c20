//! Has everything that was said been heard? Compares the ledgers of all services with the positions of all hearers.

use std::collections::HashMap;

use runtime::{Entry, Settings};
use uuid::Uuid;

/// What is still on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsettled {
    /// Events not yet acknowledged by the stream.
    pub pending: i64,
    /// Events said and not yet applied by one that hears them, added up over the hearers.
    pub unheard: i64,
    /// Cases closed by a dead letter.
    pub quarantined: i64,
}

/// Counts what is on its way between the services of a catalogue.
///
/// # Errors
/// A database is away.
pub async fn settled(catalogue: &[Entry], settings: &Settings) -> anyhow::Result<Unsettled> {
    let mut still = Unsettled::default();
    let mut heads = HashMap::<&str, HashMap<Uuid, i64>>::new();
    let mut pools = Vec::new();
    for entry in catalogue {
        let db = pg::Database::open(&pg::Settings {
            url: settings.database_url(entry.name).to_owned(),
            schema: entry.schema.to_owned(),
            max_connections: 1,
        })?;
        let (pending,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM outbox_pending").fetch_one(&db.pool).await?;
        still.pending += pending;
        let rows: Vec<(Uuid, i64)> =
            sqlx::query_as("SELECT aggregate_id, version FROM outbox_head").fetch_all(&db.pool).await?;
        heads.insert(entry.name, rows.into_iter().collect());
        pools.push((entry, db));
    }
    for (entry, db) in pools {
        let rows: Vec<(String, Uuid, i64, bool)> =
            sqlx::query_as("SELECT source, aggregate_id, version, quarantined FROM inbox_position")
                .fetch_all(&db.pool)
                .await?;
        let mut heard = HashMap::<(&str, Uuid), i64>::new();
        for (source, aggregate, version, quarantined) in &rows {
            still.quarantined += i64::from(*quarantined);
            heard.insert((source, *aggregate), *version);
        }
        for source in entry.hears {
            for (aggregate, head) in heads.get(source).into_iter().flatten() {
                still.unheard += head - heard.get(&(*source, *aggregate)).copied().unwrap_or(0);
            }
        }
        db.pool.close().await;
    }
    Ok(still)
}
