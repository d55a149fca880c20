//! The long-term register: what cannot be solved now.

use contracts::case::PackRef;
use ids::{AssignmentId, CaseId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use routing_rules::deferral::{Entry, State};
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::bad;

/// One row of `register`.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) case: CaseId,
    pub(crate) assignment: AssignmentId,
    pub(crate) unit: UnitCode,
    pub(crate) region: RegionCode,
    pub(crate) entry: Entry,
    pub(crate) reason: String,
    pub(crate) pack: PackRef,
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) version: i64,
}

/// Writes an entry.
pub(crate) async fn keep(connection: &mut PgConnection, row: &Kept) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO register (case_id, assignment_id, unit, region, state, reason, review_on, pack, pack_version,
            actor, at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (case_id) DO UPDATE SET assignment_id = excluded.assignment_id, unit = excluded.unit,
            state = excluded.state, reason = excluded.reason, review_on = excluded.review_on, pack = excluded.pack,
            pack_version = excluded.pack_version, actor = excluded.actor, at = excluded.at,
            version = excluded.version",
    )
    .bind(row.case.0)
    .bind(row.assignment.0)
    .bind(row.unit.as_str())
    .bind(row.region.as_str())
    .bind(row.entry.state.as_str())
    .bind(&row.reason)
    .bind(row.entry.until.to_sqlx())
    .bind(&row.pack.id)
    .bind(row.pack.version)
    .bind(&row.actor)
    .bind(row.at.to_sqlx())
    .bind(row.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads the entries of cases that have one.
pub(crate) async fn of_cases(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<Kept>, sqlx::Error> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT * FROM register WHERE case_id = ANY($1)")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Where a page of the register ended.
pub(crate) type Place = (Date, Uuid);

/// What is on file and to be looked at by a day, the most urgent first; of one unit, if one is named. Sealed cases are left out.
pub(crate) async fn due(
    connection: &mut PgConnection,
    unit: Option<&UnitCode>,
    prefix: &str,
    by: Option<Date>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(Kept, String)>, sqlx::Error> {
    let (day, case) = after.map_or((None, Uuid::nil()), |(day, case)| (Some(day.to_sqlx()), case));
    let rows = sqlx::query(
        "SELECT register.*, number FROM register JOIN case_route USING (case_id)
         WHERE register.state = 'kept' AND NOT confidential AND ($1::text IS NULL OR unit = $1)
           AND starts_with(register.region, $2) AND ($3::date IS NULL OR review_on <= $3)
           AND ($4::date IS NULL OR (review_on, case_id) > ($4, $5))
         ORDER BY review_on, case_id LIMIT $6",
    )
    .bind(unit.map(UnitCode::as_str))
    .bind(prefix)
    .bind(by.map(|day| day.to_sqlx()))
    .bind(day)
    .bind(case)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((read(row)?, row.try_get("number")?))).collect()
}

/// Writes down what was decided at a review.
pub(crate) async fn reviewed(
    connection: &mut PgConnection,
    case: CaseId,
    at: Timestamp,
    word: &str,
    note: &str,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO register_review (case_id, at, word, note, actor) VALUES ($1, $2, $3, $4, $5)")
        .bind(case.0)
        .bind(at.to_sqlx())
        .bind(word)
        .bind(note)
        .bind(actor)
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &PgRow) -> Result<Kept, sqlx::Error> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    Ok(Kept {
        case: CaseId(row.try_get("case_id")?),
        assignment: AssignmentId(row.try_get("assignment_id")?),
        unit: word("unit")?.parse().map_err(|_| bad("register.unit"))?,
        region: word("region")?.parse().map_err(|_| bad("register.region"))?,
        entry: Entry {
            state: State::read(&word("state")?).ok_or_else(|| bad("register.state"))?,
            until: row.try_get::<SqlDate, _>("review_on")?.to_jiff(),
        },
        reason: word("reason")?,
        pack: PackRef { id: row.try_get("pack")?, version: row.try_get("pack_version")? },
        actor: word("actor")?,
        at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
        version: row.try_get("version")?,
    })
}
