//! Writing rows of `notice`.

use std::collections::HashSet;

use ids::{CaseId, EventId, NoticeId, RegionCode};
use jiff::{SignedDuration, Timestamp};
use notification_rules::decide::Owed;
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::deliver::End;

/// A notice to be written.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: NoticeId,
    pub(crate) case: CaseId,
    pub(crate) cause: EventId,
    /// Of the case; empty for what is about no case.
    pub(crate) number: String,
    pub(crate) region: RegionCode,
    pub(crate) pack: String,
    pub(crate) owed: Owed,
    pub(crate) end: End,
    pub(crate) created_at: Timestamp,
    /// When it was brought; nothing while it is on its way …
    pub(crate) sent_at: Option<Timestamp>,
    /// … and by when that has come to an end.
    pub(crate) ends_by: Option<Timestamp>,
}

/// Writes those that are not there yet and answers which these are.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    rows: &[&Row],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let all = || rows.iter();
    let fresh: Vec<Uuid> = sqlx::query_scalar(
        "INSERT INTO notice (notice_id, case_id, cause, number, region, audience, recipient, template, pack, channel,
                             medium, title_zh, title_en, zh, en, state, attempts, next_at, created_at, sent_at)
         SELECT notice_id, case_id, cause, number, region, audience, recipient, template, pack, channel,
                medium, title_zh, title_en, zh, en,
                CASE WHEN sent_at IS NULL THEN 'queued' ELSE 'sent' END, (sent_at IS NOT NULL)::int, next_at,
                created_at, sent_at
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                     $16::timestamptz[], $17::timestamptz[], $18::timestamptz[])
              AS new (notice_id, case_id, cause, number, region, audience, recipient, template, pack, channel,
                      medium, title_zh, title_en, zh, en, next_at, created_at, sent_at)
         ON CONFLICT (notice_id) DO NOTHING RETURNING notice_id",
    )
    .bind(all().map(|row| row.id.0).collect::<Vec<_>>())
    .bind(all().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(all().map(|row| row.cause.0).collect::<Vec<_>>())
    .bind(all().map(|row| row.number.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.audience.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.recipient.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.template.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.pack.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.end.channel()).collect::<Vec<_>>())
    .bind(all().map(|row| row.end.medium()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.title.zh.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.title.en.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.body.zh.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.owed.body.en.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.ends_by.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(all().map(|row| row.created_at.to_sqlx()).collect::<Vec<_>>())
    .bind(all().map(|row| row.sent_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(fresh.into_iter().collect())
}

/// Writes what became of those whose delivery has come to an end; answers which these are, with what is told of them.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    notices: &[Uuid],
    sent_at: Option<Timestamp>,
) -> Result<Vec<Settled>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE notice SET state = CASE WHEN $2::timestamptz IS NULL THEN 'failed' ELSE 'sent' END, sent_at = $2,
                next_at = NULL, attempts = attempts + 1
         WHERE notice_id = ANY($1) AND channel = 'carrier' AND state <> 'sent'
               AND (state = 'queued' OR $2 IS NOT NULL)
         RETURNING notice_id, case_id, cause, region, audience, template, medium, pack, number, attempts",
    )
    .bind(notices)
    .bind(sent_at.map(|at| at.to_sqlx()))
    .fetch_all(connection)
    .await
}

/// Takes given-up notices up again, to have come to an end by a moment. Says whether all of them were; what was brought
/// by now, or is under way, is not.
pub(crate) async fn queue_again(
    connection: &mut PgConnection,
    notices: &[Uuid],
    ends_by: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE notice SET state = 'queued', next_at = $2 WHERE notice_id = ANY($1) AND state = 'failed'",
    )
    .bind(notices)
    .bind(ends_by.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == notices.len() as u64)
}

/// Puts off by when the delivery of notices has come to an end, each by its time.
pub(crate) async fn put_off(
    connection: &mut PgConnection,
    by: &[(Uuid, SignedDuration)],
) -> Result<(), sqlx::Error> {
    if by.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE notice SET next_at = next_at + make_interval(secs => late.seconds)
         FROM UNNEST($1::uuid[], $2::float8[]) AS late (id, seconds)
         WHERE notice_id = late.id AND channel = 'carrier' AND state = 'queued'",
    )
    .bind(by.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(by.iter().map(|(_, by)| by.as_secs_f64()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The way that is tried now.
pub(crate) async fn on_way(
    connection: &mut PgConnection,
    notices: &[Uuid],
    way: &str,
    ends_by: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE notice SET medium = $2, next_at = $3
         WHERE notice_id = ANY($1) AND channel = 'carrier' AND state = 'queued'",
    )
    .bind(notices)
    .bind(way)
    .bind(ends_by.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks notices as opened; the first time stays. Answers which were opened now.
pub(crate) async fn open_all(
    connection: &mut PgConnection,
    notices: &[Uuid],
    at: Timestamp,
) -> Result<Vec<Settled>, sqlx::Error> {
    sqlx::query_as(
        "UPDATE notice SET opened_at = $2 WHERE notice_id = ANY($1) AND opened_at IS NULL
         RETURNING notice_id, case_id, cause, region, audience, template, medium, pack, number",
    )
    .bind(notices)
    .bind(at.to_sqlx())
    .fetch_all(connection)
    .await
}

/// What is told of a notice whose delivery has come to an end.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Settled {
    pub(crate) notice_id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) cause: Uuid,
    pub(crate) region: String,
    pub(crate) audience: String,
    pub(crate) template: String,
    pub(crate) medium: Option<String>,
    pub(crate) pack: String,
    pub(crate) number: String,
    /// How often its delivery has come to an end; read where that matters.
    #[sqlx(default)]
    pub(crate) attempts: i32,
}
