//! Rows of exclusions: asked, decided, revoked, listed.

use evaluation_rules::ExclusionState;
use ids::{CaseId, UnitCode};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

use super::unreadable;

/// One that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) id: Uuid,
    pub(crate) case: CaseId,
    pub(crate) indicator: &'a str,
    pub(crate) unit: &'a UnitCode,
    pub(crate) reason: &'a str,
    pub(crate) grounds: &'a str,
    pub(crate) evidence: &'a [String],
    pub(crate) pack: &'a evaluation_rules::PackRef,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// One as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) case_id: Uuid,
    pub(crate) indicator: String,
    pub(crate) unit: String,
    pub(crate) reason: String,
    pub(crate) grounds: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) state: String,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) asked_by: String,
    pub(crate) asked_at: SqlTimestamp,
    pub(crate) decided_by: Option<String>,
    pub(crate) decided_at: Option<SqlTimestamp>,
    pub(crate) decision: Option<String>,
    pub(crate) version: i64,
    #[sqlx(skip)]
    pub(crate) steps: Vec<Step>,
}

/// One step as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Step {
    pub(crate) exclusion: Uuid,
    pub(crate) state: String,
    pub(crate) said_by: String,
    pub(crate) said_at: SqlTimestamp,
    pub(crate) words: Option<String>,
}

impl Kept {
    pub(crate) fn standing(&self) -> Result<ExclusionState, sqlx::Error> {
        let found = ExclusionState::ALL.into_iter().find(|state| state.as_str() == self.state);
        found.ok_or_else(|| unreadable("exclusion.state", self.id))
    }
}

/// Writes one down; `false` when one for this case and indicator is asked for or granted already.
pub(crate) async fn insert(db: &mut PgConnection, asked: &Asked<'_>) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "WITH asked AS (
             INSERT INTO exclusion (id, case_id, indicator, unit, reason, grounds, evidence, state, pack_id, pack_version,
                                    asked_by, asked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $8, $9, $10, $11) ON CONFLICT DO NOTHING
             RETURNING id, version, state, asked_by, asked_at
         )
         INSERT INTO exclusion_step (exclusion, seq, state, said_by, said_at) SELECT * FROM asked",
    )
    .bind(asked.id)
    .bind(asked.case.0)
    .bind(asked.indicator)
    .bind(asked.unit.as_str())
    .bind(asked.reason)
    .bind(asked.grounds)
    .bind(asked.evidence)
    .bind(&asked.pack.id)
    .bind(asked.pack.version)
    .bind(asked.by)
    .bind(asked.at.to_sqlx())
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Loads and locks one.
pub(crate) async fn lock(db: &mut PgConnection, id: Uuid) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM exclusion WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(db).await
}

/// Writes a decision down.
pub(crate) async fn decide(
    db: &mut PgConnection,
    id: Uuid,
    state: ExclusionState,
    decision: &str,
    by: &str,
    at: Timestamp,
) -> Result<Kept, sqlx::Error> {
    sqlx::query_as(
        "WITH decided AS (
             UPDATE exclusion SET state = $2, decision = $3, decided_by = $4, decided_at = $5, version = version + 1
             WHERE id = $1 RETURNING *
         ), step AS (
             INSERT INTO exclusion_step (exclusion, seq, state, said_by, said_at, words)
             SELECT id, version, state, decided_by, decided_at, decision FROM decided
         )
         SELECT * FROM decided",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(decision)
    .bind(by)
    .bind(at.to_sqlx())
    .fetch_one(db)
    .await
}

/// Lists those of a state, oldest first; sealed cases are in no list.
pub(crate) async fn list(
    db: &mut PgConnection,
    state: &str,
    unit: Option<&UnitCode>,
    region: &str,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    let (after_at, after_id) = after.unwrap_or((Timestamp::UNIX_EPOCH, Uuid::nil()));
    sqlx::query_as(
        "SELECT exclusion.* FROM exclusion JOIN case_fact USING (case_id)
         WHERE exclusion.state = $1 AND (asked_at, id) > ($2, $3) AND ($4::text IS NULL OR exclusion.unit = $4)
           AND region >= $5 AND region < $5 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = exclusion.case_id)
         ORDER BY asked_at, id LIMIT $6",
    )
    .bind(state)
    .bind(after_at.to_sqlx())
    .bind(after_id)
    .bind(unit.map(UnitCode::as_str))
    .bind(region)
    .bind(most)
    .fetch_all(db)
    .await
}

/// Lays beside each what was said on it, in its order.
pub(crate) async fn with_steps(db: &mut PgConnection, mut kept: Vec<Kept>) -> Result<Vec<Kept>, sqlx::Error> {
    let ids: Vec<Uuid> = kept.iter().map(|one| one.id).collect();
    let steps: Vec<Step> = sqlx::query_as(
        "SELECT exclusion, state, said_by, said_at, words FROM exclusion_step
         WHERE exclusion = ANY($1) ORDER BY exclusion, seq",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    for one in &mut kept {
        one.steps = steps.iter().filter(|step| step.exclusion == one.id).cloned().collect();
    }
    Ok(kept)
}
