//! Rows of calls: tries, and what came of them beside a rating.

use evaluation_rules::Mark;
use ids::{CaseId, FollowUpId};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// The number of a try that was told under a key, and whether somebody answered.
pub(crate) async fn told(
    db: &mut PgConnection,
    followup: FollowUpId,
    told: Uuid,
) -> Result<Option<(i32, bool)>, sqlx::Error> {
    sqlx::query_as("SELECT attempt, reached FROM followup_attempt WHERE followup = $1 AND told = $2")
        .bind(followup.0)
        .bind(told)
        .fetch_optional(db)
        .await
}

/// Writes a try down and gives its number.
pub(crate) async fn add(
    db: &mut PgConnection,
    followup: FollowUpId,
    (reached, told): (bool, Option<Uuid>),
    by: &str,
    at: Timestamp,
) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO followup_attempt (followup, attempt, reached, tried_at, tried_by, told)
         SELECT $1, 1 + coalesce(max(attempt), 0), $2, $3, $4, $5 FROM followup_attempt WHERE followup = $1
         RETURNING attempt",
    )
    .bind(followup.0)
    .bind(reached)
    .bind(at.to_sqlx())
    .bind(by)
    .bind(told)
    .fetch_one(db)
    .await
}

/// What came of a call.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Record {
    pub(crate) contact: String,
    pub(crate) development: String,
    pub(crate) opinions: Option<Vec<u8>>,
    pub(crate) recorded_at: SqlTimestamp,
    pub(crate) recorded_by: String,
}

/// Writes down what came of a call; the last word holds.
pub(crate) async fn record(
    db: &mut PgConnection,
    followup: FollowUpId,
    record: &Record,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO followup_record (followup, contact, development, opinions, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (followup) DO UPDATE SET contact = EXCLUDED.contact, development = EXCLUDED.development,
            opinions = EXCLUDED.opinions, recorded_at = EXCLUDED.recorded_at, recorded_by = EXCLUDED.recorded_by",
    )
    .bind(followup.0)
    .bind(&record.contact)
    .bind(&record.development)
    .bind(&record.opinions)
    .bind(record.recorded_at)
    .bind(&record.recorded_by)
    .execute(db)
    .await?;
    Ok(())
}

/// Marks a case by what its calls came to; a word that was corrected takes its mark with it.
pub(crate) async fn mark(db: &mut PgConnection, case: CaseId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_fact SET marks = (marks & ~($2::bigint | $3)) | (
            SELECT coalesce(bit_or(CASE record.contact WHEN 'rough' THEN $2 ELSE 0 END
                                   | CASE record.development WHEN 'growing' THEN $3 ELSE 0 END), 0)
            FROM followup_record AS record JOIN followup ON followup.id = record.followup WHERE followup.case_id = $1)
         WHERE case_id = $1",
    )
    .bind(case.0)
    .bind(Mark::Rough.bit())
    .bind(Mark::Growing.bit())
    .execute(db)
    .await?;
    Ok(())
}

/// Reads what came of a call.
pub(crate) async fn read(db: &mut PgConnection, followup: FollowUpId) -> Result<Option<Record>, sqlx::Error> {
    sqlx::query_as(
        "SELECT contact, development, opinions, recorded_at, recorded_by FROM followup_record WHERE followup = $1",
    )
    .bind(followup.0)
    .fetch_optional(db)
    .await
}
