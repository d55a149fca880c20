//! Cases whose result is secret.

use ids::CaseId;
use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;

/// Says whether the result of a case is secret.
pub(crate) async fn stands(connection: &mut PgConnection, case: CaseId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM case_secrecy WHERE case_id = $1 AND ended_at IS NULL)")
        .bind(case.0)
        .fetch_one(connection)
        .await
}

/// Makes it secret.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    case: CaseId,
    at: Timestamp,
    actor: &str,
    grounds: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO case_secrecy (case_id, at, actor, grounds) VALUES ($1, $2, $3, $4)")
        .bind(case.0)
        .bind(at.to_sqlx())
        .bind(actor)
        .bind(grounds)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the secrecy.
pub(crate) async fn end(
    connection: &mut PgConnection,
    case: CaseId,
    at: Timestamp,
    actor: &str,
    ending: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_secrecy SET ended_at = $2, ended_by = $3, ending = $4 WHERE case_id = $1 AND ended_at IS NULL",
    )
    .bind(case.0)
    .bind(at.to_sqlx())
    .bind(actor)
    .bind(ending)
    .execute(connection)
    .await?;
    Ok(())
}
