//! Calls of several parties about a case.

use contracts::case::PackRef;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// A call as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Call {
    pub(crate) call_id: Uuid,
    pub(crate) beside: Vec<String>,
    pub(crate) began_at: SqlTimestamp,
    pub(crate) ended_at: SqlTimestamp,
    pub(crate) result: String,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) actor: String,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
}

/// A call to be written down.
pub(crate) struct NewCall<'a> {
    pub(crate) call: Uuid,
    pub(crate) case: Uuid,
    pub(crate) beside: &'a [String],
    pub(crate) began_at: Timestamp,
    pub(crate) ended_at: Timestamp,
    pub(crate) result: &'a str,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) actor: &'a str,
    pub(crate) pack: &'a PackRef,
}

/// Writes a call down. Says whether it is new: the same hour with the same parties is the same call.
pub(crate) async fn insert(connection: &mut PgConnection, new: &NewCall<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO case_call (call_id, case_id, beside, began_at, ended_at, result, sealed, actor, pack_id, pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (call_id) DO NOTHING",
    )
    .bind(new.call)
    .bind(new.case)
    .bind(new.beside)
    .bind(new.began_at.to_sqlx())
    .bind(new.ended_at.to_sqlx())
    .bind(new.result)
    .bind(&new.sealed)
    .bind(new.actor)
    .bind(&new.pack.id)
    .bind(new.pack.version)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Reads the calls of a case in their order.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Call>, sqlx::Error> {
    sqlx::query_as(
        "SELECT call_id, beside, began_at, ended_at, result, sealed, actor, pack_id, pack_version
         FROM case_call WHERE case_id = $1 ORDER BY began_at, call_id",
    )
    .bind(case)
    .fetch_all(connection)
    .await
}
