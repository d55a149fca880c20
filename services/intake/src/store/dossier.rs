//! The dossier (全程留痕): entries appended to the chain of each case.

use std::collections::HashMap;

use contracts::{Event, StoredEvent};
use ids::{CaseId, EventId, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::chain::{self, Hash};

/// Something that happened, not yet in the chain.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub(crate) case_id: Uuid,
    pub(crate) event_id: EventId,
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) happened_at: Timestamp,
    pub(crate) actor: String,
    /// JSON text.
    pub(crate) detail: String,
}

/// An entry of the dossier.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) seq: i32,
    pub(crate) what: Happening,
    pub(crate) hash: Vec<u8>,
}

/// Where the chain of each case ends.
#[derive(Debug, Default)]
pub(crate) struct Heads(HashMap<Uuid, (i32, Hash)>);

/// Reads where chains end. The case rows must be locked before, in an earlier statement: then nobody appends meanwhile.
pub(crate) async fn heads(connection: &mut PgConnection, cases: &[Uuid]) -> Result<Heads, sqlx::Error> {
    let rows: Vec<(Uuid, i32, Vec<u8>)> = sqlx::query_as(
        "SELECT asked.case_id, head.seq, head.hash FROM UNNEST($1::uuid[]) AS asked (case_id)
         CROSS JOIN LATERAL (SELECT seq, hash FROM dossier_entry d WHERE d.case_id = asked.case_id
                             ORDER BY seq DESC LIMIT 1) head",
    )
    .bind(cases)
    .fetch_all(connection)
    .await?;
    let mut heads = Heads::default();
    for (case, seq, hash) in rows {
        let hash =
            hash.try_into().map_err(|_| sqlx::Error::Decode("dossier_entry.hash: not 32 bytes".into()))?;
        heads.0.insert(case, (seq, hash));
    }
    Ok(heads)
}

/// Appends happenings to the chains, in the order given.
pub(crate) async fn append(
    connection: &mut PgConnection,
    heads: &mut Heads,
    happenings: &[Happening],
) -> Result<(), sqlx::Error> {
    if happenings.is_empty() {
        return Ok(());
    }
    let mut places = Vec::with_capacity(happenings.len());
    for what in happenings {
        let (seq, hash) = heads.0.entry(what.case_id).or_insert((0, chain::START));
        *seq += 1;
        *hash = chain::link(hash, *seq, what);
        places.push((*seq, *hash));
    }
    let rows = happenings.iter();
    sqlx::query(
        "INSERT INTO dossier_entry (case_id, seq, event_id, source, kind, happened_at, actor, detail, hash)
         SELECT case_id, seq, event_id, source, kind, happened_at, actor, detail::json, hash
         FROM UNNEST($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
                     $8::text[], $9::bytea[])
             AS t (case_id, seq, event_id, source, kind, happened_at, actor, detail, hash)",
    )
    .bind(rows.clone().map(|row| row.case_id).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.event_id.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.source.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.happened_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.actor.as_str()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.detail.as_str()).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.1.as_slice()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i32,
    event_id: Uuid,
    source: String,
    kind: String,
    happened_at: SqlTimestamp,
    actor: String,
    detail: String,
    hash: Vec<u8>,
}

/// Reads the dossier of a case from the first entry on.
pub(crate) async fn of_case(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Entry>, sqlx::Error> {
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT seq, event_id, source, kind, happened_at, actor, detail::text AS detail, hash
         FROM dossier_entry WHERE case_id = $1 ORDER BY seq",
    )
    .bind(case.0)
    .fetch_all(connection)
    .await?;
    let entry = |row: EntryRow| Entry {
        seq: row.seq,
        what: Happening {
            case_id: case.0,
            event_id: EventId(row.event_id),
            source: row.source,
            kind: row.kind,
            happened_at: row.happened_at.to_jiff(),
            actor: row.actor,
            detail: row.detail,
        },
        hash: row.hash,
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Says whether a unit was ever given a case.
pub(crate) async fn had(
    connection: &mut PgConnection,
    case: CaseId,
    unit: &UnitCode,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM dossier_entry
                        WHERE case_id = $1 AND kind = 'assignment.dispatched' AND detail->>'unit' = $2)",
    )
    .bind(case.0)
    .bind(unit.as_str())
    .fetch_one(connection)
    .await
}

impl From<&Event> for Happening {
    fn from(event: &Event) -> Self {
        Self {
            case_id: event.aggregate,
            event_id: event.id,
            source: event.source.clone(),
            kind: event.body.kind().to_owned(),
            happened_at: crate::app::kept(event.time),
            actor: event.actor.clone(),
            detail: String::from_utf8_lossy(&event.body.to_json()).into_owned(),
        }
    }
}

impl From<&StoredEvent> for Happening {
    fn from(event: &StoredEvent) -> Self {
        Self {
            case_id: event.aggregate,
            event_id: event.id,
            source: event.source.clone(),
            kind: event.kind.clone(),
            happened_at: crate::app::kept(event.time),
            actor: event.actor.clone(),
            detail: without_wording(&event.payload),
        }
    }
}

/// The words of the citizen stand in the case itself; the dossier of steps does not repeat them.
fn without_wording(payload: &str) -> String {
    let Ok(serde_json::Value::Object(mut body)) = serde_json::from_str(payload) else {
        return payload.to_owned();
    };
    match body.remove("wording") {
        Some(_) => serde_json::Value::Object(body).to_string(),
        None => payload.to_owned(),
    }
}
