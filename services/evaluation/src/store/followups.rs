//! Rows of follow-ups: opened many at once, listed by key, completed one by one or by their time.

use evaluation_rules::{FollowUpResult, FollowUpState};
use ids::{CaseId, CaseNumber, FollowUpId, RegionCode};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

use super::unreadable;

/// One that is to be opened.
#[derive(Clone, Debug)]
pub(crate) struct FollowUp {
    pub(crate) id: FollowUpId,
    pub(crate) case: CaseId,
    pub(crate) round: i32,
    pub(crate) number: CaseNumber,
    pub(crate) region: RegionCode,
    pub(crate) opened_at: Timestamp,
    pub(crate) closes_at: Option<Timestamp>,
}

/// One as stored.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) task: FollowUp,
    pub(crate) state: FollowUpState,
    pub(crate) completed_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    case_id: Uuid,
    round: i32,
    number: String,
    region: String,
    result: Option<String>,
    opened_at: SqlTimestamp,
    closes_at: Option<SqlTimestamp>,
    completed_at: Option<SqlTimestamp>,
}

impl TryFrom<Row> for Kept {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let result = row.result.as_deref().map(str::parse::<FollowUpResult>).transpose();
        let result = result.map_err(|_| unreadable("followup.result", row.id))?;
        let task = FollowUp {
            id: FollowUpId(row.id),
            case: CaseId(row.case_id),
            round: row.round,
            number: row.number.parse().map_err(|_| unreadable("followup.number", row.id))?,
            region: row.region.parse().map_err(|_| unreadable("followup.region", row.id))?,
            opened_at: row.opened_at.to_jiff(),
            closes_at: row.closes_at.map(SqlTimestamp::to_jiff),
        };
        let state = result.map_or(FollowUpState::Open, FollowUpState::Completed);
        Ok(Self { task, state, completed_at: row.completed_at.map(SqlTimestamp::to_jiff) })
    }
}

/// Opens follow-ups.
pub(crate) async fn insert(db: &mut PgConnection, tasks: &[FollowUp]) -> Result<(), sqlx::Error> {
    if tasks.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO followup (id, case_id, round, number, region, state, opened_at, closes_at)
         SELECT id, case_id, round, number, region, 'open', opened_at, closes_at
         FROM UNNEST($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
              AS task (id, case_id, round, number, region, opened_at, closes_at)",
    )
    .bind(tasks.iter().map(|task| task.id.0).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.case.0).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.round).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.number.as_str()).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.region.as_str()).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.opened_at.to_sqlx()).collect::<Vec<_>>())
    .bind(tasks.iter().map(|task| task.closes_at.map(Timestamp::to_sqlx)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Loads and locks one by its id.
pub(crate) async fn lock(db: &mut PgConnection, id: FollowUpId) -> Result<Option<Kept>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, case_id, round, number, region, result, opened_at, closes_at, completed_at
         FROM followup WHERE id = $1 FOR UPDATE",
    )
    .bind(id.0)
    .fetch_optional(db)
    .await?;
    row.map(Kept::try_from).transpose()
}

/// Loads and locks that of a round, if the round has one.
pub(crate) async fn lock_of_round(
    db: &mut PgConnection,
    case: CaseId,
    round: i32,
) -> Result<Option<Kept>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, case_id, round, number, region, result, opened_at, closes_at, completed_at
         FROM followup WHERE case_id = $1 AND round = $2 FOR UPDATE",
    )
    .bind(case.0)
    .bind(round)
    .fetch_optional(db)
    .await?;
    row.map(Kept::try_from).transpose()
}

/// Loads and locks those whose time was over at an instant; what another worker has in hand is passed over.
pub(crate) async fn lock_expired(
    db: &mut PgConnection,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, case_id, round, number, region, result, opened_at, closes_at, completed_at
         FROM followup WHERE state = 'open' AND closes_at <= $2
         ORDER BY closes_at LIMIT $1 FOR UPDATE SKIP LOCKED",
    )
    .bind(most)
    .bind(now.to_sqlx())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// Writes down what came of them.
pub(crate) async fn complete(
    db: &mut PgConnection,
    followups: &[FollowUpId],
    result: FollowUpResult,
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE followup SET state = 'completed', result = $2, completed_at = $3, completed_by = $4
         WHERE id = ANY($1) AND state = 'open'",
    )
    .bind(followups.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(result.as_str())
    .bind(at.to_sqlx())
    .bind(by)
    .execute(db)
    .await?;
    Ok(())
}

/// Lists those of a state within a region, oldest first, after a place; of sealed cases those that name the reader.
pub(crate) async fn list(
    db: &mut PgConnection,
    state: &str,
    region: &str,
    after: Option<(Timestamp, FollowUpId)>,
    most: i64,
    (reader, unit): (Uuid, Option<&str>),
) -> Result<Vec<Kept>, sqlx::Error> {
    let (after_at, after_id) = after.unwrap_or((Timestamp::MIN, FollowUpId(Uuid::nil())));
    // PostgreSQL's years end where jiff's begin to matter to nobody.
    let after_at = after_at.max(Timestamp::UNIX_EPOCH);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, case_id, round, number, region, result, opened_at, closes_at, completed_at
         FROM followup
         WHERE state = $1 AND (opened_at, id) > ($2, $3) AND region >= $4 AND region < $4 || ':'
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = followup.case_id
                           AND NOT (seal.hands @> ARRAY[$6::uuid] AND NOT seal.line @> ARRAY[$7::text]))
         ORDER BY opened_at, id LIMIT $5",
    )
    .bind(state)
    .bind(after_at.to_sqlx())
    .bind(after_id.0)
    .bind(region)
    .bind(most)
    .bind(reader)
    .bind(unit)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Kept::try_from).collect()
}
