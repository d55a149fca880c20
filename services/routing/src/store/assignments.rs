//! Hand-overs of cases to units.

use contracts::words::{Mode, Part};
use ids::{AssignmentId, CaseId, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use routing_rules::{Hand, State};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::bad;

/// One row of `assignment`.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) id: AssignmentId,
    pub(crate) case: CaseId,
    pub(crate) unit: UnitCode,
    pub(crate) mode: Mode,
    pub(crate) part: Part,
    pub(crate) round: i32,
    pub(crate) state: State,
    pub(crate) version: i64,
    pub(crate) decided_by: String,
    pub(crate) designated: bool,
    pub(crate) attempt: i32,
    pub(crate) rejected: bool,
    pub(crate) reached: Option<bool>,
    pub(crate) historic: bool,
    pub(crate) dispatched_at: Timestamp,
    pub(crate) signed_at: Option<Timestamp>,
    pub(crate) contacted_at: Option<Timestamp>,
    pub(crate) replied_at: Option<Timestamp>,
    pub(crate) answered_at: Option<Timestamp>,
    /// The hand-over of the unit that passed the case down.
    pub(crate) parent: Option<AssignmentId>,
    /// How many hand-overs the case had before: it tells those of one instant apart.
    pub(crate) place: i16,
}

impl Assignment {
    /// The row as far as the rules need it.
    pub(crate) fn hand(&self) -> Hand {
        Hand {
            state: self.state,
            mode: crate::publish::mode_in(self.mode),
            part: match self.part {
                Part::Lead => routing_rules::Part::Lead,
                Part::Co => routing_rules::Part::Co,
            },
            signed: self.signed_at.is_some(),
            contact: self.reached,
            designated: self.designated,
            attempt: self.attempt,
            rejected: self.rejected,
        }
    }
}

/// Reads all assignments of cases, oldest first. The lock is on the case.
pub(crate) async fn of_cases(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<Assignment>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT * FROM assignment WHERE case_id = ANY($1) ORDER BY round, dispatched_at, place, id",
    )
    .bind(cases)
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Reads one assignment.
pub(crate) async fn get(
    connection: &mut PgConnection,
    id: AssignmentId,
) -> Result<Option<Assignment>, sqlx::Error> {
    let row =
        sqlx::query("SELECT * FROM assignment WHERE id = $1").bind(id.0).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Writes new hand-overs.
pub(crate) async fn insert(connection: &mut PgConnection, rows: &[&Assignment]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO assignment (id, case_id, unit, mode, part, round, state, version, decided_by, designated, attempt,
            rejected, reached, historic, dispatched_at, signed_at, contacted_at, replied_at, answered_at, parent,
            place)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[],
            $8::bigint[], $9::text[], $10::bool[], $11::int[], $12::bool[], $13::bool[], $14::bool[],
            $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::uuid[],
            $21::smallint[])",
    )
    .bind(rows.clone().map(|row| row.id.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.unit.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.mode.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.part.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.state.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.version).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.decided_by.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.designated).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.attempt).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.rejected).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.reached).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.historic).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.dispatched_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.signed_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.contacted_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.replied_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.answered_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.parent.map(|parent| parent.0)).collect::<Vec<_>>())
    .bind(rows.map(|row| row.place).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what can change of a hand-over.
pub(crate) async fn update(connection: &mut PgConnection, rows: &[&Assignment]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "UPDATE assignment old SET state = new.state, version = new.version, designated = new.designated,
            attempt = new.attempt, rejected = new.rejected, reached = new.reached, signed_at = new.signed_at,
            contacted_at = new.contacted_at, replied_at = new.replied_at, answered_at = new.answered_at
         FROM UNNEST($1::uuid[], $2::text[], $3::bigint[], $4::bool[], $5::int[], $6::bool[], $7::bool[],
            $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
            AS new (id, state, version, designated, attempt, rejected, reached, signed_at, contacted_at, replied_at,
                    answered_at)
         WHERE old.id = new.id",
    )
    .bind(rows.clone().map(|row| row.id.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.state.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.version).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.designated).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.attempt).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.rejected).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.reached).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.signed_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.contacted_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.replied_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.map(|row| row.answered_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads one row.
pub(crate) fn read(row: &PgRow) -> Result<Assignment, sqlx::Error> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    let time = |column: &'static str| {
        row.try_get::<Option<SqlTimestamp>, _>(column).map(|at| at.map(SqlTimestamp::to_jiff))
    };
    Ok(Assignment {
        id: AssignmentId(row.try_get("id")?),
        case: CaseId(row.try_get("case_id")?),
        unit: word("unit")?.parse().map_err(|_| bad("assignment.unit"))?,
        mode: word("mode")?.parse().map_err(|_| bad("assignment.mode"))?,
        part: word("part")?.parse().map_err(|_| bad("assignment.part"))?,
        round: row.try_get("round")?,
        state: State::read(&word("state")?).ok_or_else(|| bad("assignment.state"))?,
        version: row.try_get("version")?,
        decided_by: word("decided_by")?,
        designated: row.try_get("designated")?,
        attempt: row.try_get("attempt")?,
        rejected: row.try_get("rejected")?,
        reached: row.try_get("reached")?,
        historic: row.try_get("historic")?,
        parent: row.try_get::<Option<Uuid>, _>("parent")?.map(AssignmentId),
        dispatched_at: row.try_get::<SqlTimestamp, _>("dispatched_at")?.to_jiff(),
        signed_at: time("signed_at")?,
        contacted_at: time("contacted_at")?,
        replied_at: time("replied_at")?,
        answered_at: time("answered_at")?,
        place: row.try_get("place")?,
    })
}
