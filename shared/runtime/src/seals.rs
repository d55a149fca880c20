//! Sealed cases in services that only count, time or tell: which they are, and whom intake has named.
//!
//! The service has a table `case_seal (case_id uuid primary key, hands uuid[], barred text[], line text[], drawn_for text[],
//! drawn text[])` and calls [`keep`] first in its consumer. Lists leave out what the reader may not see by the same condition
//! as [`sees`]. `barred` are the accused as they were named; `line` is what they keep out: they, all above and all below.
//! Routing, which has the tree of units, draws the line; whatever comes first, its word or intake's, both orders end alike.

use std::collections::{BTreeSet, HashSet};

use contracts::{Body, Event, petition::CaseLineDrawn, record::CaseHandsNamed};
use identity::{Action, Claims, may};
use ids::{RegionCode, UnitCode};
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps what a batch says of sealed cases; a batch that says nothing of any costs nothing.
///
/// # Errors
/// The database refused.
pub async fn keep(transaction: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    let sealed: BTreeSet<Uuid> = batch
        .iter()
        .filter(|event| match &event.body {
            Body::CaseRegistered(body) => body.confidential,
            Body::CaseAccepted(body) => body.confidential,
            _ => false,
        })
        .map(|event| event.aggregate)
        .collect();
    if !sealed.is_empty() {
        sqlx::query(
            "INSERT INTO case_seal (case_id, hands, barred) SELECT id, '{}', '{}' FROM UNNEST($1::uuid[]) AS id
             ON CONFLICT DO NOTHING",
        )
        .bind(sealed.into_iter().collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
    }
    for event in batch {
        match &event.body {
            Body::CaseHandsNamed(named) => name(&mut *transaction, event.aggregate, named).await?,
            Body::CaseLineDrawn(drawn) => draw(&mut *transaction, event.aggregate, drawn).await?,
            _ => {}
        }
    }
    Ok(())
}

/// The accused with their line, as an event of naming tells it; before the line was told, the accused alone.
#[must_use]
pub fn line_of(named: &CaseHandsNamed) -> Vec<UnitCode> {
    let line = named.line.iter().flatten();
    let all: BTreeSet<UnitCode> = named.barred.iter().chain(line).cloned().collect();
    all.into_iter().collect()
}

async fn name(connection: &mut PgConnection, case: Uuid, named: &CaseHandsNamed) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_seal (case_id, hands, barred, line) VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id) DO UPDATE SET hands = excluded.hands, barred = excluded.barred,
            line = CASE WHEN case_seal.drawn_for = excluded.barred THEN case_seal.drawn ELSE excluded.line END",
    )
    .bind(case)
    .bind(named.hands.iter().map(|hand| hand.0).collect::<Vec<_>>())
    .bind(codes(&named.barred))
    .bind(codes(&line_of(named)))
    .execute(connection)
    .await?;
    Ok(())
}

async fn draw(connection: &mut PgConnection, case: Uuid, drawn: &CaseLineDrawn) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_seal (case_id, hands, barred, line, drawn_for, drawn) VALUES ($1, '{}', '{}', '{}', $2, $3)
         ON CONFLICT (case_id) DO UPDATE SET drawn_for = excluded.drawn_for, drawn = excluded.drawn,
            line = CASE WHEN case_seal.barred = excluded.drawn_for THEN excluded.drawn ELSE case_seal.line END",
    )
    .bind(case)
    .bind(codes(&drawn.barred))
    .bind(codes(&drawn.line))
    .execute(connection)
    .await?;
    Ok(())
}

fn codes(units: &[UnitCode]) -> Vec<&str> {
    units.iter().map(UnitCode::as_str).collect()
}

/// Which of these cases are sealed.
///
/// # Errors
/// The database refused.
pub async fn among(connection: &mut PgConnection, cases: &[Uuid]) -> Result<HashSet<Uuid>, sqlx::Error> {
    let sealed: Vec<Uuid> = sqlx::query_scalar("SELECT case_id FROM case_seal WHERE case_id = ANY($1)")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    Ok(sealed.into_iter().collect())
}

/// Says whether a caller may see what is kept of a case: an open one, the caller's own, one of the keeper's region, one that
/// names the caller, whose unit does not lie in the line of an accused one.
///
/// # Errors
/// The database refused.
pub async fn sees(
    connection: &mut PgConnection,
    claims: &Claims,
    case: Uuid,
    region: Option<&RegionCode>,
) -> Result<bool, sqlx::Error> {
    let here = match (&claims.region, region) {
        (Some(bound), Some(region)) => bound.contains(region),
        (None, _) | (_, None) => true,
    };
    let own = claims.case.is_some_and(|own| own.0 == case);
    if own || (here && may(claims, &Action::ReadSealed).is_ok()) {
        return Ok(true);
    }
    sqlx::query_scalar(
        "SELECT NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = $1
            AND NOT (seal.hands @> ARRAY[$2::uuid] AND NOT seal.line @> ARRAY[$3::text]))",
    )
    .bind(case)
    .bind(claims.sub)
    .bind(claims.unit.as_ref().map(|unit| unit.as_str()))
    .fetch_one(connection)
    .await
}
