//! With which case a merged one was answered.

use contracts::{Body, Event};
use pg::ToSqlx as _;
use sqlx::PgConnection;

/// Writes down the cases of a batch that were answered with another one; a batch without them costs nothing.
pub(crate) async fn keep(connection: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    let joined: Vec<_> = batch
        .iter()
        .filter_map(|event| match &event.body {
            Body::CaseClosed(body) => Some((event.aggregate, body.round, body.merged_into?.0, event.time)),
            _ => None,
        })
        .collect();
    if joined.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO answered_with (case_id, round, root, at)
         SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[])
         ON CONFLICT (case_id, round) DO NOTHING",
    )
    .bind(joined.iter().map(|row| row.0).collect::<Vec<_>>())
    .bind(joined.iter().map(|row| row.1).collect::<Vec<_>>())
    .bind(joined.iter().map(|row| row.2).collect::<Vec<_>>())
    .bind(joined.iter().map(|row| row.3.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
