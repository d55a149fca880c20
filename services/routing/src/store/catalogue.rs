//! The dispatch catalogue (派单目录) in the database: the lines that hold, their history, and what is planned.

use ids::UnitCode;
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use routing_rules::catalogue::Entry;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{bad, directory};

/// Who changes the catalogue, when, from which day on and why.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The actor's label.
    pub actor: &'a str,
    /// The instant of the decision.
    pub at: Timestamp,
    /// The day of that instant.
    pub today: Date,
    /// The first day on which the lines hold; a later day than today makes them wait.
    pub valid_from: Date,
    /// Why, for the history.
    pub note: Option<&'a str>,
    /// The proposal that led to it.
    pub proposal: Option<Uuid>,
}

/// Puts `entries` in the place of the whole catalogue; the old lines stay as history. Answers the new version.
///
/// The same entries again change nothing.
///
/// # Errors
/// The database refused; constraint `catalogue_entry_unit`: an entry names a unit that is not there.
pub async fn replace(
    connection: &mut PgConnection,
    entries: &[Entry],
    change: &Change<'_>,
) -> Result<i32, sqlx::Error> {
    lock(&mut *connection).await?;
    let newest: i32 = sqlx::query_scalar(
        "SELECT greatest((SELECT coalesce(max(version), 0) FROM catalogue_entry),
                         (SELECT coalesce(max(version), 0) FROM catalogue_version))",
    )
    .fetch_one(&mut *connection)
    .await?;
    let planned = change.valid_from > change.today;
    if let Some(current) = current(&mut *connection).await?.filter(|_| !planned)
        && active(&mut *connection).await? == entries
    {
        return Ok(current);
    }
    let version = newest + 1;
    let rows = entries.iter();
    sqlx::query(
        "INSERT INTO catalogue_entry (region, kind, subject, keywords, unit, co_units, basis, version, active)
         SELECT region, kind, subject, string_to_array(keywords, E'\\n'), unit, string_to_array(co_units, ' '), basis, $8,
                false
         FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
              WITH ORDINALITY AS new (region, kind, subject, keywords, unit, co_units, basis, place) ORDER BY place",
    )
    .bind(rows.clone().map(|entry| entry.region.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|entry| entry.kind.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|entry| entry.subject.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|entry| entry.keywords.join("\n")).collect::<Vec<_>>())
    .bind(rows.clone().map(|entry| entry.unit.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(co_units).collect::<Vec<_>>())
    .bind(rows.map(|entry| entry.basis.as_str()).collect::<Vec<_>>())
    .bind(version)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO catalogue_version (version, state, valid_from, note, proposal, actor, at)
         VALUES ($1, 'planned', $2, $3, $4, $5, $6)",
    )
    .bind(version)
    .bind(change.valid_from.to_sqlx())
    .bind(change.note)
    .bind(change.proposal)
    .bind(change.actor)
    .bind(change.at.to_sqlx())
    .execute(&mut *connection)
    .await?;
    if !planned {
        put_in_force(connection, version).await?;
    }
    Ok(version)
}

/// Puts the planned version whose day has come in force; answers which.
pub(crate) async fn begin(connection: &mut PgConnection, today: Date) -> Result<Option<i32>, sqlx::Error> {
    let due = "SELECT version FROM catalogue_version WHERE state = 'planned' AND valid_from <= $1
               ORDER BY valid_from DESC, version DESC LIMIT 1";
    // Looked at without the lock first: almost always there is nothing.
    let found: Option<i32> =
        sqlx::query_scalar(due).bind(today.to_sqlx()).fetch_optional(&mut *connection).await?;
    if found.is_none() {
        return Ok(None);
    }
    lock(&mut *connection).await?;
    let found: Option<i32> =
        sqlx::query_scalar(due).bind(today.to_sqlx()).fetch_optional(&mut *connection).await?;
    if let Some(version) = found {
        put_in_force(&mut *connection, version).await?;
        sqlx::query(
            "UPDATE catalogue_version SET state = 'past' WHERE state = 'planned' AND valid_from <= $1",
        )
        .bind(today.to_sqlx())
        .execute(connection)
        .await?;
    }
    Ok(found)
}

async fn put_in_force(connection: &mut PgConnection, version: i32) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE catalogue_entry SET active = (version = $1) WHERE active OR version = $1")
        .bind(version)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "UPDATE catalogue_version SET state = CASE WHEN version = $1 THEN 'current' ELSE 'past' END
         WHERE state = 'current' OR version = $1",
    )
    .bind(version)
    .execute(&mut *connection)
    .await?;
    directory::touch(connection).await
}

/// One change at a time.
pub(crate) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1 FROM directory_version FOR UPDATE").execute(connection).await?;
    Ok(())
}

/// The version that holds.
pub(crate) async fn current(connection: &mut PgConnection) -> Result<Option<i32>, sqlx::Error> {
    sqlx::query_scalar("SELECT version FROM catalogue_version WHERE state = 'current'")
        .fetch_optional(connection)
        .await
}

fn co_units(entry: &Entry) -> String {
    entry.co_units.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(" ")
}

/// Reads the lines that hold, in their order.
pub(crate) async fn active(connection: &mut PgConnection) -> Result<Vec<Entry>, sqlx::Error> {
    Ok(lines(connection).await?.into_iter().map(|(_, entry)| entry).collect())
}

/// Reads the lines that hold with their ids, in their order.
pub(crate) async fn lines(connection: &mut PgConnection) -> Result<Vec<(i64, Entry)>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT * FROM catalogue_entry WHERE active ORDER BY id").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, read(row)?))).collect()
}

/// Reads the lines of one version.
pub(crate) async fn of_version(
    connection: &mut PgConnection,
    version: i32,
) -> Result<Vec<(i64, Entry)>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM catalogue_entry WHERE version = $1 ORDER BY id")
        .bind(version)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, read(row)?))).collect()
}

/// A version of the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) version: i32,
    pub(crate) state: String,
    pub(crate) valid_from: Date,
    pub(crate) note: Option<String>,
    pub(crate) proposal: Option<Uuid>,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) entries: i64,
}

/// Reads the newest versions before one, newest first.
pub(crate) async fn versions(
    connection: &mut PgConnection,
    before: i32,
    limit: i64,
) -> Result<Vec<Version>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT v.*, (SELECT count(*) FROM catalogue_entry e WHERE e.version = v.version) AS entries
         FROM catalogue_version v WHERE v.version < $1 ORDER BY v.version DESC LIMIT $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Version {
                version: row.try_get("version")?,
                state: row.try_get("state")?,
                valid_from: row.try_get::<SqlDate, _>("valid_from")?.to_jiff(),
                note: row.try_get("note")?,
                proposal: row.try_get("proposal")?,
                actor: row.try_get("actor")?,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                entries: row.try_get("entries")?,
            })
        })
        .collect()
}

fn read(row: &PgRow) -> Result<Entry, sqlx::Error> {
    let co_units: Vec<String> = row.try_get("co_units")?;
    Ok(Entry {
        region: row.try_get::<String, _>("region")?.parse().map_err(|_| bad("catalogue_entry.region"))?,
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        keywords: row.try_get("keywords")?,
        unit: row.try_get::<String, _>("unit")?.parse().map_err(|_| bad("catalogue_entry.unit"))?,
        co_units: co_units
            .into_iter()
            .map(|code| code.parse().map_err(|_| bad("catalogue_entry.co_units")))
            .collect::<Result<_, _>>()?,
        basis: row.try_get("basis")?,
    })
}
