//! Rows of opinions (舆情线索).

use evaluation_rules::OpinionState;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) source: String,
    pub(crate) severity: String,
    pub(crate) state: String,
    pub(crate) pack_id: String,
    pub(crate) subject: String,
    pub(crate) region: String,
    pub(crate) link: Option<String>,
    pub(crate) words: Vec<u8>,
    pub(crate) heard_on: SqlDate,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) remark: Option<Vec<u8>>,
    pub(crate) version: i64,
    pub(crate) recorded_by: String,
    pub(crate) recorded_at: SqlTimestamp,
}

/// One that is written down.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub(crate) id: Uuid,
    pub(crate) source: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) policy: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) region: &'a str,
    pub(crate) link: Option<&'a str>,
    pub(crate) words: &'a [u8],
    pub(crate) heard_on: Date,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// Writes one down; `false` when it is there.
pub(crate) async fn insert(db: &mut PgConnection, new: &New<'_>) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "INSERT INTO opinion (id, source, severity, state, pack_id, subject, region, link, words, heard_on, recorded_by, recorded_at)
         VALUES ($1, $2, $3, 'heard', $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(new.source)
    .bind(new.severity)
    .bind(new.policy)
    .bind(new.subject)
    .bind(new.region)
    .bind(new.link)
    .bind(new.words)
    .bind(new.heard_on.to_sqlx())
    .bind(new.by)
    .bind(new.at.to_sqlx())
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Locks one.
pub(crate) async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, source, severity, state, pack_id, subject, region, link, words, heard_on, case_id, remark, version,
                recorded_by, recorded_at FROM opinion WHERE id = $1 FOR UPDATE",
    )
    .bind(id)
    .fetch_optional(db)
    .await
}

/// What changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    pub(crate) state: OpinionState,
    pub(crate) case: Option<Uuid>,
    pub(crate) remark: Option<&'a [u8]>,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// Changes one that is locked.
pub(crate) async fn change(db: &mut PgConnection, id: Uuid, change: Change<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE opinion SET state = $2, case_id = coalesce($3, case_id), remark = coalesce($4, remark), version = version + 1,
                changed_by = $5, changed_at = $6 WHERE id = $1",
    )
    .bind(id)
    .bind(change.state.as_str())
    .bind(change.case)
    .bind(change.remark)
    .bind(change.by)
    .bind(change.at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Lists those of a region, oldest first.
pub(crate) async fn list(
    db: &mut PgConnection,
    region: &str,
    state: Option<&str>,
    source: Option<&str>,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    let (after_at, after_id) = after.unwrap_or((Timestamp::UNIX_EPOCH, Uuid::nil()));
    sqlx::query_as(
        "SELECT id, source, severity, state, pack_id, subject, region, link, words, heard_on, case_id, remark, version,
                recorded_by, recorded_at
         FROM opinion WHERE (recorded_at, id) > ($1, $2) AND region >= $3 AND region < $3 || ':'
           AND ($4::text IS NULL OR state = $4) AND ($5::text IS NULL OR source = $5)
         ORDER BY recorded_at, id LIMIT $6",
    )
    .bind(after_at.to_sqlx())
    .bind(after_id)
    .bind(region)
    .bind(state)
    .bind(source)
    .bind(most)
    .fetch_all(db)
    .await
}
