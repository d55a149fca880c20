//! (c) Timers: 500,000 armed, of which 100,000 are due at one instant; then 1,000 a second. A timer has fired when the
//! transaction that took it and wrote its event is committed, by PostgreSQL's own note of that moment.

use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use pg::{SqlTimestamp, ToSqlx as _};
use uuid::Uuid;

use crate::{figure::Figure, house::House, limits::Limits};

const CHUNK: usize = 20_000;

pub(crate) async fn measure(house: &House, limits: &Limits, quick: bool) -> anyhow::Result<Vec<Figure>> {
    let (armed, at_once) = if quick { (100_000, 20_000) } else { (500_000, 100_000) };
    let now = || runtime::Clock::default().now();
    // Far ahead, one after the other.
    arm(house, now() + 240.hours(), 1000, armed - at_once).await?;
    let rehearsal = now() + 2.seconds();
    arm(house, rehearsal, 0, 1000).await?;
    fired(house, rehearsal, 1000).await?;

    let begun = Instant::now();
    arm(house, now() + 480.hours(), 0, CHUNK).await?;
    let lead = begun.elapsed() * u32::try_from(at_once / CHUNK)? + Duration::from_secs(4);
    let due = now() + lead;
    arm(house, due, 0, at_once).await?;
    sqlx::query("VACUUM ANALYZE deadline_scheduler.timer").execute(&house.db).await?;
    anyhow::ensure!(now() < due, "arming took too long");
    tokio::time::sleep(Duration::try_from(due.duration_since(now()))?).await;
    let before = house.usage();
    let (last, _) = fired(house, due, at_once).await?;
    let (used, took) = (house.used(before), last.duration_since(due).as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = at_once as f64 / took;
    let name = format!("(c) {at_once} timers due at once, {armed} armed: all fired after");
    let target = if quick { None } else { Some(2.5) };
    let mut figures = vec![
        Figure::most(&name, target, took, "s")
            .of(rate, limits.commits, "single-row commits")
            .note(format!("{rate:.0}/s; {used}")),
    ];

    let seconds = if quick { 5 } else { 15 };
    let begin = now() + 3.seconds();
    arm(house, begin, 1, seconds * 1000).await?;
    let before = house.usage();
    let end = begin + jiff::SignedDuration::from_millis(i64::try_from(seconds * 1000)?);
    tokio::time::sleep(Duration::try_from(end.duration_since(now())).unwrap_or_default()).await;
    let (_, lateness) = fired(house, begin, seconds * 1000).await?;
    let used = house.used(before);
    figures.push(Figure::most("(c) p99 lateness at 1,000 timers/s", Some(1.0), lateness, "s").note(used));
    Ok(figures)
}

/// Arms so many timers, each with a clock of a case of its own, `apart` milliseconds from one another.
async fn arm(house: &House, first: Timestamp, apart: i64, count: usize) -> anyhow::Result<()> {
    let mut at = 0;
    while at < count {
        let size = CHUNK.min(count - at);
        let cases: Vec<Uuid> = (0..size).map(|_| ids::CaseId::fresh().0).collect();
        let clocks: Vec<Uuid> = (0..size).map(|_| ids::EventId::fresh().0).collect();
        let shards: Vec<i16> = cases.iter().map(|case| ids::shard_of(*case)).collect();
        let due: Vec<SqlTimestamp> = (at..at + size)
            .map(|n| {
                let ahead = jiff::SignedDuration::from_millis(i64::try_from(n).unwrap_or_default() * apart);
                (first + ahead).to_sqlx()
            })
            .collect();
        let mut transaction = house.db.begin().await?;
        sqlx::query(
            "INSERT INTO deadline_scheduler.clock (clock_id, case_id, name, entry, unit, round, region, started_at,
                due_at, due_day, provisional, state, pack_id, pack_version, held)
             SELECT clock, case_id, 'handle', 'handle', 'ga-cgj', 1, '511602', now(), due, due::date, false, 0,
                'mailbox-002', 1, false
             FROM UNNEST($1::uuid[], $2::uuid[], $3::timestamptz[]) AS made (clock, case_id, due)",
        )
        .bind(&clocks)
        .bind(&cases)
        .bind(&due)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO deadline_scheduler.timer (clock_id, what, shard, due_at, case_id)
             SELECT clock, 0, shard, due, case_id
             FROM UNNEST($1::uuid[], $2::smallint[], $3::timestamptz[], $4::uuid[]) AS made (clock, shard, due, case_id)",
        )
        .bind(&clocks)
        .bind(&shards)
        .bind(&due)
        .bind(&cases)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        at += size;
    }
    Ok(())
}

/// Waits until the timers due from `first` on have fired, and checks each has its event. Gives when the last one was
/// committed, and the lateness in seconds that 99 of 100 stay below.
async fn fired(house: &House, first: Timestamp, count: usize) -> anyhow::Result<(Timestamp, f64)> {
    let begun = Instant::now();
    let count = i64::try_from(count)?;
    loop {
        // The newest rows alone are looked at, by the key: the look must not disturb what it sees.
        let left: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM generate_series(0, 63) AS held (shard), LATERAL
                (SELECT FROM deadline_scheduler.timer t WHERE t.shard = held.shard AND t.due_at >= $1
                 AND t.due_at < $1 + interval '1 hour' LIMIT 1) one)",
        )
        .bind(first.to_sqlx())
        .fetch_one(&house.db)
        .await?;
        if !left {
            break;
        }
        anyhow::ensure!(begun.elapsed() < Duration::from_secs(60), "timers do not fire");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (events, last, lateness): (i64, Option<SqlTimestamp>, Option<f64>) = sqlx::query_as(
        "SELECT count(*), max(fired), percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM fired - due)::float8)
         FROM (SELECT pg_xact_commit_timestamp(e.xmin) AS fired, c.due_at AS due
               FROM deadline_scheduler.clock c JOIN deadline_scheduler.outbox_event e ON e.aggregate_id = c.case_id
               WHERE c.due_at >= $1 AND c.due_at < $1 + interval '1 hour' AND e.kind = 'clock.expired') all_of_them",
    )
    .bind(first.to_sqlx())
    .fetch_one(&house.db)
    .await?;
    anyhow::ensure!(events == count, "{count} timers gave {events} events");
    let last = last.ok_or_else(|| anyhow::anyhow!("no timer fired"))?;
    Ok((last.to_jiff(), lateness.unwrap_or_default()))
}
