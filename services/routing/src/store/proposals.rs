//! Proposals for a change of the catalogue.

use ids::UnitCode;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use routing_rules::catalogue::Entry;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::bad;

/// One row of `catalogue_proposal`.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) state: String,
    pub(crate) change: String,
    pub(crate) target: Option<i64>,
    pub(crate) entry: Option<Entry>,
    pub(crate) grounds: String,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) decided_at: Option<Timestamp>,
    pub(crate) decided_by: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) adopted_as: Option<i32>,
}

/// Writes a new one; the same id again changes nothing.
pub(crate) async fn insert(connection: &mut PgConnection, row: &Proposal) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO catalogue_proposal (id, version, state, change, target, entry, grounds, unit, actor, at)
         VALUES ($1, 1, 'open', $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(row.id)
    .bind(&row.change)
    .bind(row.target)
    .bind(row.entry.as_ref().map(|entry| serde_json::to_value(entry).expect("a line is plain")))
    .bind(&row.grounds)
    .bind(row.unit.as_ref().map(UnitCode::as_str))
    .bind(&row.actor)
    .bind(row.at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads and locks one.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Proposal>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM catalogue_proposal WHERE id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Writes what was decided.
pub(crate) async fn decide(connection: &mut PgConnection, row: &Proposal) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE catalogue_proposal SET version = $2, state = $3, decided_at = $4, decided_by = $5, reason = $6,
            adopted_as = $7 WHERE id = $1",
    )
    .bind(row.id)
    .bind(row.version)
    .bind(&row.state)
    .bind(row.decided_at.map(|at| at.to_sqlx()))
    .bind(&row.decided_by)
    .bind(&row.reason)
    .bind(row.adopted_as)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads proposals, newest first; `unit` bounds them to those of one unit.
pub(crate) async fn list(
    connection: &mut PgConnection,
    state: Option<&str>,
    unit: Option<&UnitCode>,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Proposal>, sqlx::Error> {
    let (at, id) = before.unwrap_or(("9000-01-01T00:00:00Z".parse().expect("a time"), Uuid::max()));
    let rows = sqlx::query(
        "SELECT * FROM catalogue_proposal WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR unit = $2)
           AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5",
    )
    .bind(state)
    .bind(unit.map(UnitCode::as_str))
    .bind(at.to_sqlx())
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<Proposal, sqlx::Error> {
    let unit: Option<String> = row.try_get("unit")?;
    let entry: Option<serde_json::Value> = row.try_get("entry")?;
    Ok(Proposal {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        state: row.try_get("state")?,
        change: row.try_get("change")?,
        target: row.try_get("target")?,
        entry: entry
            .map(|entry| serde_json::from_value(entry).map_err(|_| bad("catalogue_proposal.entry")))
            .transpose()?,
        grounds: row.try_get("grounds")?,
        unit: unit.map(|code| code.parse().map_err(|_| bad("catalogue_proposal.unit"))).transpose()?,
        actor: row.try_get("actor")?,
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
        decided_at: row.try_get::<Option<SqlTimestamp>, _>("decided_at")?.map(SqlTimestamp::to_jiff),
        decided_by: row.try_get("decided_by")?,
        reason: row.try_get("reason")?,
        adopted_as: row.try_get("adopted_as")?,
    })
}
