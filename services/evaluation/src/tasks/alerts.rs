//! 预警: looks from time to time whether like cases of one place rise; each subject, place and week is told once.

use std::time::Duration;

use calendar::day_of;
use evaluation_rules::{signs, weeks};
use ids::RegionCode;
use tokio_util::sync::CancellationToken;

use crate::{Parts, app::warning, store::alerts};

/// Runs until told to stop.
pub(crate) async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        if let Err(error) = pass(&parts).await {
            tracing::debug!(%error, "early warnings put off");
        }
        let pause = Duration::from_secs(parts.config.watch_seconds);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

/// Looks once. Several processes may look at once: the row of an alert is written by one of them.
pub(crate) async fn pass(parts: &Parts) -> Result<(), sqlx::Error> {
    let now = parts.clock.now();
    let today = day_of(now);
    for (pack, rules) in parts.packs.all() {
        let Some(rule) = &rules.alerts else { continue };
        let (week, from) = weeks(rule, today);
        let mut transaction = parts.db.pool.begin().await?;
        let mut found = Vec::new();
        for (subject, place, gathering) in
            alerts::gatherings(&mut transaction, &pack.id, from, week, today).await?
        {
            let Ok(place) = place.parse::<RegionCode>() else { continue };
            for sign in signs(rule, gathering) {
                found.push(warning::noticed(&pack.id, sign, &subject, place.clone(), week, gathering));
            }
        }
        if !warning::raise(&mut transaction, &pack.id, found, now).await? {
            continue;
        }
        transaction.commit().await?;
        parts.wake.outbox();
    }
    Ok(())
}
