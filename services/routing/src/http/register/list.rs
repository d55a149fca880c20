//! `GET /register`: what is kept until it can be solved.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use calendar::day_of;
use identity::{Action, Role, may};
use ids::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Page, Problem, Query, next_link};

use crate::{
    http::{Desk, common, outcome::fault},
    store::register::{self, Kept, Place},
};

/// Which entries are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Of this unit; an officer's own where it is left out.
    unit: Option<String>,
    /// `true`: only those whose review day has come.
    due: Option<bool>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = register::EntryView)]
pub(crate) struct EntryView {
    /// The case.
    case_id: Uuid,
    /// Its number, in lists.
    number: Option<String>,
    /// The unit that said so.
    unit: String,
    /// `kept`, `reactivated`, `settled`.
    state: &'static str,
    /// Why it cannot be solved now; missing for sealed cases.
    reason: Option<String>,
    /// The day to look again.
    review_on: String,
    /// The version for `If-Match`.
    version: i64,
}

/// The register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisterList {
    /// The next review first.
    entries: Vec<EntryView>,
}

impl EntryView {
    pub(super) fn of(kept: &Kept, number: Option<String>) -> Self {
        Self {
            case_id: kept.case.0,
            number,
            unit: kept.unit.to_string(),
            state: kept.entry.state.as_str(),
            reason: Some(kept.reason.clone()).filter(|reason| !reason.starts_with('\u{1}')),
            review_on: kept.entry.until.to_string(),
            version: kept.version,
        }
    }
}

/// What is on file, the next review first; with `due=true` what is to be looked at now.
#[utoipa::path(get, path = "/register", tag = "register", security(("bearer" = [])), params(Filter, Page),
    responses((status = 200, body = RegisterList), (status = 400, body = Problem), (status = 403, body = Problem)))]
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
    let by = filter.due.unwrap_or(false).then(|| day_of(desk.app.clock.now()));
    let after = page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?;
    let prefix = common::prefix(&claims);
    let limit = i64::from(page.limit) + 1;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let rows = register::due(&mut connection, unit.as_ref(), &prefix, by, after, limit).await;
    let mut rows = rows.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|(kept, _)| (kept.entry.until, kept.case)).filter(|_| more);
    let entries = rows.into_iter().map(|(kept, number)| EntryView::of(&kept, Some(number))).collect();
    let body = Json(RegisterList { entries });
    Ok(match last {
        Some((day, case)) => {
            let unit = unit.map(|unit| format!("unit={unit}&")).unwrap_or_default();
            let due = if by.is_some() { "due=true&" } else { "" };
            let path = format!("/api/routing/register?{unit}{due}limit={}", page.limit);
            ([(header::LINK, next_link(&path, &format!("{day} {case}")))], body).into_response()
        }
        None => body.into_response(),
    })
}

fn place(cursor: &str) -> Result<Place, Problem> {
    let parts = cursor.split_once(' ');
    parts
        .and_then(|(day, case)| Some((day.parse().ok()?, case.parse().ok()?)))
        .ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}
