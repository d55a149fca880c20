//! 办理过程: the steps of handling.

use std::collections::HashMap;

use contracts::case::PackRef;
use ids::{AssignmentId, CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlTimestamp, ToSqlx as _};
use routing_rules::step::State;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::bad;

/// What was written down of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) note: Option<String>,
    pub(crate) on: Option<Date>,
    pub(crate) means: Vec<String>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) evidence: Vec<String>,
    pub(crate) facts: Option<String>,
    pub(crate) participants: Vec<String>,
    pub(crate) place: Option<String>,
    pub(crate) result: Option<String>,
    pub(crate) agreement: Option<Agreement>,
    pub(crate) performed: Option<bool>,
    pub(crate) aid: Option<String>,
    pub(crate) checklist: Vec<String>,
    pub(crate) hardship: Option<String>,
}

impl Record {
    /// The same with every text changed by `change`; codes and days stay as they are.
    ///
    /// # Errors
    /// That of `change`.
    pub(crate) fn texts<E>(self, mut change: impl FnMut(String) -> Result<String, E>) -> Result<Self, E> {
        let agreement = self.agreement.map(|made| {
            Ok(Agreement {
                parties: made.parties.into_iter().map(&mut change).collect::<Result<_, E>>()?,
                terms: change(made.terms)?,
            })
        });
        let evidence = self.evidence.into_iter().map(&mut change).collect::<Result<_, E>>()?;
        let mut some = |text: Option<String>| text.map(&mut change).transpose();
        Ok(Self {
            note: some(self.note)?,
            legal_basis: some(self.legal_basis)?,
            facts: some(self.facts)?,
            place: some(self.place)?,
            result: some(self.result)?,
            hardship: some(self.hardship)?,
            agreement: agreement.transpose()?,
            evidence,
            ..self
        })
    }
}

/// An agreement of mediation or settlement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agreement {
    /// Parties by function.
    pub(crate) parties: Vec<String>,
    /// Its terms.
    pub(crate) terms: String,
}

/// One row of `handling_step`.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) id: Uuid,
    pub(crate) case: CaseId,
    pub(crate) assignment: AssignmentId,
    pub(crate) unit: UnitCode,
    pub(crate) code: String,
    pub(crate) state: State,
    pub(crate) pauses: bool,
    pub(crate) record: Record,
    pub(crate) closing: Option<Record>,
    pub(crate) pack: PackRef,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) ended_by: Option<String>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) version: i64,
}

/// Writes a step, or what can change of one that is there.
pub(crate) async fn keep(connection: &mut PgConnection, step: &Step) -> Result<(), sqlx::Error> {
    let json = |record: &Record| serde_json::to_value(record).expect("a record is plain");
    sqlx::query(
        "INSERT INTO handling_step (id, case_id, assignment_id, unit, code, state, pauses, record, closing, pack,
            pack_version, actor, at, ended_by, ended_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, closing = excluded.closing,
            ended_by = excluded.ended_by, ended_at = excluded.ended_at, version = excluded.version",
    )
    .bind(step.id)
    .bind(step.case.0)
    .bind(step.assignment.0)
    .bind(step.unit.as_str())
    .bind(&step.code)
    .bind(step.state.as_str())
    .bind(step.pauses)
    .bind(json(&step.record))
    .bind(step.closing.as_ref().map(json))
    .bind(&step.pack.id)
    .bind(step.pack.version)
    .bind(&step.actor)
    .bind(step.at.to_sqlx())
    .bind(&step.ended_by)
    .bind(step.ended_at.map(|at| at.to_sqlx()))
    .bind(step.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads one step.
pub(crate) async fn get(connection: &mut PgConnection, id: Uuid) -> Result<Option<Step>, sqlx::Error> {
    let row =
        sqlx::query("SELECT * FROM handling_step WHERE id = $1").bind(id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Reads the steps of a case, oldest first.
pub(crate) async fn of_case(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Step>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM handling_step WHERE case_id = $1 ORDER BY at, id")
        .bind(case.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Says whether a step of the case other than `but`, but of the same kind, runs and stops the time.
pub(crate) async fn pausing(
    connection: &mut PgConnection,
    case: CaseId,
    but: Uuid,
    code: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM handling_step
                        WHERE case_id = $1 AND id <> $2 AND state = 'running' AND pauses AND code = $3)",
    )
    .bind(case.0)
    .bind(but)
    .bind(code)
    .fetch_one(connection)
    .await
}

/// Gives up what still runs of a hand-over that its unit no longer has; answers the kinds that stop the time no more.
pub(crate) async fn give_up(
    connection: &mut PgConnection,
    assignment: AssignmentId,
    actor: &str,
    at: Timestamp,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "WITH dropped AS (
            UPDATE handling_step SET state = 'dropped', ended_by = $2, ended_at = $3, version = version + 1
            WHERE assignment_id = $1 AND state = 'running' RETURNING case_id, code, pauses)
         SELECT DISTINCT code FROM dropped WHERE pauses AND NOT EXISTS (
            SELECT 1 FROM handling_step other WHERE other.case_id = dropped.case_id AND other.code = dropped.code
                AND other.assignment_id <> $1 AND other.state = 'running' AND other.pauses)",
    )
    .bind(assignment.0)
    .bind(actor)
    .bind(at.to_sqlx())
    .fetch_all(connection)
    .await
}

/// The newest interim report of each assignment that has one.
pub(crate) async fn newest_interim(
    connection: &mut PgConnection,
    assignments: &[Uuid],
    code: &str,
) -> Result<HashMap<Uuid, Timestamp>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT assignment_id, max(at) AS at FROM handling_step WHERE assignment_id = ANY($1) AND code = $2
         GROUP BY assignment_id",
    )
    .bind(assignments)
    .bind(code)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("assignment_id")?, row.try_get::<SqlTimestamp, _>("at")?.to_jiff())))
        .collect()
}

fn read(row: &PgRow) -> Result<Step, sqlx::Error> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    let record = |value| serde_json::from_value(value).map_err(|_| bad("handling_step.record"));
    let closing: Option<serde_json::Value> = row.try_get("closing")?;
    Ok(Step {
        id: row.try_get("id")?,
        case: CaseId(row.try_get("case_id")?),
        assignment: AssignmentId(row.try_get("assignment_id")?),
        unit: word("unit")?.parse().map_err(|_| bad("handling_step.unit"))?,
        code: word("code")?,
        state: State::read(&word("state")?).ok_or_else(|| bad("handling_step.state"))?,
        pauses: row.try_get("pauses")?,
        record: record(row.try_get("record")?)?,
        closing: closing.map(record).transpose()?,
        pack: PackRef { id: row.try_get("pack")?, version: row.try_get("pack_version")? },
        actor: word("actor")?,
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
        ended_by: row.try_get("ended_by")?,
        ended_at: row.try_get::<Option<SqlTimestamp>, _>("ended_at")?.map(SqlTimestamp::to_jiff),
        version: row.try_get("version")?,
    })
}
