//! Rows of `watch`, and what is counted at set times.

use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;

use super::notices::Settled;

/// How far something was looked through; locked, so that one worker at a time goes on. Seen for the first time, it
/// begins at `start`.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    name: &str,
    start: Timestamp,
) -> Result<Timestamp, sqlx::Error> {
    sqlx::query("INSERT INTO watch (name, seen_to) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(start.to_sqlx())
        .execute(&mut *connection)
        .await?;
    let seen: SqlTimestamp = sqlx::query_scalar("SELECT seen_to FROM watch WHERE name = $1 FOR UPDATE")
        .bind(name)
        .fetch_one(connection)
        .await?;
    Ok(seen.to_jiff())
}

/// It was looked through up to a moment.
pub(crate) async fn save(
    connection: &mut PgConnection,
    name: &str,
    to: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE watch SET seen_to = $2 WHERE name = $1")
        .bind(name)
        .bind(to.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// An item of staff that nobody has opened.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Unread {
    #[sqlx(flatten)]
    pub(crate) of: Settled,
    pub(crate) recipient: String,
    pub(crate) title_zh: String,
    pub(crate) title_en: String,
}

/// Items of some audiences, laid into their inboxes between two moments under a pack, that nobody has opened. What tells
/// of such an item is none itself.
pub(crate) async fn unread(
    connection: &mut PgConnection,
    pack: &str,
    of: &[&str],
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Unread>, sqlx::Error> {
    sqlx::query_as(
        "SELECT notice_id, case_id, cause, region, audience, template, medium, pack, number, recipient, title_zh, title_en
         FROM notice WHERE sent_at > $2 AND sent_at <= $3 AND channel = 'inbox' AND audience = ANY($4)
              AND opened_at IS NULL AND split_part(pack, ':', 1) = $1 AND NOT starts_with(template, 'unread/')
         ORDER BY sent_at, notice_id LIMIT 20000",
    )
    .bind(pack)
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .bind(of)
    .fetch_all(connection)
    .await
}

/// What came in, by county and kind, between two days of receipt (the second one is not part of it).
pub(crate) async fn received(
    connection: &mut PgConnection,
    pack: &str,
    (from, to): (jiff::civil::Date, jiff::civil::Date),
) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT left(region, 6), kind, count(*) FROM case_card
         WHERE pack_id = $1 AND kind IS NOT NULL AND received_on >= $2 AND received_on < $3 GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2",
    )
    .bind(pack)
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .fetch_all(connection)
    .await
}
