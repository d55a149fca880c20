//! Lists in pages, newest or oldest first, by a key that moves with the rows.

use ids::UnitCode;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::assignments::{self, Assignment};
use crate::app::sealed::Sight;

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: Timestamp,
    pub(crate) id: Uuid,
}

/// A row's due instant, where known, and whether it may still move.
pub(crate) type DueAt = Option<(Timestamp, bool)>;

/// One line of the list of assignments.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) assignment: Assignment,
    pub(crate) number: String,
    pub(crate) kind: String,
    pub(crate) title: Option<String>,
    pub(crate) due: DueAt,
}

/// The assignments of a unit, the newest first.
pub(crate) async fn of_unit(
    connection: &mut PgConnection,
    unit: &UnitCode,
    prefix: &str,
    sight: &Sight,
    state: Option<&str>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let after = after.unwrap_or(Place { at: Timestamp::MAX, id: Uuid::max() });
    let rows = sqlx::query(
        "SELECT assignment.*, number, kind, title, due_at, provisional
         FROM assignment JOIN case_route USING (case_id) LEFT JOIN case_due USING (case_id)
         WHERE unit = $1 AND ($2::text IS NULL OR assignment.state = $2) AND (dispatched_at, id) < ($3, $4)
           AND starts_with(region, $6)
           AND (NOT confidential OR $7 OR EXISTS (SELECT FROM case_seal seal
                WHERE seal.case_id = case_route.case_id AND $8 = ANY(seal.hands) AND NOT seal.barred && $9))
         ORDER BY dispatched_at DESC, id DESC LIMIT $5",
    )
    .bind(unit.as_str())
    .bind(state)
    .bind(ceiling(after.at).to_sqlx())
    .bind(after.id)
    .bind(limit)
    .bind(prefix)
    .bind(sight.keeper)
    .bind(sight.account)
    .bind(&sight.line)
    .fetch_all(connection)
    .await?;
    rows.iter().map(line).collect()
}

/// The assignments that wait for the centre (returns and replies to review), the newest first.
pub(crate) async fn of_centre(
    connection: &mut PgConnection,
    prefix: &str,
    sight: &Sight,
    state: &str,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let after = after.unwrap_or(Place { at: Timestamp::MAX, id: Uuid::max() });
    let rows = sqlx::query(
        "SELECT assignment.*, number, kind, title, due_at, provisional
         FROM assignment JOIN case_route USING (case_id) LEFT JOIN case_due USING (case_id)
         WHERE assignment.state IN ('returning', 'under-review') AND assignment.state = $1
           AND starts_with(region, $2) AND (dispatched_at, id) < ($3, $4)
           AND (NOT confidential OR $6 OR EXISTS (SELECT FROM case_seal seal
                WHERE seal.case_id = case_route.case_id AND $7 = ANY(seal.hands) AND NOT seal.barred && $8))
         ORDER BY dispatched_at DESC, id DESC LIMIT $5",
    )
    .bind(state)
    .bind(prefix)
    .bind(ceiling(after.at).to_sqlx())
    .bind(after.id)
    .bind(limit)
    .bind(sight.keeper)
    .bind(sight.account)
    .bind(&sight.line)
    .fetch_all(connection)
    .await?;
    rows.iter().map(line).collect()
}

fn line(row: &PgRow) -> Result<Line, sqlx::Error> {
    Ok(Line {
        assignment: assignments::read(row)?,
        number: row.try_get("number")?,
        kind: row.try_get("kind")?,
        title: row.try_get("title")?,
        due: due(row)?,
    })
}

/// The due instant of a row that was read with it.
pub(crate) fn due(row: &PgRow) -> Result<DueAt, sqlx::Error> {
    let at: Option<SqlTimestamp> = row.try_get("due_at")?;
    let provisional: Option<bool> = row.try_get("provisional")?;
    Ok(at.map(|at| (at.to_jiff(), provisional.unwrap_or(false))))
}

// PostgreSQL's times end earlier than jiff's.
fn ceiling(at: Timestamp) -> Timestamp {
    at.min("9000-01-01T00:00:00Z".parse().expect("a time"))
}

/// Reads the due instant of one case.
pub(crate) async fn due_of(connection: &mut PgConnection, case: Uuid) -> Result<DueAt, sqlx::Error> {
    let row = sqlx::query("SELECT due_at, provisional FROM case_due WHERE case_id = $1")
        .bind(case)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map_or(Ok(None), due)
}
