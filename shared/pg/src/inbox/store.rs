//! The inbox tables: positions, parked events, dead letters.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::plan::{Key, Place, Plan};
use contracts::StoredEvent;

type PlaceRow = (String, Uuid, i64, i64, bool);

/// Locks and reads what the tables hold for the keys of a batch: positions and parked events.
///
/// # Errors
/// The server is away.
pub async fn load(
    connection: &mut PgConnection,
    batch: &[StoredEvent],
) -> Result<(BTreeMap<Key, Place>, Vec<StoredEvent>), sqlx::Error> {
    let keys: BTreeSet<(&str, Uuid)> =
        batch.iter().map(|event| (event.source.as_str(), event.aggregate)).collect();
    let sources: Vec<&str> = keys.iter().map(|key| key.0).collect();
    let aggregates: Vec<Uuid> = keys.iter().map(|key| key.1).collect();
    // Locked in key order, so that two workers with crossing batches queue up instead of deadlocking.
    let rows: Vec<PlaceRow> = sqlx::query_as(
        "SELECT p.source, p.aggregate_id, p.version, p.chain, p.quarantined
         FROM UNNEST($1::text[], $2::uuid[]) AS key (source, aggregate_id)
         JOIN inbox_position p ON p.source = key.source AND p.aggregate_id = key.aggregate_id
         ORDER BY p.source, p.aggregate_id FOR UPDATE OF p",
    )
    .bind(&sources)
    .bind(&aggregates)
    .fetch_all(&mut *connection)
    .await?;
    let parked: Vec<(Json<StoredEvent>,)> = sqlx::query_as(
        "SELECT p.event FROM inbox_parked p
         JOIN UNNEST($1::text[], $2::uuid[]) AS key (source, aggregate_id)
           ON p.source = key.source AND p.aggregate_id = key.aggregate_id",
    )
    .bind(&sources)
    .bind(&aggregates)
    .fetch_all(connection)
    .await?;
    let places = rows
        .into_iter()
        .map(|(source, aggregate, version, chain, quarantined)| {
            ((source, aggregate), Place { version, chain, quarantined, known: true })
        })
        .collect();
    Ok((places, parked.into_iter().map(|(Json(event),)| event).collect()))
}

/// Writes what a plan decided. Answers `false` when another worker was first on a new aggregate: roll back, try again.
///
/// # Errors
/// The server is away.
pub async fn save(connection: &mut PgConnection, plan: &Plan) -> Result<bool, sqlx::Error> {
    let moved: Vec<_> = plan.places.iter().filter(|(_, (before, after))| before != after).collect();
    let (known, new): (Vec<_>, Vec<_>) = moved.into_iter().partition(|(_, (before, _))| before.known);
    for (statement, rows) in [
        // Rows that were read are locked: nobody can have moved them.
        (
            "UPDATE inbox_position p SET version = new.version, chain = new.chain
             FROM UNNEST($1::text[], $2::uuid[], $3::bigint[], $4::bigint[]) AS new (source, aggregate_id, version, chain)
             WHERE p.source = new.source AND p.aggregate_id = new.aggregate_id",
            known,
        ),
        (
            "INSERT INTO inbox_position (source, aggregate_id, version, chain)
             SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING",
            new,
        ),
    ] {
        if rows.is_empty() {
            continue;
        }
        let done = sqlx::query(statement)
            .bind(rows.iter().map(|(key, _)| key.0.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|(key, _)| key.1).collect::<Vec<_>>())
            .bind(rows.iter().map(|(_, place)| place.1.version).collect::<Vec<_>>())
            .bind(rows.iter().map(|(_, place)| place.1.chain).collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() != rows.len() as u64 {
            return Ok(false);
        }
    }
    if !plan.park.is_empty() {
        park(connection, &plan.park).await?;
    }
    if !plan.unpark.is_empty() {
        sqlx::query(
            "DELETE FROM inbox_parked p USING UNNEST($1::text[], $2::uuid[], $3::bigint[]) AS key (source, aggregate_id, version)
             WHERE p.source = key.source AND p.aggregate_id = key.aggregate_id AND p.version = key.version",
        )
        .bind(plan.unpark.iter().map(|key| key.0.as_str()).collect::<Vec<_>>())
        .bind(plan.unpark.iter().map(|key| key.1).collect::<Vec<_>>())
        .bind(plan.unpark.iter().map(|key| key.2).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    }
    Ok(true)
}

async fn park(connection: &mut PgConnection, events: &[StoredEvent]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO inbox_parked (source, aggregate_id, version, event)
         SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::bigint[], $4::jsonb[]) ON CONFLICT DO NOTHING",
    )
    .bind(events.iter().map(|event| event.source.as_str()).collect::<Vec<_>>())
    .bind(events.iter().map(|event| event.aggregate).collect::<Vec<_>>())
    .bind(events.iter().map(|event| event.version).collect::<Vec<_>>())
    .bind(events.iter().map(Json).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a dead letter and closes its aggregate: later versions park until a person has decided.
///
/// # Errors
/// The server is away.
pub async fn bury(
    connection: &mut PgConnection,
    event: &StoredEvent,
    reason: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO dead_letter (source, aggregate_id, version, event, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (source, aggregate_id, version) DO UPDATE SET reason = EXCLUDED.reason, state = 'open'",
    )
    .bind(&event.source)
    .bind(event.aggregate)
    .bind(event.version)
    .bind(Json(event))
    .bind(reason)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO inbox_position (source, aggregate_id, version, chain, quarantined) VALUES ($1, $2, 0, 0, true)
         ON CONFLICT (source, aggregate_id) DO UPDATE SET quarantined = true",
    )
    .bind(&event.source)
    .bind(event.aggregate)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM inbox_parked WHERE source = $1 AND aggregate_id = $2 AND version = $3")
        .bind(&event.source)
        .bind(event.aggregate)
        .bind(event.version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Opens a quarantined aggregate again; the dead event is parked, to be heard once more when the sweeper comes by.
///
/// # Errors
/// The server is away.
pub async fn release(
    connection: &mut PgConnection,
    source: &str,
    aggregate: Uuid,
    version: i64,
    (who, why): (&str, &str),
) -> Result<Option<StoredEvent>, sqlx::Error> {
    let event: Option<(Json<StoredEvent>,)> = sqlx::query_as(
        "UPDATE dead_letter SET state = 'replayed', settled_by = $4, settled_why = $5
         WHERE source = $1 AND aggregate_id = $2 AND version = $3 AND state = 'open' RETURNING event",
    )
    .bind(source)
    .bind(aggregate)
    .bind(version)
    .bind(who)
    .bind(why)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((Json(event),)) = event else { return Ok(None) };
    sqlx::query("UPDATE inbox_position SET quarantined = false WHERE source = $1 AND aggregate_id = $2")
        .bind(source)
        .bind(aggregate)
        .execute(&mut *connection)
        .await?;
    park(connection, std::slice::from_ref(&event)).await?;
    Ok(Some(event))
}

/// Versions that are missing between what was applied and what is parked.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Gap {
    /// Who said them.
    pub source: String,
    /// About what.
    pub aggregate_id: Uuid,
    /// First version missing.
    pub first: i64,
    /// Last version missing.
    pub last: i64,
}

/// Finds gaps older than `seconds` that no quarantine explains.
///
/// # Errors
/// The server is away.
pub async fn gaps(connection: &mut PgConnection, seconds: f64) -> Result<Vec<Gap>, sqlx::Error> {
    sqlx::query_as(
        "SELECT k.source, k.aggregate_id, coalesce(p.version, 0) + 1 AS first, min(k.version) - 1 AS last
         FROM inbox_parked k LEFT JOIN inbox_position p USING (source, aggregate_id)
         WHERE NOT coalesce(p.quarantined, false)
         GROUP BY k.source, k.aggregate_id, p.version
         HAVING min(k.parked_at) < now() - make_interval(secs => $1) AND min(k.version) > coalesce(p.version, 0) + 1
         LIMIT 500",
    )
    .bind(seconds)
    .fetch_all(connection)
    .await
}

/// Which of the heads of a source have not come here at all: neither applied, nor parked, nor a dead letter. Answers the
/// first and the last version missing at the end of each history; what is missing before a parked event is a [`Gap`].
///
/// # Errors
/// The server is away.
pub async fn missing_tails(
    connection: &mut PgConnection,
    source: &str,
    heads: &[(Uuid, i64)],
) -> Result<Vec<(Uuid, i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT head.aggregate_id, seen.newest + 1, head.version
         FROM UNNEST($2::uuid[], $3::bigint[]) AS head (aggregate_id, version)
         CROSS JOIN LATERAL (SELECT greatest(
            coalesce((SELECT version FROM inbox_position p WHERE p.source = $1 AND p.aggregate_id = head.aggregate_id), 0),
            coalesce((SELECT max(version) FROM inbox_parked k WHERE k.source = $1 AND k.aggregate_id = head.aggregate_id), 0),
            coalesce((SELECT max(version) FROM dead_letter d
                      WHERE d.source = $1 AND d.aggregate_id = head.aggregate_id AND d.state = 'open'), 0)
         ) AS newest) seen
         WHERE seen.newest < head.version",
    )
    .bind(source)
    .bind(heads.iter().map(|head| head.0).collect::<Vec<_>>())
    .bind(heads.iter().map(|head| head.1).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
}

/// The parked event whose turn it is on one aggregate, if there is one.
///
/// # Errors
/// The server is away.
pub async fn ready(
    connection: &mut PgConnection,
    source: &str,
    aggregate: Uuid,
) -> Result<Option<StoredEvent>, sqlx::Error> {
    let event: Option<(Json<StoredEvent>,)> = sqlx::query_as(
        "SELECT k.event FROM inbox_parked k JOIN inbox_position p USING (source, aggregate_id)
         WHERE k.source = $1 AND k.aggregate_id = $2 AND k.version = p.version + 1 AND NOT p.quarantined",
    )
    .bind(source)
    .bind(aggregate)
    .fetch_optional(connection)
    .await?;
    Ok(event.map(|(Json(event),)| event))
}

/// Parked events whose turn it is, over all aggregates: what a release or a crash has left behind.
///
/// # Errors
/// The server is away.
pub async fn all_ready(connection: &mut PgConnection) -> Result<Vec<StoredEvent>, sqlx::Error> {
    let events: Vec<(Json<StoredEvent>,)> = sqlx::query_as(
        "SELECT k.event FROM inbox_parked k LEFT JOIN inbox_position p USING (source, aggregate_id)
         WHERE k.version = coalesce(p.version, 0) + 1 AND NOT coalesce(p.quarantined, false) LIMIT 200",
    )
    .fetch_all(connection)
    .await?;
    Ok(events.into_iter().map(|(Json(event),)| event).collect())
}
