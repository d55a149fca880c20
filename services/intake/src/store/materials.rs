//! What citizens were asked to bring.

use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx};
use sqlx::PgConnection;
use uuid::Uuid;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) request: i32,
    pub(crate) items: Vec<String>,
    pub(crate) asked_at: Timestamp,
    pub(crate) received_at: Option<Timestamp>,
}

/// Reads the requests of a case in their order.
pub(crate) async fn of_case(connection: &mut PgConnection, case: Uuid) -> Result<Vec<Request>, sqlx::Error> {
    let rows: Vec<(i32, Vec<String>, SqlTimestamp, Option<SqlTimestamp>)> = sqlx::query_as(
        "SELECT request, items, asked_at, received_at FROM case_materials WHERE case_id = $1 ORDER BY request",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    let request =
        |(request, items, asked_at, received_at): (i32, _, SqlTimestamp, Option<SqlTimestamp>)| Request {
            request,
            items,
            asked_at: asked_at.to_jiff(),
            received_at: received_at.map(SqlTimestamp::to_jiff),
        };
    Ok(rows.into_iter().map(request).collect())
}

/// Writes a request down.
pub(crate) async fn ask(
    connection: &mut PgConnection,
    case: Uuid,
    request: i32,
    items: &[String],
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_materials (case_id, request, items, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(case)
    .bind(request)
    .bind(items)
    .bind(at.to_sqlx())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that everything asked for came in.
pub(crate) async fn received(
    connection: &mut PgConnection,
    case: Uuid,
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_materials SET received_at = $2, received_by = $3 WHERE case_id = $1 AND received_at IS NULL",
    )
    .bind(case)
    .bind(at.to_sqlx())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}
