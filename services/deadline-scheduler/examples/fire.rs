//! Measures how long 100,000 alarms due at once take to fire, each with its event in the outbox, 500,000 being armed:
//! `cargo run --release -p deadline-scheduler --example fire`. Starts a private, durable PostgreSQL.

use std::time::Instant;

use deadline_scheduler::{DeadlineScheduler, bench, tasks::timers::fire_due};
use pg::{Database, Settings};
use runtime::Service as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("huiyin-fire-{}", std::process::id()));
    let folder = embedded::settle(&folder)?;
    let servers = embedded::Servers::start(embedded::Options::new(&folder)).await?;
    let outcome = measure(&servers.pg_url).await;
    servers.stop().await?;
    embedded::clear(&folder).await?;
    outcome
}

#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
async fn measure(url: &str) -> anyhow::Result<()> {
    let schema = DeadlineScheduler::SCHEMA.to_owned();
    let db = Database::open(&Settings { url: url.to_owned(), schema, max_connections: 8 })?;
    db.migrate(DeadlineScheduler::migrator()).await?;
    let number = |at, or| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(or);
    let (batch, workers) = (number(1, 4000), number(2, 2));
    let due = bench::arm(&db, 500_000, 100_000).await?;
    sqlx::query("CHECKPOINT").execute(&db.pool).await?;
    let durable: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(&db.pool).await?;
    let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&db.pool).await?;

    let began = Instant::now();
    let tasks: Vec<_> = (0..workers)
        .map(|worker| {
            let (db, step) = (db.clone(), usize::try_from(workers).expect("a few"));
            let shards: Vec<i16> = (worker..64).step_by(step).map(|shard| shard as i16).collect();
            tokio::spawn(async move {
                let mut total = 0;
                loop {
                    match fire_due(&db, &shards, batch).await? {
                        0 => return anyhow::Ok(total),
                        fired => total += fired,
                    }
                }
            })
        })
        .collect();
    let mut fired = 0;
    for task in tasks {
        fired += task.await??;
    }
    let took = began.elapsed();
    let said: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_event WHERE kind = 'clock.expired'")
        .fetch_one(&db.pool)
        .await?;
    anyhow::ensure!(
        fired == due && said == i64::try_from(due)?,
        "{due} were due, {fired} fired, {said} said"
    );
    println!(
        "{fired} of 500000 fired in {:.2} s: {:.0}/s (batch {batch}, {workers} workers, synchronous_commit {durable}, fsync {fsync})",
        took.as_secs_f64(),
        fired as f64 / took.as_secs_f64()
    );
    Ok(())
}
