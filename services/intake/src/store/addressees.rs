//! Addresses of who is told of something that is no case, sealed.

use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps addresses; one that is there already stays.
pub(crate) async fn keep(
    transaction: &mut PgConnection,
    rows: &[(Uuid, Vec<u8>)],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO addressee (matter_id, sealed, kept_at)
         SELECT matter_id, sealed, $3 FROM UNNEST($1::uuid[], $2::bytea[]) AS new (matter_id, sealed)
         ON CONFLICT (matter_id) DO NOTHING",
    )
    .bind(rows.iter().map(|row| row.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.1.as_slice()).collect::<Vec<_>>())
    .bind(at.to_sqlx())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Reads those that are there.
pub(crate) async fn of(
    connection: &mut PgConnection,
    matters: &[Uuid],
) -> Result<Vec<(Uuid, Vec<u8>)>, sqlx::Error> {
    sqlx::query_as("SELECT matter_id, sealed FROM addressee WHERE matter_id = ANY($1)")
        .bind(matters)
        .fetch_all(connection)
        .await
}
