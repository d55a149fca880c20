//! Sealed cases in services that only count, time or tell: which they are, and whom intake has named.
//!
//! The service has a table `case_seal (case_id uuid primary key, hands uuid[], barred text[])` and calls [`keep`] first in its
//! consumer. Lists leave out what the reader may not see by the same condition as [`sees`].

use std::collections::{BTreeSet, HashSet};

use contracts::{Body, Event};
use identity::{Action, Claims, may};
use ids::RegionCode;
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
        let Body::CaseHandsNamed(named) = &event.body else { continue };
        sqlx::query(
            "INSERT INTO case_seal (case_id, hands, barred) VALUES ($1, $2, $3)
             ON CONFLICT (case_id) DO UPDATE SET hands = excluded.hands, barred = excluded.barred",
        )
        .bind(event.aggregate)
        .bind(named.hands.iter().map(|hand| hand.0).collect::<Vec<_>>())
        .bind(named.barred.iter().map(|unit| unit.as_str().to_owned()).collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
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
/// names the caller and does not accuse the caller's unit.
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
            AND NOT (seal.hands @> ARRAY[$2::uuid] AND NOT seal.barred @> ARRAY[$3::text]))",
    )
    .bind(case)
    .bind(claims.sub)
    .bind(claims.unit.as_ref().map(|unit| unit.as_str()))
    .fetch_one(connection)
    .await
}
