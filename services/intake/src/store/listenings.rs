//! Listenings of the supervision office: asked for, joined, ended, and every request to the switch.

use contracts::case::PackRef;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// A listening as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) listening_id: Uuid,
    pub(crate) conversation_id: Uuid,
    pub(crate) operator: String,
    pub(crate) listener: String,
    pub(crate) extension: String,
    pub(crate) ground: String,
    pub(crate) state: String,
    pub(crate) receipt: Option<String>,
    pub(crate) asked_at: SqlTimestamp,
    pub(crate) joined_at: Option<SqlTimestamp>,
    pub(crate) ended_at: Option<SqlTimestamp>,
    pub(crate) ending: Option<String>,
    pub(crate) region: String,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    /// What the switch calls the conversation.
    pub(crate) call: String,
}

const WHOLE: &str =
    "SELECT l.listening_id, l.conversation_id, l.operator, l.listener, l.extension, l.ground, l.state,
    l.receipt, l.asked_at, l.joined_at, l.ended_at, l.ending, l.region, l.pack_id, l.pack_version, c.call
    FROM listening l JOIN conversation c USING (conversation_id) WHERE ";

/// A listening that is asked for.
pub(crate) struct NewListening<'a> {
    pub(crate) id: Uuid,
    pub(crate) conversation: Uuid,
    pub(crate) operator: &'a str,
    pub(crate) region: &'a str,
    pub(crate) listener: &'a str,
    pub(crate) extension: &'a str,
    pub(crate) ground: &'a str,
    pub(crate) by_right: bool,
    pub(crate) at: Timestamp,
    pub(crate) leave_due: Timestamp,
    pub(crate) pack: &'a PackRef,
}

/// Writes down that somebody asks to listen. Nothing is written where the same listener is on it already.
pub(crate) async fn ask(connection: &mut PgConnection, new: &NewListening<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO listening (listening_id, conversation_id, operator, region, listener, extension, ground, state,
                                by_right, asked_at, leave_due, pack_id, pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $8, $9, $10, $11, $12)
         ON CONFLICT (conversation_id, listener) WHERE state IN ('asked', 'on', 'away') DO NOTHING",
    )
    .bind(new.id)
    .bind(new.conversation)
    .bind(new.operator)
    .bind(new.region)
    .bind(new.listener)
    .bind(new.extension)
    .bind(new.ground)
    .bind(new.by_right)
    .bind(new.at.to_sqlx())
    .bind(new.leave_due.to_sqlx())
    .bind(&new.pack.id)
    .bind(new.pack.version)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Reads what a listener has going on at a conversation.
pub(crate) async fn running(
    connection: &mut PgConnection,
    conversation: Uuid,
    listener: &str,
) -> Result<Option<Row>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(WHOLE);
    query.push("l.conversation_id = ").push_bind(conversation);
    query.push(" AND l.listener = ").push_bind(listener);
    query.push(" AND l.state IN ('asked', 'on', 'away')");
    query.build_query_as().fetch_optional(connection).await
}

/// Reads a listening and locks it.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Row>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(WHOLE);
    query.push("l.listening_id = ").push_bind(id).push(" FOR NO KEY UPDATE OF l");
    query.build_query_as().fetch_optional(connection).await
}

/// Reads what listens at conversations, locked.
pub(crate) async fn at(
    connection: &mut PgConnection,
    conversations: &[Uuid],
) -> Result<Vec<Row>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(WHOLE);
    query.push("l.conversation_id = ANY(").push_bind(conversations.to_vec());
    query.push(") AND l.state IN ('asked', 'on', 'away') ORDER BY l.listening_id FOR NO KEY UPDATE OF l");
    query.build_query_as().fetch_all(connection).await
}

/// What is kept of a listening that is locked.
pub(crate) struct Kept<'a> {
    pub(crate) id: Uuid,
    pub(crate) state: &'a str,
    pub(crate) receipt: Option<&'a str>,
    pub(crate) joined_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) ending: Option<&'a str>,
    /// When the switch is to be told next. A listening that is to end for a reason already keeps its own.
    pub(crate) leave_due: Option<Timestamp>,
}

/// Keeps what became of a listening.
pub(crate) async fn keep(connection: &mut PgConnection, kept: &Kept<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE listening SET state = $2, receipt = coalesce($3, receipt), joined_at = coalesce($4, joined_at),
                ended_at = coalesce($5, ended_at), ending = coalesce(ending, $6),
                leave_due = CASE WHEN ending IS NULL THEN coalesce($7, leave_due) ELSE leave_due END
         WHERE listening_id = $1",
    )
    .bind(kept.id)
    .bind(kept.state)
    .bind(kept.receipt)
    .bind(kept.joined_at.map(|at| at.to_sqlx()))
    .bind(kept.ended_at.map(|at| at.to_sqlx()))
    .bind(kept.ending)
    .bind(kept.leave_due.map(|at| at.to_sqlx()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a request to the switch down.
pub(crate) async fn tried(
    connection: &mut PgConnection,
    id: Uuid,
    at: Timestamp,
    deed: &str,
    heard: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH counted AS (UPDATE listening SET tries = tries + 1 WHERE listening_id = $1 RETURNING tries)
         INSERT INTO listening_try (listening_id, number, at, deed, heard) SELECT $1, tries, $2, $3, $4 FROM counted",
    )
    .bind(id)
    .bind(at.to_sqlx())
    .bind(deed)
    .bind(heard)
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks for leaving whoever listens to what has been sealed since.
pub(crate) async fn hush(connection: &mut PgConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE listening l SET ending = 'sealed', leave_due = $1
         FROM conversation c LEFT JOIN case_file f USING (case_id)
         WHERE l.state IN ('asked', 'on', 'away') AND l.ending IS NULL AND NOT l.by_right
           AND c.conversation_id = l.conversation_id AND (c.secret OR f.confidential)",
    )
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Takes listenings whose time is over; they are looked at again only after `again`.
pub(crate) async fn due(
    connection: &mut PgConnection,
    now: Timestamp,
    again: Timestamp,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE listening SET leave_due = $2, ending = coalesce(ending, 'time') WHERE listening_id IN (
            SELECT listening_id FROM listening WHERE state IN ('asked', 'on', 'away') AND leave_due <= $1
            ORDER BY leave_due LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
         RETURNING listening_id",
    )
    .bind(now.to_sqlx())
    .bind(again.to_sqlx())
    .bind(most)
    .fetch_all(connection)
    .await
}

/// What a list of listenings is narrowed by.
pub(crate) struct Asked<'a> {
    /// First digits of the region code.
    pub(crate) stem: &'a str,
    pub(crate) operator: Option<&'a str>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) after: Option<(Timestamp, Uuid)>,
}

/// Reads a page of listenings, the newest first.
pub(crate) async fn page(
    connection: &mut PgConnection,
    asked: &Asked<'_>,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(WHOLE);
    query.push("l.region >= ").push_bind(asked.stem.to_owned());
    query.push(" AND l.region < ").push_bind(format!("{}:", asked.stem));
    if let Some(operator) = asked.operator {
        query.push(" AND l.operator = ").push_bind(operator.to_owned());
    }
    if let Some(from) = asked.from {
        query.push(" AND l.asked_at >= ").push_bind(from.to_sqlx());
    }
    if let Some(to) = asked.to {
        query.push(" AND l.asked_at < ").push_bind(to.to_sqlx());
    }
    if let Some((at, id)) = asked.after {
        query
            .push(" AND (l.asked_at, l.listening_id) < (")
            .push_bind(at.to_sqlx())
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    query.push(" ORDER BY l.asked_at DESC, l.listening_id DESC LIMIT ").push_bind(limit);
    query.build_query_as().persistent(false).fetch_all(connection).await
}

/// A request to the switch.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Try {
    pub(crate) listening_id: Uuid,
    pub(crate) at: SqlTimestamp,
    pub(crate) deed: String,
    pub(crate) heard: String,
}

/// Reads the requests of listenings in their order, the first hundred of each.
pub(crate) async fn tries(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Try>, sqlx::Error> {
    sqlx::query_as(
        "SELECT listening_id, at, deed, heard FROM listening_try WHERE listening_id = ANY($1) AND number <= 100
         ORDER BY listening_id, number",
    )
    .bind(ids)
    .fetch_all(connection)
    .await
}
