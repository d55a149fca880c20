//! Rows of `publication`: what agencies outside may learn, in one order without gaps.

use jiff::Timestamp;
use notification_rules::outside;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{FromRow, PgConnection, PgPool, Row as _, postgres::PgRow};
use uuid::Uuid;

/// Something that may be learnt outside.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The event's id, or the bulletin's.
    pub(crate) id: Uuid,
    pub(crate) case: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) entry: outside::Entry,
}

/// An entry in its place.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) position: i64,
    pub(crate) entry: Entry,
}

impl FromRow<'_, PgRow> for Placed {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let entry = serde_json::from_str(row.try_get("entry")?)
            .map_err(|_| sqlx::Error::Decode("publication.entry is not what was written".into()))?;
        Ok(Self {
            position: row.try_get("position")?,
            entry: Entry {
                id: row.try_get("entry_id")?,
                case: row.try_get("case_id")?,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                entry,
            },
        })
    }
}

/// Lays entries down; their place is given to them later, by one writer at a time.
pub(crate) async fn lay_down(connection: &mut PgConnection, entries: Vec<Entry>) -> Result<(), sqlx::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let text = |entry: &Entry| serde_json::to_string(&entry.entry).expect("an entry is a plain struct");
    sqlx::query(
        "INSERT INTO publication_waiting (entry_id, case_id, at, entry)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(entries.iter().map(|entry| entry.id).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.case).collect::<Vec<_>>())
    .bind(entries.iter().map(|entry| entry.at.to_sqlx()).collect::<Vec<_>>())
    .bind(entries.iter().map(text).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives their places to some entries that wait. The lock on the head lets one writer in at a time, so that a place is
/// never seen before a lower one.
pub(crate) async fn place(connection: &mut PgConnection, most: i64) -> Result<u64, sqlx::Error> {
    let head: i64 = sqlx::query_scalar("SELECT position FROM publication_head FOR UPDATE")
        .fetch_one(&mut *connection)
        .await?;
    let done = sqlx::query(
        "WITH taken AS (
            DELETE FROM publication_waiting WHERE entry_id IN (
                SELECT entry_id FROM publication_waiting ORDER BY at, entry_id LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING entry_id, case_id, at, entry)
         INSERT INTO publication (position, entry_id, case_id, at, entry)
         SELECT $1 + row_number() OVER (ORDER BY at, entry_id), entry_id, case_id, at, entry FROM taken t
         WHERE NOT EXISTS (SELECT 1 FROM publication p WHERE p.entry_id = t.entry_id)",
    )
    .bind(head)
    .bind(most)
    .execute(&mut *connection)
    .await?
    .rows_affected();
    if done > 0 {
        sqlx::query("UPDATE publication_head SET position = (SELECT max(position) FROM publication)")
            .execute(connection)
            .await?;
    }
    Ok(done)
}

/// Entries after a position, in order.
pub(crate) async fn after(pool: &PgPool, position: i64, most: i64) -> Result<Vec<Placed>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM publication WHERE position > $1 ORDER BY position LIMIT $2")
        .bind(position)
        .bind(most)
        .fetch_all(pool)
        .await
}

/// The last position that is given.
pub(crate) async fn last(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT position FROM publication_head").fetch_one(pool).await
}

/// The last position that the stream has.
pub(crate) async fn published(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT published FROM publication_head").fetch_one(pool).await
}

/// The stream has everything up to a position.
pub(crate) async fn set_published(pool: &PgPool, position: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE publication_head SET published = greatest(published, $1)")
        .bind(position)
        .execute(pool)
        .await?;
    Ok(())
}

/// Those of some cases of which nothing may be learnt any more: sealed since, or their result secret.
pub(crate) async fn guards(
    pool: &PgPool,
    cases: &[Uuid],
) -> Result<Vec<(Uuid, Option<String>, String)>, sqlx::Error> {
    sqlx::query_as("SELECT case_id, pack_id, guard FROM case_card WHERE case_id = ANY($1) AND guard <> '{}'")
        .bind(cases)
        .fetch_all(pool)
        .await
}
