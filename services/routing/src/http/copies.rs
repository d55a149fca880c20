//! `GET /copies` 抄送: cases that a unit reads along with.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use identity::{Action, Scope, may};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Page, Problem, next_link};

use super::{
    Desk,
    assignments::{place, written},
    outcome::fault,
};
use crate::store::{
    copies::{self, Line},
    lists::Place,
};

/// Cases that the unit reads along with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopyList {
    /// Newest first.
    cases: Vec<CopyView>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopyView {
    /// The case.
    case_id: Uuid,
    /// Its number.
    number: String,
    /// The redacted title; missing for confidential cases.
    title: Option<String>,
    /// `waiting`, `dispatched`, `answered`, `closed`.
    state: String,
    /// `direct` or `person`.
    reason: String,
    /// Since when.
    at: String,
}

/// Lists what the officer's own unit reads along with; it owes nothing for these.
#[utoipa::path(get, path = "/copies", tag = "cases", security(("bearer" = [])), params(Page),
    responses((status = 200, body = CopyList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::ListCases)?;
    let unit = match claims.scope() {
        Scope::Unit(unit) => unit,
        Scope::All | Scope::Region(_) | Scope::Case(_) | Scope::Nothing => {
            return Ok(Json(CopyList { cases: Vec::new() }).into_response());
        }
    };
    let after = place(&page)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let limit = i64::from(page.limit) + 1;
    let mut rows = copies::of_unit(&mut connection, &unit, after, limit).await.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| Place { at: row.at, id: row.case }).filter(|_| more);
    let view = |row: Line| CopyView {
        case_id: row.case,
        number: row.number,
        title: row.title,
        state: row.state,
        reason: row.reason,
        at: row.at.to_string(),
    };
    let body = Json(CopyList { cases: rows.into_iter().map(view).collect() });
    Ok(match last {
        Some(last) => {
            let path = format!("/api/routing/copies?limit={}", page.limit);
            ([(header::LINK, next_link(&path, &written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}
