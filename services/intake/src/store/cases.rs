//! Cases as they are written: many registered at once, many changed at once.

use std::collections::HashSet;

use contracts::case::PackRef;
use ids::{CaseId, CaseNumber};
use intake_rules::{Life, State};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx};
use sqlx::PgConnection;
use uuid::Uuid;

/// A case to be registered.
#[derive(Clone, Debug)]
pub(crate) struct NewCase {
    pub(crate) case_id: CaseId,
    pub(crate) kind: &'static str,
    pub(crate) subject: Option<String>,
    pub(crate) channel: &'static str,
    pub(crate) region: String,
    pub(crate) urgency: &'static str,
    pub(crate) state: State,
    pub(crate) pack: PackRef,
    pub(crate) confidential: bool,
    pub(crate) historic: bool,
    pub(crate) multi_unit: bool,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) received_at: Timestamp,
    pub(crate) phone_index: Option<Vec<u8>>,
    pub(crate) party: Option<Vec<u8>>,
    pub(crate) query_code_hash: Option<Vec<u8>>,
    pub(crate) source_key: Option<String>,
    pub(crate) unit_hint: Option<String>,
    pub(crate) mode_hint: Option<&'static str>,
}

/// Takes a block of serials for case numbers.
pub(crate) async fn serials(connection: &mut PgConnection, count: usize) -> Result<Vec<i64>, sqlx::Error> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query_scalar("SELECT nextval('case_serial') FROM generate_series(1, $1)")
        .bind(count)
        .fetch_all(connection)
        .await
}

/// Writes cases; those whose id is there already are left alone and not in the answer.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    cases: &[(&NewCase, &CaseNumber)],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    macro_rules! column {
        ($case:ident => $value:expr) => {
            cases.iter().map(|($case, _)| $value).collect::<Vec<_>>()
        };
    }
    let written: Vec<Uuid> = sqlx::query_scalar(
        // Written in the order of ids, so that two imports of the same rows queue up instead of deadlocking.
        "WITH t AS (
            SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::text[], $9::text[], $10::int[], $11::bool[], $12::bool[], $13::bool[], $14::text[],
                $15::timestamptz[], $16::bytea[], $17::bytea[], $18::text[],
                $19::text[], $20::bytea[], $21::text[], $22::text[])
            AS t (case_id, number, kind, subject, channel, region, urgency, state, pack_id, pack_version, confidential,
                  historic, multi_unit, title, received_at, phone_index, query_code_hash, source_key,
                  body, party, unit_hint, mode_hint)),
         filed AS (
            INSERT INTO case_file (case_id, number, kind, subject, channel, region, urgency, state, pack_id,
                pack_version, confidential, historic, multi_unit, title, received_at, phone_index, query_code_hash,
                source_key)
            SELECT case_id, number, kind, subject, channel, region, urgency, state, pack_id,
                pack_version, confidential, historic, multi_unit, title, received_at, phone_index, query_code_hash,
                source_key
            FROM t ORDER BY case_id
            ON CONFLICT (case_id) DO NOTHING RETURNING case_id)
         INSERT INTO case_matter (case_id, body, party, unit_hint, mode_hint)
         SELECT t.case_id, t.body, t.party, t.unit_hint, t.mode_hint FROM t JOIN filed USING (case_id)
         RETURNING case_id",
    )
    .bind(column!(case => case.case_id.0))
    .bind(cases.iter().map(|(_, number)| number.as_str()).collect::<Vec<_>>())
    .bind(column!(case => case.kind))
    .bind(column!(case => case.subject.as_deref()))
    .bind(column!(case => case.channel))
    .bind(column!(case => case.region.as_str()))
    .bind(column!(case => case.urgency))
    .bind(column!(case => case.state.as_str()))
    .bind(column!(case => case.pack.id.as_str()))
    .bind(column!(case => case.pack.version))
    .bind(column!(case => case.confidential))
    .bind(column!(case => case.historic))
    .bind(column!(case => case.multi_unit))
    .bind(column!(case => case.title.as_str()))
    .bind(column!(case => case.received_at.to_sqlx()))
    .bind(column!(case => case.phone_index.as_deref()))
    .bind(column!(case => case.query_code_hash.as_deref()))
    .bind(column!(case => case.source_key.as_deref()))
    .bind(column!(case => case.body.as_str()))
    .bind(column!(case => case.party.as_deref()))
    .bind(column!(case => case.unit_hint.as_deref()))
    .bind(column!(case => case.mode_hint))
    .fetch_all(connection)
    .await?;
    Ok(written.into_iter().collect())
}

/// The part of a case that commands and reports change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) case_id: Uuid,
    pub(crate) life: Life,
    pub(crate) unit: Option<String>,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) reason: Option<String>,
    pub(crate) supplements: i32,
    pub(crate) version: i64,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    case_id: Uuid,
    state: String,
    round: i32,
    closed_round: i32,
    unit: Option<String>,
    due_at: Option<SqlTimestamp>,
    reason: Option<String>,
    supplements: i32,
    version: i64,
}

impl TryFrom<StandingRow> for Standing {
    type Error = sqlx::Error;
    fn try_from(row: StandingRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            case_id: row.case_id,
            life: Life { state: state(&row.state)?, round: row.round, closed_round: row.closed_round },
            unit: row.unit,
            due_at: row.due_at.map(SqlTimestamp::to_jiff),
            reason: row.reason,
            supplements: row.supplements,
            version: row.version,
        })
    }
}

/// Reads the word of the column `state`.
pub(crate) fn state(word: &str) -> Result<State, sqlx::Error> {
    State::read(word).ok_or_else(|| sqlx::Error::Decode(format!("case_file.state: {word}").into()))
}

/// Locks cases for a change, in the order of ids, which is the order everywhere.
pub(crate) async fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Standing>, sqlx::Error> {
    let rows: Vec<StandingRow> = sqlx::query_as(
        "SELECT case_id, state, round, closed_round, unit, due_at, reason, supplements, version FROM case_file
         WHERE case_id = ANY($1) ORDER BY case_id FOR NO KEY UPDATE",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Standing::try_from).collect()
}

/// Stores what was changed of cases that [`lock`] holds.
pub(crate) async fn update(connection: &mut PgConnection, changed: &[&Standing]) -> Result<(), sqlx::Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let rows = changed.iter();
    let done = sqlx::query(
        "UPDATE case_file f SET state = t.state, round = t.round, closed_round = t.closed_round, unit = t.unit,
             due_at = t.due_at, reason = t.reason, supplements = t.supplements, version = t.version
         FROM UNNEST($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::text[],
                     $8::int[], $9::bigint[])
             AS t (case_id, state, round, closed_round, unit, due_at, reason, supplements, version)
         WHERE f.case_id = t.case_id",
    )
    .bind(rows.clone().map(|row| row.case_id).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.life.state.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.life.round).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.life.closed_round).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.unit.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.due_at.map(ToSqlx::to_sqlx)).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.reason.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.supplements).collect::<Vec<_>>())
    .bind(rows.map(|row| row.version).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    if done.rows_affected() == changed.len() as u64 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Says whether a case is sealed.
pub(crate) async fn is_sealed(connection: &mut PgConnection, case: Uuid) -> Result<bool, sqlx::Error> {
    let sealed = sqlx::query_scalar("SELECT confidential FROM case_file WHERE case_id = $1");
    Ok(sealed.bind(case).fetch_optional(connection).await?.unwrap_or(false))
}
