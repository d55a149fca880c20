//! Rows of `explanation`.

use identity::Claims;
use ids::{CaseId, ClockId};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

/// Why a limit passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) case: CaseId,
    pub(crate) clock: ClockId,
    /// The instant at which it passed; another breach of the same clock is explained anew.
    pub(crate) limit_at: Timestamp,
    pub(crate) reason: String,
    pub(crate) body: String,
    pub(crate) expected_on: Option<Date>,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

/// An explanation with what its reader wants to know of the limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filed {
    pub(crate) written: Explanation,
    /// What the clock measures.
    pub(crate) name: String,
    pub(crate) unit: Option<String>,
}

/// Writes an explanation down, or gives the one that this breach has already.
pub(crate) async fn put(
    connection: &mut PgConnection,
    row: &Explanation,
) -> Result<Option<Explanation>, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO explanation (clock_id, limit_at, case_id, reason, body, expected_on, written_by, written_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(row.clock.0)
    .bind(row.limit_at.to_sqlx())
    .bind(row.case.0)
    .bind(&row.reason)
    .bind(&row.body)
    .bind(row.expected_on.map(|day| day.to_sqlx()))
    .bind(&row.by)
    .bind(row.at.to_sqlx())
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(None);
    }
    let found = sqlx::query("SELECT * FROM explanation WHERE clock_id = $1 AND limit_at = $2")
        .bind(row.clock.0)
        .bind(row.limit_at.to_sqlx())
        .fetch_one(connection)
        .await?;
    read(&found).map(Some)
}

/// Lists those of a case, in the order they were written.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Filed>, sqlx::Error> {
    sqlx::query(
        "SELECT e.*, c.name, c.unit FROM explanation e JOIN clock c USING (clock_id)
         WHERE e.case_id = $1 ORDER BY e.written_at, e.clock_id",
    )
    .bind(case)
    .fetch_all(connection)
    .await?
    .iter()
    .map(filed)
    .collect()
}

/// Lists those of a region that a reader may see, in the order they were written.
pub(crate) async fn of_region(
    connection: &mut PgConnection,
    region_prefix: &str,
    reader: &Claims,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Filed>, sqlx::Error> {
    sqlx::query(
        "SELECT e.*, c.name, c.unit
         FROM explanation e JOIN clock c USING (clock_id) JOIN case_facts f ON f.case_id = e.case_id
         WHERE starts_with(f.region, $1)
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = e.case_id
                           AND NOT (seal.hands @> ARRAY[$3::uuid] AND NOT seal.line @> ARRAY[$4::text]))
           AND ($5::timestamptz IS NULL OR (e.written_at, e.clock_id) > ($5, $6))
         ORDER BY e.written_at, e.clock_id LIMIT $2",
    )
    .bind(region_prefix)
    .bind(most)
    .bind(reader.sub)
    .bind(reader.unit.as_ref().map(ids::UnitCode::as_str))
    .bind(after.map(|(at, _)| at.to_sqlx()))
    .bind(after.map(|(_, id)| id))
    .fetch_all(connection)
    .await?
    .iter()
    .map(filed)
    .collect()
}

fn filed(row: &PgRow) -> Result<Filed, sqlx::Error> {
    Ok(Filed { written: read(row)?, name: row.try_get("name")?, unit: row.try_get("unit")? })
}

fn read(row: &PgRow) -> Result<Explanation, sqlx::Error> {
    Ok(Explanation {
        case: CaseId(row.try_get("case_id")?),
        clock: ClockId(row.try_get("clock_id")?),
        limit_at: row.try_get::<SqlTimestamp, _>("limit_at")?.to_jiff(),
        reason: row.try_get("reason")?,
        body: row.try_get("body")?,
        expected_on: row.try_get::<Option<SqlDate>, _>("expected_on")?.map(|day| day.to_jiff()),
        by: row.try_get("written_by")?,
        at: row.try_get::<SqlTimestamp, _>("written_at")?.to_jiff(),
    })
}
