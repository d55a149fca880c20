//! The outbox: a ledger that is never rewritten and a small list of what the stream has not yet acknowledged.
//!
//! A row gets its version under the lock of its aggregate's head row, so the order of `seq` is the order of versions
//! per aggregate. The relay publishes at most one event of an aggregate at a time and deletes after the acknowledgement.

use ids::{EventId, shard_of};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use contracts::StoredEvent;

/// Gives each event its version and writes ledger and pending rows, in the order given. Same transaction as the change.
///
/// # Errors
/// The database refused; the caller's transaction is lost.
pub async fn append(connection: &mut PgConnection, events: &mut [StoredEvent]) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    number(connection, events).await?;
    let rows = events.iter();
    sqlx::query(
        "WITH ledger AS (
            INSERT INTO outbox_event (event_id, shard, aggregate_id, version, kind, region, happened_at, actor,
                                      causation, trace, historic, payload)
            SELECT * FROM UNNEST($1::uuid[], $2::smallint[], $3::uuid[], $4::bigint[], $5::text[], $6::text[],
                                 $7::timestamptz[], $8::text[], $9::uuid[], $10::text[], $11::bool[], $12::bytea[])
            RETURNING shard, seq, recorded_at)
         INSERT INTO outbox_pending (shard, seq, recorded_at) SELECT shard, seq, recorded_at FROM ledger",
    )
    .bind(rows.clone().map(|e| e.id.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| shard_of(e.aggregate)).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.aggregate).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.version).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.region.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.time.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.actor.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.causation.map(|id| id.0)).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.trace.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|e| e.historic).collect::<Vec<_>>())
    .bind(rows.map(|e| e.payload.as_bytes()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the next versions from the heads. Heads are locked in one order everywhere, so that two writers never cross.
async fn number(connection: &mut PgConnection, events: &mut [StoredEvent]) -> Result<(), sqlx::Error> {
    let mut counts = std::collections::BTreeMap::<Uuid, i64>::new();
    for event in events.iter() {
        *counts.entry(event.aggregate).or_default() += 1;
    }
    let heads: Vec<(Uuid, i64)> = sqlx::query_as(
        "INSERT INTO outbox_head (aggregate_id, version) SELECT * FROM UNNEST($1::uuid[], $2::bigint[])
         ON CONFLICT (aggregate_id) DO UPDATE SET version = outbox_head.version + EXCLUDED.version
         RETURNING aggregate_id, version",
    )
    .bind(counts.keys().copied().collect::<Vec<_>>())
    .bind(counts.values().copied().collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let mut next: std::collections::HashMap<Uuid, i64> =
        heads.into_iter().map(|(aggregate, newest)| (aggregate, newest - counts[&aggregate])).collect();
    for event in events {
        let version = next.get_mut(&event.aggregate).expect("every aggregate has a head row now");
        *version += 1;
        event.version = *version;
    }
    Ok(())
}

/// An event that waits for its acknowledgement.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its place in the ledger.
    pub seq: i64,
    /// The shard that orders it.
    pub shard: i16,
    /// Not 0 when it is said once more.
    pub again: i32,
    /// The event.
    pub event: StoredEvent,
}

/// Reads the oldest pending events of the shards held, in ledger order.
///
/// # Errors
/// The server is away, or a row cannot be read.
pub async fn pending(
    connection: &mut PgConnection,
    source: &str,
    shards: &[i16],
    limit: i64,
) -> Result<Vec<Pending>, sqlx::Error> {
    let keys: Vec<(i64, SqlTimestamp, i32)> = sqlx::query_as(
        "SELECT seq, recorded_at, again FROM outbox_pending WHERE shard = ANY($1) ORDER BY seq LIMIT $2",
    )
    .bind(shards)
    .bind(limit)
    .fetch_all(&mut *connection)
    .await?;
    let (Some(oldest), Some(newest)) =
        (keys.iter().map(|key| key.1.to_jiff()).min(), keys.iter().map(|key| key.1.to_jiff()).max())
    else {
        return Ok(Vec::new());
    };
    // The bounds let the planner skip the months that cannot hold these rows.
    let rows = sqlx::query(
        "SELECT * FROM outbox_event WHERE seq = ANY($1) AND recorded_at BETWEEN $2 AND $3 ORDER BY seq",
    )
    .bind(keys.iter().map(|key| key.0).collect::<Vec<_>>())
    .bind(oldest.to_sqlx())
    .bind(newest.to_sqlx())
    .fetch_all(connection)
    .await?;
    let again: std::collections::HashMap<i64, i32> = keys.iter().map(|key| (key.0, key.2)).collect();
    rows.iter()
        .map(|row| {
            let seq = row.try_get("seq")?;
            let again = again.get(&seq).copied().unwrap_or_default();
            Ok(Pending { seq, shard: row.try_get("shard")?, again, event: read(row, source)? })
        })
        .collect()
}

/// Reads one ledger row.
///
/// # Errors
/// A column is missing or of another type.
pub fn read(row: &sqlx::postgres::PgRow, source: &str) -> Result<StoredEvent, sqlx::Error> {
    Ok(StoredEvent {
        id: EventId(row.try_get("event_id")?),
        source: source.to_owned(),
        aggregate: row.try_get("aggregate_id")?,
        version: row.try_get("version")?,
        kind: row.try_get("kind")?,
        region: row.try_get("region")?,
        time: row.try_get::<SqlTimestamp, _>("happened_at")?.to_jiff(),
        actor: row.try_get("actor")?,
        causation: row.try_get::<Option<Uuid>, _>("causation")?.map(EventId),
        trace: row.try_get("trace")?,
        historic: row.try_get("historic")?,
        payload: String::from_utf8(row.try_get("payload")?)
            .map_err(|cause| sqlx::Error::Decode(cause.into()))?,
    })
}

/// Forgets what the stream has acknowledged.
///
/// # Errors
/// The server is away; the events will be published once more, which changes nothing.
pub async fn acknowledged(connection: &mut PgConnection, seqs: &[i64]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM outbox_pending WHERE seq = ANY($1)").bind(seqs).execute(connection).await?;
    Ok(())
}

/// Lays an event aside that the stream will never take; it no longer blocks its shard.
///
/// # Errors
/// The server is away.
pub async fn lay_aside(connection: &mut PgConnection, seq: i64, reason: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH gone AS (DELETE FROM outbox_pending WHERE seq = $1 RETURNING seq, recorded_at)
         INSERT INTO outbox_dead (seq, recorded_at, reason) SELECT seq, recorded_at, $2 FROM gone ON CONFLICT DO NOTHING",
    )
    .bind(seq)
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(())
}

/// Lists versions `from..=to` of an aggregate as pending once more: the healer of gaps asks for this.
///
/// # Errors
/// The server is away.
pub async fn say_again(
    connection: &mut PgConnection,
    aggregate: Uuid,
    from: i64,
    to: i64,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO outbox_pending (shard, seq, recorded_at, again)
         SELECT shard, seq, recorded_at, extract(epoch FROM now())::bigint % 1000000000 + 1 FROM outbox_event WHERE aggregate_id = $1 AND version BETWEEN $2 AND $3
         ON CONFLICT DO NOTHING",
    )
    .bind(aggregate)
    .bind(from)
    .bind(to)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// How many events wait, and for how many seconds the oldest has.
///
/// # Errors
/// The server is away.
pub async fn backlog(connection: &mut PgConnection) -> Result<(i64, f64), sqlx::Error> {
    sqlx::query_as(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::float8 FROM outbox_pending",
    )
    .fetch_one(connection)
    .await
}

/// The newest version of each aggregate among the next ledger rows after `seq` that are older than `settled_seconds`,
/// with the last `seq` looked at. A writer that takes longer than that from its insert to its commit may be passed over.
///
/// # Errors
/// The server is away.
pub async fn heads_after(
    connection: &mut PgConnection,
    seq: i64,
    settled_seconds: f64,
) -> Result<(i64, Vec<(Uuid, i64)>), sqlx::Error> {
    let rows: Vec<(i64, Uuid, i64)> = sqlx::query_as(
        "SELECT seq, aggregate_id, version FROM outbox_event
         WHERE seq > $1 AND recorded_at < now() - make_interval(secs => $2) ORDER BY seq LIMIT 2000",
    )
    .bind(seq)
    .bind(settled_seconds)
    .fetch_all(connection)
    .await?;
    let last = rows.last().map_or(seq, |row| row.0);
    let mut heads = std::collections::BTreeMap::new();
    for (_, aggregate, version) in rows {
        heads.insert(aggregate, version);
    }
    Ok((last, heads.into_iter().collect()))
}
