//! 预警: looks from time to time whether like cases of one place rise; each subject, place and week is told once.

use std::time::Duration;

use calendar::day_of;
use evaluation_rules::{signs, weeks};
use ids::{AlertId, RegionCode};
use runtime::Draft;
use tokio_util::sync::CancellationToken;

use crate::{
    NAME, Parts,
    publish::{self, Said},
    store::alerts::{self, Alert},
};

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
                let words = format!("{}:{}:{subject}:{place}:{week}", pack.id, sign.as_str());
                found.push(Alert {
                    id: AlertId::derived(&words),
                    sign: sign.as_str(),
                    subject: subject.clone(),
                    place: place.clone(),
                    week,
                    found: gathering,
                    policy: pack.id.clone(),
                });
            }
        }
        let new = alerts::raise(&mut transaction, &pack.id, &found, now).await?;
        let drafts: Vec<Draft> = found
            .into_iter()
            .filter(|alert| new.contains(&alert.id.0))
            .map(|alert| Draft {
                aggregate: alert.id.0,
                region: alert.place.clone(),
                time: now,
                actor: "system".to_owned(),
                causation: None,
                historic: false,
                trace: None,
                body: publish::body(Said::Alert(alert)),
            })
            .collect();
        if drafts.is_empty() {
            continue;
        }
        runtime::emit(&mut transaction, NAME, drafts).await?;
        transaction.commit().await?;
        parts.wake.outbox();
    }
    Ok(())
}
