//! Conversations that go on.

use contracts::case::PackRef;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// A conversation as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Conversation {
    pub(crate) conversation_id: Uuid,
    pub(crate) sort: String,
    pub(crate) operator: String,
    pub(crate) line: Option<String>,
    pub(crate) region: String,
    pub(crate) secret: bool,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) began_at: SqlTimestamp,
    pub(crate) ended_at: Option<SqlTimestamp>,
    pub(crate) pack_id: String,
    /// The case that it is about is for named hands only.
    pub(crate) sealed: bool,
}

/// A conversation to be written down.
pub(crate) struct NewConversation<'a> {
    pub(crate) id: Uuid,
    pub(crate) call: &'a str,
    pub(crate) sort: &'a str,
    pub(crate) operator: &'a str,
    pub(crate) line: Option<&'a str>,
    pub(crate) region: &'a str,
    pub(crate) secret: bool,
    pub(crate) case: Option<Uuid>,
    pub(crate) began_at: Timestamp,
    pub(crate) pack: &'a PackRef,
}

/// Writes a conversation down unless the call goes on already; gives the one that goes on, locked, and whether it is new.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    new: &NewConversation<'_>,
) -> Result<(Conversation, bool), sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO conversation (conversation_id, call, sort, operator, line, region, secret, case_id, began_at, pack_id,
                                   pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (call) WHERE ended_at IS NULL DO NOTHING",
    )
    .bind(new.id)
    .bind(new.call)
    .bind(new.sort)
    .bind(new.operator)
    .bind(new.line)
    .bind(new.region)
    .bind(new.secret)
    .bind(new.case)
    .bind(new.began_at.to_sqlx())
    .bind(&new.pack.id)
    .bind(new.pack.version)
    .execute(&mut *connection)
    .await?;
    let id: Uuid =
        sqlx::query_scalar("SELECT conversation_id FROM conversation WHERE call = $1 AND ended_at IS NULL")
            .bind(new.call)
            .fetch_one(&mut *connection)
            .await?;
    let row = lock(connection, id).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok((row, done.rows_affected() == 1))
}

/// Reads a conversation and locks it.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Conversation>, sqlx::Error> {
    sqlx::query_as(
        "SELECT c.conversation_id, c.sort, c.operator, c.line, c.region, c.secret, c.case_id, c.began_at,
                c.ended_at, c.pack_id,
                coalesce((SELECT f.confidential FROM case_file f WHERE f.case_id = c.case_id), false) AS sealed
         FROM conversation c WHERE c.conversation_id = $1 FOR NO KEY UPDATE OF c",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Keeps what the operator told of a conversation since; what was secret stays so.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    id: Uuid,
    secret: bool,
    case: Option<Uuid>,
    contact: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE conversation SET secret = secret OR $2, case_id = coalesce($3, case_id),
                contact_id = coalesce($4, contact_id) WHERE conversation_id = $1",
    )
    .bind(id)
    .bind(secret)
    .bind(case)
    .bind(contact)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that conversations are over.
pub(crate) async fn end(
    connection: &mut PgConnection,
    ids: &[Uuid],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE conversation SET ended_at = greatest($2, began_at) WHERE conversation_id = ANY($1) AND ended_at IS NULL",
    )
    .bind(ids)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the conversations that go on in a region, the longest first; `most` of them.
pub(crate) async fn going_on(
    connection: &mut PgConnection,
    stem: &str,
    most: i64,
) -> Result<Vec<Conversation>, sqlx::Error> {
    sqlx::query_as(
        "SELECT c.conversation_id, c.sort, c.operator, c.line, c.region, c.secret, c.case_id, c.began_at,
                c.ended_at, c.pack_id, coalesce(f.confidential, false) AS sealed
         FROM conversation c LEFT JOIN case_file f USING (case_id)
         WHERE c.ended_at IS NULL AND c.region >= $1 AND c.region < $1 || ':'
         ORDER BY c.began_at, c.conversation_id LIMIT $2",
    )
    .bind(stem)
    .bind(most)
    .fetch_all(connection)
    .await
}

/// Takes conversations that began before an hour and that nobody ended, locked.
pub(crate) async fn forgotten(
    connection: &mut PgConnection,
    before: Timestamp,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT conversation_id FROM conversation WHERE ended_at IS NULL AND began_at < $1
         ORDER BY began_at, conversation_id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED",
    )
    .bind(before.to_sqlx())
    .bind(most)
    .fetch_all(connection)
    .await
}
