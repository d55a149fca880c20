//! Rows of `calendar_file`.

use jiff::{Timestamp, civil::Date};
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

/// What is published now is heard by all; what was before is said again so often.
const ENOUGH: i16 = 2;

/// A file as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// `year` or `region`.
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) version: i32,
    pub(crate) content: String,
    pub(crate) source: String,
    pub(crate) published_by: String,
    pub(crate) published_at: Timestamp,
}

/// Loads the newest version of every file.
pub(crate) async fn newest(connection: &mut PgConnection) -> Result<Vec<File>, sqlx::Error> {
    sqlx::query("SELECT DISTINCT ON (kind, key) * FROM calendar_file ORDER BY kind, key, version DESC")
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &PgRow) -> Result<File, sqlx::Error> {
    Ok(File {
        kind: row.try_get("kind")?,
        key: row.try_get("key")?,
        version: row.try_get("version")?,
        content: row.try_get("content")?,
        source: row.try_get("source")?,
        published_by: row.try_get("published_by")?,
        published_at: row.try_get::<SqlTimestamp, _>("published_at")?.to_jiff(),
    })
}

/// How many files and how many kept texts of packs there are: other numbers say that another process brought some.
pub(crate) async fn counts(connection: &mut PgConnection) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as("SELECT (SELECT count(*) FROM calendar_file), (SELECT count(deadlines) FROM pack_text)")
        .fetch_one(connection)
        .await
}

/// Takes the files that are still to be said again, and notes that they are; each once a day. Two processes never take the same.
pub(crate) async fn to_tell(connection: &mut PgConnection, today: Date) -> Result<Vec<File>, sqlx::Error> {
    let rows = sqlx::query(
        "WITH again AS (
            UPDATE calendar_file SET told = told + 1, told_on = $1
            WHERE told < $2 AND told_on IS DISTINCT FROM $1 RETURNING *)
         SELECT * FROM again ORDER BY kind, key, version",
    )
    .bind(today.to_sqlx())
    .bind(ENOUGH)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Writes a version down; false if it is there already.
pub(crate) async fn insert(connection: &mut PgConnection, file: &File) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO calendar_file (kind, key, version, content, source, published_by, published_at, told)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(&file.kind)
    .bind(&file.key)
    .bind(file.version)
    .bind(&file.content)
    .bind(&file.source)
    .bind(&file.published_by)
    .bind(file.published_at.to_sqlx())
    .bind(ENOUGH)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
