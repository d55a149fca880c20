//! The worker as a whole: leases, fires, is nudged, stops.

use std::time::{Duration, Instant};

use pg::{Database, Settings};
use runtime::{Service as _, Wake};
use tokio_util::sync::CancellationToken;

use super::timers::run;
use crate::{Config, DeadlineScheduler, bench};

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_the_shards_fire_each_alarm_once_and_stop_when_asked() {
    let servers = testkit::database("firing").await.unwrap();
    let schema = DeadlineScheduler::SCHEMA.to_owned();
    let db = Database::open(&Settings { url: servers.url.clone(), schema, max_connections: 12 }).unwrap();
    db.migrate(DeadlineScheduler::migrator()).await.unwrap();
    bench::arm(&db, 3000, 2000).await.unwrap();
    let config = Config { timer_workers: 2, timer_batch: 64, timer_poll_ms: 100 };
    let live = DeadlineScheduler::live(&runtime::PolicyFiles::default()).unwrap();
    let stop = CancellationToken::new();
    let worker =
        || tokio::spawn(run(db.clone(), live.clone(), Wake::default(), config.clone(), stop.clone()));
    let (one, other) = (worker(), worker());
    let began = Instant::now();
    let said = async || -> i64 {
        let count = "SELECT count(*) FROM outbox_event WHERE kind = 'clock.expired'";
        sqlx::query_scalar(count).fetch_one(&db.pool).await.unwrap()
    };
    // The first process may take all shards but one round's share is given up again within a term.
    while said().await < 2000 {
        assert!(began.elapsed() < Duration::from_secs(40), "only {} fired", said().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    one.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    let (fired, left): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(DISTINCT aggregate_id) FROM outbox_event), (SELECT count(*) FROM timer)",
    )
    .fetch_one(&db.pool)
    .await
    .unwrap();
    assert_eq!((said().await, fired, left), (2000, 2000, 1000));
    let held: i64 =
        sqlx::query_scalar("SELECT count(*) FROM shard_lease WHERE kind = 'timer' AND owner <> ''")
            .fetch_one(&db.pool)
            .await
            .unwrap();
    assert_eq!(held, 0, "leases are given back");
}
