//! What citizens added to their matters.

use ids::CaseId;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx};
use sqlx::PgConnection;

/// Writes the `count`-th supplement of a case.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    case: CaseId,
    count: i32,
    said_at: Timestamp,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO case_supplement (case_id, count, said_at, body) VALUES ($1, $2, $3, $4)")
        .bind(case.0)
        .bind(count)
        .bind(said_at.to_sqlx())
        .bind(body)
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads the supplements of a case in their order.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<(Timestamp, String)>, sqlx::Error> {
    let rows: Vec<(SqlTimestamp, String)> =
        sqlx::query_as("SELECT said_at, body FROM case_supplement WHERE case_id = $1 ORDER BY count")
            .bind(case.0)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(said_at, body)| (said_at.to_jiff(), body)).collect())
}
