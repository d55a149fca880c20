//! Rows of `recomputation`: what is to be reckoned anew, how far it is, what it moved.

use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

/// One recomputation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recomputation {
    pub(crate) id: i64,
    /// `calendar` or `pack`.
    pub(crate) cause: String,
    /// What changed.
    pub(crate) subject: String,
    pub(crate) revision: i32,
    pub(crate) done_through: Option<Uuid>,
    pub(crate) looked_at: i64,
    pub(crate) moved: i64,
    pub(crate) asked_by: String,
    pub(crate) asked_at: Timestamp,
    pub(crate) done_at: Option<Timestamp>,
    /// When the second pass was done.
    pub(crate) checked_at: Option<Timestamp>,
}

/// Asks for one; the same again changes nothing.
pub(crate) async fn ask(
    connection: &mut PgConnection,
    (cause, subject): (&str, &str),
    revision: i32,
    by: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO recomputation (cause, subject, revision, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(cause)
    .bind(subject)
    .bind(revision)
    .bind(by)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the oldest that is not done, then one whose second look is due; none that another process has, and none for a pack
/// that is not among these. A new pack is looked after for an hour, as long as processes are exchanged one by one; of a
/// calendar every process knows within seconds.
pub(crate) async fn take(
    connection: &mut PgConnection,
    packs: &[String],
) -> Result<Option<Recomputation>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT * FROM recomputation
         WHERE (cause <> 'pack' OR subject = ANY($1)) AND checked_at IS NULL
            AND (done_at IS NULL OR done_at < now() - CASE cause WHEN 'pack' THEN interval '1 hour' ELSE interval '1 minute' END)
         ORDER BY done_at IS NOT NULL, recomputation_id LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .bind(packs)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Writes how far it is.
pub(crate) async fn save(connection: &mut PgConnection, row: &Recomputation) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE recomputation SET done_through = $2, looked_at = $3, moved = $4, done_at = $5, checked_at = $6
         WHERE recomputation_id = $1",
    )
    .bind(row.id)
    .bind(row.done_through)
    .bind(row.looked_at)
    .bind(row.moved)
    .bind(row.done_at.map(|at| at.to_sqlx()))
    .bind(row.checked_at.map(|at| at.to_sqlx()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Lists the newest.
pub(crate) async fn list(connection: &mut PgConnection) -> Result<Vec<Recomputation>, sqlx::Error> {
    sqlx::query("SELECT * FROM recomputation ORDER BY recomputation_id DESC LIMIT 50")
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Lists the next cases that have limits not at their end, in the order of ids.
pub(crate) async fn cases(
    connection: &mut PgConnection,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT DISTINCT case_id FROM clock WHERE state IN (0, 1) AND ($1::uuid IS NULL OR case_id > $1)
         ORDER BY case_id LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(connection)
    .await
}

fn read(row: &PgRow) -> Result<Recomputation, sqlx::Error> {
    Ok(Recomputation {
        id: row.try_get("recomputation_id")?,
        cause: row.try_get("cause")?,
        subject: row.try_get("subject")?,
        revision: row.try_get("revision")?,
        done_through: row.try_get("done_through")?,
        looked_at: row.try_get("looked_at")?,
        moved: row.try_get("moved")?,
        asked_by: row.try_get("asked_by")?,
        asked_at: row.try_get::<SqlTimestamp, _>("asked_at")?.to_jiff(),
        done_at: row.try_get::<Option<SqlTimestamp>, _>("done_at")?.map(|at| at.to_jiff()),
        checked_at: row.try_get::<Option<SqlTimestamp>, _>("checked_at")?.map(|at| at.to_jiff()),
    })
}
