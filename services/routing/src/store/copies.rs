//! 抄送: units that read along.

use ids::{CaseId, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{bad, lists::Place};

/// A unit reads along.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) case: CaseId,
    pub(crate) unit: UnitCode,
    pub(crate) at: Timestamp,
    pub(crate) reason: &'static str,
}

/// Writes copies; a unit that reads along already stays as it is.
pub(crate) async fn keep(connection: &mut PgConnection, rows: &[Copy]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO case_copy (case_id, unit, at, reason)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[], $4::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(rows.iter().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.unit.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.reason).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The units that read along with a case, by code.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<UnitCode>, sqlx::Error> {
    let codes: Vec<String> =
        sqlx::query_scalar("SELECT unit FROM case_copy WHERE case_id = $1 ORDER BY unit")
            .bind(case.0)
            .fetch_all(connection)
            .await?;
    codes.into_iter().map(|code| code.parse().map_err(|_| bad("case_copy.unit"))).collect()
}

/// One case that a unit reads along with.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) case: Uuid,
    pub(crate) number: String,
    pub(crate) title: Option<String>,
    pub(crate) state: String,
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
}

/// The cases that a unit reads along with, newest first.
pub(crate) async fn of_unit(
    connection: &mut PgConnection,
    unit: &UnitCode,
    before: Option<Place>,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let ceiling = Place { at: "9000-01-01T00:00:00Z".parse().expect("a time"), id: Uuid::max() };
    let before = before.unwrap_or(ceiling);
    let rows = sqlx::query(
        "SELECT case_copy.*, number, title, state FROM case_copy JOIN case_route USING (case_id)
         WHERE unit = $1 AND NOT confidential AND (at, case_id) < ($2, $3) ORDER BY at DESC, case_id DESC LIMIT $4",
    )
    .bind(unit.as_str())
    .bind(before.at.to_sqlx())
    .bind(before.id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Line {
                case: row.try_get("case_id")?,
                number: row.try_get("number")?,
                title: row.try_get("title")?,
                state: row.try_get("state")?,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                reason: row.try_get("reason")?,
            })
        })
        .collect()
}
