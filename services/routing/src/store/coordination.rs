//! Calls of the centre to units about urgent cases.

use ids::{CaseId, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::bad;

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: Uuid,
    pub(crate) case: CaseId,
    pub(crate) unit: UnitCode,
    pub(crate) at: Timestamp,
    pub(crate) reached: bool,
    pub(crate) note: Option<String>,
    pub(crate) actor: String,
}

/// Writes a call; the same id again changes nothing.
pub(crate) async fn insert(connection: &mut PgConnection, call: &Call) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO coordination (id, case_id, unit, at, reached, note, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(call.id)
    .bind(call.case.0)
    .bind(call.unit.as_str())
    .bind(call.at.to_sqlx())
    .bind(call.reached)
    .bind(&call.note)
    .bind(&call.actor)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the calls about a case, oldest first.
pub(crate) async fn of_case(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Call>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM coordination WHERE case_id = $1 ORDER BY at, id")
        .bind(case.0)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Call {
                id: row.try_get("id")?,
                case,
                unit: row.try_get::<String, _>("unit")?.parse().map_err(|_| bad("coordination.unit"))?,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                reached: row.try_get("reached")?,
                note: row.try_get("note")?,
                actor: row.try_get("actor")?,
            })
        })
        .collect()
}
