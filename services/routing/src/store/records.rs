//! What was said and asked about a hand-over: replies, contacts, returns. Texts stay in these tables.

use ids::{AssignmentId, CaseId};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

/// One row of `reply`.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) assignment: AssignmentId,
    pub(crate) attempt: i32,
    pub(crate) public_text: String,
    pub(crate) internal_text: Option<String>,
    pub(crate) outcome: String,
    pub(crate) reasons: Option<String>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) completed_on: Option<Date>,
    pub(crate) met_on: Option<Date>,
    pub(crate) public: bool,
    /// 成因, by a code of the pack.
    pub(crate) cause: Option<String>,
    /// 整改, by a code of the pack.
    pub(crate) remedy: Option<String>,
    pub(crate) state: &'static str,
    pub(crate) reject_reason: Option<String>,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
}

impl Reply {
    /// Says whether this is the same reply, sent once more.
    pub(crate) fn repeats(&self, other: &Reply) -> bool {
        self.public_text == other.public_text
            && self.internal_text == other.internal_text
            && self.outcome == other.outcome
            && self.reasons == other.reasons
            && self.legal_basis == other.legal_basis
            && self.handler == other.handler
            && self.completed_on == other.completed_on
            && self.met_on == other.met_on
            && self.public == other.public
            && self.cause == other.cause
            && self.remedy == other.remedy
    }
}

/// Writes replies; one that is there already has its state and its reason of rejection changed.
pub(crate) async fn keep_replies(connection: &mut PgConnection, rows: &[Reply]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO reply (assignment_id, attempt, public_text, internal_text, outcome, reasons, legal_basis, handler,
            completed_on, met_on, public, state, reject_reason, actor, at, cause, remedy)
         SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::date[], $10::date[], $11::bool[], $12::text[], $13::text[], $14::text[], $15::timestamptz[],
            $16::text[], $17::text[])
         ON CONFLICT (assignment_id, attempt)
            DO UPDATE SET state = excluded.state, reject_reason = excluded.reject_reason",
    )
    .bind(rows.clone().map(|row| row.assignment.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.attempt).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.public_text.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.internal_text.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.outcome.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.reasons.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.legal_basis.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.handler.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.completed_on.map(|day| day.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.met_on.map(|day| day.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.public).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.state).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.reject_reason.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.actor.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.cause.as_deref()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.remedy.as_deref()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the newest reply of each assignment that has one.
pub(crate) async fn newest_replies(
    connection: &mut PgConnection,
    assignments: &[AssignmentId],
) -> Result<Vec<Reply>, sqlx::Error> {
    if assignments.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(
        "SELECT DISTINCT ON (assignment_id) * FROM reply WHERE assignment_id = ANY($1)
         ORDER BY assignment_id, attempt DESC",
    )
    .bind(assignments.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// The answer that the citizen of a case has.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// The code of the unit that gave it.
    pub(crate) unit: String,
    pub(crate) round: i32,
    /// The result of the case, or of the one it was answered with, is secret.
    pub(crate) secret: bool,
}

/// Reads the reply that the citizen of a case has: that of the newest round which was answered, be it with the case that
/// it waited on.
pub(crate) async fn released(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<Answer>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT reply.*, assignment.unit, coalesce(told.round, assignment.round) AS round,
                EXISTS (SELECT FROM result_secret s WHERE s.case_id IN ($1, assignment.case_id)) AS secret
         FROM (SELECT $1::uuid AS case_id, NULL::int AS round, NULL::timestamptz AS at
               UNION ALL SELECT root, round, at FROM answered_with WHERE case_id = $1) told
         JOIN assignment USING (case_id)
         JOIN reply ON reply.assignment_id = assignment.id AND reply.attempt = assignment.attempt
         WHERE assignment.state = 'answered' AND reply.state = 'released'
           AND (told.at IS NULL OR assignment.answered_at = told.at)
         ORDER BY round DESC, reply.at DESC LIMIT 1",
    )
    .bind(case.0)
    .fetch_optional(connection)
    .await?;
    let answer = |row: PgRow| {
        Ok(Answer {
            reply: read(&row)?,
            unit: row.try_get("unit")?,
            round: row.try_get("round")?,
            secret: row.try_get("secret")?,
        })
    };
    row.map(answer).transpose()
}

pub(super) fn read(row: &PgRow) -> Result<Reply, sqlx::Error> {
    let day =
        |column: &'static str| row.try_get::<Option<SqlDate>, _>(column).map(|day| day.map(SqlDate::to_jiff));
    let state: String = row.try_get("state")?;
    Ok(Reply {
        assignment: AssignmentId(row.try_get("assignment_id")?),
        attempt: row.try_get("attempt")?,
        public_text: row.try_get("public_text")?,
        internal_text: row.try_get("internal_text")?,
        outcome: row.try_get("outcome")?,
        reasons: row.try_get("reasons")?,
        legal_basis: row.try_get("legal_basis")?,
        handler: row.try_get("handler")?,
        completed_on: day("completed_on")?,
        met_on: day("met_on")?,
        public: row.try_get("public")?,
        cause: row.try_get("cause")?,
        remedy: row.try_get("remedy")?,
        state: ["given", "under-review", "released", "rejected"]
            .into_iter()
            .find(|word| *word == state)
            .ok_or_else(|| super::bad("reply.state"))?,
        reject_reason: row.try_get("reject_reason")?,
        actor: row.try_get("actor")?,
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
    })
}

/// One try to reach the citizen.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub(crate) assignment: AssignmentId,
    pub(crate) at: Timestamp,
    pub(crate) reached: bool,
    pub(crate) note: Option<String>,
    pub(crate) actor: String,
}

/// Writes contacts.
pub(crate) async fn keep_contacts(
    connection: &mut PgConnection,
    rows: &[Contact],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO contact (assignment_id, at, reached, note, actor)
         SELECT * FROM UNNEST($1::uuid[], $2::timestamptz[], $3::bool[], $4::text[], $5::text[])
         ON CONFLICT DO NOTHING",
    )
    .bind(rows.clone().map(|row| row.assignment.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.reached).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.note.as_deref()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.actor.as_str()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads every try of a hand-over, oldest first.
pub(crate) async fn contacts_of(
    connection: &mut PgConnection,
    assignment: AssignmentId,
) -> Result<Vec<Contact>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM contact WHERE assignment_id = $1 ORDER BY at")
        .bind(assignment.0)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Contact {
                assignment,
                at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                reached: row.try_get("reached")?,
                note: row.try_get("note")?,
                actor: row.try_get("actor")?,
            })
        })
        .collect()
}

/// A return asked for, or the centre's word on it.
#[derive(Clone, Debug)]
pub(crate) enum Return {
    /// 退单.
    Asked {
        assignment: AssignmentId,
        at: Timestamp,
        reason: String,
        explanation: Option<String>,
        actor: String,
    },
    /// 退单审核.
    Decided { assignment: AssignmentId, at: Timestamp, agreed: bool, reason: Option<String>, actor: String },
}

/// Writes one step of a return; returns are rare, so each has its own statement.
pub(crate) async fn keep_return(connection: &mut PgConnection, step: &Return) -> Result<(), sqlx::Error> {
    match step {
        Return::Asked { assignment, at, reason, explanation, actor } => {
            sqlx::query(
                "INSERT INTO assignment_return (assignment_id, asked_at, reason, explanation, actor)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(assignment.0)
            .bind(at.to_sqlx())
            .bind(reason)
            .bind(explanation)
            .bind(actor)
            .execute(connection)
            .await?;
        }
        Return::Decided { assignment, at, agreed, reason, actor } => {
            sqlx::query(
                "UPDATE assignment_return SET decided_at = $2, agreed = $3, decision = $4, decided_by = $5
                 WHERE assignment_id = $1 AND decided_at IS NULL",
            )
            .bind(assignment.0)
            .bind(at.to_sqlx())
            .bind(agreed)
            .bind(reason)
            .bind(actor)
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}
