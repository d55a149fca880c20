//! Rows of `rung` and `climbed`: what is next on the ladder, and what was done.

use std::collections::HashMap;

use ids::{CaseId, ClockId};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, PgPool, Row as _};
use uuid::Uuid;

/// The next rung of a broken limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Next {
    pub(crate) case: CaseId,
    pub(crate) clock: ClockId,
    /// From 1.
    pub(crate) rank: i16,
    /// When the limit passed.
    pub(crate) limit_at: Timestamp,
    pub(crate) due_at: Timestamp,
}

/// Writes what comes next.
pub(crate) async fn put(connection: &mut PgConnection, rows: &[Next]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO rung (case_id, clock_id, rank, limit_at, due_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::smallint[], $4::timestamptz[], $5::timestamptz[])",
    )
    .bind(rows.iter().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.clock.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.rank).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.limit_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.due_at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims what is due, oldest first; what another transaction holds is left to it.
pub(crate) async fn claim(connection: &mut PgConnection, most: i64) -> Result<Vec<Next>, sqlx::Error> {
    sqlx::query(
        "DELETE FROM rung WHERE ctid = ANY(ARRAY(
            SELECT r.ctid FROM rung r WHERE r.due_at <= now() ORDER BY r.due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
         RETURNING case_id, clock_id, rank, limit_at, due_at",
    )
    .bind(most)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(Next {
            case: CaseId(row.try_get("case_id")?),
            clock: ClockId(row.try_get("clock_id")?),
            rank: row.try_get("rank")?,
            limit_at: row.try_get::<SqlTimestamp, _>("limit_at")?.to_jiff(),
            due_at: row.try_get::<SqlTimestamp, _>("due_at")?.to_jiff(),
        })
    })
    .collect()
}

/// Writes down that a rung was climbed; false if it was before.
pub(crate) async fn climbed(
    connection: &mut PgConnection,
    rung: &Next,
    step: &str,
    passed: bool,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO climbed (clock_id, limit_at, rank, case_id, step, climbed_at, passed)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(rung.clock.0)
    .bind(rung.limit_at.to_sqlx())
    .bind(rung.rank)
    .bind(rung.case.0)
    .bind(step)
    .bind(rung.due_at.to_sqlx())
    .bind(passed)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lists the rungs of a step that were climbed on a clock: the instant at which the limit passed, and the rank.
pub(crate) async fn of_step(
    connection: &mut PgConnection,
    clock: ClockId,
    step: &str,
) -> Result<Vec<(Timestamp, i16)>, sqlx::Error> {
    let rows: Vec<(SqlTimestamp, i16)> =
        sqlx::query_as("SELECT limit_at, rank FROM climbed WHERE clock_id = $1 AND step = $2")
            .bind(clock.0)
            .bind(step)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(at, rank)| (at.to_jiff(), rank)).collect())
}

/// Writes down when histories of imported cases ended, or the time that others spent as part of another one; nothing is asked where none did.
pub(crate) async fn end_histories(
    connection: &mut PgConnection,
    ended: &[(CaseId, Timestamp)],
) -> Result<(), sqlx::Error> {
    if ended.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO history (case_id, ended_at) SELECT * FROM UNNEST($1::uuid[], $2::timestamptz[])
         ON CONFLICT (case_id) DO UPDATE SET ended_at = greatest(history.ended_at, EXCLUDED.ended_at)",
    )
    .bind(ended.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(ended.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// When the histories of these cases ended; most have none.
pub(crate) async fn histories(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<HashMap<Uuid, Timestamp>, sqlx::Error> {
    let rows: Vec<(Uuid, SqlTimestamp)> =
        sqlx::query_as("SELECT case_id, ended_at FROM history WHERE case_id = ANY($1)")
            .bind(cases)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(case, at)| (case, at.to_jiff())).collect())
}

/// Takes back what is next on these clocks and gives the highest rung that each has climbed of the limit that passed.
pub(crate) async fn restart(
    connection: &mut PgConnection,
    clocks: &[Uuid],
) -> Result<HashMap<(Uuid, Timestamp), i16>, sqlx::Error> {
    sqlx::query("DELETE FROM rung WHERE clock_id = ANY($1)").bind(clocks).execute(&mut *connection).await?;
    let rows: Vec<(Uuid, SqlTimestamp, i16)> = sqlx::query_as(
        "SELECT clock_id, limit_at, max(rank) FROM climbed WHERE clock_id = ANY($1) GROUP BY clock_id, limit_at",
    )
    .bind(clocks)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(clock, at, rank)| ((clock, at.to_jiff()), rank)).collect())
}

/// How long until the next is due, in seconds; negative when one is overdue.
pub(crate) async fn next_due(pool: &PgPool) -> Result<Option<f64>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT extract(epoch FROM (SELECT due_at FROM rung ORDER BY due_at LIMIT 1) - clock_timestamp())::float8",
    )
    .fetch_one(pool)
    .await
}
