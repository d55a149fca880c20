//! Rows of `extension`.

use identity::Claims;
use ids::{CaseId, ClockId, ExtensionId};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

/// A request for more time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) id: ExtensionId,
    pub(crate) case: CaseId,
    pub(crate) clock: ClockId,
    pub(crate) amount: i32,
    pub(crate) reason: String,
    pub(crate) grounds: String,
    pub(crate) asked_by: String,
    pub(crate) asked_at: Timestamp,
    /// `asked`, `granted`, `refused`, `withdrawn`.
    pub(crate) state: String,
    pub(crate) granted: Option<i32>,
    pub(crate) remark: Option<String>,
    pub(crate) decided_by: Option<String>,
    pub(crate) decided_at: Option<Timestamp>,
    pub(crate) version: i64,
}

/// Writes a request down, or the decision on it.
pub(crate) async fn put(connection: &mut PgConnection, row: &Request) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO extension (extension_id, case_id, clock_id, amount, reason, grounds, asked_by, asked_at, state,
                                granted, remark, decided_by, decided_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (extension_id) DO UPDATE SET state = EXCLUDED.state, granted = EXCLUDED.granted,
            remark = EXCLUDED.remark, decided_by = EXCLUDED.decided_by, decided_at = EXCLUDED.decided_at,
            version = EXCLUDED.version",
    )
    .bind(row.id.0)
    .bind(row.case.0)
    .bind(row.clock.0)
    .bind(row.amount)
    .bind(&row.reason)
    .bind(&row.grounds)
    .bind(&row.asked_by)
    .bind(row.asked_at.to_sqlx())
    .bind(&row.state)
    .bind(row.granted)
    .bind(row.remark.as_deref())
    .bind(row.decided_by.as_deref())
    .bind(row.decided_at.map(|at| at.to_sqlx()))
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Finds one.
pub(crate) async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<Request>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM extension WHERE extension_id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Lists those of a case, in the order they were asked.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Request>, sqlx::Error> {
    sqlx::query("SELECT * FROM extension WHERE case_id = $1 ORDER BY asked_at, extension_id")
        .bind(case)
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Withdraws what was asked for limits that have ended, each at its instant: nobody has to decide on it.
pub(crate) async fn end(
    connection: &mut PgConnection,
    ended: &[(Uuid, Timestamp)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE extension old SET state = 'withdrawn', decided_by = 'system', decided_at = new.at, version = old.version + 1
         FROM UNNEST($1::uuid[], $2::timestamptz[]) AS new (clock_id, at)
         WHERE old.clock_id = new.clock_id AND old.state = 'asked'",
    )
    .bind(ended.iter().map(|(clock, _)| *clock).collect::<Vec<_>>())
    .bind(ended.iter().map(|(_, at)| at.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Says whether the unit has explained why a limit passed.
pub(crate) async fn explained(
    connection: &mut PgConnection,
    clock: ClockId,
    limit_at: Timestamp,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM explanation WHERE clock_id = $1 AND limit_at = $2)")
        .bind(clock.0)
        .bind(limit_at.to_sqlx())
        .fetch_one(connection)
        .await
}

/// Lists what waits for a decision, the oldest first.
pub(crate) async fn waiting(
    connection: &mut PgConnection,
    region_prefix: &str,
    reader: &Claims,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Request>, sqlx::Error> {
    sqlx::query(
        "SELECT e.* FROM extension e JOIN case_facts f USING (case_id)
         WHERE e.state = 'asked' AND starts_with(f.region, $1)
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = e.case_id
                           AND NOT (seal.hands @> ARRAY[$3::uuid] AND NOT seal.line @> ARRAY[$4::text]))
           AND ($5::timestamptz IS NULL OR (e.asked_at, e.extension_id) > ($5, $6))
         ORDER BY e.asked_at, e.extension_id LIMIT $2",
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
    .map(read)
    .collect()
}

fn read(row: &PgRow) -> Result<Request, sqlx::Error> {
    Ok(Request {
        id: ExtensionId(row.try_get("extension_id")?),
        case: CaseId(row.try_get("case_id")?),
        clock: ClockId(row.try_get("clock_id")?),
        amount: row.try_get("amount")?,
        reason: row.try_get("reason")?,
        grounds: row.try_get("grounds")?,
        asked_by: row.try_get("asked_by")?,
        asked_at: row.try_get::<SqlTimestamp, _>("asked_at")?.to_jiff(),
        state: row.try_get("state")?,
        granted: row.try_get("granted")?,
        remark: row.try_get("remark")?,
        decided_by: row.try_get("decided_by")?,
        decided_at: row.try_get::<Option<SqlTimestamp>, _>("decided_at")?.map(|at| at.to_jiff()),
        version: row.try_get("version")?,
    })
}
