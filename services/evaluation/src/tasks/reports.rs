//! Reports make themselves: whoever has the lease looks which whole periods have settled and are not done yet.

use std::time::Duration;

use anyhow::Context as _;
use bus::Bus;
use calendar::day_of;
use evaluation_rules::{Evaluation as Pack, PackRef, Period, ReportKind};
use tokio_util::sync::CancellationToken;

use crate::{
    NAME, Parts,
    app::reporting,
    store::{reports, rounds},
};

/// The second look comes soon: what an outage held back must have begun to come by then.
const SECOND_LOOK: u64 = 15;

/// Runs until told to stop. What was said is heard at two looks in a row before anything is frozen: in the moment in which the
/// server is back, nothing waits yet of all that was held back.
pub(crate) async fn run(parts: Parts, bus: Bus, stop: CancellationToken) -> anyhow::Result<()> {
    let mut heard_before = false;
    while !stop.is_cancelled() {
        let heard = has_heard(&parts, &bus).await;
        if heard && heard_before {
            pass(&parts).await;
        }
        let watch = parts.config.watch_seconds;
        let pause = if heard && !heard_before { watch.min(SECOND_LOOK) } else { watch };
        heard_before = heard;
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(Duration::from_secs(pause)) => {} }
    }
    Ok(())
}

/// Whether nothing waits for this service but what is always on its way.
async fn has_heard(parts: &Parts, bus: &Bus) -> bool {
    match bus.waiting(NAME).await {
        Ok(waiting) => {
            let behind = waiting.undelivered + waiting.unanswered;
            let heard = behind <= parts.config.behind_most;
            if !heard {
                tracing::info!(behind, "reports wait until what was said is heard");
            }
            heard
        }
        Err(error) => {
            tracing::info!(%error, "reports wait: nobody knows how much is not heard yet");
            false
        }
    }
}

/// Goes through every series; one that fails does not keep the others from their turn and is tried again at the next look.
async fn pass(parts: &Parts) {
    for (pack, rules) in parts.packs.all() {
        for kind in rules.reports.iter().flat_map(|wanted| &wanted.kinds) {
            if let Err(error) = catch_up(parts, (pack, rules), kind).await {
                failed(pack, kind, &error);
            }
        }
    }
}

fn failed(pack: &PackRef, kind: &ReportKind, error: &anyhow::Error) {
    let series = kind.series.as_str();
    telemetry::metrics::report::failed(series);
    tracing::warn!(series, policy = pack.id, error = format!("{error:#}"), "a report was put off");
}

/// Makes what is owed of a series, the oldest period first.
async fn catch_up(parts: &Parts, (pack, rules): (&PackRef, &Pack), kind: &ReportKind) -> anyhow::Result<()> {
    let (series, now) = (kind.series, parts.clock.now());
    let last = series.last(day_of(now));
    let mut db = parts.db.pool.acquire().await.context("looking for reports")?;
    let done = rounds::done(&mut db, series.as_str(), &pack.id, kind.catch_up).await?;
    if done.is_empty() {
        // From here on nothing is missed.
        rounds::finish(&mut db, series.as_str(), &pack.id, series.before(last).from).await?;
    }
    drop(db);
    for period in series.owed(last, &done, kind.catch_up) {
        if period.settled(now, kind.settle_minutes) && whole(parts, (pack, rules), kind, period).await? {
            let mut db = parts.db.pool.acquire().await.context("noting what is done")?;
            rounds::finish(&mut db, series.as_str(), &pack.id, period.from).await?;
        }
    }
    Ok(())
}

/// Makes every report of a period; each is one transaction under the lease, so that a stop between two loses neither. Whether all are
/// there.
async fn whole(
    parts: &Parts,
    (pack, rules): (&PackRef, &Pack),
    kind: &ReportKind,
    period: Period,
) -> anyhow::Result<bool> {
    let mut db = parts.db.pool.acquire().await.context("looking for reports")?;
    let counties = reports::counties(&mut db, &pack.id, period.from, period.to).await?;
    drop(db);
    let places = kind.places().of(&counties);
    // Where nothing came in, nothing is told; it may still be told late.
    let mut all = !places.is_empty();
    for place in places {
        match reporting::make(parts, (pack, rules), kind, place.as_ref(), period).await {
            Ok(made) => all &= made.is_some(),
            Err(error) => {
                failed(pack, kind, &error);
                all = false;
            }
        }
    }
    Ok(all)
}
