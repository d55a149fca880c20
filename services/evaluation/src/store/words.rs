//! What editors wrote beside reports, and who released them.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// The newest words of a report.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Words {
    pub(crate) version: i32,
    pub(crate) causes: String,
    pub(crate) remedies: String,
    pub(crate) written_by: String,
    pub(crate) written_at: SqlTimestamp,
}

/// Locks a report; whether it is released, or nothing where there is none.
pub(crate) async fn lock(db: &mut PgConnection, report: Uuid) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar("SELECT released_at IS NOT NULL FROM report WHERE id = $1 FOR UPDATE")
        .bind(report)
        .fetch_optional(db)
        .await
}

/// Reads the newest words.
pub(crate) async fn newest(db: &mut PgConnection, report: Uuid) -> Result<Option<Words>, sqlx::Error> {
    sqlx::query_as(
        "SELECT version, causes, remedies, written_by, written_at FROM report_words
         WHERE report = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(report)
    .fetch_optional(db)
    .await
}

/// Keeps a version.
pub(crate) async fn keep(
    db: &mut PgConnection,
    report: Uuid,
    version: i32,
    (causes, remedies): (&str, &str),
    by: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO report_words (report, version, causes, remedies, written_by, written_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(report)
    .bind(version)
    .bind(causes)
    .bind(remedies)
    .bind(by)
    .bind(at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Releases a report that is locked.
pub(crate) async fn release(
    db: &mut PgConnection,
    report: Uuid,
    by: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE report SET released_at = $2, released_by = $3 WHERE id = $1")
        .bind(report)
        .bind(at.to_sqlx())
        .bind(by)
        .execute(db)
        .await?;
    Ok(())
}
