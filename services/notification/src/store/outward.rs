//! Rows of `outward`: what is to go out and lies in no message yet.

use jiff::Timestamp;
use notification_rules::words::Way;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One notice on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) notice: Uuid,
    pub(crate) ways: String,
    pub(crate) case: Uuid,
    pub(crate) audience: String,
    pub(crate) recipient: String,
    pub(crate) region: String,
    pub(crate) pack: String,
    pub(crate) urgent: bool,
    pub(crate) digest: bool,
    pub(crate) not_before: Timestamp,
}

/// Writes ways with a comma between.
pub(crate) fn ways_text(ways: &[Way]) -> String {
    ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(",")
}

/// Reads them back; a word that is none is left out.
pub(crate) fn ways_of(text: &str) -> Vec<Way> {
    text.split(',').filter_map(|way| way.parse().ok()).collect()
}

/// Writes rows; those that are there stay.
pub(crate) async fn insert(connection: &mut PgConnection, rows: &[Row]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let all = || rows.iter();
    sqlx::query(
        "INSERT INTO outward (notice_id, ways, case_id, audience, recipient, region, pack, urgent, digest, not_before)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::bool[], $9::bool[], $10::timestamptz[])
         ON CONFLICT (notice_id) DO NOTHING",
    )
    .bind(all().map(|row| row.notice).collect::<Vec<_>>())
    .bind(all().map(|row| row.ways.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.case).collect::<Vec<_>>())
    .bind(all().map(|row| row.audience.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.recipient.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.pack.as_str()).collect::<Vec<_>>())
    .bind(all().map(|row| row.urgent).collect::<Vec<_>>())
    .bind(all().map(|row| row.digest).collect::<Vec<_>>())
    .bind(all().map(|row| row.not_before.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// A row that is due, with the words of its notice.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Due {
    pub(crate) notice_id: Uuid,
    pub(crate) ways: String,
    pub(crate) case_id: Uuid,
    pub(crate) audience: String,
    pub(crate) recipient: String,
    pub(crate) region: String,
    pub(crate) pack: String,
    pub(crate) urgent: bool,
    pub(crate) digest: bool,
    pub(crate) not_before: SqlTimestamp,
    pub(crate) title_zh: String,
    pub(crate) title_en: String,
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// Says whether nobody else gathers until the end of the transaction.
pub(crate) async fn gathers_alone(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(hashtext('notification.gather'))")
        .fetch_one(connection)
        .await
}

/// Locks what is due, in the order of what was due first; what another worker has in hand is passed over.
pub(crate) async fn lock_due(
    connection: &mut PgConnection,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as(
        "SELECT o.notice_id, o.ways, o.case_id, o.audience, o.recipient, o.region, o.pack, o.urgent, o.digest,
                o.not_before, n.title_zh, n.title_en, n.zh, n.en
         FROM outward o JOIN notice n USING (notice_id)
         WHERE o.not_before <= $1 ORDER BY o.not_before, o.notice_id LIMIT $2 FOR UPDATE OF o SKIP LOCKED",
    )
    .bind(now.to_sqlx())
    .bind(most)
    .fetch_all(connection)
    .await
}

/// Holds rows back, each until its moment.
pub(crate) async fn hold(
    connection: &mut PgConnection,
    held: &[(Uuid, Timestamp)],
) -> Result<(), sqlx::Error> {
    if held.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE outward SET not_before = held.until FROM UNNEST($1::uuid[], $2::timestamptz[]) AS held (id, until)
         WHERE notice_id = held.id",
    )
    .bind(held.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(held.iter().map(|(_, until)| until.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes rows out: they lie in a message now.
pub(crate) async fn take_out(connection: &mut PgConnection, notices: &[Uuid]) -> Result<(), sqlx::Error> {
    if notices.is_empty() {
        return Ok(());
    }
    sqlx::query("DELETE FROM outward WHERE notice_id = ANY($1)").bind(notices).execute(connection).await?;
    Ok(())
}
