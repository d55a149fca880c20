//! (b) How many whole chains a second, and how long one takes: from the request to the last service that has applied
//! the last event. PostgreSQL noted when each position of each inbox was committed, so nothing is watched meanwhile.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use huiyin::CATALOGUE;
use jiff::Timestamp;
use pg::SqlTimestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    figure::{Figure, quantile},
    house::House,
    limits::Limits,
    line::Line,
    register::{Accepted, Until, flood, one, per_second},
};

pub(crate) async fn measure(house: &House, limits: &Limits, quick: bool) -> anyhow::Result<Vec<Figure>> {
    flood(house, 8, Until::Cases(200)).await?;
    quiet(house).await?;

    let events = said(house).await?;
    let (before, started, clock) = (house.usage(), runtime::Clock::default().now(), Instant::now());
    let cases = flood(house, 64, Until::Cases(if quick { 2500 } else { 8000 })).await?;
    let registered = clock.elapsed();
    quiet(house).await?;
    let used = house.used(before);
    let heard = last_heard(house, &cases).await?;
    let end = heard.values().max().copied().unwrap_or(started);
    let elapsed = Duration::try_from(end.duration_since(started))?;
    let rate = per_second(cases.len(), elapsed);
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let events = (said(house).await? - events) as f64 / elapsed.as_secs_f64();
    let note = format!(
        "{} cases, registered in {:.1} s; {:.0} events/s; {used}",
        cases.len(),
        registered.as_secs_f64(),
        events
    );
    let mut figures = vec![
        Figure::rate("(b) whole chains through all services", Some(500.0), rate)
            .of(events, limits.publishes, "publishes")
            .note(note),
    ];

    let before = house.usage();
    let cases = steadily(house, 100, if quick { 8 } else { 20 }).await?;
    quiet(house).await?;
    let used = house.used(before);
    let heard = last_heard(house, &cases).await?;
    let mut took: Vec<f64> = cases
        .iter()
        .filter_map(|case| Some(heard.get(&case.case)?.duration_since(case.begun).as_secs_f64() * 1e3))
        .collect();
    anyhow::ensure!(took.len() == cases.len(), "a case was heard by nobody");
    figures.push(Figure::most("(b) p50 of a chain at 100 cases/s", None, quantile(&mut took, 0.5), "ms"));
    figures.push(
        Figure::most("(b) p99 of a chain at 100 cases/s", Some(500.0), quantile(&mut took, 0.99), "ms")
            .note(used),
    );
    Ok(figures)
}

/// Registers at a steady rate, each request at its own moment whether or not the last one was answered.
async fn steadily(house: &House, rate: u64, seconds: u64) -> anyhow::Result<Vec<Accepted>> {
    const LINES: u64 = 16;
    let (address, begun) = (house.address()?, tokio::time::Instant::now());
    let work = (0..LINES).map(|lane| async move {
        let (mut line, mut accepted) = (Line::open(address).await?, Vec::new());
        for at in (lane..rate * seconds).step_by(usize::try_from(LINES)?) {
            tokio::time::sleep_until(begun + Duration::from_micros(at * 1_000_000 / rate)).await;
            accepted.push(one(house, &mut line).await?);
        }
        anyhow::Ok(accepted)
    });
    Ok(futures::future::try_join_all(work).await?.into_iter().flatten().collect())
}

/// Waits until everything that was said has been acknowledged and heard by everyone who hears it.
pub(crate) async fn quiet(house: &House) -> anyhow::Result<()> {
    let mut moved = (Instant::now(), (0, 0));
    loop {
        let mut still = (0, 0);
        for entry in CATALOGUE {
            let schema = entry.schema;
            let pending: i64 = number(house, format!("SELECT count(*) FROM {schema}.outbox_pending")).await?;
            still.0 += pending;
        }
        if still.0 == 0 {
            for entry in CATALOGUE {
                still.1 += unheard(house, entry).await?;
            }
        }
        if still == (0, 0) {
            return Ok(());
        }
        if still != moved.1 {
            moved = (Instant::now(), still);
        }
        anyhow::ensure!(
            moved.0.elapsed() < Duration::from_secs(30),
            "nothing moves: {still:?} pending, unheard"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn unheard(house: &House, entry: &runtime::Entry) -> anyhow::Result<i64> {
    let mut missing = 0;
    for source in entry.hears {
        let other = CATALOGUE.iter().find(|other| other.name == *source).map_or("", |other| other.schema);
        let said: i64 =
            number(house, format!("SELECT coalesce(sum(version), 0)::bigint FROM {other}.outbox_head"))
                .await?;
        let heard: i64 = number(
            house,
            format!(
                "SELECT coalesce(sum(version), 0)::bigint FROM {}.inbox_position WHERE source = '{source}'",
                entry.schema
            ),
        )
        .await?;
        missing += said - heard;
    }
    Ok(missing)
}

async fn number(house: &House, statement: String) -> anyhow::Result<i64> {
    Ok(sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&house.db).await?)
}

/// How many events all services have said.
async fn said(house: &House) -> anyhow::Result<i64> {
    let mut all = 0;
    for entry in CATALOGUE {
        all += number(house, format!("SELECT count(*) FROM {}.outbox_event", entry.schema)).await?;
    }
    Ok(all)
}

/// When each case was heard of for the last time, by any service.
async fn last_heard(house: &House, cases: &[Accepted]) -> anyhow::Result<HashMap<Uuid, Timestamp>> {
    let ids: Vec<Uuid> = cases.iter().map(|case| case.case).collect();
    let mut last = HashMap::<Uuid, Timestamp>::new();
    for entry in CATALOGUE {
        let statement = format!(
            "SELECT aggregate_id, max(pg_xact_commit_timestamp(xmin)) FROM {}.inbox_position
             WHERE aggregate_id = ANY($1) GROUP BY aggregate_id",
            entry.schema
        );
        let rows: Vec<(Uuid, SqlTimestamp)> =
            sqlx::query_as(AssertSqlSafe(statement)).bind(&ids).fetch_all(&house.db).await?;
        for (case, at) in rows {
            let at = at.to_jiff();
            last.entry(case).and_modify(|last| *last = at.max(*last)).or_insert(at);
        }
    }
    Ok(last)
}
