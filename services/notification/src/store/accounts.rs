//! Rows of `unit_account`: accounts that the officers of a unit bound, each their own, sealed.

use jiff::Timestamp;
use notification_rules::words::Way;
use pg::ToSqlx as _;
use sqlx::{PgConnection, PgPool};

/// So many of a unit are written to at most, those bound last: they all are while one message is in hand.
const MOST: i64 = 30;

/// Keeps an account; another one of the same officer on this way is replaced.
pub(crate) async fn put(
    connection: &mut PgConnection,
    unit: &str,
    way: Way,
    sealed: &[u8],
    (actor, at): (&str, Timestamp),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO unit_account (unit, way, actor, address, set_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (unit, way, actor) DO UPDATE SET address = EXCLUDED.address, set_at = EXCLUDED.set_at",
    )
    .bind(unit)
    .bind(way.as_str())
    .bind(actor)
    .bind(sealed)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// The accounts of a unit, sealed, with whose they are.
pub(crate) async fn of(
    connection: &mut PgConnection,
    unit: &str,
    way: Way,
) -> Result<Vec<(String, Vec<u8>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT actor, address FROM unit_account WHERE unit = $1 AND way = $2 ORDER BY set_at DESC, actor LIMIT $3",
    )
    .bind(unit)
    .bind(way.as_str())
    .bind(MOST)
    .fetch_all(connection)
    .await
}

/// Takes an officer's own account out; says whether there was one.
pub(crate) async fn remove(pool: &PgPool, unit: &str, way: Way, actor: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM unit_account WHERE unit = $1 AND way = $2 AND actor = $3")
        .bind(unit)
        .bind(way.as_str())
        .bind(actor)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() > 0)
}
