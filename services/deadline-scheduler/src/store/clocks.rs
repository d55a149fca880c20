//! Rows of `clock`.

use deadline_scheduler_rules::{ClockName, State};
use ids::{AssignmentId, CaseId, ClockId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{list, listed, word};

/// One limit of one case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clock {
    pub(crate) id: ClockId,
    pub(crate) case: CaseId,
    pub(crate) name: ClockName,
    pub(crate) entry: String,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) assignment: Option<AssignmentId>,
    pub(crate) round: i32,
    pub(crate) region: RegionCode,
    pub(crate) started_at: Timestamp,
    pub(crate) due_at: Timestamp,
    pub(crate) due_day: Date,
    pub(crate) provisional: bool,
    pub(crate) state: State,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) held: bool,
    pub(crate) matter: Option<Uuid>,
    pub(crate) given: Option<Date>,
    pub(crate) extended: u32,
    pub(crate) times: i16,
    pub(crate) calendar: i32,
    /// What it followed before it was chosen again.
    pub(crate) former: Vec<Past>,
}

/// An entry that a clock followed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Past {
    pub(crate) version: i32,
    pub(crate) entry: String,
    pub(crate) until: Timestamp,
}

/// Loads all clocks of the cases. Whoever means to change them has locked the cases' facts before.
pub(crate) async fn of_cases(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<Clock>, sqlx::Error> {
    sqlx::query("SELECT * FROM clock WHERE case_id = ANY($1) ORDER BY case_id, started_at, clock_id")
        .bind(cases)
        .fetch_all(connection)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Writes new and changed rows.
pub(crate) async fn save(connection: &mut PgConnection, rows: &[&Clock]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns: Vec<Columns> = rows.iter().map(|row| columns(row.state)).collect();
    sqlx::query(
        "INSERT INTO clock (clock_id, case_id, name, entry, unit, assignment, round, region, started_at, due_at,
                            due_day, provisional, state, met_at, late, aside_at, pack_id, pack_version, held, matter, given,
                            extended, times, calendar, former)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[],
                              $8::text[], $9::timestamptz[], $10::timestamptz[], $11::date[], $12::bool[],
                              $13::smallint[], $14::timestamptz[], $15::bool[], $16::timestamptz[], $17::text[],
                              $18::int[], $19::bool[], $20::uuid[], $21::date[], $22::int[], $23::smallint[],
                              $24::int[], $25::text[])
         ON CONFLICT (case_id, clock_id) DO UPDATE SET
            entry = EXCLUDED.entry, unit = EXCLUDED.unit, due_at = EXCLUDED.due_at, due_day = EXCLUDED.due_day,
            provisional = EXCLUDED.provisional, state = EXCLUDED.state, met_at = EXCLUDED.met_at,
            late = EXCLUDED.late, aside_at = EXCLUDED.aside_at, held = EXCLUDED.held,
            pack_version = EXCLUDED.pack_version, extended = EXCLUDED.extended, times = EXCLUDED.times,
            calendar = EXCLUDED.calendar, former = EXCLUDED.former",
    )
    .bind(rows.iter().map(|row| row.id.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.entry.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.unit.as_ref().map(UnitCode::as_str)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.assignment.map(|id| id.0)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.started_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.due_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.due_day.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.provisional).collect::<Vec<_>>())
    .bind(columns.iter().map(|row| row.state).collect::<Vec<_>>())
    .bind(columns.iter().map(|row| row.met_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(columns.iter().map(|row| row.late).collect::<Vec<_>>())
    .bind(columns.iter().map(|row| row.aside_at.map(|at| at.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.pack_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.pack_version).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.held).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.matter).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.given.map(|day| day.to_sqlx())).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| i32::try_from(row.extended).unwrap_or(i32::MAX)).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.times).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.calendar).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| list(&row.former)).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(Default)]
struct Columns {
    state: i16,
    met_at: Option<Timestamp>,
    late: Option<bool>,
    aside_at: Option<Timestamp>,
}

fn columns(state: State) -> Columns {
    match state {
        State::Running | State::Warned { .. } | State::Expired => Columns::default(),
        State::Paused { since } => Columns { state: 1, aside_at: Some(since), ..Columns::default() },
        State::Met { at, late } => Columns { state: 2, met_at: Some(at), late: Some(late), aside_at: None },
        State::Cancelled { at } => Columns { state: 3, aside_at: Some(at), ..Columns::default() },
    }
}

/// Reads a row. An open clock is read as running: what ends or pauses it decides by times alone, so it does not
/// matter there whether its alarms have fired.
pub(crate) fn read(row: &PgRow) -> Result<Clock, sqlx::Error> {
    let instant = |column| Ok::<_, sqlx::Error>(row.try_get::<SqlTimestamp, _>(column)?.to_jiff());
    let state = match row.try_get("state")? {
        0i16 => State::Running,
        1 => State::Paused { since: instant("aside_at")? },
        2 => State::Met { at: instant("met_at")?, late: row.try_get("late")? },
        _ => State::Cancelled { at: instant("aside_at")? },
    };
    Ok(Clock {
        id: ClockId(row.try_get("clock_id")?),
        case: CaseId(row.try_get("case_id")?),
        name: word("clock.name", row.try_get("name")?)?,
        entry: row.try_get("entry")?,
        unit: row.try_get::<Option<&str>, _>("unit")?.map(|unit| word("clock.unit", unit)).transpose()?,
        assignment: row.try_get::<Option<Uuid>, _>("assignment")?.map(AssignmentId),
        round: row.try_get("round")?,
        region: word("clock.region", row.try_get("region")?)?,
        started_at: instant("started_at")?,
        due_at: instant("due_at")?,
        due_day: row.try_get::<SqlDate, _>("due_day")?.to_jiff(),
        provisional: row.try_get("provisional")?,
        state,
        pack_id: row.try_get("pack_id")?,
        pack_version: row.try_get("pack_version")?,
        held: row.try_get("held")?,
        matter: row.try_get("matter")?,
        given: row.try_get::<Option<SqlDate>, _>("given")?.map(|day| day.to_jiff()),
        extended: u32::try_from(row.try_get::<i32, _>("extended")?).unwrap_or(0),
        times: row.try_get("times")?,
        calendar: row.try_get("calendar")?,
        former: listed(row.try_get("former")?)?,
    })
}
