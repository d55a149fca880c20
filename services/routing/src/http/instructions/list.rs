//! `GET /instructions`, `/cases/{case_id}/instructions`, `/instructions/figures`: what is open with whom, and how many.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use calendar::{end_of_day, start_of_day};
use identity::{Action, Role, may};
use ids::{CaseId, UnitCode};
use jiff::civil::Date;
use routing_rules::instruction::State as InstructionState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Page, Path, Problem, Query, next_link};

use super::view::InstructionView;
use crate::{
    app::reach::papers,
    http::{
        Desk,
        assignments::{place, written},
        common,
        outcome::{fault, missing, refuse},
    },
    store::{
        assignments, cases,
        instructions::{self, Instruction, Wanted},
        lists::Place,
    },
};

/// Which instructions are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of cases that this unit has; an officer's own where it is left out.
    unit: Option<String>,
    /// `open`, `reported`, `closed`.
    state: Option<String>,
}

/// The period of a count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// First day.
    #[param(value_type = String, format = Date)]
    from: Date,
    /// Last day.
    #[param(value_type = String, format = Date)]
    to: Date,
}

/// Instructions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstructionList {
    /// Oldest first.
    instructions: Vec<InstructionView>,
}

/// How many instructions there were.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// All of the period.
    total: i64,
    /// One line for each kind, rank and state.
    lines: Vec<FigureLine>,
}

/// One line of the count.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FigureLine {
    /// A kind of the pack.
    kind: String,
    /// A rank of the pack.
    rank: String,
    /// `open`, `reported`, `closed`.
    state: String,
    /// How many.
    count: i64,
}

async fn views(
    desk: &Desk,
    connection: &mut sqlx::PgConnection,
    rows: Vec<(Instruction, Option<String>)>,
) -> Result<Json<InstructionList>, Problem> {
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| row.id.0).collect();
    let reports = instructions::reports(connection, &ids).await.map_err(fault)?;
    let view = |(row, unit): (Instruction, Option<String>)| {
        InstructionView::of(&row, unit, &reports, &desk.app.vault)
    };
    Ok(Json(InstructionList { instructions: rows.into_iter().map(view).collect::<anyhow::Result<_>>()? }))
}

/// The instructions on a case.
#[utoipa::path(get, path = "/cases/{case_id}/instructions", tag = "leaders", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = InstructionList), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<InstructionList>, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    let may_read = papers(&claims, &route, &hands);
    refuse(&desk.app, &mut connection, &claims, &route, may_read, "instructions").await?;
    let wanted = Wanted { case: Some(case), ..Wanted::default() };
    let rows = instructions::list(&mut connection, &wanted, None, 200).await.map_err(fault)?;
    views(&desk, &mut connection, rows).await
}

/// Instructions by unit and state: `state=open` is the list of what a unit still owes its leaders.
#[utoipa::path(get, path = "/instructions", tag = "leaders", security(("bearer" = [])), params(Filter, Page),
    responses((status = 200, body = InstructionList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::ListCases)?;
    let unit = filter.unit.as_deref().map(str::parse::<UnitCode>).transpose();
    let mut unit = unit.map_err(|_| Problem::bad_request("unit", "不是单位代码", "not a unit code"))?;
    if claims.has(Role::Officer) || claims.unit.is_some() {
        unit = Some(common::unit_asked(&claims, unit)?);
    }
    let state = match filter.state.as_deref() {
        None => None,
        Some(word) => Some(
            InstructionState::read(word)
                .ok_or_else(|| Problem::bad_request("state", "没有这种状态", "no such state"))?,
        ),
    };
    let wanted = Wanted { case: None, unit, state, prefix: common::prefix(&claims) };
    let after = place(&page)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let limit = i64::from(page.limit) + 1;
    let mut rows = instructions::list(&mut connection, &wanted, after, limit).await.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|(row, _)| Place { at: row.at, id: row.id.0 }).filter(|_| more);
    let body = views(&desk, &mut connection, rows).await?;
    Ok(match last {
        Some(last) => {
            let unit = wanted.unit.map(|unit| format!("unit={unit}&")).unwrap_or_default();
            let state = state.map(|state| format!("state={}&", state.as_str())).unwrap_or_default();
            let path = format!("/api/routing/instructions?{unit}{state}limit={}", page.limit);
            ([(header::LINK, next_link(&path, &written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}

/// Counts instructions written in a period.
#[utoipa::path(get, path = "/instructions/figures", tag = "leaders", security(("bearer" = [])), params(Period),
    responses((status = 200, body = Figures), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn figures(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(period): Query<Period>,
) -> Result<Json<Figures>, Problem> {
    may(&claims, &Action::ReadReports)?;
    if period.to < period.from {
        return Err(Problem::bad_request("to", "不能早于开始日期", "must not lie before from"));
    }
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let (from, to) = (start_of_day(period.from), end_of_day(period.to));
    let prefix = common::prefix(&claims);
    let rows = instructions::count(&mut connection, &prefix, from, to).await.map_err(fault)?;
    let line = |(kind, rank, state, count)| FigureLine { kind, rank, state, count };
    let lines: Vec<FigureLine> = rows.into_iter().map(line).collect();
    Ok(Json(Figures { total: lines.iter().map(|line| line.count).sum(), lines }))
}
