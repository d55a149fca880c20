//! 争议 and 联席会议.

use ids::{AssignmentId, CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::lists::Place;

/// A step of a dispute.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Units refuse the case.
    Opened { case: CaseId, round: i32, assignment: AssignmentId, at: Timestamp },
    /// It was decided.
    Settled {
        case: CaseId,
        by: &'static str,
        to: UnitCode,
        conclusion: Option<String>,
        actor: String,
        at: Timestamp,
    },
}

/// Writes one step; disputes are rare, so each has its own statement.
pub(crate) async fn keep(connection: &mut PgConnection, step: &Step) -> Result<(), sqlx::Error> {
    match step {
        Step::Opened { case, round, assignment, at } => {
            sqlx::query(
                "INSERT INTO dispute (case_id, round, assignment_id, opened_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING",
            )
            .bind(case.0)
            .bind(round)
            .bind(assignment.0)
            .bind(at.to_sqlx())
            .execute(connection)
            .await?;
        }
        Step::Settled { case, by, to, conclusion, actor, at } => {
            sqlx::query(
                "UPDATE dispute SET settled_at = $2, settled_by = $3, to_unit = $4, conclusion = $5, actor = $6
                 WHERE case_id = $1 AND settled_at IS NULL",
            )
            .bind(case.0)
            .bind(at.to_sqlx())
            .bind(by)
            .bind(to.as_str())
            .bind(conclusion)
            .bind(actor)
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}

/// One row of `dispute`.
#[derive(Clone, Debug)]
pub(crate) struct Dispute {
    pub(crate) case: CaseId,
    pub(crate) round: i32,
    pub(crate) assignment: AssignmentId,
    pub(crate) opened_at: Timestamp,
    pub(crate) settled_at: Option<Timestamp>,
    pub(crate) settled_by: Option<String>,
    pub(crate) to_unit: Option<String>,
    pub(crate) conclusion: Option<String>,
    pub(crate) actor: Option<String>,
}

/// Reads the disputes of a case, oldest first.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Dispute>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM dispute WHERE case_id = $1 ORDER BY opened_at")
        .bind(case.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Reads the open disputes of a region, the longest open first. One whose case went another way is open no more.
pub(crate) async fn open(
    connection: &mut PgConnection,
    prefix: &str,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Dispute>, sqlx::Error> {
    let floor = Place { at: "1000-01-01T00:00:00Z".parse().expect("a time"), id: Uuid::nil() };
    let after = after.unwrap_or(floor);
    let rows = sqlx::query(
        "SELECT dispute.* FROM dispute JOIN case_route USING (case_id)
            JOIN assignment ON assignment.id = assignment_id AND assignment.state = 'returning'
         WHERE settled_at IS NULL AND (opened_at, dispute.case_id) > ($1, $2) AND starts_with(region, $3)
           AND NOT confidential
         ORDER BY opened_at, dispute.case_id LIMIT $4",
    )
    .bind(after.at.to_sqlx())
    .bind(after.id)
    .bind(prefix)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<Dispute, sqlx::Error> {
    Ok(Dispute {
        case: CaseId(row.try_get("case_id")?),
        round: row.try_get("round")?,
        assignment: AssignmentId(row.try_get("assignment_id")?),
        opened_at: row.try_get::<SqlTimestamp, _>("opened_at")?.to_jiff(),
        settled_at: row.try_get::<Option<SqlTimestamp>, _>("settled_at")?.map(SqlTimestamp::to_jiff),
        settled_by: row.try_get("settled_by")?,
        to_unit: row.try_get("to_unit")?,
        conclusion: row.try_get("conclusion")?,
        actor: row.try_get("actor")?,
    })
}

/// The record of a conference.
#[derive(Clone, Debug)]
pub(crate) struct Conference {
    pub(crate) id: Uuid,
    pub(crate) case: CaseId,
    pub(crate) held_on: Date,
    pub(crate) chair: String,
    pub(crate) participants: Vec<String>,
    pub(crate) conclusion: String,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
}

/// Writes a record; the same id again changes nothing.
pub(crate) async fn confer(connection: &mut PgConnection, row: &Conference) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO conference (id, case_id, held_on, chair, participants, conclusion, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(row.id)
    .bind(row.case.0)
    .bind(row.held_on.to_sqlx())
    .bind(&row.chair)
    .bind(&row.participants)
    .bind(&row.conclusion)
    .bind(&row.actor)
    .bind(row.at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the conferences about a case, oldest first.
pub(crate) async fn conferences(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Conference>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM conference WHERE case_id = $1 ORDER BY at")
        .bind(case.0)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Conference {
                id: row.try_get("id")?,
                case: CaseId(row.try_get("case_id")?),
                held_on: row.try_get::<SqlDate, _>("held_on")?.to_jiff(),
                chair: row.try_get("chair")?,
                participants: row.try_get("participants")?,
                conclusion: row.try_get("conclusion")?,
                actor: row.try_get("actor")?,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
            })
        })
        .collect()
}
