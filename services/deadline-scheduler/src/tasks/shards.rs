//! Which of the 64 shards this process may fire: leases, by the database's clock.

use std::time::{Duration, Instant};

use ids::SHARDS;
use pg::{Database, lease};
use telemetry::metrics;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{NAME, store::timers};

const KIND: &str = "timer";
const RENEW: Duration = Duration::from_secs(3);

/// Takes and renews a fair share of the shards until told to stop, and tells what is held.
pub(super) async fn hold(db: &Database, held: &watch::Sender<Vec<i16>>, stop: &CancellationToken) {
    let owner = uuid::Uuid::now_v7().to_string();
    let mut renewed = Instant::now();
    let mut round = 0u32;
    while !stop.is_cancelled() {
        match take(db, &owner).await {
            Ok(shards) => {
                renewed = Instant::now();
                held.send_if_modified(|now| {
                    let differs = *now != shards;
                    let new = shards.iter().filter(|shard| !now.contains(*shard)).count();
                    metrics::outbox::leases_changed(NAME, KIND, new as u64);
                    *now = shards;
                    differs
                });
            }
            Err(error) => {
                tracing::warn!(error = %error, "shards of timers could not be leased");
                // Another may have them by now. Firing twice is impossible all the same; this only spares the effort.
                if renewed.elapsed() > lease::TERM {
                    held.send_replace(Vec::new());
                }
            }
        }
        if round.is_multiple_of(5) {
            let shards = held.borrow().clone();
            observe(db, &shards).await;
        }
        round = round.wrapping_add(1);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(RENEW) => {} }
    }
    if let Err(error) = lease::give_back(&db.pool, KIND, &owner).await {
        tracing::debug!(error = %error, "leases end by themselves");
    }
}

async fn take(db: &Database, owner: &str) -> Result<Vec<i16>, sqlx::Error> {
    let owners = i16::try_from(lease::owners(&db.pool, KIND, owner).await?).unwrap_or(SHARDS).max(1);
    let share = (SHARDS + owners - 1) / owners + 1;
    let mut shards = lease::take(&db.pool, KIND, owner, share).await?;
    shards.sort_unstable();
    Ok(shards)
}

async fn observe(db: &Database, shards: &[i16]) {
    if let Ok(armed) = timers::armed(&db.pool).await {
        metrics::timer::armed(u64::try_from(armed).unwrap_or(0));
    }
    if let Ok(next) = timers::next_due(&db.pool, shards).await {
        metrics::timer::overdue_age(Duration::from_secs_f64(next.map_or(0.0, |next| (-next).max(0.0))));
    }
}
