//! Requests for disclosure; applicant and words sealed.

use contracts::case::PackRef;
use intake_rules::DisclosureState;
use jiff::civil::Date;
use pg::{SqlDate, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One row of `disclosure`.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) state: DisclosureState,
    pub(crate) region: String,
    pub(crate) applicant: Vec<u8>,
    pub(crate) wanted: Vec<u8>,
    pub(crate) received_on: Date,
    pub(crate) due_on: Date,
    pub(crate) provisional: bool,
    pub(crate) extension: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) decided_on: Option<Date>,
    pub(crate) late: Option<bool>,
    pub(crate) actor: String,
    pub(crate) pack: PackRef,
    pub(crate) version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    disclosure_id: Uuid,
    number: String,
    state: String,
    region: String,
    applicant: Vec<u8>,
    wanted: Vec<u8>,
    received_on: SqlDate,
    due_on: SqlDate,
    provisional: bool,
    extension: Option<String>,
    reason: Option<String>,
    decided_on: Option<SqlDate>,
    late: Option<bool>,
    actor: String,
    pack_id: String,
    pack_version: i32,
    version: i64,
}

/// Takes the next serial.
pub(crate) async fn serial(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT nextval('disclosure_serial')").fetch_one(connection).await
}

/// Reads one by its number, locked until the end of the transaction.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    number: &str,
) -> Result<Option<Request>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM disclosure WHERE number = $1 FOR UPDATE")
        .bind(number)
        .fetch_optional(connection)
        .await?;
    row.map(Request::try_from).transpose()
}

/// Reads requests: those that wait for a decision, the most urgent first, or the newest that are decided.
pub(crate) async fn list(
    connection: &mut PgConnection,
    open: bool,
    region: Option<&str>,
    most: i64,
) -> Result<Vec<Request>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM disclosure
         WHERE (state IN ('received', 'extended')) = $1 AND ($2::text IS NULL OR region LIKE $2 || '%')
         ORDER BY CASE WHEN $1 THEN due_on END, received_on DESC, number LIMIT $3",
    )
    .bind(open)
    .bind(region)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Request::try_from).collect()
}

/// Writes one, new or changed.
pub(crate) async fn write(connection: &mut PgConnection, row: &Request) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO disclosure (disclosure_id, number, state, region, applicant, wanted, received_on, due_on,
             provisional, extension, reason, decided_on, late, actor, pack_id, pack_version, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (disclosure_id) DO UPDATE SET state = excluded.state, due_on = excluded.due_on,
             provisional = excluded.provisional, extension = excluded.extension, reason = excluded.reason,
             decided_on = excluded.decided_on, late = excluded.late, actor = excluded.actor,
             version = excluded.version",
    )
    .bind(row.id)
    .bind(&row.number)
    .bind(row.state.as_str())
    .bind(&row.region)
    .bind(&row.applicant)
    .bind(&row.wanted)
    .bind(row.received_on.to_sqlx())
    .bind(row.due_on.to_sqlx())
    .bind(row.provisional)
    .bind(&row.extension)
    .bind(&row.reason)
    .bind(row.decided_on.map(|day| day.to_sqlx()))
    .bind(row.late)
    .bind(&row.actor)
    .bind(&row.pack.id)
    .bind(row.pack.version)
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

impl TryFrom<Row> for Request {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let state = DisclosureState::read(&row.state)
            .ok_or_else(|| sqlx::Error::Decode("disclosure.state cannot be read".into()))?;
        Ok(Self {
            id: row.disclosure_id,
            number: row.number,
            state,
            region: row.region,
            applicant: row.applicant,
            wanted: row.wanted,
            received_on: row.received_on.to_jiff(),
            due_on: row.due_on.to_jiff(),
            provisional: row.provisional,
            extension: row.extension,
            reason: row.reason,
            decided_on: row.decided_on.map(SqlDate::to_jiff),
            late: row.late,
            actor: row.actor,
            pack: PackRef { id: row.pack_id, version: row.pack_version },
            version: row.version,
        })
    }
}
