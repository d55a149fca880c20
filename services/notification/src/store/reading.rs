//! Reading rows of `notice`, a page at a time.

use ids::{CaseId, NoticeId, RegionCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{FromRow, PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::word;

/// A notice as it is read.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) id: NoticeId,
    pub(crate) case: CaseId,
    pub(crate) number: String,
    pub(crate) region: RegionCode,
    pub(crate) audience: String,
    pub(crate) recipient: String,
    pub(crate) template: String,
    pub(crate) channel: String,
    pub(crate) medium: Option<String>,
    pub(crate) title: (String, String),
    pub(crate) body: (String, String),
    pub(crate) state: String,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) opened_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    /// The transaction that wrote it: the order of inboxes.
    pub(crate) arrived: i64,
}

impl FromRow<'_, PgRow> for Kept {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let at = |column| -> Result<Option<Timestamp>, sqlx::Error> {
            Ok(row.try_get::<Option<SqlTimestamp>, _>(column)?.map(SqlTimestamp::to_jiff))
        };
        Ok(Self {
            id: NoticeId(row.try_get("notice_id")?),
            case: CaseId(row.try_get("case_id")?),
            number: row.try_get("number")?,
            region: word("notice.region", row.try_get("region")?)?,
            audience: row.try_get("audience")?,
            recipient: row.try_get("recipient")?,
            template: row.try_get("template")?,
            channel: row.try_get("channel")?,
            medium: row.try_get("medium")?,
            title: (row.try_get("title_zh")?, row.try_get("title_en")?),
            body: (row.try_get("zh")?, row.try_get("en")?),
            state: row.try_get("state")?,
            sent_at: at("sent_at")?,
            opened_at: at("opened_at")?,
            created_at: row.try_get::<SqlTimestamp, _>("created_at")?.to_jiff(),
            arrived: row.try_get("place")?,
        })
    }
}

/// The place of a notice in every list.
pub(crate) type Place = (Timestamp, Uuid);

/// What of a list is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) limit: i64,
    pub(crate) after: Option<Place>,
    /// The first digits of the regions that the reader may see.
    pub(crate) region: Option<String>,
    /// The reader's account and unit: of sealed cases only what names the one and does not accuse the other.
    pub(crate) reader: (Uuid, Option<String>),
}

/// The notices of a case, oldest first.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
    audience: Option<&str>,
    slice: &Slice,
) -> Result<Vec<Kept>, sqlx::Error> {
    let (at, id) = slice.after.unwrap_or_default();
    sqlx::query_as(
        "SELECT *, 0::bigint AS place FROM notice
         WHERE case_id = $1 AND ($2::text IS NULL OR audience = $2) AND ($3::text IS NULL OR starts_with(region, $3))
           AND ($6 OR (created_at, notice_id) > ($4, $5))
         ORDER BY created_at, notice_id LIMIT $7",
    )
    .bind(case.0)
    .bind(audience)
    .bind(slice.region.as_deref())
    .bind(at.to_sqlx())
    .bind(id)
    .bind(slice.after.is_none())
    .bind(slice.limit)
    .fetch_all(connection)
    .await
}

/// The place of a notice in an inbox: transactions in the order of their beginning.
pub(crate) type Arrived = (i64, Timestamp, Uuid);

/// One inbox of staff, newest first.
pub(crate) async fn inbox(
    connection: &mut PgConnection,
    (audience, recipient): (&str, &str),
    unread: bool,
    after: Option<Arrived>,
    slice: &Slice,
) -> Result<Vec<Kept>, sqlx::Error> {
    let (arrived, at, id) = after.unwrap_or_default();
    sqlx::query_as(
        "SELECT *, arrived::text::bigint AS place FROM notice
         WHERE channel = 'inbox' AND audience <> 'citizen' AND audience = $1 AND recipient = $2
           AND (NOT $3 OR opened_at IS NULL) AND ($4::text IS NULL OR starts_with(region, $4))
           AND ($8 OR (arrived, created_at, notice_id) < ($5::text::xid8, $6, $7))
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = notice.case_id
                           AND NOT (seal.hands @> ARRAY[$10::uuid] AND NOT seal.line @> ARRAY[$11::text]))
         ORDER BY arrived DESC, created_at DESC, notice_id DESC LIMIT $9",
    )
    .bind(audience)
    .bind(recipient)
    .bind(unread)
    .bind(slice.region.as_deref())
    .bind(arrived.to_string())
    .bind(at.to_sqlx())
    .bind(id)
    .bind(after.is_none())
    .bind(slice.limit)
    .bind(slice.reader.0)
    .bind(slice.reader.1.as_deref())
    .fetch_all(connection)
    .await
}

/// What came into an inbox after a place, oldest first; of transactions behind which none is open, so that nothing
/// can come before what was read. Without a place only what comes from now on: the answer is where to begin.
pub(crate) async fn arriving(
    connection: &mut PgConnection,
    (audience, recipient): (&str, &str),
    after: Arrived,
    slice: &Slice,
) -> Result<Vec<Kept>, sqlx::Error> {
    sqlx::query_as(
        "SELECT *, arrived::text::bigint AS place FROM notice
         WHERE channel = 'inbox' AND audience <> 'citizen' AND audience = $1 AND recipient = $2
           AND ($3::text IS NULL OR starts_with(region, $3))
           AND (arrived, created_at, notice_id) > ($4::text::xid8, $5, $6)
           AND arrived < pg_snapshot_xmin(pg_current_snapshot())
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = notice.case_id
                           AND NOT (seal.hands @> ARRAY[$8::uuid] AND NOT seal.line @> ARRAY[$9::text]))
         ORDER BY arrived, created_at, notice_id LIMIT $7",
    )
    .bind(audience)
    .bind(recipient)
    .bind(slice.region.as_deref())
    .bind(after.0.to_string())
    .bind(after.1.to_sqlx())
    .bind(after.2)
    .bind(slice.limit)
    .bind(slice.reader.0)
    .bind(slice.reader.1.as_deref())
    .fetch_all(connection)
    .await
}

/// Where an inbox stands now: everything before it has been written.
pub(crate) async fn now(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
        .fetch_one(connection)
        .await
}

/// What lies in the spool, newest first.
pub(crate) async fn spool(connection: &mut PgConnection, slice: &Slice) -> Result<Vec<Kept>, sqlx::Error> {
    let (at, id) = slice.after.unwrap_or_default();
    sqlx::query_as(
        "SELECT *, 0::bigint AS place FROM notice
         WHERE channel = 'spool' AND ($1::text IS NULL OR starts_with(region, $1))
           AND ($4 OR (created_at, notice_id) < ($2, $3))
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = notice.case_id
                           AND NOT (seal.hands @> ARRAY[$6::uuid] AND NOT seal.line @> ARRAY[$7::text]))
         ORDER BY created_at DESC, notice_id DESC LIMIT $5",
    )
    .bind(slice.region.as_deref())
    .bind(at.to_sqlx())
    .bind(id)
    .bind(slice.after.is_none())
    .bind(slice.limit)
    .bind(slice.reader.0)
    .bind(slice.reader.1.as_deref())
    .fetch_all(connection)
    .await
}

/// One notice.
pub(crate) async fn find(connection: &mut PgConnection, id: NoticeId) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as("SELECT *, 0::bigint AS place FROM notice WHERE notice_id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await
}
