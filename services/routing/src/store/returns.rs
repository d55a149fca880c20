//! Figures of returns by unit, and what a unit still has.

use ids::{AssignmentId, CaseId, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _};

/// How a unit returned cases in a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Hand-overs made to it.
    pub(crate) dispatched: i64,
    /// Returns asked for.
    pub(crate) asked: i64,
    /// Agreed.
    pub(crate) agreed: i64,
    /// Refused: returned wrongly (不当退单).
    pub(crate) refused: i64,
    /// Not answered yet; one whose case went another way meanwhile needs no answer.
    pub(crate) open: i64,
}

/// Counts by unit and by the time of the hand-over and of the asking, `from` (included) to `until` (not).
pub(crate) async fn figures(
    connection: &mut PgConnection,
    unit: &UnitCode,
    from: Timestamp,
    until: Timestamp,
) -> Result<Figures, sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM assignment
                 WHERE unit = $1 AND dispatched_at >= $2 AND dispatched_at < $3) AS dispatched,
                count(*) AS asked, count(*) FILTER (WHERE agreed) AS agreed,
                count(*) FILTER (WHERE NOT agreed) AS refused, count(*) FILTER (WHERE decided_at IS NULL AND a.state = 'returning') AS open
         FROM assignment_return r JOIN assignment a ON a.id = r.assignment_id
         WHERE a.unit = $1 AND r.asked_at >= $2 AND r.asked_at < $3",
    )
    .bind(unit.as_str())
    .bind(from.to_sqlx())
    .bind(until.to_sqlx())
    .fetch_one(connection)
    .await?;
    Ok(Figures {
        dispatched: row.try_get("dispatched")?,
        asked: row.try_get("asked")?,
        agreed: row.try_get("agreed")?,
        refused: row.try_get("refused")?,
        open: row.try_get("open")?,
    })
}

/// One return with the centre's word on it.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) assignment: AssignmentId,
    pub(crate) case: CaseId,
    pub(crate) asked_at: Timestamp,
    pub(crate) reason: String,
    pub(crate) decided_at: Option<Timestamp>,
    pub(crate) agreed: Option<bool>,
    pub(crate) decision: Option<String>,
}

/// The newest returns of a unit; those of sealed cases are counted and not listed.
pub(crate) async fn of_unit(
    connection: &mut PgConnection,
    unit: &UnitCode,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Given>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT r.*, a.case_id FROM assignment_return r JOIN assignment a ON a.id = r.assignment_id
         WHERE a.unit = $1 AND r.asked_at >= $2 AND r.asked_at < $3
           AND NOT EXISTS (SELECT FROM case_route c WHERE c.case_id = a.case_id AND c.confidential)
         ORDER BY r.asked_at DESC LIMIT $4",
    )
    .bind(unit.as_str())
    .bind(from.to_sqlx())
    .bind(until.to_sqlx())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Given {
                assignment: AssignmentId(row.try_get("assignment_id")?),
                case: CaseId(row.try_get("case_id")?),
                asked_at: row.try_get::<SqlTimestamp, _>("asked_at")?.to_jiff(),
                reason: row.try_get("reason")?,
                decided_at: row.try_get::<Option<SqlTimestamp>, _>("decided_at")?.map(SqlTimestamp::to_jiff),
                agreed: row.try_get("agreed")?,
                decision: row.try_get("decision")?,
            })
        })
        .collect()
}

/// How many hand-overs a unit has that are not ended.
pub(crate) async fn open_of(connection: &mut PgConnection, unit: &UnitCode) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM assignment
         WHERE unit = $1 AND state IN ('dispatched', 'signed', 'contacted', 'returning', 'under-review')",
    )
    .bind(unit.as_str())
    .fetch_one(connection)
    .await
}

/// Some cases in which one of these units has a hand-over that can be taken from it.
pub(crate) async fn cases_held_by(
    connection: &mut PgConnection,
    units: &[UnitCode],
    limit: i64,
) -> Result<Vec<uuid::Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT DISTINCT case_id FROM assignment
         WHERE unit = ANY($1) AND state IN ('dispatched', 'signed', 'contacted', 'returning') LIMIT $2",
    )
    .bind(units.iter().map(UnitCode::as_str).collect::<Vec<_>>())
    .bind(limit)
    .fetch_all(connection)
    .await
}
