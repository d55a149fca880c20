//! Housekeeping of a service's standard tables: months of the ledger, old idempotency answers, the figures of the outbox.

use std::time::Duration;

use pg::Database;
use tokio_util::sync::CancellationToken;

/// Runs until told to stop. Idempotent; what one pass misses the next one does.
pub(crate) async fn run(service: &'static str, db: Database, stop: CancellationToken) -> anyhow::Result<()> {
    let mut rounds = 0_u32;
    while !stop.is_cancelled() {
        if let Err(error) = pass(service, &db, rounds.is_multiple_of(360)).await {
            tracing::debug!(service, %error, "upkeep put off");
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(Duration::from_secs(10)) => {} }
    }
    Ok(())
}

async fn pass(service: &'static str, db: &Database, hourly: bool) -> Result<(), sqlx::Error> {
    let mut connection = db.pool.acquire().await?;
    let (pending, oldest) = pg::outbox::backlog(&mut connection).await?;
    telemetry::metrics::outbox::pending(service, pending.unsigned_abs());
    telemetry::metrics::outbox::oldest_age(service, Duration::from_secs_f64(oldest.max(0.0)));
    if hourly {
        sqlx::query("SELECT lay_out_ledger()").execute(&mut *connection).await?;
        sqlx::query("DELETE FROM idempotency WHERE made_at < now() - interval '7 days'")
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
