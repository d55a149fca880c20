//! Rows of `case_card`.

use ids::ClockId;
use notification_rules::{
    card::{Card, Head, Pack},
    words::Way,
};
use pg::{SqlDate, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::word;

/// A card as it is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) card: Card,
    /// The version that was read; 0 when there was no row.
    pub(crate) version: i64,
    /// `event_waiting` has rows of this case.
    pub(crate) waiting: bool,
}

/// Loads and locks, in one order everywhere, so that two batches never cross.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<(Uuid, Kept)>, sqlx::Error> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query("SELECT * FROM case_card WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE")
        .bind(cases)
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| Ok((row.try_get("case_id")?, read(row)?)))
        .collect()
}

/// Reads the cards of those of some cases around which something stands: a seal, a flag, a wish.
pub(crate) async fn guarded(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<(Uuid, Card)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT c.*, s.case_id IS NOT NULL AS sealed FROM case_card c LEFT JOIN case_seal s USING (case_id)
         WHERE case_id = ANY($1) AND (c.guard <> '{}' OR s.case_id IS NOT NULL)",
    )
    .bind(cases)
    .fetch_all(connection)
    .await?;
    let card = |row: &PgRow| -> Result<(Uuid, Card), sqlx::Error> {
        let mut card = read(row)?.card;
        card.guard.sealed |= row.try_get::<bool, _>("sealed")?;
        Ok((row.try_get("case_id")?, card))
    };
    rows.iter().map(card).collect()
}

/// Says whether anything is known of a case.
pub(crate) async fn is_known(pool: &sqlx::PgPool, case: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM case_card WHERE case_id = $1)")
        .bind(case)
        .fetch_one(pool)
        .await
}

/// Writes new and changed cards. `false`: another worker wrote one of them first, so all must be decided again.
pub(crate) async fn save(
    connection: &mut PgConnection,
    cards: &[(Uuid, &Kept)],
) -> Result<bool, sqlx::Error> {
    if cards.is_empty() {
        return Ok(true);
    }
    let rows = || cards.iter();
    let heads = || cards.iter().map(|(_, kept)| kept.card.head.as_ref());
    let done = sqlx::query(
        "INSERT INTO case_card (case_id, version, number, kind, received_on, region, pack_id, pack_version, reach, hands,
                                provisional, waiting, guard)
         SELECT case_id, version, number, kind, received_on, region, pack_id, pack_version, reach, hands,
                provisional::uuid[], waiting, guard
         FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::int[],
                     $9::text[], $10::text[], $11::text[], $12::bool[], $13::text[])
              AS new (case_id, version, number, kind, received_on, region, pack_id, pack_version, reach, hands,
                      provisional, waiting, guard)
         ON CONFLICT (case_id) DO UPDATE SET
            version = EXCLUDED.version, number = EXCLUDED.number, kind = EXCLUDED.kind,
            received_on = EXCLUDED.received_on, region = EXCLUDED.region, pack_id = EXCLUDED.pack_id,
            pack_version = EXCLUDED.pack_version, reach = EXCLUDED.reach, hands = EXCLUDED.hands,
            provisional = EXCLUDED.provisional, waiting = EXCLUDED.waiting, guard = EXCLUDED.guard
         WHERE case_card.version = EXCLUDED.version - 1",
    )
    .bind(rows().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(rows().map(|(_, kept)| kept.version + 1).collect::<Vec<_>>())
    .bind(heads().map(|head| head.map(|head| head.number.as_str())).collect::<Vec<_>>())
    .bind(heads().map(|head| head?.kind.map(|kind| kind.as_str())).collect::<Vec<_>>())
    .bind(heads().map(|head| head.map(|head| head.received_on.to_sqlx())).collect::<Vec<_>>())
    .bind(heads().map(|head| head.map(|head| head.region.as_str())).collect::<Vec<_>>())
    .bind(heads().map(|head| head.map(|head| head.pack.id.as_str())).collect::<Vec<_>>())
    .bind(heads().map(|head| head.map(|head| head.pack.version)).collect::<Vec<_>>())
    .bind(rows().map(|(_, kept)| kept.card.reach.as_deref().map(reach_text)).collect::<Vec<_>>())
    .bind(rows().map(|(_, kept)| hands_text(&kept.card)).collect::<Vec<_>>())
    .bind(rows().map(|(_, kept)| provisional_text(&kept.card)).collect::<Vec<_>>())
    .bind(rows().map(|(_, kept)| kept.waiting).collect::<Vec<_>>())
    .bind(rows().map(|(_, kept)| guard_text(&kept.card)).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == cards.len() as u64)
}

fn reach_text(reach: &[Way]) -> String {
    reach.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(",")
}

fn hands_text(card: &Card) -> String {
    serde_json::to_string(&card.hands).expect("hands are plain structs")
}

fn guard_text(card: &Card) -> String {
    serde_json::to_string(&card.guard).expect("a guard is a plain struct")
}

/// UNNEST would flatten an array of arrays, so each goes as the text of one.
fn provisional_text(card: &Card) -> String {
    let clocks: Vec<String> = card.provisional.iter().map(ClockId::to_string).collect();
    format!("{{{}}}", clocks.join(","))
}

fn read(row: &PgRow) -> Result<Kept, sqlx::Error> {
    let reach: Option<&str> = row.try_get("reach")?;
    let reach = reach.map(|reach| reach.split(',').filter(|way| !way.is_empty()).map(way).collect());
    let hands = serde_json::from_str(row.try_get("hands")?)
        .map_err(|_| sqlx::Error::Decode("case_card.hands is not what was written".into()))?;
    let guard = serde_json::from_str(row.try_get("guard")?)
        .map_err(|_| sqlx::Error::Decode("case_card.guard is not what was written".into()))?;
    let provisional: Vec<Uuid> = row.try_get("provisional")?;
    Ok(Kept {
        card: Card {
            head: head(row)?,
            reach: reach.transpose()?,
            hands,
            provisional: provisional.into_iter().map(ClockId).collect(),
            guard,
        },
        version: row.try_get("version")?,
        waiting: row.try_get("waiting")?,
    })
}

fn way(text: &str) -> Result<Way, sqlx::Error> {
    word("case_card.reach", text)
}

fn head(row: &PgRow) -> Result<Option<Head>, sqlx::Error> {
    let Some(number) = row.try_get::<Option<&str>, _>("number")? else { return Ok(None) };
    Ok(Some(Head {
        number: number.to_owned(),
        kind: row.try_get::<Option<&str>, _>("kind")?.map(|kind| word("case_card.kind", kind)).transpose()?,
        received_on: row.try_get::<SqlDate, _>("received_on")?.to_jiff(),
        region: word("case_card.region", row.try_get("region")?)?,
        pack: Pack { id: row.try_get("pack_id")?, version: row.try_get("pack_version")? },
    }))
}
