//! Rows of `timer`: alarms still owed.

use deadline_scheduler_rules::ClockName;
use ids::{CaseId, ClockId, RegionCode, UnitCode, shard_of};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, PgPool, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::word;

/// What the limit itself is called in `timer.what`; warnings count from 1.
pub(crate) const LIMIT: i16 = 0;

/// One alarm to be armed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) case: CaseId,
    pub(crate) clock: ClockId,
    pub(crate) what: i16,
    pub(crate) due_at: Timestamp,
}

/// One alarm that is due, with what is to be said of its clock.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) case: CaseId,
    pub(crate) clock: ClockId,
    pub(crate) what: i16,
    pub(crate) scheduled_for: Timestamp,
    pub(crate) now: Timestamp,
    pub(crate) name: ClockName,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) region: RegionCode,
    pub(crate) due_at: Timestamp,
    pub(crate) due_day: Date,
    pub(crate) started_at: Timestamp,
    pub(crate) entry: String,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
}

/// Takes back every alarm of the clocks. Waits for a firing in hand, which then stands.
pub(crate) async fn disarm(connection: &mut PgConnection, clocks: &[Uuid]) -> Result<(), sqlx::Error> {
    if clocks.is_empty() {
        return Ok(());
    }
    sqlx::query("DELETE FROM timer WHERE clock_id = ANY($1)").bind(clocks).execute(connection).await?;
    Ok(())
}

/// Arms alarms.
pub(crate) async fn arm(connection: &mut PgConnection, alarms: &[Alarm]) -> Result<(), sqlx::Error> {
    if alarms.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO timer (clock_id, what, shard, due_at, case_id)
         SELECT * FROM UNNEST($1::uuid[], $2::smallint[], $3::smallint[], $4::timestamptz[], $5::uuid[])
         ON CONFLICT (clock_id, what) DO UPDATE SET due_at = EXCLUDED.due_at",
    )
    .bind(alarms.iter().map(|alarm| alarm.clock.0).collect::<Vec<_>>())
    .bind(alarms.iter().map(|alarm| alarm.what).collect::<Vec<_>>())
    .bind(alarms.iter().map(|alarm| shard_of(alarm.case.0)).collect::<Vec<_>>())
    .bind(alarms.iter().map(|alarm| alarm.due_at.to_sqlx()).collect::<Vec<_>>())
    .bind(alarms.iter().map(|alarm| alarm.case.0).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims up to `per_shard` due alarms of each shard, oldest first, and removes them: they count as fired once the
/// transaction commits. Rows that another transaction holds are left to it, so this never waits for a lock.
///
/// The row addresses found under the lock are deleted directly, and each clock is looked up by its key: whatever the
/// planner believes about the numbers, it has no other plan.
pub(crate) async fn claim(
    connection: &mut PgConnection,
    shards: &[i16],
    per_shard: i64,
) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query(
        "WITH due AS (
            DELETE FROM timer WHERE ctid = ANY(ARRAY(
                SELECT claimed.ctid FROM UNNEST($1::smallint[]) AS held (shard),
                    LATERAL (SELECT t.ctid FROM timer t WHERE t.shard = held.shard AND t.due_at <= now()
                             ORDER BY t.due_at LIMIT $2 FOR UPDATE SKIP LOCKED) claimed))
            RETURNING case_id, clock_id, what, due_at)
         SELECT due.case_id, due.clock_id, due.what, due.due_at AS scheduled_for, clock_timestamp() AS now,
                clock.*
         FROM due, LATERAL (SELECT c.name, c.unit, c.region, c.due_at, c.due_day, c.started_at, c.entry, c.pack_id,
                                   c.pack_version FROM clock c
                            WHERE c.case_id = due.case_id AND c.clock_id = due.clock_id OFFSET 0) clock
         ORDER BY scheduled_for, due.case_id",
    )
    .bind(shards)
    .bind(per_shard)
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// How long until the next alarm of the shards is due, in seconds; negative when one is overdue.
pub(crate) async fn next_due(pool: &PgPool, shards: &[i16]) -> Result<Option<f64>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT extract(epoch FROM min(next.due_at) - clock_timestamp())::float8
         FROM UNNEST($1::smallint[]) AS held (shard),
              LATERAL (SELECT t.due_at FROM timer t WHERE t.shard = held.shard ORDER BY t.due_at LIMIT 1) next",
    )
    .bind(shards)
    .fetch_one(pool)
    .await
}

/// How many alarms are armed, as the statistics of the database have it.
pub(crate) async fn armed(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'timer'::regclass")
        .fetch_one(pool)
        .await
}

fn read(row: &PgRow) -> Result<Due, sqlx::Error> {
    let instant = |column| Ok::<_, sqlx::Error>(row.try_get::<SqlTimestamp, _>(column)?.to_jiff());
    Ok(Due {
        case: CaseId(row.try_get("case_id")?),
        clock: ClockId(row.try_get("clock_id")?),
        what: row.try_get("what")?,
        scheduled_for: instant("scheduled_for")?,
        now: instant("now")?,
        name: word("clock.name", row.try_get("name")?)?,
        unit: row.try_get::<Option<&str>, _>("unit")?.map(|unit| word("clock.unit", unit)).transpose()?,
        region: word("clock.region", row.try_get("region")?)?,
        due_at: instant("due_at")?,
        due_day: row.try_get::<SqlDate, _>("due_day")?.to_jiff(),
        started_at: instant("started_at")?,
        entry: row.try_get("entry")?,
        pack_id: row.try_get("pack_id")?,
        pack_version: row.try_get("pack_version")?,
    })
}
