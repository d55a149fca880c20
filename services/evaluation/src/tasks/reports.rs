//! Reports make themselves: whoever has the lease looks which last whole periods have no report yet.

use std::time::Duration;

use anyhow::Context as _;
use calendar::day_of;
use evaluation_rules::{PackRef, Period, Series};
use ids::{RegionCode, ReportId};
use runtime::Draft;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{
    NAME, Parts,
    app::report::{self, Wanted},
    publish::{self, Said},
    store::reports::{self, Made},
};

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
    let today = day_of(parts.clock.now());
    for (pack, rules) in parts.packs.all() {
        let Some(wanted) = &rules.reports else { continue };
        for series in &wanted.series {
            let period = series.last(today);
            let mut db = parts.db.pool.acquire().await.context("looking for reports")?;
            let counties = reports::counties(&mut db, &pack.id, period.from, period.to).await?;
            drop(db);
            let places: Vec<Option<RegionCode>> = match series {
                Series::Digest => {
                    counties.iter().filter_map(|county| county.parse().ok()).map(Some).collect()
                }
                Series::Daily | Series::Weekly | Series::Bulletin | Series::Leaders | Series::Annual => {
                    vec![None]
                }
            };
            // Where nothing came in, nothing is told.
            let Some(seat) = counties.first().and_then(|county| seat(county)) else { continue };
            for place in places {
                make(parts, *series, pack, place.as_ref(), period, &seat).await?;
            }
        }
    }
    Ok(())
}

async fn make(
    parts: &Parts,
    series: Series,
    pack: &PackRef,
    place: Option<&RegionCode>,
    period: Period,
    seat: &RegionCode,
) -> anyhow::Result<()> {
    let where_to = place.map_or("", RegionCode::as_str);
    let id = ReportId::derived(&format!("{}:{}:{where_to}:{}", series.as_str(), pack.id, period.from));
    let mut transaction = parts.db.pool.begin().await.context("making a report")?;
    if reports::made(&mut transaction, id).await? || !reports::lease(&mut transaction).await? {
        return Ok(());
    }
    let (_, rules) = parts.packs.newest(&pack.id).context("the pack was just found")?;
    let wanted = Wanted { series, pack, rules, place, period, as_of: period.to };
    let document = report::document(&mut transaction, wanted).await.context("counting for a report")?;
    let data = serde_json::to_string(&document).context("writing a report")?;
    let digest: String = Sha256::digest(data.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let at = parts.clock.now();
    let made = Made {
        id,
        series: series.as_str(),
        pack,
        place: where_to,
        from: period.from,
        to: period.to,
        data: &data,
        digest: &digest,
        at,
    };
    if reports::insert(&mut transaction, &made).await? {
        let said = Said::Report {
            report: id,
            series: series.as_str(),
            policy: pack.id.clone(),
            place: place.cloned(),
            period,
            digest: digest.clone(),
        };
        let draft = Draft {
            aggregate: id.0,
            region: place.unwrap_or(seat).clone(),
            time: at,
            actor: "system".to_owned(),
            causation: None,
            historic: false,
            trace: None,
            body: publish::body(said),
        };
        runtime::emit(&mut transaction, NAME, vec![draft]).await?;
        transaction.commit().await.context("archiving a report")?;
        parts.wake.outbox();
    }
    Ok(())
}

/// The city of a county: where a report about all of it is filed.
fn seat(county: &str) -> Option<RegionCode> {
    format!("{}00", county.get(..4)?).parse().ok()
}
