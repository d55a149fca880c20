//! Rows of `contact_point`: where offices and officers are written to, sealed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use notification_rules::words::Way;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, PgPool};

use super::word;
use crate::office::Point;

/// Every address that is known, without it.
pub(crate) async fn known(pool: &PgPool) -> Result<BTreeSet<Point>, sqlx::Error> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT audience, recipient, way FROM contact_point UNION SELECT 'officer', unit, way FROM unit_account",
    )
    .fetch_all(pool)
    .await?;
    let point = |(audience, recipient, way): (String, String, String)| {
        Ok((word("contact_point.audience", &audience)?, recipient, word("contact_point.way", &way)?))
    };
    rows.into_iter().map(point).collect()
}

/// One address, sealed.
pub(crate) async fn find(
    connection: &mut PgConnection,
    (audience, recipient): (&str, &str),
    way: Way,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT address FROM contact_point WHERE audience = $1 AND recipient = $2 AND way = $3",
    )
    .bind(audience)
    .bind(recipient)
    .bind(way.as_str())
    .fetch_optional(connection)
    .await
}

/// Sets an address, sealed.
pub(crate) async fn put(
    connection: &mut PgConnection,
    (audience, recipient): (&str, &str),
    way: Way,
    address: &[u8],
    (actor, at): (&str, Timestamp),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contact_point (audience, recipient, way, address, actor, set_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (audience, recipient, way)
         DO UPDATE SET address = EXCLUDED.address, actor = EXCLUDED.actor, set_at = EXCLUDED.set_at",
    )
    .bind(audience)
    .bind(recipient)
    .bind(way.as_str())
    .bind(address)
    .bind(actor)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes an address out, of officers with all that they bound themselves; says whether there was one.
pub(crate) async fn remove(
    pool: &PgPool,
    (audience, recipient): (&str, &str),
    way: Way,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "WITH bound AS (DELETE FROM unit_account WHERE $1 = 'officer' AND unit = $2 AND way = $3 RETURNING 1),
              told AS (DELETE FROM contact_point WHERE audience = $1 AND recipient = $2 AND way = $3 RETURNING 1)
         SELECT EXISTS (SELECT FROM bound) OR EXISTS (SELECT FROM told)",
    )
    .bind(audience)
    .bind(recipient)
    .bind(way.as_str())
    .fetch_one(pool)
    .await
}

/// Who left addresses, when and by whom; never which.
pub(crate) async fn list(
    pool: &PgPool,
) -> Result<Vec<(String, String, String, String, SqlTimestamp)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT audience, recipient, way, actor, set_at FROM contact_point
         UNION ALL SELECT 'officer', unit, way, actor, set_at FROM unit_account
         ORDER BY audience, recipient, way, actor LIMIT 10000",
    )
    .fetch_all(pool)
    .await
}
