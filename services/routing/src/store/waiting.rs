//! Waiting cases: the dispatcher's list by urgency, and the pass over all of them after the catalogue changed.

use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::{
    cases::{self, CaseRoute},
    lists::{DueAt, Place, due},
};
use crate::app::sealed::Sight;

/// Where a page of the dispatcher's list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rank {
    /// 0 特急, 1 急, 2 一般.
    pub(crate) urgency: i32,
    /// Within it.
    pub(crate) place: Place,
}

/// The cases that wait for a dispatcher: the most urgent first, then the longest waiting; `prefix` bounds the region.
pub(crate) async fn list(
    connection: &mut PgConnection,
    prefix: &str,
    sight: &Sight,
    after: Option<Rank>,
    limit: i64,
) -> Result<Vec<(CaseRoute, DueAt)>, sqlx::Error> {
    let first = Place { at: "1000-01-01T00:00:00Z".parse().expect("a time"), id: Uuid::nil() };
    let after = after.unwrap_or(Rank { urgency: -1, place: first });
    let rows = sqlx::query(
        "SELECT case_route.*, due_at, provisional FROM case_route LEFT JOIN case_due USING (case_id)
         WHERE state = 'waiting'
           AND ((CASE urgency WHEN 'immediate' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END), accepted_at, case_id)
             > ($1, $2, $3)
           AND starts_with(region, $4)
           AND (NOT confidential OR $6 OR EXISTS (SELECT FROM case_seal seal
                WHERE seal.case_id = case_route.case_id AND $7 = ANY(seal.hands) AND NOT seal.barred && $8))
         ORDER BY (CASE urgency WHEN 'immediate' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END), accepted_at, case_id
         LIMIT $5",
    )
    .bind(after.urgency)
    .bind(after.place.at.to_sqlx())
    .bind(after.place.id)
    .bind(prefix)
    .bind(limit)
    .bind(sight.keeper)
    .bind(sight.account)
    .bind(&sight.line)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((cases::read(row)?, due(row)?))).collect()
}

/// How far the pass over waiting cases has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    /// The directory version it is made under.
    pub(crate) version: i64,
    /// The last case looked at.
    pub(crate) at: Timestamp,
    /// The same, among those of one instant.
    pub(crate) case: Uuid,
    /// Nothing is left to look at.
    pub(crate) done: bool,
}

/// Takes the pass in hand; nothing when another process has it.
pub(crate) async fn take(connection: &mut PgConnection) -> Result<Option<Pass>, sqlx::Error> {
    let row =
        sqlx::query("SELECT * FROM redispatch FOR UPDATE SKIP LOCKED").fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Pass {
            version: row.try_get("version")?,
            at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
            case: row.try_get("case_id")?,
            done: row.try_get("done")?,
        })
    })
    .transpose()
}

/// Writes how far it has come.
pub(crate) async fn put(connection: &mut PgConnection, pass: Pass) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE redispatch SET version = $1, at = $2, case_id = $3, done = $4")
        .bind(pass.version)
        .bind(pass.at.to_sqlx())
        .bind(pass.case)
        .bind(pass.done)
        .execute(connection)
        .await?;
    Ok(())
}

/// The next waiting cases after a place, oldest first; not locked.
pub(crate) async fn next(
    connection: &mut PgConnection,
    after: Pass,
    limit: i64,
) -> Result<Vec<(Timestamp, Uuid)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT accepted_at, case_id FROM case_route
         WHERE state = 'waiting' AND (accepted_at, case_id) > ($1, $2) ORDER BY accepted_at, case_id LIMIT $3",
    )
    .bind(after.at.to_sqlx())
    .bind(after.case)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get::<SqlTimestamp, _>("accepted_at")?.to_jiff(), row.try_get("case_id")?)))
        .collect()
}
