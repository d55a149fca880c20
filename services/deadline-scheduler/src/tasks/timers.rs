//! When timers are fired: at once where many are due, else when the next is, and never later than a short sleep.

use std::time::Duration;

use futures::future::join_all;
use pg::Database;
use runtime::Wake;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::shards::hold;
use crate::{
    config::Config,
    store::{rungs, timers::next_due},
};

pub use crate::app::fire::fire_due;
use crate::app::{climb::climb_due, fire::fire_under, live::Live};

/// Looks that follow one another at once would fire single rows; a moment's wait lets them gather.
const GATHER: Duration = Duration::from_millis(20);

/// Rungs climbed in one transaction.
const AT_ONCE: i64 = 500;

/// Leases shards and fires what is due in them until told to stop.
pub(crate) async fn run(
    db: Database,
    live: Live,
    wake: Wake,
    config: Config,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let (tell, held) = watch::channel(Vec::new());
    let workers = (0..config.timer_workers).map(|worker| Worker {
        db: &db,
        live: &live,
        wake: &wake,
        config: &config,
        stop: &stop,
        held: held.clone(),
        worker,
    });
    futures::join!(
        hold(&db, &tell, &stop),
        climb(&db, &live, &wake, &config, &stop),
        join_all(workers.map(Worker::run))
    );
    Ok(())
}

/// Climbs ladders; far fewer than alarms, so one at a time in every process, and rows that another holds are left to it.
async fn climb(db: &Database, live: &Live, wake: &Wake, config: &Config, stop: &CancellationToken) {
    let poll = Duration::from_millis(config.timer_poll_ms);
    let shards: Vec<i16> = (0..ids::SHARDS).collect();
    while !stop.is_cancelled() {
        // A breach is to be said at its moment; what follows from it can wait until all are said.
        let behind = next_due(&db.pool, &shards).await.ok().flatten().is_some_and(|seconds| seconds < 0.0);
        let looked = if behind { Ok(0) } else { climb_due(db, &live.now(), AT_ONCE).await };
        let nap = match looked {
            Ok(0) if behind => poll,
            Ok(0) => {
                let next = rungs::next_due(&db.pool).await.ok().flatten();
                next.map_or(poll, |seconds| Duration::from_secs_f64(seconds.max(0.0)).clamp(GATHER, poll))
            }
            Ok(_) => {
                wake.outbox();
                Duration::ZERO
            }
            Err(error) => {
                tracing::warn!(error = %error, "rungs could not be climbed; they stay due");
                Duration::from_secs(1)
            }
        };
        if !nap.is_zero() {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(nap) => {} }
        }
    }
}

struct Worker<'a> {
    db: &'a Database,
    live: &'a Live,
    wake: &'a Wake,
    config: &'a Config,
    stop: &'a CancellationToken,
    held: watch::Receiver<Vec<i16>>,
    worker: usize,
}

impl Worker<'_> {
    async fn run(mut self) {
        while !self.stop.is_cancelled() {
            let shards = self.shards();
            let nap =
                match fire_under(self.db, Some(&self.live.now()), &shards, self.config.timer_batch).await {
                    Ok(0) => self.until_next(&shards).await,
                    Ok(fired) => {
                        self.wake.outbox();
                        let few = i64::try_from(fired).is_ok_and(|fired| fired < self.config.timer_batch / 2);
                        if few { GATHER } else { Duration::ZERO }
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "timers could not be fired; they stay armed");
                        self.poll()
                    }
                };
            if !nap.is_zero() {
                self.sleep(nap).await;
            }
        }
    }

    /// The shards of this worker: every n-th of those held, so that no two look at the same.
    fn shards(&mut self) -> Vec<i16> {
        let held = self.held.borrow_and_update();
        held.iter().copied().skip(self.worker).step_by(self.config.timer_workers).collect()
    }

    fn poll(&self) -> Duration {
        Duration::from_millis(self.config.timer_poll_ms)
    }

    async fn until_next(&self, shards: &[i16]) -> Duration {
        match next_due(&self.db.pool, shards).await {
            Ok(Some(seconds)) => Duration::from_secs_f64(seconds.max(0.0)).clamp(GATHER, self.poll()),
            Ok(None) | Err(_) => self.poll(),
        }
    }

    async fn sleep(&mut self, nap: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(nap) => {}
            // What was armed is visible only after the commit that follows the nudge.
            () = self.wake.timers_called() => tokio::time::sleep(GATHER.min(nap)).await,
            changed = self.held.changed() => if changed.is_err() { tokio::time::sleep(nap).await },
        }
    }
}
