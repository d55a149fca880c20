//! Archived files and for how long they are kept.

use contracts::case::PackRef;
use ids::CaseId;
use intake_rules::ArchiveState;
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One row of `archived_file`.
#[derive(Clone, Debug)]
pub(crate) struct Archived {
    pub(crate) edition: i32,
    pub(crate) digest: Vec<u8>,
    pub(crate) bytes: i64,
    pub(crate) entries: i32,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
}

/// One row of `archive_keeping`.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    pub(crate) case_id: Uuid,
    pub(crate) state: ArchiveState,
    pub(crate) retention: String,
    pub(crate) closed_on: Date,
    pub(crate) keep_until: Option<Date>,
    pub(crate) proposed_at: Option<Timestamp>,
    pub(crate) grounds: Option<String>,
    pub(crate) decided_by: Option<String>,
    pub(crate) decided_at: Option<Timestamp>,
    pub(crate) pack: PackRef,
    pub(crate) version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    case_id: Uuid,
    state: String,
    retention: String,
    closed_on: SqlDate,
    keep_until: Option<SqlDate>,
    proposed_by: Option<String>,
    proposed_at: Option<SqlTimestamp>,
    grounds: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<SqlTimestamp>,
    pack_id: String,
    pack_version: i32,
    version: i64,
}

/// Reads the newest archived file of a case.
pub(crate) async fn newest(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<Archived>, sqlx::Error> {
    let row: Option<(i32, Vec<u8>, i64, i32, SqlTimestamp, String)> = sqlx::query_as(
        "SELECT edition, digest, bytes, entries, archived_at, actor FROM archived_file WHERE case_id = $1
         ORDER BY edition DESC LIMIT 1",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(edition, digest, bytes, entries, at, actor)| Archived {
        edition,
        digest,
        bytes,
        entries,
        at: at.to_jiff(),
        actor,
    }))
}

/// Writes an archived file.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    case: CaseId,
    row: &Archived,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO archived_file (case_id, edition, digest, bytes, entries, archived_at, actor)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(case.0)
    .bind(row.edition)
    .bind(&row.digest)
    .bind(row.bytes)
    .bind(row.entries)
    .bind(row.at.to_sqlx())
    .bind(&row.actor)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the archived files of a case out; answers their digests.
pub(crate) async fn forget_files(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("DELETE FROM archived_file WHERE case_id = $1 RETURNING digest")
        .bind(case.0)
        .fetch_all(connection)
        .await
}

/// Reads how a case is kept, locked until the end of the transaction.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<Keeping>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM archive_keeping WHERE case_id = $1 FOR UPDATE")
        .bind(case.0)
        .fetch_optional(connection)
        .await?;
    row.map(Keeping::try_from).transpose()
}

/// Reads what is past its day, oldest first, with the numbers of the cases.
pub(crate) async fn due(
    connection: &mut PgConnection,
    today: Date,
    region: Option<&str>,
    confidential: bool,
    most: i64,
) -> Result<Vec<Keeping>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT k.* FROM archive_keeping k JOIN case_file f USING (case_id)
         WHERE k.state <> 'destroyed' AND k.keep_until < $1 AND ($2::text IS NULL OR f.region LIKE $2 || '%')
           AND (NOT f.confidential OR $3)
         ORDER BY k.keep_until, k.case_id LIMIT $4",
    )
    .bind(today.to_sqlx())
    .bind(region)
    .bind(confidential)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Keeping::try_from).collect()
}

/// Writes how a case is kept, new or changed.
pub(crate) async fn keep(connection: &mut PgConnection, row: &Keeping) -> Result<(), sqlx::Error> {
    let by = match &row.state {
        ArchiveState::Proposed { by } => Some(by.as_str()),
        ArchiveState::Kept | ArchiveState::Destroyed => None,
    };
    sqlx::query(
        "INSERT INTO archive_keeping AS k (case_id, state, retention, closed_on, keep_until, proposed_by, proposed_at,
             grounds, decided_by, decided_at, pack_id, pack_version, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (case_id) DO UPDATE SET state = excluded.state, retention = excluded.retention,
             closed_on = excluded.closed_on, keep_until = excluded.keep_until,
             proposed_by = CASE excluded.state WHEN 'destroyed' THEN k.proposed_by ELSE excluded.proposed_by END,
             proposed_at = excluded.proposed_at, grounds = excluded.grounds, decided_by = excluded.decided_by,
             decided_at = excluded.decided_at, pack_id = excluded.pack_id, pack_version = excluded.pack_version,
             version = excluded.version",
    )
    .bind(row.case_id)
    .bind(word(&row.state))
    .bind(&row.retention)
    .bind(row.closed_on.to_sqlx())
    .bind(row.keep_until.map(|day| day.to_sqlx()))
    .bind(by)
    .bind(row.proposed_at.map(|at| at.to_sqlx()))
    .bind(&row.grounds)
    .bind(&row.decided_by)
    .bind(row.decided_at.map(|at| at.to_sqlx()))
    .bind(&row.pack.id)
    .bind(row.pack.version)
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes every word out of a case: text, title, party, supplements, the public answer's original. Codes and times stay.
pub(crate) async fn empty(connection: &mut PgConnection, case: CaseId) -> Result<(), sqlx::Error> {
    for statement in [
        "UPDATE case_matter SET body = '', party = NULL WHERE case_id = $1",
        "UPDATE case_supplement SET body = '' WHERE case_id = $1",
        "UPDATE case_file SET title = '', phone_index = NULL, query_code_hash = NULL, version = version + 1
         WHERE case_id = $1",
        "UPDATE publication SET original_answer = '' WHERE case_id = $1",
    ] {
        sqlx::query(statement).bind(case.0).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The word of a state in tables and JSON.
pub(crate) fn word(state: &ArchiveState) -> &'static str {
    match state {
        ArchiveState::Kept => "kept",
        ArchiveState::Proposed { .. } => "proposed",
        ArchiveState::Destroyed => "destroyed",
    }
}

impl TryFrom<Row> for Keeping {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let state = match (row.state.as_str(), row.proposed_by) {
            ("kept", _) => ArchiveState::Kept,
            ("proposed", Some(by)) => ArchiveState::Proposed { by },
            ("destroyed", _) => ArchiveState::Destroyed,
            _ => return Err(sqlx::Error::Decode("archive_keeping.state cannot be read".into())),
        };
        Ok(Self {
            case_id: row.case_id,
            state,
            retention: row.retention,
            closed_on: row.closed_on.to_jiff(),
            keep_until: row.keep_until.map(SqlDate::to_jiff),
            proposed_at: row.proposed_at.map(SqlTimestamp::to_jiff),
            grounds: row.grounds,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(SqlTimestamp::to_jiff),
            pack: PackRef { id: row.pack_id, version: row.pack_version },
            version: row.version,
        })
    }
}
