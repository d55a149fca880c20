//! Rows of `binding_code` and `citizen_point`: codes that wait to be shown, accounts that citizens bound.

use jiff::Timestamp;
use notification_rules::words::Way;
use pg::ToSqlx as _;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// A code that was given out, with whom it is for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Given {
    pub(crate) audience: String,
    /// The unit's code; for citizens the case again.
    pub(crate) recipient: String,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) way: String,
    pub(crate) actor: String,
}

/// Keeps a code; an older one for the same is of no use any more.
pub(crate) async fn give(
    connection: &mut PgConnection,
    code: &[u8],
    given: &Given,
    until: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO binding_code (code, audience, recipient, case_id, way, actor, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (audience, recipient, way)
         DO UPDATE SET code = EXCLUDED.code, actor = EXCLUDED.actor, until = EXCLUDED.until",
    )
    .bind(code)
    .bind(&given.audience)
    .bind(&given.recipient)
    .bind(given.case_id)
    .bind(&given.way)
    .bind(&given.actor)
    .bind(until.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a code that still holds; it is of use once.
pub(crate) async fn take(
    connection: &mut PgConnection,
    code: &[u8],
    way: Way,
    now: Timestamp,
) -> Result<Option<Given>, sqlx::Error> {
    sqlx::query_as(
        "DELETE FROM binding_code WHERE code = $1 AND way = $2 AND until > $3
         RETURNING audience, recipient, case_id, way, actor",
    )
    .bind(code)
    .bind(way.as_str())
    .bind(now.to_sqlx())
    .fetch_optional(connection)
    .await
}

/// Forgets codes whose time is over.
pub(crate) async fn forget(pool: &PgPool, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM binding_code WHERE until <= $1").bind(now.to_sqlx()).execute(pool).await?;
    Ok(())
}

/// Sets the account of a citizen, sealed.
pub(crate) async fn put(
    connection: &mut PgConnection,
    case: Uuid,
    way: Way,
    address: &[u8],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO citizen_point (case_id, way, address, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id, way) DO UPDATE SET address = EXCLUDED.address, set_at = EXCLUDED.set_at",
    )
    .bind(case)
    .bind(way.as_str())
    .bind(address)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// The account of a citizen, sealed.
pub(crate) async fn find(
    connection: &mut PgConnection,
    case: Uuid,
    way: Way,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("SELECT address FROM citizen_point WHERE case_id = $1 AND way = $2")
        .bind(case)
        .bind(way.as_str())
        .fetch_optional(connection)
        .await
}

/// Takes the account of a citizen out; says whether there was one.
pub(crate) async fn remove(connection: &mut PgConnection, case: Uuid, way: Way) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM citizen_point WHERE case_id = $1 AND way = $2")
        .bind(case)
        .bind(way.as_str())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}
