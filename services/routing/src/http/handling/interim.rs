//! `GET /interim-due`: interim reports that are owed.

use axum::extract::State;
use identity::{Action, may};
use ids::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Problem, Query};

use crate::{
    http::{Desk, common, outcome::fault},
    publish,
    store::{charges, interim, steps},
};

/// Whose reports are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of this unit; an officer's own where it is left out.
    unit: Option<String>,
}

/// One hand-over that owes interim reports.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InterimLine {
    /// The hand-over.
    assignment_id: Uuid,
    /// The case.
    case_id: Uuid,
    /// Its number.
    number: String,
    /// The unit's code.
    unit: String,
    /// When the newest report was given.
    last_at: Option<String>,
    /// The first instant that is too late for the next.
    due_at: String,
    /// It is past.
    overdue: bool,
}

/// Interim reports owed, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InterimList {
    /// One line each hand-over.
    due: Vec<InterimLine>,
}

/// Lists the hand-overs of a unit that owe interim reports, with the day of the next one.
#[utoipa::path(get, path = "/interim-due", tag = "handling", security(("bearer" = [])), params(Filter),
    responses((status = 200, body = InterimList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
) -> Result<Json<InterimList>, Problem> {
    may(&claims, &Action::ListCases)?;
    let named = filter.unit.as_deref().map(str::parse::<UnitCode>).transpose();
    let named = named.map_err(|_| Problem::bad_request("unit", "不是单位代码", "not a unit code"))?;
    let unit = common::unit_asked(&claims, named)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let rows = interim::open(&mut connection, &unit, &common::prefix(&claims)).await.map_err(fault)?;
    let cases: Vec<Uuid> = rows.iter().map(|row| row.case.0).collect();
    let charged = charges::active_codes(&mut connection, &cases).await.map_err(fault)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.assignment.0).collect();
    let newest = steps::newest_interim(&mut connection, &ids, "interim").await.map_err(fault)?;
    let (now, calendars) = (desk.app.clock.now(), desk.app.calendars.now());
    let mut due: Vec<InterimLine> = rows
        .iter()
        .filter_map(|row| {
            let pack = desk.app.packs.of(&row.pack)?;
            let rule = pack.handling.as_ref()?.interim.as_ref()?;
            let urgent = rule.urgencies.contains(&publish::urgency_in(row.urgency));
            let codes = charged.get(&row.case.0).into_iter().flatten();
            let owed = urgent || codes.into_iter().any(|code| rule.charges.contains(code));
            let last = newest.get(&row.assignment.0).copied();
            let calendar = calendars.of(&row.region);
            let next = calendar.due(last.unwrap_or(row.signed_at), rule.every).ok().filter(|_| owed)?;
            Some(InterimLine {
                assignment_id: row.assignment.0,
                case_id: row.case.0,
                number: row.number.clone(),
                unit: unit.to_string(),
                last_at: last.map(|at| at.to_string()),
                due_at: next.at.to_string(),
                overdue: now >= next.at,
            })
        })
        .collect();
    due.sort_by(|one, other| one.due_at.cmp(&other.due_at));
    Ok(Json(InterimList { due }))
}
