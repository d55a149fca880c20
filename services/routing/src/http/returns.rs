//! `GET /units/{code}/returns`: how a unit gives cases back, rightly and wrongly.

use axum::extract::State;
use identity::{Action, Scope, may};
use ids::UnitCode;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Path, Problem, Query};

use super::{Desk, outcome::fault, unit::missing_unit};
use crate::store::returns::{self, Given};

/// Most returns that are listed beside the figures.
const MOST: i64 = 200;

/// From which day to which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Span {
    /// First day; without it from the beginning.
    #[param(value_type = Option<String>)]
    from: Option<Date>,
    /// Last day; without it up to now.
    #[param(value_type = Option<String>)]
    to: Option<Date>,
}

/// How a unit gave cases back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReturnFigures {
    /// The unit.
    unit: String,
    /// Hand-overs made to it.
    dispatched: i64,
    /// 退单 asked for.
    asked: i64,
    /// 同意退单.
    agreed: i64,
    /// 不当退单: the review refused it.
    refused: i64,
    /// Not answered yet.
    open: i64,
    /// Asked for each thousand hand-overs; missing without hand-overs.
    per_mille: Option<i64>,
    /// The newest 200; empty for those who see no cases.
    returns: Vec<ReturnView>,
}

/// One return.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReturnView {
    /// The hand-over.
    assignment: Uuid,
    /// The case.
    case_id: Uuid,
    /// When it was asked for.
    asked_at: String,
    /// The unit's reason code.
    reason: String,
    /// When it was decided.
    decided_at: Option<String>,
    /// How.
    agreed: Option<bool>,
    /// The reviewer's reason code.
    decision: Option<String>,
}

/// Counts a unit's returns in a time; a refused one was a wrong one.
#[utoipa::path(get, path = "/units/{code}/returns", tag = "directory", security(("bearer" = [])),
    params(("code" = String, Path, description = "unit"), Span),
    responses((status = 200, body = ReturnFigures), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(code): Path<String>,
    Query(span): Query<Span>,
) -> Result<Json<ReturnFigures>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let code: UnitCode = code.parse().map_err(|_| missing_unit())?;
    let unit = directory.units.get(&code).ok_or_else(missing_unit)?;
    let visible = match claims.scope() {
        Scope::Region(region) => region.contains(&unit.region),
        Scope::Unit(own) => own == code,
        Scope::All | Scope::Nothing => true,
        Scope::Case(_) => false,
    };
    if !visible {
        return Err(missing_unit());
    }
    let early: Timestamp = "1000-01-01T00:00:00Z".parse().expect("a time");
    let from = span.from.map_or(early, calendar::start_of_day);
    let until = span.to.map_or("9000-01-01T00:00:00Z".parse().expect("a time"), calendar::end_of_day);
    let figures = returns::figures(&mut connection, &code, from, until).await.map_err(fault)?;
    // Figures are for whoever reads reports; which cases they are, for whoever sees cases.
    let rows = if may(&claims, &Action::ListCases).is_ok() {
        returns::of_unit(&mut connection, &code, from, until, MOST).await.map_err(fault)?
    } else {
        Vec::new()
    };
    let view = |row: Given| ReturnView {
        assignment: row.assignment.0,
        case_id: row.case.0,
        asked_at: row.asked_at.to_string(),
        reason: row.reason,
        decided_at: row.decided_at.map(|at| at.to_string()),
        agreed: row.agreed,
        decision: row.decision,
    };
    Ok(Json(ReturnFigures {
        unit: code.to_string(),
        dispatched: figures.dispatched,
        asked: figures.asked,
        agreed: figures.agreed,
        refused: figures.refused,
        open: figures.open,
        per_mille: (figures.dispatched > 0).then(|| figures.asked * 1000 / figures.dispatched),
        returns: rows.into_iter().map(view).collect(),
    }))
}
