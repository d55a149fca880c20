//! Keeps the calendars and packs of this process new, reckons running limits anew where something changed, warns when a year is missing.

use std::time::Duration;

use calendar::day_of;
use deadline_scheduler_rules::missing_year;
use sqlx::Connection as _;
use telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::{
    app::{desk::Desk, recompute::next_batch, tell_days},
    store,
};

/// Between two looks for something published elsewhere.
const LOOK: Duration = Duration::from_secs(5);
/// Between two batches: the limits of the day go before.
const BREATH: Duration = Duration::from_millis(50);

/// Runs until told to stop.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) -> anyhow::Result<()> {
    let mut warned = None;
    while !stop.is_cancelled() {
        let nap = match turn(&desk, &mut warned).await {
            Ok(true) => BREATH,
            Ok(false) => LOOK,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "calendars could not be looked after");
                LOOK
            }
        };
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(nap) => {} }
    }
    Ok(())
}

/// One look: newer calendars and packs, a missing year, packs that move running limits, the next batch; true if there may be more.
pub(crate) async fn turn(desk: &Desk, warned: &mut Option<jiff::civil::Date>) -> anyhow::Result<bool> {
    let mut connection = desk.db.pool.acquire().await?;
    let rules = desk.live.refresh(&mut connection).await?;
    let now = store::now(&mut connection).await?;
    let today = day_of(now);
    if *warned != Some(today) {
        let mut transaction = connection.begin().await?;
        let again = tell_days::again(&mut transaction, today, now).await?;
        transaction.commit().await?;
        if again > 0 {
            desk.wake.outbox();
        }
        *warned = Some(today);
        let missing = missing_year(today, rules.calendars.national().published_through());
        metrics::timer::notice_missing(missing.is_some());
        if let Some(year) = missing {
            tracing::error!(year, "the holiday notice of a year is missing: due days there are provisional");
        }
        for (id, version) in rules.packs.moving(today) {
            let revision = i32::try_from(rules.calendars.national().revision()).unwrap_or(i32::MAX);
            let now = store::now(&mut connection).await?;
            let subject = format!("{id}:{version}");
            store::recomputations::ask(&mut connection, ("pack", &subject), revision, "system", now).await?;
        }
    }
    drop(connection);
    let more = next_batch(&desk.db, &desk.live).await?;
    if more {
        desk.wake.outbox();
        desk.wake.timers();
    }
    Ok(more)
}
