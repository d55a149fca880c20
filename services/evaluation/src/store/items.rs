//! Rows of practical items and major matters (实事、大事), with every word that was said of them.

use evaluation_rules::ItemState;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) year: i32,
    pub(crate) class: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) region: String,
    pub(crate) due: SqlDate,
    pub(crate) state: String,
    pub(crate) per_cent: i32,
    pub(crate) supervised: i32,
    pub(crate) receptions: bool,
    pub(crate) version: i64,
}

/// One that is put on the list.
#[derive(Clone, Debug)]
pub(crate) struct New<'a> {
    pub(crate) id: Uuid,
    pub(crate) year: i16,
    pub(crate) class: &'static str,
    pub(crate) title: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) region: &'a str,
    pub(crate) due: Date,
    pub(crate) receptions: bool,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// Puts one on the list; one that is there is left as it is.
pub(crate) async fn insert(db: &mut PgConnection, new: &New<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO practical_item (id, year, class, title, unit, region, due, state, per_cent, receptions, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', 0, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(i32::from(new.year))
    .bind(new.class)
    .bind(new.title)
    .bind(new.unit)
    .bind(new.region)
    .bind(new.due.to_sqlx())
    .bind(new.receptions)
    .bind(new.by)
    .bind(new.at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Locks one.
pub(crate) async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, year, class, title, unit, region, due, state, per_cent, supervised, receptions, version
         FROM practical_item WHERE id = $1 FOR UPDATE",
    )
    .bind(id)
    .fetch_optional(db)
    .await
}

/// A word about an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) what: &'static str,
    pub(crate) state: ItemState,
    pub(crate) supervised: bool,
    pub(crate) note: &'a str,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// Changes one that is locked and keeps the word.
pub(crate) async fn step(db: &mut PgConnection, id: Uuid, step: Step<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH changed AS (
           UPDATE practical_item SET state = $2, per_cent = CASE WHEN $2 = 'given-up' THEN per_cent ELSE $3 END,
                  supervised = supervised + $4, version = version + 1, changed_by = $5, changed_at = $6
           WHERE id = $1 RETURNING id, version, per_cent
         )
         INSERT INTO practical_step (item, version, what, per_cent, note, told_by, told_at)
         SELECT id, version, $7, per_cent, $8, $5, $6 FROM changed",
    )
    .bind(id)
    .bind(step.state.as_str())
    .bind(i32::from(step.state.per_cent()))
    .bind(i32::from(step.supervised))
    .bind(step.by)
    .bind(step.at.to_sqlx())
    .bind(step.what)
    .bind(step.note)
    .execute(db)
    .await?;
    Ok(())
}

/// Lists the items of a year in a region.
pub(crate) async fn list(db: &mut PgConnection, year: i16, region: &str) -> Result<Vec<Kept>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, year, class, title, unit, region, due, state, per_cent, supervised, receptions, version
         FROM practical_item WHERE year = $1 AND region >= $2 AND region < $2 || ':' ORDER BY class, due, id LIMIT 1000",
    )
    .bind(i32::from(year))
    .bind(region)
    .fetch_all(db)
    .await
}
