//! Where each accepted case is.

use contracts::{
    case::PackRef,
    words::{Kind, Mode, Urgency},
};
use ids::{AssignmentId, CaseId, CaseNumber, RegionCode, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use routing_rules::dispatch::Candidate;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::bad;

/// Where a case stands, as routing sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteState {
    /// A dispatcher must choose a unit.
    Waiting,
    /// A unit has it.
    Dispatched,
    /// The citizen has the answer of this round.
    Answered,
    /// Closed or withdrawn.
    Closed,
}

impl RouteState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Dispatched => "dispatched",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Dispatched, Self::Answered, Self::Closed]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// One row of `case_route`.
#[derive(Clone, Debug)]
pub(crate) struct CaseRoute {
    pub(crate) case: CaseId,
    pub(crate) number: CaseNumber,
    pub(crate) region: RegionCode,
    pub(crate) kind: Kind,
    pub(crate) urgency: Urgency,
    pub(crate) pack: PackRef,
    pub(crate) confidential: bool,
    pub(crate) multi_unit: bool,
    pub(crate) historic: bool,
    pub(crate) state: RouteState,
    pub(crate) round: i32,
    pub(crate) mode_hint: Option<Mode>,
    pub(crate) unit_hint: Option<UnitCode>,
    pub(crate) returns: i32,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) title: Option<String>,
    pub(crate) received_at: Timestamp,
    pub(crate) accepted_at: Timestamp,
    pub(crate) version: i64,
}

/// Reads and locks cases in the order of their ids, so that two workers never wait in a circle.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<CaseRoute>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM case_route WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Reads and locks the cases of assignments.
pub(crate) async fn lock_of(
    connection: &mut PgConnection,
    assignments: &[AssignmentId],
) -> Result<Vec<CaseRoute>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT * FROM case_route WHERE case_id IN (SELECT case_id FROM assignment WHERE id = ANY($1))
         ORDER BY case_id FOR UPDATE",
    )
    .bind(assignments.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

/// Reads one case without locking it.
pub(crate) async fn get(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Option<CaseRoute>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM case_route WHERE case_id = $1")
        .bind(case.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Writes new cases.
pub(crate) async fn insert(connection: &mut PgConnection, rows: &[&CaseRoute]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO case_route (case_id, number, region, kind, urgency, pack, pack_version, confidential, multi_unit,
            historic, state, round, mode_hint, unit_hint, returns, candidates, title, received_at, accepted_at, version)
         SELECT case_id, number, region, kind, urgency, pack, pack_version, confidential, multi_unit, historic, state,
            round, mode_hint, unit_hint, returns, candidates::jsonb, title, received_at, accepted_at, version
         FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bool[],
            $9::bool[], $10::bool[], $11::text[], $12::int[], $13::text[], $14::text[], $15::int[], $16::text[],
            $17::text[], $18::timestamptz[], $19::timestamptz[], $20::bigint[])
            AS new (case_id, number, region, kind, urgency, pack, pack_version, confidential, multi_unit, historic,
                    state, round, mode_hint, unit_hint, returns, candidates, title, received_at, accepted_at, version)",
    )
    .bind(rows.clone().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.number.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.region.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.kind.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.urgency.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.pack.id.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.pack.version).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.confidential).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.multi_unit).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.historic).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.state.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.mode_hint.map(Mode::as_str)).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.unit_hint.as_ref().map(UnitCode::as_str)).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.returns).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| json(&row.candidates)).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.title.as_deref()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.received_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.accepted_at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.version).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what can change of a case.
pub(crate) async fn update(connection: &mut PgConnection, rows: &[&CaseRoute]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "UPDATE case_route old SET state = new.state, round = new.round, returns = new.returns,
            candidates = new.candidates::jsonb, version = new.version
         FROM UNNEST($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::bigint[])
              AS new (case_id, state, round, returns, candidates, version)
         WHERE old.case_id = new.case_id",
    )
    .bind(rows.clone().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.state.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.returns).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| json(&row.candidates)).collect::<Vec<_>>())
    .bind(rows.map(|row| row.version).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

fn json(candidates: &[Candidate]) -> String {
    serde_json::to_string(candidates).expect("candidates are plain structs")
}

/// Reads one row.
pub(crate) fn read(row: &PgRow) -> Result<CaseRoute, sqlx::Error> {
    let word = |column: &'static str| row.try_get::<String, _>(column);
    let mode: Option<String> = row.try_get("mode_hint")?;
    let unit: Option<String> = row.try_get("unit_hint")?;
    let candidates: serde_json::Value = row.try_get("candidates")?;
    Ok(CaseRoute {
        case: CaseId(row.try_get("case_id")?),
        number: word("number")?.parse().map_err(|_| bad("case_route.number"))?,
        region: word("region")?.parse().map_err(|_| bad("case_route.region"))?,
        kind: word("kind")?.parse().map_err(|_| bad("case_route.kind"))?,
        urgency: word("urgency")?.parse().map_err(|_| bad("case_route.urgency"))?,
        pack: PackRef { id: row.try_get("pack")?, version: row.try_get("pack_version")? },
        confidential: row.try_get("confidential")?,
        multi_unit: row.try_get("multi_unit")?,
        historic: row.try_get("historic")?,
        state: RouteState::read(&word("state")?).ok_or_else(|| bad("case_route.state"))?,
        round: row.try_get("round")?,
        mode_hint: mode.map(|mode| mode.parse().map_err(|_| bad("case_route.mode_hint"))).transpose()?,
        unit_hint: unit.map(|unit| unit.parse().map_err(|_| bad("case_route.unit_hint"))).transpose()?,
        returns: row.try_get("returns")?,
        candidates: serde_json::from_value(candidates).map_err(|_| bad("case_route.candidates"))?,
        title: row.try_get("title")?,
        received_at: row.try_get::<SqlTimestamp, _>("received_at")?.to_jiff(),
        accepted_at: row.try_get::<SqlTimestamp, _>("accepted_at")?.to_jiff(),
        version: row.try_get("version")?,
    })
}
