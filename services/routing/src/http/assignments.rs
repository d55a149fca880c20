//! `GET /assignments`: what a unit has, or what waits for the centre.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use contracts::words::Urgency;
use identity::{Action, Role, Scope, may};
use ids::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Page, Problem, Query, next_link};

use super::{Desk, outcome::fault, views::AssignmentView, waiting};
use crate::{
    app::sealed::Sight,
    store::lists::{self, Line, Place, Wanted},
};

/// Which assignments are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of this unit; an officer's own where it is left out.
    unit: Option<String>,
    /// In this state.
    state: Option<String>,
    /// 紧急程度: `ordinary`, `urgent` or `immediate`.
    urgency: Option<String>,
    /// `newest` (as without it), or `urgency`: what is most urgent first, and of it what has waited longest.
    sort: Option<String>,
}

/// One line of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentLine {
    /// The hand-over.
    #[serde(flatten)]
    assignment: AssignmentView,
    /// The case's number.
    number: String,
    /// What the message wants.
    kind: String,
    /// 紧急程度.
    urgency: &'static str,
    /// The redacted title; missing for confidential cases.
    title: Option<String>,
    /// What people call the unit.
    unit_name: String,
    /// The first instant that is too late, where known.
    due_at: Option<String>,
    /// The due instant may move when the next holiday notice comes.
    due_provisional: Option<bool>,
}

/// Assignments, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentList {
    /// The lines of this page.
    assignments: Vec<AssignmentLine>,
}

/// Lists the assignments of a unit, or those that wait for the centre (`state=returning` or `under-review`).
#[utoipa::path(get, path = "/assignments", tag = "assignments", security(("bearer" = [])), params(Filter, Page),
    responses((status = 200, body = AssignmentList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Response, Problem> {
    if !claims.has(Role::Agency) {
        may(&claims, &Action::ListCases)?;
    }
    let unit = filter
        .unit
        .as_deref()
        .map(str::parse::<UnitCode>)
        .transpose()
        .map_err(|_| Problem::bad_request("unit", "不是单位代码", "not a unit code"))?;
    let state = filter.state.as_deref();
    if state.is_some_and(|state| routing_rules::State::read(state).is_none()) {
        return Err(Problem::bad_request("state", "没有这种状态", "no such state"));
    }
    let (unit, prefix) = match claims.scope() {
        Scope::All => (unit, String::new()),
        Scope::Region(region) => (unit, routing_rules::catalogue::significant(&region).to_owned()),
        Scope::Unit(own) => {
            may(&claims, &Action::Handle { unit: unit.unwrap_or_else(|| own.clone()) })?;
            (Some(own), String::new())
        }
        Scope::Case(_) | Scope::Nothing => {
            return Ok(Json(AssignmentList { assignments: Vec::new() }).into_response());
        }
    };
    let bad = |field, zh, en| Problem::bad_request(field, zh, en);
    let urgency = filter.urgency.as_deref().map(str::parse::<Urgency>).transpose();
    let urgency = urgency.map_err(|_| bad("urgency", "没有这种紧急程度", "no such urgency"))?;
    let urgent_first = match filter.sort.as_deref() {
        None | Some("newest") => false,
        Some("urgency") => true,
        Some(_) => return Err(bad("sort", "应为 newest 或 urgency", "must be newest or urgency")),
    };
    let after = waiting::place(&page)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let limit = i64::from(page.limit) + 1;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let sight = Sight::of(&claims, &directory);
    let prefix = prefix.as_str();
    let wanted = Wanted { prefix, sight: &sight, urgency, urgent_first, after, limit };
    let mut query = Vec::new();
    let mut rows = match (&unit, state) {
        (Some(unit), state) => {
            query.push(format!("unit={unit}"));
            lists::of_unit(&mut connection, unit, state, wanted).await
        }
        (None, Some(state @ ("returning" | "under-review"))) => {
            lists::of_centre(&mut connection, state, wanted).await
        }
        (None, _) => {
            let (zh, en) = (
                "请指定单位，或 state=returning、under-review",
                "name a unit, or state returning or under-review",
            );
            return Err(Problem::bad_request("unit", zh, en));
        }
    }
    .map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| {
        let place = Place { at: row.assignment.dispatched_at, id: row.assignment.id.0 };
        waiting::rank(row.urgency, place)
    });
    let line = |row: &Line| AssignmentLine {
        assignment: AssignmentView::of(&row.assignment),
        number: row.number.clone(),
        kind: row.kind.clone(),
        urgency: row.urgency.as_str(),
        title: row.title.clone(),
        unit_name: directory.name_of(&row.assignment.unit),
        due_at: row.due.map(|(at, _)| at.to_string()),
        due_provisional: row.due.map(|(_, provisional)| provisional),
    };
    let body = Json(AssignmentList { assignments: rows.iter().map(line).collect() });
    query.extend(state.map(|state| format!("state={state}")));
    query.extend(urgency.map(|urgency| format!("urgency={}", urgency.as_str())));
    query.extend(urgent_first.then(|| "sort=urgency".to_owned()));
    query.push(format!("limit={}", page.limit));
    Ok(match last.filter(|_| more) {
        Some(last) => {
            let path = format!("/api/routing/assignments?{}", query.join("&"));
            ([(header::LINK, next_link(&path, &waiting::written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}

/// Where the page before ended, as [`written`] wrote it.
pub(crate) fn place(page: &Page) -> Result<Option<Place>, Problem> {
    let Some(cursor) = &page.after else { return Ok(None) };
    let parts = cursor.as_str().split_once(' ');
    parts
        .and_then(|(at, id)| Some(Place { at: at.parse().ok()?, id: id.parse().ok()? }))
        .map(Some)
        .ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}

/// A place as a cursor carries it.
pub(crate) fn written(place: Place) -> String {
    format!("{} {}", place.at, place.id)
}
