//! The dispatch catalogue (派单目录) in the database.

use ids::UnitCode;
use routing_rules::catalogue::Entry;
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use super::{bad, directory};

/// Puts `entries` in the place of the whole catalogue; the old lines stay as history. Answers the new version.
///
/// The same entries again change nothing.
///
/// # Errors
/// The database refused; constraint `catalogue_entry_unit`: an entry names a unit that is not there.
pub async fn replace(connection: &mut PgConnection, entries: &[Entry]) -> Result<i32, sqlx::Error> {
    // One replacement at a time.
    sqlx::query("SELECT 1 FROM directory_version FOR UPDATE").execute(&mut *connection).await?;
    let newest: i32 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM catalogue_entry")
        .fetch_one(&mut *connection)
        .await?;
    if newest > 0 && active(&mut *connection).await? == entries {
        return Ok(newest);
    }
    sqlx::query("UPDATE catalogue_entry SET active = false WHERE active").execute(&mut *connection).await?;
    let rows = entries.iter();
    sqlx::query(
        "INSERT INTO catalogue_entry (region, kind, subject, keywords, unit, co_units, basis, version)
         SELECT region, kind, subject, string_to_array(keywords, E'\\n'), unit, string_to_array(co_units, ' '), basis, $8
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
    .bind(newest + 1)
    .execute(&mut *connection)
    .await?;
    directory::touch(connection).await?;
    Ok(newest + 1)
}

fn co_units(entry: &Entry) -> String {
    entry.co_units.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(" ")
}

/// Reads the lines that hold, in their order.
pub(crate) async fn active(connection: &mut PgConnection) -> Result<Vec<Entry>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT * FROM catalogue_entry WHERE active ORDER BY id").fetch_all(connection).await?;
    rows.iter().map(read).collect()
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
