//! Keeps the calendars of this process new, and counts working days anew where a notice came.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Parts, store::calendars};

/// How many cases are counted anew in one transaction.
const BATCH: i64 = 500;

/// Runs until told to stop.
pub(crate) async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    let mut known = 0;
    while !stop.is_cancelled() {
        match pass(&parts, known, &stop).await {
            Ok(found) => known = found,
            Err(error) => tracing::warn!(error = format!("{error:#}"), "calendars could not be looked after"),
        }
        let pause = Duration::from_secs(parts.config.sweep_seconds);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

/// Looks once; the print of the files that are known now.
async fn pass(parts: &Parts, known: i64, stop: &CancellationToken) -> anyhow::Result<i64> {
    let mut db = parts.db.pool.acquire().await?;
    let found = parts.calendars.look(&mut db).await?;
    if found == known {
        return Ok(found);
    }
    drop(db);
    let now = parts.calendars.now();
    let mut after = Uuid::nil();
    while !stop.is_cancelled() {
        let mut transaction = parts.db.pool.begin().await?;
        let Some(last) = calendars::recount(&mut transaction, &now, after, BATCH).await? else { break };
        transaction.commit().await?;
        after = last;
    }
    Ok(found)
}
