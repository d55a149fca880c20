//! Marks of risk on cases.

use contracts::case::PackRef;
use intake_rules::risk::RiskState;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// A mark as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Mark {
    pub(crate) risk: String,
    pub(crate) grounds: String,
    pub(crate) marked_at: SqlTimestamp,
    pub(crate) marked_by: String,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) lifted_at: Option<SqlTimestamp>,
    pub(crate) lifted_by: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Mark {
    /// Where the newest of these, all of one risk, stands.
    pub(crate) fn state(marks: &[Self], risk: &str) -> RiskState {
        match marks.iter().rfind(|mark| mark.risk == risk) {
            None => RiskState::None,
            Some(mark) if mark.lifted_at.is_none() => RiskState::Marked,
            Some(_) => RiskState::Lifted,
        }
    }
}

/// Reads the marks of a case in their order; asked after the case row was locked, nobody changes them meanwhile.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Mark>, sqlx::Error> {
    sqlx::query_as(
        "SELECT risk, grounds, marked_at, marked_by, pack_id, pack_version, lifted_at, lifted_by, reason
         FROM case_risk WHERE case_id = $1 ORDER BY marked_at, risk_id",
    )
    .bind(case)
    .fetch_all(connection)
    .await
}

/// Writes a mark down.
pub(crate) async fn mark(
    connection: &mut PgConnection,
    case: Uuid,
    (risk, grounds): (&str, &str),
    (at, by): (Timestamp, &str),
    pack: &PackRef,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_risk (risk_id, case_id, risk, grounds, marked_at, marked_by, pack_id, pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(Uuid::now_v7())
    .bind(case)
    .bind(risk)
    .bind(grounds)
    .bind(at.to_sqlx())
    .bind(by)
    .bind(&pack.id)
    .bind(pack.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the standing mark off.
pub(crate) async fn lift(
    connection: &mut PgConnection,
    case: Uuid,
    (risk, reason): (&str, &str),
    (at, by): (Timestamp, &str),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_risk SET lifted_at = $3, lifted_by = $4, reason = $5
         WHERE case_id = $1 AND risk = $2 AND lifted_at IS NULL",
    )
    .bind(case)
    .bind(risk)
    .bind(at.to_sqlx())
    .bind(by)
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(())
}
