//! What is counted without a case: contacts by day, receptions by session.

use std::collections::BTreeMap;

use ids::{RegionCode, SessionId};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

/// Day, region, kind and channel of contacts.
pub(crate) type Contacts = BTreeMap<(Date, RegionCode, &'static str, &'static str), i64>;

/// A session that was held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) session: SessionId,
    pub(crate) region: RegionCode,
    pub(crate) day: Date,
    pub(crate) cases: i32,
}

/// Adds contacts to their days.
pub(crate) async fn contacts(db: &mut PgConnection, counted: &Contacts) -> Result<(), sqlx::Error> {
    if counted.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO contact_count (day, region, kind, channel, contacts)
         SELECT * FROM UNNEST($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[])
         ON CONFLICT (day, region, kind, channel) DO UPDATE
         SET contacts = contact_count.contacts + EXCLUDED.contacts",
    )
    .bind(counted.keys().map(|(day, _, _, _)| day.to_sqlx()).collect::<Vec<_>>())
    .bind(counted.keys().map(|(_, region, _, _)| region.as_str()).collect::<Vec<_>>())
    .bind(counted.keys().map(|(_, _, kind, _)| *kind).collect::<Vec<_>>())
    .bind(counted.keys().map(|(_, _, _, channel)| *channel).collect::<Vec<_>>())
    .bind(counted.values().copied().collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Writes sessions down; the last word about one holds.
pub(crate) async fn receptions(db: &mut PgConnection, held: &[Held]) -> Result<(), sqlx::Error> {
    let held: BTreeMap<_, _> = held.iter().map(|one| (one.session, one)).collect();
    if held.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO reception_count (session, region, day, cases)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::date[], $4::int[])
         ON CONFLICT (session) DO UPDATE SET cases = EXCLUDED.cases, day = EXCLUDED.day",
    )
    .bind(held.keys().map(|session| session.0).collect::<Vec<_>>())
    .bind(held.values().map(|one| one.region.as_str()).collect::<Vec<_>>())
    .bind(held.values().map(|one| one.day.to_sqlx()).collect::<Vec<_>>())
    .bind(held.values().map(|one| one.cases).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// A rung that was climbed.
#[derive(Clone, Debug)]
pub(crate) struct Rung<'a> {
    pub(crate) case: uuid::Uuid,
    pub(crate) limit: &'a str,
    pub(crate) step: &'a str,
    pub(crate) rank: i32,
    pub(crate) unit: &'a str,
    pub(crate) day: Date,
}

/// Writes rungs down.
pub(crate) async fn rungs(db: &mut PgConnection, climbed: &[Rung<'_>]) -> Result<(), sqlx::Error> {
    if climbed.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO escalation (case_id, limit_name, step, rank, unit, day)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::date[])
         ON CONFLICT DO NOTHING",
    )
    .bind(climbed.iter().map(|one| one.case).collect::<Vec<_>>())
    .bind(climbed.iter().map(|one| one.limit).collect::<Vec<_>>())
    .bind(climbed.iter().map(|one| one.step).collect::<Vec<_>>())
    .bind(climbed.iter().map(|one| one.rank).collect::<Vec<_>>())
    .bind(climbed.iter().map(|one| one.unit).collect::<Vec<_>>())
    .bind(climbed.iter().map(|one| one.day.to_sqlx()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
