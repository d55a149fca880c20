//! Made-up clocks in great number, to measure how fast they fire. Writes into an empty schema only.

use ids::{CaseId, ClockId, shard_of};
use pg::Database;

const AT_ONCE: usize = 10_000;

/// Arms `armed` clocks, one a case, of which every `armed / due`-th is due now and the others in a year, and says how
/// many are due.
///
/// # Errors
/// The schema holds clocks already, or the database is away.
pub async fn arm(db: &Database, armed: usize, due: usize) -> anyhow::Result<usize> {
    let used: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM clock)").fetch_one(&db.pool).await?;
    anyhow::ensure!(!used, "the schema holds clocks already");
    let every = (armed / due.max(1)).max(1);
    let mut come = 0;
    for from in (0..armed).step_by(AT_ONCE) {
        let rows = from..(from + AT_ONCE).min(armed);
        let cases: Vec<CaseId> = rows.clone().map(|_| CaseId::fresh()).collect();
        let soon: Vec<bool> = rows.map(|row| row % every == 0 && row / every < due).collect();
        come += soon.iter().filter(|soon| **soon).count();
        chunk(db, &cases, &soon).await?;
    }
    for table in ["clock", "timer", "outbox_head"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("VACUUM ANALYZE {table}"))).execute(&db.pool).await?;
    }
    Ok(come)
}

async fn chunk(db: &Database, cases: &[CaseId], soon: &[bool]) -> Result<(), sqlx::Error> {
    let clocks = cases.iter().map(|case| ClockId::derived(&format!("{case}:1:handle")).0);
    sqlx::query(
        "WITH row AS (
            SELECT *, now() + CASE WHEN soon THEN interval '0' ELSE interval '1 year' END AS due_at
            FROM UNNEST($1::uuid[], $2::uuid[], $3::smallint[], $4::bool[]) AS row (case_id, clock_id, shard, soon)),
         head AS (INSERT INTO outbox_head (aggregate_id, version) SELECT case_id, 1 FROM row),
         clocks AS (
            INSERT INTO clock (clock_id, case_id, name, entry, unit, round, region, started_at, due_at, due_day,
                               provisional, state, pack_id, pack_version, held)
            SELECT clock_id, case_id, 'handle', 'handle-long', 'unit-' || shard, 1, '511602', due_at - interval '28 days',
                   due_at, due_at::date, false, 0, 'mailbox-002', 1, false FROM row)
         INSERT INTO timer (clock_id, what, shard, due_at, case_id) SELECT clock_id, 0, shard, due_at, case_id FROM row",
    )
    .bind(cases.iter().map(|case| case.0).collect::<Vec<_>>())
    .bind(clocks.collect::<Vec<_>>())
    .bind(cases.iter().map(|case| shard_of(case.0)).collect::<Vec<_>>())
    .bind(soon)
    .execute(&db.pool)
    .await?;
    Ok(())
}
