//! Public answers and what was done with them.

use contracts::case::PackRef;
use ids::{CaseId, PublicationId};
use intake_rules::PublicationState;
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// One row of `publication`; the original answer is sealed.
#[derive(Clone, Debug)]
pub(crate) struct Publication {
    pub(crate) id: PublicationId,
    pub(crate) case_id: CaseId,
    pub(crate) state: PublicationState,
    pub(crate) kind: String,
    pub(crate) subject: Option<String>,
    pub(crate) region: String,
    pub(crate) unit: Option<String>,
    pub(crate) received_on: Date,
    pub(crate) original_answer: Vec<u8>,
    pub(crate) from_routing: bool,
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) answer: String,
    pub(crate) reason: Option<String>,
    pub(crate) typical_month: Option<Date>,
    pub(crate) released_at: Option<Timestamp>,
    pub(crate) pack: PackRef,
    pub(crate) version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    publication_id: Uuid,
    case_id: Uuid,
    state: String,
    kind: String,
    subject: Option<String>,
    region: String,
    unit: Option<String>,
    received_on: SqlDate,
    original_answer: Vec<u8>,
    from_routing: bool,
    title: String,
    question: String,
    answer: String,
    reason: Option<String>,
    typical_month: Option<SqlDate>,
    released_at: Option<SqlTimestamp>,
    pack_id: String,
    pack_version: i32,
    version: i64,
}

macro_rules! reading {
    ($rest:literal) => {
        concat!(
            "SELECT publication_id, case_id, state, kind, subject, region, unit, received_on, original_answer,
                    from_routing, title, question, answer, reason, typical_month, released_at, pack_id, pack_version,
                    version FROM publication ",
            $rest
        )
    };
}

/// Reads one, locked until the end of the transaction.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    id: PublicationId,
) -> Result<Option<Publication>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(reading!("WHERE publication_id = $1 FOR UPDATE"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.map(Publication::try_from).transpose()
}

/// Reads several by their ids, in no order.
pub(crate) async fn by_ids(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<Publication>, sqlx::Error> {
    let rows: Vec<Row> =
        sqlx::query_as(reading!("WHERE publication_id = ANY($1)")).bind(ids).fetch_all(connection).await?;
    rows.into_iter().map(Publication::try_from).collect()
}

/// Reads what is public of these cases, locked until the end of the transaction.
pub(crate) async fn public_of(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<Publication>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(reading!(
        "WHERE case_id = ANY($1) AND state = 'released' ORDER BY publication_id FOR UPDATE"
    ))
    .bind(cases)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Publication::try_from).collect()
}

/// Reads the newest in a state.
pub(crate) async fn in_state(
    connection: &mut PgConnection,
    state: PublicationState,
    most: i64,
) -> Result<Vec<Publication>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(reading!("WHERE state = $1 ORDER BY publication_id DESC LIMIT $2"))
        .bind(state.as_str())
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Publication::try_from).collect()
}

/// Writes one, new or changed; of two for the same case the first stays. Answers whether it was written.
pub(crate) async fn write(connection: &mut PgConnection, row: &Publication) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "INSERT INTO publication AS p (publication_id, case_id, state, kind, subject, region, unit, received_on,
             original_answer, from_routing, title, question, answer, reason, typical_month, released_at, pack_id,
             pack_version, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         ON CONFLICT (case_id) DO UPDATE SET state = excluded.state, title = excluded.title,
             question = excluded.question, answer = excluded.answer, reason = excluded.reason,
             typical_month = excluded.typical_month, released_at = excluded.released_at, version = excluded.version
         WHERE p.publication_id = excluded.publication_id",
    )
    .bind(row.id.0)
    .bind(row.case_id.0)
    .bind(row.state.as_str())
    .bind(&row.kind)
    .bind(&row.subject)
    .bind(&row.region)
    .bind(&row.unit)
    .bind(row.received_on.to_sqlx())
    .bind(&row.original_answer)
    .bind(row.from_routing)
    .bind(&row.title)
    .bind(&row.question)
    .bind(&row.answer)
    .bind(&row.reason)
    .bind(row.typical_month.map(|day| day.to_sqlx()))
    .bind(row.released_at.map(|at| at.to_sqlx()))
    .bind(&row.pack.id)
    .bind(row.pack.version)
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// How many typical cases a month has.
pub(crate) async fn typical_of(connection: &mut PgConnection, month: Date) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM publication WHERE typical_month = $1 AND state = 'released'")
        .bind(month.to_sqlx())
        .fetch_one(connection)
        .await
}

/// Writes down what was done.
pub(crate) async fn log(
    connection: &mut PgConnection,
    row: &Publication,
    at: Timestamp,
    actor: &str,
    deed: &str,
    detail: serde_json::Value,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO publication_log (publication_id, version, at, actor, deed, detail) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.id.0)
    .bind(row.version)
    .bind(at.to_sqlx())
    .bind(actor)
    .bind(deed)
    .bind(Json(detail))
    .execute(connection)
    .await?;
    Ok(())
}

/// A deed whose words an older version wrote readable.
pub(crate) struct PlainDeed {
    publication: Uuid,
    version: i64,
    /// Whose words they are.
    pub(crate) case: Uuid,
    pub(crate) detail: serde_json::Value,
}

/// Takes a handful of edits whose words stand readable, locked.
pub(crate) async fn plain_deeds(
    connection: &mut PgConnection,
    most: i64,
) -> Result<Vec<PlainDeed>, sqlx::Error> {
    let rows: Vec<(Uuid, i64, Uuid, Json<serde_json::Value>)> = sqlx::query_as(
        "SELECT l.publication_id, l.version, p.case_id, l.detail
         FROM publication_log l JOIN publication p USING (publication_id)
         WHERE l.detail ?| ARRAY['was', 'is'] ORDER BY 1, 2 LIMIT $1 FOR UPDATE OF l",
    )
    .bind(most)
    .fetch_all(connection)
    .await?;
    let deed = |(publication, version, case, Json(detail))| PlainDeed { publication, version, case, detail };
    Ok(rows.into_iter().map(deed).collect())
}

/// Writes sealed words in the place of readable ones.
pub(crate) async fn replace_deed(
    connection: &mut PgConnection,
    deed: &PlainDeed,
    detail: &serde_json::Value,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE publication_log SET detail = $3 WHERE publication_id = $1 AND version = $2")
        .bind(deed.publication)
        .bind(deed.version)
        .bind(Json(detail))
        .execute(connection)
        .await?;
    Ok(())
}

/// One deed: version, when, who, what, with what.
pub(crate) type Deed = (i64, Timestamp, String, String, serde_json::Value);

/// Reads what was done, oldest first.
pub(crate) async fn deeds(
    connection: &mut PgConnection,
    id: PublicationId,
) -> Result<Vec<Deed>, sqlx::Error> {
    let rows: Vec<(i64, SqlTimestamp, String, String, Json<serde_json::Value>)> = sqlx::query_as(
        "SELECT version, at, actor, deed, detail FROM publication_log WHERE publication_id = $1 ORDER BY version",
    )
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(version, at, actor, deed, Json(detail))| (version, at.to_jiff(), actor, deed, detail))
        .collect())
}

impl TryFrom<Row> for Publication {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let state = PublicationState::read(&row.state)
            .ok_or_else(|| sqlx::Error::Decode("publication.state cannot be read".into()))?;
        Ok(Self {
            id: PublicationId(row.publication_id),
            case_id: CaseId(row.case_id),
            state,
            kind: row.kind,
            subject: row.subject,
            region: row.region,
            unit: row.unit,
            received_on: row.received_on.to_jiff(),
            original_answer: row.original_answer,
            from_routing: row.from_routing,
            title: row.title,
            question: row.question,
            answer: row.answer,
            reason: row.reason,
            typical_month: row.typical_month.map(SqlDate::to_jiff),
            released_at: row.released_at.map(SqlTimestamp::to_jiff),
            pack: PackRef { id: row.pack_id, version: row.pack_version },
            version: row.version,
        })
    }
}
