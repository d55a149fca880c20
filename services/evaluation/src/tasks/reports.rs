//! Reports make themselves: whoever has the lease looks which last whole periods have settled and have no report yet.

use std::time::Duration;

use anyhow::Context as _;
use calendar::day_of;
use evaluation_rules::Series;
use ids::RegionCode;
use tokio_util::sync::CancellationToken;

use crate::{Parts, app::reporting, store::reports};

/// Runs until told to stop.
pub(crate) async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        if let Err(error) = pass(&parts).await {
            tracing::warn!(error = format!("{error:#}"), "reports put off");
        }
        let pause = Duration::from_secs(parts.config.watch_seconds);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

/// Makes what is missing; each report is one transaction under the lease, so that a stop between two loses neither.
async fn pass(parts: &Parts) -> anyhow::Result<()> {
    let now = parts.clock.now();
    for (pack, rules) in parts.packs.all() {
        let Some(wanted) = &rules.reports else { continue };
        for kind in &wanted.kinds {
            let period = kind.series.last(day_of(now));
            if !period.settled(now, kind.settle_minutes) {
                continue;
            }
            let mut db = parts.db.pool.acquire().await.context("looking for reports")?;
            let counties = reports::counties(&mut db, &pack.id, period.from, period.to).await?;
            drop(db);
            // Where nothing came in, nothing is told.
            if counties.is_empty() {
                continue;
            }
            let places: Vec<Option<RegionCode>> = match kind.series {
                Series::Digest => {
                    counties.iter().filter_map(|county| county.parse().ok()).map(Some).collect()
                }
                Series::Daily
                | Series::Weekly
                | Series::Bulletin
                | Series::Leaders
                | Series::Quarterly
                | Series::Annual => vec![None],
            };
            for place in places {
                reporting::make(parts, (pack, rules), kind, place.as_ref(), period).await?;
            }
        }
    }
    Ok(())
}
